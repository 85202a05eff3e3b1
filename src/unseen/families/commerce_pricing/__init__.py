"""Bills under tiered discounts, coupons, taxes, returns and rounding rules, in exact money."""

from unseen.families.commerce_pricing._family import Pricing

__all__ = ["Pricing"]
