"""Tells a bill in the words of a story, and reads a told bill back."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from functools import cache
from typing import Any

from unseen.errors import CertificateError
from unseen.families.commerce_pricing._bill import Bill, Coupon, Entry, Tier
from unseen.families.commerce_pricing._rules import read_rules
from unseen.families.commerce_pricing._stories import STORIES, Wording


def money(cents: int) -> str:
    """An amount as a price tag shows it: ``$3``, ``$1,204.50``."""
    dollars, rest = divmod(cents, 100)
    return f"${dollars:,}.{rest:02d}" if rest else f"${dollars:,}"


def tell(bill: Bill, wording: Wording, nouns: Sequence[str], facts: Sequence[str], name: str) -> str:
    """The bill told, ending with its question; ``nouns`` name the entries, ``facts`` take the idle numbers."""
    idle = [fact.format(number, name=name) for fact, number in zip(facts, bill.idle, strict=True)]
    entries = [_entry(wording, entry, noun) for entry, noun in zip(bill.entries, nouns, strict=True)]
    sentences = [
        wording.entries.format(entries=_joined(entries, wording), name=name),
        *idle[::2],
        *(_return(wording, entry, noun, name) for entry, noun in zip(bill.entries, nouns, strict=True) if entry.returned),
        *_discounts(bill, wording, name),
        *_taxes(bill.taxes, wording),
        *idle[1::2],
        wording.question.format(name=name),
    ]
    return wording.gap.join(sentences)


def _entry(wording: Wording, entry: Entry, noun: str) -> str:
    template = wording.single if entry.quantity == 1 else wording.several
    return template.format(a_noun=_with_article(noun), noun=noun, nouns=_plural(noun), count=entry.quantity, price=money(entry.price))


def _return(wording: Wording, entry: Entry, noun: str, name: str) -> str:
    template = wording.single_returned if entry.quantity == 1 else wording.several_returned
    return template.format(name=name, noun=noun, nouns=_plural(noun), count=entry.returned)


def _discounts(bill: Bill, wording: Wording, name: str) -> Iterator[str]:
    if bill.tiers:
        steps = [wording.tier.format(percent=tier.percent, price=money(tier.threshold)) for tier in bill.tiers]
        yield wording.tiers.format(tiers=_listed(steps))
    for coupon in bill.coupons:
        yield wording.coupon.format(name=name, worth=money(coupon.cents) if coupon.cents else f"{coupon.percent}%")


def _taxes(taxes: Sequence[int], wording: Wording) -> Iterator[str]:
    if len(taxes) == 1:
        yield wording.tax.format(tax=taxes[0])
    elif taxes:
        yield wording.two_taxes.format(first=taxes[0], second=taxes[1])


def _joined(entries: Sequence[str], wording: Wording) -> str:
    return wording.last.join(filter(None, (wording.between.join(entries[:-1]), entries[-1])))


def _listed(parts: Sequence[str]) -> str:
    return " and ".join(filter(None, (", ".join(parts[:-1]), parts[-1])))


def _with_article(noun: str) -> str:
    return f"{'an' if noun[0] in 'aeiou' else 'a'} {noun}"


def _plural(noun: str) -> str:
    if noun.endswith(("s", "sh", "ch")):
        return f"{noun}es"
    return f"{noun[:-1]}ies" if noun.endswith("y") and noun[-2] not in "aeiou" else f"{noun}s"


_BLANKS = {
    "name": r"[A-Z]\w+",
    "count": r"(?P<count>\d+)",
    "price": r"\$(?P<price>\d[\d,]*(?:\.\d\d)?)",
    "worth": r"(?:\$(?P<cents>\d[\d,]*(?:\.\d\d)?)|(?P<percent>\d+)%)",
    "percent": r"(?P<percent>\d+)",
    "tax": r"(?P<tax>\d+)",
    "first": r"(?P<first>\d+)",
    "second": r"(?P<second>\d+)",
    "noun": r"(?P<noun>[a-z][a-z' ]*?)",
    "nouns": r"(?P<noun>[a-z][a-z' ]*?)",
    "a_noun": r"an? (?P<noun>[a-z][a-z' ]*?)",
}


@cache
def _pattern(template: str) -> re.Pattern[str]:
    """What a wording matches when it has been filled in."""
    pieces = re.split(r"\{(\w+)\}", template)
    filled = "".join(_BLANKS[piece] if i % 2 else re.escape(piece) for i, piece in enumerate(pieces))
    return re.compile(rf"(?<!\w){filled}$" if template.endswith("noun}") else rf"(?<!\w){filled}", re.MULTILINE)


def read_bill(prompt: str) -> Bill:
    """The bill that a prompt tells, rules included. Raises :class:`CertificateError` when no story matches it."""
    for wording in STORIES.values():
        if _pattern(f"{wording.question}").search(prompt.splitlines()[-1]):
            body = prompt.rpartition("\n\n")[2]
            return Bill(**_read_parts(body, wording), **read_rules(prompt))
    raise CertificateError("the prompt tells no bill that can be read")


def _read_parts(body: str, wording: Wording) -> dict[str, Any]:
    def found(template: str) -> Iterable[re.Match[str]]:
        return _pattern(template).finditer(body)

    bought: dict[int, tuple[str, int, int]] = {}  # by where it stands: noun, quantity, price
    for match in found(wording.several):
        bought[match.start()] = (match["noun"], int(match["count"]), _cents(match["price"]))
    for match in found(wording.single):
        bought.setdefault(match.start(), (match["noun"], 1, _cents(match["price"])))
    returned = {match["noun"]: int(match["count"]) for match in found(wording.several_returned)}
    returned |= {match["noun"]: 1 for match in found(wording.single_returned) if match["noun"] not in returned}
    entries = [Entry(quantity=count, price=price, returned=returned.get(noun, 0)) for _, (noun, count, price) in sorted(bought.items())]
    coupons = [Coupon(cents=_cents(m["cents"])) if m["cents"] else Coupon(percent=int(m["percent"])) for m in found(wording.coupon)]
    tiers = [Tier(threshold=_cents(match["price"]), percent=int(match["percent"])) for match in found(wording.tier)]
    taxes = [int(match["tax"]) for match in found(wording.tax)] if len(list(found(wording.two_taxes))) == 0 else []
    taxes += [int(match[which]) for match in found(wording.two_taxes) for which in ("first", "second")]
    return {"entries": entries, "coupons": coupons, "tiers": tiers, "taxes": taxes}


def _cents(price: str) -> int:
    dollars, _, rest = price.replace(",", "").partition(".")
    return 100 * int(dollars) + int(rest or 0)
