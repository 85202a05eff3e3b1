"""A bill and the rules it is settled by, and two unrelated ways to settle it exactly."""

from __future__ import annotations

from collections.abc import Sequence
from decimal import ROUND_CEILING, ROUND_FLOOR, ROUND_HALF_UP, Context, Decimal, localcontext
from enum import StrEnum
from itertools import pairwise

from pydantic import Field, model_validator

from unseen.families._digits import steps_of
from unseen.task import Problem


class Scope(StrEnum):
    """What a step of the spending discount applies to."""

    WHOLE = "whole bill"
    SLICES = "slices"


class Stacking(StrEnum):
    """How several discounts go together."""

    IN_TURN = "in turn"
    FROM_THE_START = "from the start"
    LARGEST_ONLY = "largest only"


class Order(StrEnum):
    """Which discounts come first where they go in turn."""

    COUPONS_LAST = "coupons last"
    COUPONS_FIRST = "coupons first"


class Rounding(StrEnum):
    """When and how amounts become whole cents."""

    HALF_UP = "half up"
    DOWN = "down"
    UP = "up"
    AT_THE_END = "at the end"


class Custom(StrEnum):
    """The premise: a custom that contradicts what bills are like."""

    USUAL = "usual"
    CHEAPEST_TWICE = "cheapest twice"
    DISCOUNTS_RAISE = "discounts raise"
    TAX_LOWERS = "tax lowers"


class Entry(Problem):
    """So many units at a price in cents, some of them returned."""

    quantity: int = Field(ge=1)
    price: int = Field(ge=1)
    returned: int = Field(default=0, ge=0)


class Tier(Problem):
    """A step of the spending discount: a percentage from a threshold in cents."""

    threshold: int = Field(ge=0)
    percent: int = Field(ge=0, le=100)


class Coupon(Problem):
    """A coupon for a percentage, or for an amount in cents; the other one is zero."""

    percent: int = Field(default=0, ge=0, le=100)
    cents: int = Field(default=0, ge=0)


class Bill(Problem):
    """Everything needed to settle a bill. ``idle`` holds numbers that are mentioned and play no part."""

    entries: tuple[Entry, ...]
    tiers: tuple[Tier, ...] = ()
    coupons: tuple[Coupon, ...] = ()
    taxes: tuple[int, ...] = ()
    tax_on_tax: bool = False
    scope: Scope = Scope.WHOLE
    stacking: Stacking = Stacking.IN_TURN
    order: Order = Order.COUPONS_LAST
    rounding: Rounding = Rounding.HALF_UP
    custom: Custom = Custom.USUAL
    idle: tuple[int, ...] = ()

    @model_validator(mode="after")
    def _can_be_settled(self) -> Bill:
        if not any(entry.returned < entry.quantity for entry in self.entries):
            raise ValueError("nothing on the bill is kept")
        if any(entry.returned > entry.quantity for entry in self.entries):
            raise ValueError("more units are returned than were bought")
        if any(later.threshold <= tier.threshold for tier, later in pairwise(self.tiers)):
            raise ValueError("the thresholds of the spending discount do not rise")
        if any(later.percent < tier.percent for tier, later in pairwise(self.tiers)):
            raise ValueError("the percentages of the spending discount fall")
        return self


_FINE = 10**20  # parts of a cent: percentages of percentages, seven deep at most, stay whole numbers


