"""Every registered family passes the assay at 500 draws."""

import pytest

from unseen.assaying import assay
from unseen.families.registry import all_families


@pytest.mark.slow
@pytest.mark.parametrize("name", all_families())
def test_the_family_passes_the_assay(name):
    report = assay(all_families()[name], draws=500)
    assert report.passed, "\n".join(
        f"{row.check}: {row.shown} (limit {row.limit_shown}): {row.detail} [{row.example}]" for row in report.breaches
    )
