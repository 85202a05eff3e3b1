"""Bills under tiered discounts, coupons, taxes, returns and rounding rules, in exact money."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from unseen.answers import DecimalAnswer
from unseen.choices import Choices
from unseen.families.base import Family
from unseen.families.commerce_pricing._bill import (
    Bill,
    Coupon,
    Custom,
    Entry,
    Order,
    Rounding,
    Scope,
    Stacking,
    Tier,
    Till,
    settle_in_decimals,
)
from unseen.families.commerce_pricing._rules import rules_of
from unseen.families.commerce_pricing._stories import NAMES, STORIES
from unseen.families.commerce_pricing._telling import read_bill, tell
from unseen.space import Category, Integer, Ordinal, Setting, Space
from unseen.task import JSON, Prompt

_ATTEMPTS = 8

_UNITS: Mapping[str, tuple[int, int]] = {"single": (1, 1), "few": (2, 9), "dozens": (12, 99), "hundreds": (100, 999)}
# From, to, and the grain, all in cents.
_PRICES: Mapping[str, tuple[int, int, int]] = {
    "whole": (200, 900, 100),
    "tens": (1_000, 9_900, 100),
    "cents": (1_001, 9_999, 1),
    "large": (100_001, 999_999, 1),
}
_TAXES = ("none", "one", "two", "tax on tax")


class Pricing(Family[Bill]):
    """A bill under tiered discounts, coupons, taxes, returns and rounding rules.

    The premise is a local custom that contradicts what bills are like. It decides no choice: its twins show the same bill.
    """

    name, version, domain = "commerce/pricing", 1, "commerce"
    Problem = Bill
    space = Space(
        entries=Integer(2, 12, summary="entries on the bill"),
        quantities=Ordinal(*_UNITS, summary="units of each entry"),
        prices=Ordinal(*_PRICES, summary="size and fineness of the prices"),
        refunds=Integer(0, 4, summary="entries of which units are given back, as far as the bill allows"),
        tiers=Integer(0, 4, summary="steps of the spending discount"),
        coupons=Integer(0, 4, summary="coupons, for a percentage or an amount"),
        taxes=Ordinal(*_TAXES, summary="taxes on the bill"),
        idle=Integer(0, 6, summary="numbers in the story that play no part"),
        scope=Category(*map(str, Scope), role="structure", summary="what a step of the spending discount applies to"),
        stacking=Category(*map(str, Stacking), role="structure", summary="how several discounts go together"),
        order=Category(*map(str, Order), role="structure", summary="which discounts come first where they go in turn"),
        rounding=Category(*map(str, Rounding), role="structure", summary="when and how amounts become whole cents"),
        rule=Category(*map(str, Custom), role="premise", summary="a custom that contradicts what bills are like"),
        story=Category(*STORIES, role="surface", summary="what is bought, and how it is told"),
    )
    answer = DecimalAnswer(places=2, units=("$", "dollars", "dollar", "USD"))
    guess_rate = 0.03

    def draw(self, at: Setting, choose: Choices) -> Bill:
        for attempt in range(_ATTEMPTS):
            bill = _draw_bill(at, choose.within(f"attempt/{attempt}"))
            totals = _totals_under_every_custom(bill)
            if totals.isdisjoint(_shown(bill)):
                break
        idle = [choose.integer(f"idle/{i}", 2, 99) for i in range(at.idle)]
        return bill.model_copy(update={"idle": tuple(_avoid(number, totals) for number in idle)})

    def key(self, problem: Bill) -> JSON:
        total = Till(problem).total
        return f"{total // 100}.{total % 100:02d}"

    def solve(self, problem: Bill) -> JSON:
        return str(settle_in_decimals(problem))

    def render(self, problem: Bill, at: Setting, choose: Choices) -> Prompt:
        wording = STORIES[at.story]
        nouns = choose.sample("nouns", wording.nouns, len(problem.entries))
        facts = choose.sample("facts", wording.facts, len(problem.idle))
        body = tell(problem, wording, nouns, facts, choose.pick("name", NAMES))
        return Prompt(shared=" ".join((*rules_of(at), self.answer.instruction)), body=body)

    def read(self, prompt: str) -> JSON:
        return str(settle_in_decimals(read_bill(prompt)))

    def effort(self, problem: Bill) -> float:
        return float(Till(problem).steps() + len(problem.idle) + len(problem.coupons))

    def features(self, problem: Bill) -> Mapping[str, float]:
        percentages = len(problem.tiers) + len(problem.taxes) + sum(coupon.percent > 0 for coupon in problem.coupons)
        amounts = len(problem.entries) + len(problem.coupons) + len(problem.tiers)
        return {
            "facts": amounts + len(problem.taxes) + sum(entry.returned > 0 for entry in problem.entries) + len(problem.idle),
            "percentages": percentages,
            "returns": sum(entry.returned > 0 for entry in problem.entries),
            "digits": len(str(Till(problem).total)),
        }


def _draw_bill(at: Setting, choose: Choices) -> Bill:
    """A bill with nothing idle on it yet."""
    entries = _draw_entries(at, choose)
    subtotal = sum((entry.quantity - entry.returned) * entry.price for entry in entries)
    return Bill(
        entries=entries,
        tiers=_draw_tiers(at.tiers, subtotal, choose.within("tier")),
        coupons=tuple(_draw_coupon(subtotal, choose.within(f"coupon/{i}")) for i in range(at.coupons)),
        taxes=tuple(choose.sample("taxes", range(3, 13), min(_TAXES.index(at.taxes), 2))),
        tax_on_tax=at.taxes == "tax on tax",
        scope=at.scope,
        stacking=at.stacking,
        order=at.order,
        rounding=at.rounding,
        custom=at.rule,
    )


def _draw_entries(at: Setting, choose: Choices) -> tuple[Entry, ...]:
    """The entries. Single units are given back whole, so two entries at least keep theirs."""
    fewest, most = _UNITS[at.quantities]
    low, high, grain = _PRICES[at.prices]
    items: int = at.entries
    able = items - 2 if most == 1 else items
    back = set(choose.sample("returned", range(items), min(at.refunds, able)))
    entries = []
    for i in range(items):
        quantity = choose.integer(f"quantity/{i}", fewest, most)
        price = grain * choose.integer(f"price/{i}", low // grain, high // grain)
        returned = choose.integer(f"returned/{i}", 1, max(1, quantity - 1)) if i in back else 0
        entries.append(Entry(quantity=quantity, price=price, returned=returned))
    return tuple(entries)


def _draw_tiers(count: int, subtotal: int, choose: Choices) -> tuple[Tier, ...]:
    """Steps of the spending discount around the subtotal, so that how many are reached varies; one in ten times none is."""
    if not count:
        return ()
    reached = 0 if choose.chance("none reached", 0.1) else choose.integer("reached", 1, count)
    grain = max(100, 10 ** (len(str(subtotal)) - 3))
    tiers: list[Tier] = []
    for i in range(count):
        width = 60 // reached if i < reached else 40
        start = 35 + i * width if i < reached else 110 + (i - reached) * width
        share = start + choose.integer(f"{i}/share", 0, width - 1)
        lowest = tiers[-1].threshold // grain + 1 if tiers else 1
        threshold = grain * max(lowest, round(subtotal * share / 100 / grain))
        percent = (tiers[-1].percent if tiers else 1) + choose.integer(f"{i}/percent", 1, 5)
        tiers.append(Tier(threshold=threshold, percent=percent))
    return tuple(tiers)


def _draw_coupon(subtotal: int, choose: Choices) -> Coupon:
    """A coupon small enough that four of them and the spending discount leave something to pay."""
    share = choose.integer("share", 3, 12)
    if choose.chance("percentage", 0.5):
        return Coupon(percent=share)
    grain = max(5, 10 ** (len(str(subtotal)) - 3))
    return Coupon(cents=grain * max(1, subtotal * share // 100 // grain))


def _totals_under_every_custom(bill: Bill) -> frozenset[int]:
    """The totals in cents, whichever custom holds: what the bill shows must not give one of them away."""
    return frozenset(Till(bill, custom).total for custom in Custom)


def _shown(bill: Bill) -> Sequence[int]:
    """Every number that the bill shows, in cents."""
    numbers = [number for entry in bill.entries for number in (entry.price, 100 * entry.quantity, 100 * entry.returned)]
    numbers += [number for tier in bill.tiers for number in (tier.threshold, 100 * tier.percent)]
    numbers += [number for coupon in bill.coupons for number in (coupon.cents, 100 * coupon.percent)]
    return [*numbers, *(100 * tax for tax in bill.taxes)]


def _avoid(number: int, totals: frozenset[int]) -> int:
    """The number, or the next that is no total."""
    while 100 * number in totals:
        number += 1
    return number
