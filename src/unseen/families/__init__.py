"""Families: one file each, found by the registry, held to one contract.

To add one, see ``CONTRIBUTING.md``; the contract is :class:`unseen.families.base.Family`.
"""

from unseen.families.base import Family
from unseen.families.registry import all_families, family

__all__ = ["Family", "all_families", "family"]
