"""Across the families: at least four of them can be read back from the prompt alone, at least five question a habit."""

from unseen.families.registry import all_families
from unseen.space import Role


def test_half_of_the_families_or_more_have_a_reader_of_prompts():
    families = all_families().values()
    assert sum(family.has_reader() for family in families) >= min(4, len(families))


def test_most_families_have_a_premise():
    families = all_families().values()
    assert sum(bool(family.space.named(Role.PREMISE)) for family in families) >= min(5, len(families))
