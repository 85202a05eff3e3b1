"""The rules that stand at the head of a bill's prompt, and how a reader finds them again."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, TypeVar

from unseen.families.commerce_pricing._bill import Custom, Order, Rounding, Scope, Stacking
from unseen.space import Setting

Rule = TypeVar("Rule")

_CUSTOMS = {
    Custom.CHEAPEST_TWICE: "By local custom the entry with the smallest amount{} is charged twice{}.",
    Custom.DISCOUNTS_RAISE: "By local custom every discount and coupon raises the bill by its amount instead of lowering it.",
    Custom.TAX_LOWERS: "By local custom tax is taken off the bill instead of being added.",
}
_RETURNS = "Units given back, returned or cancelled are not charged: leave them out before anything else."
_ONE_STEP = {
    Scope.WHOLE: "The spending discount, if it is reached, applies to the whole amount.",
    Scope.SLICES: "The spending discount applies only to the part of the amount above its threshold.",
}
_STEPS = {
    Scope.WHOLE: "Only the highest step of the spending discount that is reached counts, and it applies to the whole amount.",
    Scope.SLICES: (
        "The spending discount works in slices: each percentage applies only to the part of the amount "
        "between its threshold and the next, the last one to all that lies above its threshold."
    ),
}
_STACKINGS = {
    Stacking.IN_TURN: "Discounts apply one after another, {}, each worked out on the amount reached so far.",
    Stacking.FROM_THE_START: "Each discount and coupon is worked out on the full subtotal, and all of them count.",
    Stacking.LARGEST_ONLY: "Each discount and coupon is worked out on the full subtotal, and only the one worth most counts.",
}
_ORDERS = {
    Order.COUPONS_LAST: "the spending discount first and then the coupons as listed",
    Order.COUPONS_FIRST: "the coupons as listed first and then the spending discount",
}
_ROUNDINGS = {
    Rounding.HALF_UP: "Round every percentage amount{} to the nearest cent as soon as it is worked out, half a cent upwards.",
    Rounding.DOWN: "Round every percentage amount{} down to a whole cent as soon as it is worked out.",
    Rounding.UP: "Round every percentage amount{} up to a whole cent as soon as it is worked out.",
    Rounding.AT_THE_END: "Round nothing but the final total, to the nearest cent, half a cent upwards.",
}


def rules_of(at: Setting) -> list[str]:
    """What the prompt must say at this setting; nothing where habit is enough."""
    rules = []
    if at.rule != Custom.USUAL:
        details = ("quantity times price" if at.quantities != "single" else "", "after returns" if at.refunds else "")
        detail = ", ".join(filter(None, details))
        early = ", before any discount or tax" if at.tiers or at.coupons or at.taxes != "none" else ""
        rules.append(_CUSTOMS[at.rule].format(f" ({detail})" if detail else "", early))
    if at.refunds:
        rules.append(_RETURNS)
    if at.tiers:
        rules.append((_STEPS if at.tiers > 1 else _ONE_STEP)[at.scope])
    if at.coupons + bool(at.tiers) > 1:
        order = _ORDERS[at.order] if at.tiers else "in the order listed"
        rules.append(_STACKINGS[at.stacking].format(order))
    rules += _tax_rules(at)
    if at.tiers or at.coupons or at.taxes != "none":
        sliced = at.tiers > 1 and at.scope == Scope.SLICES
        rules.append(_ROUNDINGS[at.rounding].format(" (each slice on its own)" if sliced else ""))
    return rules


def _tax_rules(at: Setting) -> list[str]:
    """What each tax is worked out on, where that could be asked."""
    basis = "the amount after discounts" if at.tiers or at.coupons else "the subtotal"
    if at.taxes == "two":
        return [f"Both taxes are worked out on {basis}."]
    if at.taxes == "tax on tax":
        return [f"The first tax is worked out on {basis}, the second on the amount after the first tax."]
    return [f"Tax is worked out on {basis}."] if at.taxes == "one" and basis != "the subtotal" else []


def read_rules(prompt: str) -> dict[str, Any]:
    """The fields of a bill that its prompt states as rules."""

    def stated(phrases: Mapping[Rule, str], habit: Rule) -> Rule:
        return next((rule for rule, phrase in phrases.items() if phrase in prompt), habit)

    return {
        "custom": stated(
            {
                Custom.CHEAPEST_TWICE: "is charged twice",
                Custom.DISCOUNTS_RAISE: "raises the bill by its amount",
                Custom.TAX_LOWERS: "tax is taken off the bill",
            },
            Custom.USUAL,
        ),
        "scope": stated({Scope.SLICES: "only to the part of the amount"}, Scope.WHOLE),
        "stacking": stated(
            {Stacking.FROM_THE_START: "and all of them count", Stacking.LARGEST_ONLY: "only the one worth most counts"}, Stacking.IN_TURN
        ),
        "order": stated({Order.COUPONS_FIRST: "then the spending discount"}, Order.COUPONS_LAST),
        "rounding": stated(
            {
                Rounding.DOWN: "down to a whole cent",
                Rounding.UP: "up to a whole cent",
                Rounding.AT_THE_END: "Round nothing but the final total",
            },
            Rounding.HALF_UP,
        ),
        "tax_on_tax": "the amount after the first tax" in prompt,
    }
