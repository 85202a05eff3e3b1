"""What the guide shows is what happens: every python and console block is run, and every script in examples/."""

from __future__ import annotations

import contextlib
import io
import runpy
import shlex
import sys
from pathlib import Path

import pytest

from tests.docs.guide import PAGES, ROOT, Block, blocks, commands, prints
from unseen.cli import main

RUN = {"python", "console"}
SCRIPTS = sorted((ROOT / "examples").glob("*.py"))


@pytest.fixture(autouse=True)
def an_empty_folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("COLUMNS", "200")
    monkeypatch.delenv("UNSEEN_STORE", raising=False)


@pytest.mark.parametrize("page", [p for p in PAGES if any(b.kind in RUN for b in blocks(p))], ids=lambda page: page.stem)
def test_the_examples_of_a_page_do_what_it_says(page: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    namespace: dict[str, object] = {"__name__": "__main__"}
    for block in blocks(page):
        where = f"{page.name} line {block.line}"
        if block.kind == "python":
            run_python(block, namespace, where)
        elif block.kind == "console":
            run_console(block, where, monkeypatch)


@pytest.mark.parametrize("script", SCRIPTS, ids=lambda script: script.stem)
def test_the_example_scripts_run_and_find_what_was_planted(script: Path) -> None:
    """Each script asserts what it claims."""
    printed = io.StringIO()
    with contextlib.redirect_stdout(printed):
        runpy.run_path(str(script), run_name="__main__")
    assert printed.getvalue().strip()


def run_python(block: Block, namespace: dict[str, object], where: str) -> None:
    printed = io.StringIO()
    # Padded, so that a traceback names the line of the page.
    code = compile("\n" * (block.line - 1) + block.body, where, "exec")
    with contextlib.redirect_stdout(printed):
        exec(code, namespace)
    lines = iter(printed.getvalue().splitlines())
    for promised in block.promised:
        assert any(line.strip() == promised for line in lines), (
            f"{where}: '{promised}' is not among what was printed:\n{printed.getvalue()}"
        )


def run_console(block: Block, where: str, monkeypatch: pytest.MonkeyPatch) -> None:
    for command in commands(block):
        words = shlex.split(command.text)
        assert words[0] == "unseen", f"{where}: `{command.text}` is not a command of Unseen; fence the block as sh"
        monkeypatch.setattr(sys, "argv", words)
        printed, code = io.StringIO(), 0
        with contextlib.redirect_stdout(printed), contextlib.redirect_stderr(printed):
            try:
                main()
            except SystemExit as end:
                code = end.code if isinstance(end.code, int) else int(end.code is not None)
        assert code == command.code, f"{where}: `{command.text}` ended with {code}: {printed.getvalue()}"
        assert prints(command.shown, printed.getvalue()), f"{where}: `{command.text}` printed\n{printed.getvalue()}"
