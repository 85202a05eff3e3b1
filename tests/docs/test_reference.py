"""The reference is whole and current: generated pages, options, public names, checks, decision notes."""

from __future__ import annotations

import importlib
import importlib.util
import inspect
import pkgutil
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
import typer.main

import unseen
from tests.docs.guide import DOCS, NOTES, ROOT
from unseen.assaying import Check
from unseen.cli._app import app
from unseen.examinees import KINDS
from unseen.families import all_families
from unseen.outcome import Arm
from unseen.space import Role
from unseen.verdict import Kind


def make_docs() -> Any:
    spec = importlib.util.spec_from_file_location("make_docs", ROOT / "tools" / "make_docs.py")
    assert spec and spec.loader
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


def test_the_generated_pages_are_current(capsys: pytest.CaptureFixture[str]) -> None:
    assert make_docs().main(["--check"]) == 0, capsys.readouterr().out


def test_a_page_that_is_out_of_date_is_named_and_left_alone(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    tool = make_docs()
    monkeypatch.setattr(tool, "DOCS", tmp_path)
    monkeypatch.setattr(tool, "PAGES", {"cli.md": tool.cli_page, "examinees.md": tool.examinees_page})
    (tmp_path / "cli.md").write_text("old")
    (tmp_path / "examinees.md").write_text(tool.examinees_page())
    assert tool.main(["--check"]) == 1
    assert "docs/cli.md" in (said := capsys.readouterr().out) and "examinees.md" not in said
    assert (tmp_path / "cli.md").read_text() == "old"
    assert tool.main([]) == 0 and tool.main(["--check"]) == 0


def every_command(name: str = "unseen", command: Any = None) -> Iterator[tuple[str, Any]]:
    command = typer.main.get_command(app) if command is None else command
    yield name, command
    for word, inner in getattr(command, "commands", {}).items():
        yield from every_command(f"{name} {word}", inner)


@pytest.mark.parametrize(("name", "command"), list(every_command()), ids=lambda value: value if isinstance(value, str) else "")
def test_every_command_and_every_option_says_what_it_is_for(name: str, command: Any) -> None:
    page = (DOCS / "cli.md").read_text(encoding="utf-8")
    section = page.split(f"\n## {name}\n")[1].split("\n## ")[0]
    assert command.help
    for parameter in command.params:
        assert parameter.help, f"{name}: {parameter.name} has no help"
        assert all(option in section for option in parameter.opts if option.startswith("-")), parameter.opts


@pytest.mark.parametrize("name", unseen.__all__)
def test_every_public_name_has_a_docstring_and_an_entry(name: str) -> None:
    assert inspect.getdoc(getattr(unseen, name))
    assert f"\n## {name}\n" in (DOCS / "api.md").read_text(encoding="utf-8")


def rooms() -> dict[str, Any]:
    found = [module.name for module in pkgutil.iter_modules(unseen.__path__) if not module.name.startswith("_")]
    modules = [importlib.import_module(f"unseen.{name}") for name in found]
    return {module.__name__: module for module in modules if hasattr(module, "__all__")}


def test_every_public_object_is_exported_from_exactly_one_room_and_has_a_docstring() -> None:
    homes: dict[int, str] = {}
    for room, module in rooms().items():
        for name in module.__all__:
            thing = getattr(module, name)
            if not (inspect.isclass(thing) or inspect.isfunction(thing)):
                continue
            assert inspect.getdoc(thing), f"{room}.{name} has no docstring"
            assert homes.setdefault(id(thing), room) == room, f"{name} is exported from {homes[id(thing)]} and from {room}"


def test_every_name_of_the_package_comes_from_one_home() -> None:
    assert sorted(unseen.__all__) == sorted(unseen._HOME)
    for name, home in unseen._HOME.items():
        assert getattr(unseen, name) is getattr(importlib.import_module(home), name)
        assert f"unseen.{name}" not in rooms()


def test_the_catalogue_holds_every_family_and_every_variable() -> None:
    page = (DOCS / "families.md").read_text(encoding="utf-8")
    for name, family in all_families().items():
        section = page.split(f"\n## {name} ")[1].split("\n## ")[0]
        for label, variable in family.space.variables.items():
            assert f"| `{label}` | {variable.role.value} |" in section


@pytest.mark.parametrize(
    ("page", "words"),
    [
        ("concepts/assay.md", Check),
        ("concepts/tasks.md", Kind),
        ("concepts/variables.md", Role),
        ("concepts/running.md", [f"simulated/{kind}" for kind in KINDS]),
        ("concepts/measuring.md", Arm),
    ],
    ids=lambda value: value if isinstance(value, str) else "",
)
def test_a_concept_page_speaks_of_every_member_of_its_vocabulary(page: str, words: Any) -> None:
    text = (DOCS / page).read_text(encoding="utf-8")
    assert not [str(word) for word in words if str(word) not in text]


@pytest.mark.parametrize("page", sorted((DOCS / "concepts").glob("*.md")), ids=lambda page: page.stem)
def test_every_concept_has_a_runnable_example_and_says_its_limits(page: Path) -> None:
    text = page.read_text(encoding="utf-8")
    assert "```python\n" in text or "```console\n" in text
    assert "\n## Known limits\n" in text


def test_the_index_of_decisions_lists_every_note() -> None:
    index = (ROOT / "design" / "README.md").read_text(encoding="utf-8")
    for note in NOTES:
        assert note.name == "README.md" or f"({note.name})" in index, f"design/README.md does not list {note.name}"
