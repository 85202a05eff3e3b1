"""The worked example in CONTRIBUTING.md is a real family: it is executed as written and passes the assay."""

from __future__ import annotations

import importlib.util
import re
import sys
from pathlib import Path

import pytest

from unseen.assaying import assay
from unseen.families import Family

GUIDE = Path(__file__).parents[1] / "CONTRIBUTING.md"


def test_the_worked_example_passes_the_assay(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    found = re.search(r'```python title="src/unseen/families/(\w+)\.py"\n(.*?)```', GUIDE.read_text(), re.DOTALL)
    assert found, "CONTRIBUTING.md lost its worked example"
    name, code = found.groups()
    (tmp_path / f"{name}.py").write_text(code)
    monkeypatch.syspath_prepend(tmp_path)
    module = importlib.import_module(name)
    try:
        families = [kind for kind in vars(module).values() if isinstance(kind, type) and issubclass(kind, Family) and kind is not Family]
        report = assay(families[0](), draws=500)
        assert report.passed, [row for row in report.rows if not row.passed]
    finally:
        sys.modules.pop(name)
