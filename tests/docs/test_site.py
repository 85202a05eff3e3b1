"""The site builds strictly, its links lead somewhere, and it fetches nothing from elsewhere."""

from __future__ import annotations

import importlib.util
import re
import subprocess
import sys
from pathlib import Path

import pytest

from tests.docs.guide import NOTES, PAGES, ROOT, without_code

LINK = re.compile(r"\]\((?!https?:|mailto:)([^)\s]+)\)")
TAG = re.compile(r"<(link|script|img|iframe|source|object|embed)\b[^>]*?\b(?:src|href|data)=[\"']?([^\"'\s>]+)", re.IGNORECASE)
STYLE = re.compile(r"url\([\"']?((?:https?:)?//[^\"')]+)|@import\s+[\"']((?:https?:)?//[^\"']+)")
KEPT = {"canonical", "alternate", "next", "prev"}  # links that a browser does not fetch


@pytest.fixture(scope="module")
def site(tmp_path_factory: pytest.TempPathFactory) -> Path:
    if importlib.util.find_spec("mkdocs") is None or importlib.util.find_spec("material") is None:
        pytest.skip("the site needs mkdocs-material: pip install --group docs")
    folder = tmp_path_factory.mktemp("site")
    done = subprocess.run(
        [sys.executable, "-m", "mkdocs", "build", "--strict", "--quiet", "--site-dir", str(folder)],
        cwd=ROOT,
        capture_output=True,
        text=True,
    )
    assert done.returncode == 0, done.stdout + done.stderr
    return folder


def test_every_page_of_the_guide_is_built(site: Path) -> None:
    pages = [page for page in PAGES if page.name != "README.md"]
    built = [site / page.relative_to(ROOT / "docs").with_suffix("") / "index.html" for page in pages if page.stem != "index"]
    assert not [page for page in built if not page.exists()]
    assert (site / "search" / "search_index.json").exists()


def test_the_site_fetches_nothing_from_elsewhere(site: Path) -> None:
    fetched = []
    for page in site.rglob("*.html"):
        for tag in TAG.finditer(page.read_text(encoding="utf-8")):
            kept = tag[1].lower() == "link" and any(f'rel="{word}"' in tag[0] or f"rel={word}" in tag[0] for word in KEPT)
            if re.match(r"(https?:)?//", tag[2]) and not kept:
                fetched.append((page.name, tag[0]))
    for sheet in site.rglob("*.css"):
        fetched += [(sheet.name, found[0]) for found in STYLE.finditer(sheet.read_text(encoding="utf-8"))]
    assert not fetched


@pytest.mark.parametrize(
    "page", [*PAGES, *NOTES, ROOT / "CONTRIBUTING.md", ROOT / "CHANGELOG.md"], ids=lambda page: str(page.relative_to(ROOT))
)
def test_links_inside_the_repository_lead_somewhere(page: Path) -> None:
    for target in LINK.findall(without_code(page)):
        path = target.partition("#")[0]
        assert not path or (page.parent / path).exists(), f"{page.name}: {target}"
