"""A task: setting and choices made into a prompt, a key and a certificate, named by its own content."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from pydantic import BaseModel, ConfigDict

from unseen.choices import Recorded
from unseen.errors import TaskFileError
from unseen.space import Setting

JSON = Any  # what json.dumps accepts: None, bool, int, float, str, lists and string-keyed dicts of these


def canonical_json(value: JSON) -> str:
    """The one spelling of a value: sorted keys, no spaces, UTF-8, no NaN."""
    return json.dumps(value, sort_keys=True, separators=(",", ":"), ensure_ascii=False, allow_nan=False)


def content_id(value: JSON) -> str:
    """32 hexadecimal digits of the SHA-256 of the canonical JSON (128 bits)."""
    return hashlib.sha256(canonical_json(value).encode()).hexdigest()[:32]


class Problem(BaseModel):
    """Base of every family's structured problem: immutable, strict, and round-trips through JSON."""

    model_config = ConfigDict(frozen=True, extra="forbid", strict=False)


@dataclass(frozen=True)
class Prompt:
    """What the examinee reads. ``shared`` is what siblings have in common and stands first, so that prefix caches hold."""

    shared: str
    body: str

    @property
    def text(self) -> str:
        return f"{self.shared}\n\n{self.body}" if self.shared else self.body


@dataclass(frozen=True)
class Task:
    """One task. ``id`` is the hash of everything else, so an edited task no longer answers to its name.

    ``problem`` and ``certificate`` let anyone re-check the key without the generator; ``effort`` counts the
    elementary steps of the reference solution; ``features`` are other realised covariates.
    """

    family: str
    version: int
    setting: Setting
    choices: Mapping[str, Recorded]
    prompt: str
    key: JSON
    problem: JSON
    certificate: JSON
    effort: float
    features: Mapping[str, float] = field(default_factory=dict)
    id: str = ""

    def __post_init__(self) -> None:
        if not self.id:
            object.__setattr__(self, "id", self.content())

    def content(self) -> str:
        """The id this content deserves."""
        row = self.to_row()
        del row["id"]
        return content_id(row)

    def to_row(self) -> dict[str, JSON]:
        """The task as a JSON object."""
        return {
            "id": self.id,
            "family": self.family,
            "version": self.version,
            "setting": dict(self.setting),
            "choices": dict(self.choices),
            "prompt": self.prompt,
            "key": self.key,
            "problem": self.problem,
            "certificate": self.certificate,
            "effort": self.effort,
            "features": dict(self.features),
        }

    @classmethod
    def from_row(cls, row: Mapping[str, JSON]) -> Task:
        """The inverse of :meth:`to_row`. Raises :class:`TaskFileError` on a missing field; does not check the id."""
        try:
            return cls(
                family=row["family"],
                version=row["version"],
                setting=Setting(row["setting"]),
                choices=dict(row["choices"]),
                prompt=row["prompt"],
                key=row["key"],
                problem=row["problem"],
                certificate=row["certificate"],
                effort=float(row["effort"]),
                features=dict(row["features"]),
                id=row["id"],
            )
        except (KeyError, TypeError, ValueError) as error:
            problem = f"no field {error}" if isinstance(error, KeyError) else error
            raise TaskFileError(f"not a task: {problem}") from None
