"""The pages of the guide and what can be run in them.

In a page, ```python blocks run in order in one namespace, and ```console blocks run each line that begins with ``$ unseen``; all of them
in one empty folder per page. Blocks fenced as ```sh, ```text, ```json or ```toml are not run: they need a model, a key or a shell.

A comment ``# → text`` in a python block is a line that the block must print. The lines that a console block shows under a command are
among those that the command must print, in that order, spaces apart; ``…`` stands for anything. ``# exit 1`` after a command is its exit code.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

ROOT = Path(__file__).parents[2]
DOCS = ROOT / "docs"
PAGES = sorted([ROOT / "README.md", *DOCS.rglob("*.md")])
NOTES = sorted((ROOT / "design").glob("*.md"))
_FENCE = re.compile(r"^(?P<fence>```|~~~~)(?P<kind>\w*)[^\n]*\n(?P<body>.*?)^(?P=fence)\s*$", re.DOTALL | re.MULTILINE)
_EXIT = re.compile(r"\s+# exit (\d+)$")


@dataclass(frozen=True)
class Block:
    """A fenced block, and the line of the page its first line stands on."""

    kind: str
    body: str
    line: int

    @property
    def promised(self) -> list[str]:
        """The lines that a python block says it prints."""
        return re.findall(r"# → (.*?)\s*$", self.body, re.MULTILINE)


@dataclass(frozen=True)
class Command:
    """A command of a console block: its words, the exit code it must have, what it must print."""

    text: str
    code: int
    shown: str


def blocks(page: Path) -> list[Block]:
    """Every fenced block of a page."""
    text = page.read_text(encoding="utf-8")
    return [Block(found["kind"], found["body"], text[: found.start("body")].count("\n") + 1) for found in _FENCE.finditer(text)]


def commands(block: Block) -> Iterator[Command]:
    """The commands of a console block, each with the output shown under it."""
    for part in re.split(r"^\$ ", block.body, flags=re.MULTILINE)[1:]:
        text, _, shown = part.partition("\n")
        code = _EXIT.search(text)
        yield Command(_EXIT.sub("", text), int(code[1]) if code else 0, shown.strip())


def prints(shown: str, printed: str) -> bool:
    """Whether what was printed holds what is shown, piece by piece; spaces and line breaks aside."""
    text, at = " ".join(printed.split()), 0
    for piece in re.split(r"…|\n", shown):
        wanted = " ".join(piece.split())
        at = text.find(wanted, at)
        if at < 0:
            return False
        at += len(wanted)
    return True


def without_code(page: Path) -> str:
    """The page's prose."""
    return re.sub(r"`[^`\n]*`", "", _FENCE.sub("", page.read_text(encoding="utf-8")))
