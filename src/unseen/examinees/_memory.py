"""What a memoriser has seen: tasks known by their id or by the words of their prompt."""

from __future__ import annotations

import hashlib
import json
import re
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path

from unseen.errors import ExamineeError
from unseen.task import Task

_WORD = re.compile(r"\w+")


@dataclass(frozen=True)
class Memory:
    """Ids and fingerprints of prompts (case, spaces and punctuation aside)."""

    ids: frozenset[str] = frozenset()
    fingerprints: frozenset[str] = frozenset()

    def __contains__(self, task: object) -> bool:
        return isinstance(task, Task) and (
            task.id in self.ids or (bool(self.fingerprints) and fingerprint(task.prompt) in self.fingerprints)
        )

    @classmethod
    def of(cls, file: Path) -> Memory:
        """From a file with a task (JSON), an id or a prompt on each line. Raises :class:`ExamineeError`."""
        try:
            lines = file.read_text(encoding="utf-8").splitlines()
        except (OSError, UnicodeDecodeError) as error:
            raise ExamineeError(f"simulated/memoriser: cannot read seen={file}: {error}") from None
        return cls.from_lines(line.strip() for line in lines if line.strip())

    @classmethod
    def from_lines(cls, lines: Iterable[str]) -> Memory:
        ids, prompts = set(), set()
        for line in lines:
            row = _row(line)
            ids.add(str(row.get("id", line)))
            prompts.add(fingerprint(str(row.get("prompt", line))))
        return cls(frozenset(ids), frozenset(prompts))


def fingerprint(prompt: str) -> str:
    """A hash of the words of a prompt."""
    return hashlib.blake2b(" ".join(_WORD.findall(prompt.lower())).encode(), digest_size=16).hexdigest()


def _row(line: str) -> dict[str, object]:
    try:
        row = json.loads(line)
    except ValueError:
        return {}
    return row if isinstance(row, dict) else {}