class Till:
    """Settles a bill (under its own custom, or another) in fine parts of a cent, and keeps what was done."""

    def __init__(self, bill: Bill, custom: Custom | None = None) -> None:
        self.bill, self.custom = bill, custom or bill.custom
        self._sums: list[tuple[str, int, int]] = []
        self._looks = 0  # comparisons and decisions
        subtotal = self._subtotal()
        self.total = self._rounded(self._taxed(self._discounted(subtotal)), Rounding.HALF_UP) // _FINE

    def steps(self) -> int:
        """Digit-level steps of settling the bill by hand, on dollars where no cents are in play."""
        steps = self._looks
        for operator, left, right in self._sums:
            if left % 100 == 0 and (operator == "*" or right % 100 == 0):
                left, right = left // 100, right if operator == "*" else right // 100
            steps += steps_of(operator, left, right)
        return steps

    def _subtotal(self) -> int:
        amounts: list[int] = []
        total = 0
        for entry in self.bill.entries:
            amount = self._do("*", entry.price, entry.quantity)
            if entry.returned:
                amount = self._do("-", amount, self._do("*", entry.price, entry.returned))
            if amount:
                amounts.append(amount)
            total = self._do("+", total, amount) if total else amount
        if self.custom is Custom.CHEAPEST_TWICE:
            self._looks += len(amounts) - 1
            total = self._do("+", total, min(amounts))
        return total * _FINE

    def _discounted(self, subtotal: int) -> int:
        bill, sign = self.bill, 1 if self.custom is Custom.DISCOUNTS_RAISE else -1
        discounts: list[Coupon | Sequence[Tier]] = [*bill.coupons]
        if bill.tiers:
            discounts.insert(0 if bill.order is Order.COUPONS_LAST else len(discounts), bill.tiers)
        if bill.stacking is Stacking.IN_TURN:
            amount = subtotal
            for discount in discounts:
                amount = self._add(amount, sign * self._worth(discount, amount))
            return amount
        worths = [self._worth(discount, subtotal) for discount in discounts]
        if bill.stacking is Stacking.LARGEST_ONLY and worths:
            self._looks += len(worths) - 1
            worths = [max(worths)]
        amount = subtotal
        for worth in worths:
            amount = self._add(amount, sign * worth)
        return amount

    def _worth(self, discount: Coupon | Sequence[Tier], amount: int) -> int:
        if isinstance(discount, Coupon):
            return discount.cents * _FINE if discount.cents else self._percentage(amount, discount.percent)
        self._looks += len(discount)
        reached = [tier for tier in discount if amount >= tier.threshold * _FINE]
        if not reached or self.bill.scope is Scope.WHOLE:
            return self._percentage(amount, reached[-1].percent) if reached else 0
        ends = [tier.threshold * _FINE for tier in reached[1:]] + [amount]
        slices = [end - tier.threshold * _FINE for tier, end in zip(reached, ends, strict=True)]
        return sum(self._percentage(part, tier.percent) for tier, part in zip(reached, slices, strict=True))

    def _taxed(self, amount: int) -> int:
        sign = -1 if self.custom is Custom.TAX_LOWERS else 1
        total = amount
        self._looks += self.bill.tax_on_tax  # the amount to start from has to be found again
        for percent in self.bill.taxes:
            total = self._add(total, sign * self._percentage(total if self.bill.tax_on_tax else amount, percent))
        return total

    def _percentage(self, amount: int, percent: int) -> int:
        self._sums.append(("*", amount // _FINE, percent))
        share = amount * percent // 100
        return share if self.bill.rounding is Rounding.AT_THE_END else self._rounded(share, self.bill.rounding)

    def _rounded(self, amount: int, rounding: Rounding) -> int:
        shift = {Rounding.HALF_UP: _FINE // 2, Rounding.DOWN: 0, Rounding.UP: _FINE - 1}[rounding]
        return (amount + shift) // _FINE * _FINE

    def _add(self, amount: int, change: int) -> int:
        self._do("-" if change < 0 else "+", amount // _FINE, abs(change) // _FINE)
        return amount + change

    def _do(self, operator: str, left: int, right: int) -> int:
        """The operation on cents."""
        if operator == "*":
            if right > 1:
                self._sums.append((operator, left, right))
            return left * right
        self._sums.append((operator, left, right))
        return left + right if operator == "+" else left - right


_CENT = Decimal("0.01")
_MODES = {Rounding.HALF_UP: ROUND_HALF_UP, Rounding.DOWN: ROUND_FLOOR, Rounding.UP: ROUND_CEILING}


def settle_in_decimals(bill: Bill) -> Decimal:
    """The total in dollars, by exact decimal arithmetic over a list of changes, each a function of the amounts before it."""
    with localcontext(Context(prec=80)):
        mode = _MODES.get(bill.rounding)

        def share(amount: Decimal, percent: int) -> Decimal:
            exact = amount * Decimal(percent).scaleb(-2)
            return exact.quantize(_CENT, rounding=mode) if mode else exact

        def spending(amount: Decimal) -> Decimal:
            bounds = [Decimal(tier.threshold).scaleb(-2) for tier in bill.tiers]
            if bill.scope is Scope.WHOLE:
                return share(amount, max((t.percent for t, bound in zip(bill.tiers, bounds, strict=True) if bound <= amount), default=0))
            tops = [*bounds[1:], max(amount, bounds[-1])]
            parts = [max(Decimal(0), min(amount, top) - bound) for bound, top in zip(bounds, tops, strict=True)]
            return sum((share(part, tier.percent) for part, tier in zip(parts, bill.tiers, strict=True)), Decimal(0))

        def worth(coupon: Coupon, amount: Decimal) -> Decimal:
            return share(amount, coupon.percent) + Decimal(coupon.cents).scaleb(-2)

        kept = [Decimal(e.price).scaleb(-2) * (e.quantity - e.returned) for e in bill.entries if e.quantity != e.returned]
        subtotal = sum(kept, Decimal(0)) + (min(kept) if bill.custom is Custom.CHEAPEST_TWICE else 0)
        queue: list[Coupon | None] = sorted([None, *bill.coupons], key=lambda c: (c is None) == (bill.order is Order.COUPONS_FIRST))
        taken: list[Decimal] = []
        for coupon in queue if bill.tiers else bill.coupons:
            signed = sum(taken, Decimal(0)) * (1 if bill.custom is Custom.DISCOUNTS_RAISE else -1)
            basis = subtotal + signed if bill.stacking is Stacking.IN_TURN else subtotal
            taken.append(worth(coupon, basis) if coupon is not None else spending(basis))
        saved = max(taken, default=Decimal(0)) if bill.stacking is Stacking.LARGEST_ONLY else sum(taken, Decimal(0))
        net = subtotal + saved if bill.custom is Custom.DISCOUNTS_RAISE else subtotal - saved
        direction = -1 if bill.custom is Custom.TAX_LOWERS else 1
        total = net
        for percent in bill.taxes:
            total += direction * share(total if bill.tax_on_tax else net, percent)
        return total.quantize(_CENT, rounding=ROUND_HALF_UP)
