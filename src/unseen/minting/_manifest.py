"""What is public about an edition: its manifest, and the commitment to the key it was drawn with."""

from __future__ import annotations

import hashlib
import os
import secrets
from enum import StrEnum
from pathlib import Path

from pydantic import BaseModel, ConfigDict, Field, ValidationError

from unseen.errors import EditionError, TaskFileError
from unseen.minting._atomic import atomic_file
from unseen.space import Value
from unseen.task import canonical_json

_KEY_BYTES = 32
_HEX64 = r"^[0-9a-f]{64}$"
_NAME = r"^[A-Za-z0-9][A-Za-z0-9._-]{0,79}$"


class EditionKey:
    """32 secret random bytes. It shows itself to nobody: only :meth:`save` and :attr:`raw` give it away."""

    __slots__ = ("raw",)

    def __init__(self, raw: bytes) -> None:
        if len(raw) != _KEY_BYTES:
            raise EditionError(f"an edition key has {_KEY_BYTES} bytes, not {len(raw)}")
        self.raw = raw

    @classmethod
    def new(cls) -> EditionKey:
        """A fresh key from the system's source of randomness."""
        return cls(secrets.token_bytes(_KEY_BYTES))

    @property
    def commitment(self) -> str:
        """SHA-256 of the key, in hexadecimal: binds whoever publishes it, and tells nothing."""
        return hashlib.sha256(self.raw).hexdigest()

    def __repr__(self) -> str:
        return "EditionKey(hidden)"

    def save(self, path: Path) -> None:
        """Write the key, in hexadecimal, to a new file that only its owner can read."""
        try:
            with atomic_file(path, mode=0o600, replace=False) as file:
                file.write(f"{self.raw.hex()}\n".encode())
        except TaskFileError as error:
            raise EditionError(str(error)) from None

    @classmethod
    def load(cls, path: Path) -> EditionKey:
        """Raises :class:`EditionError` when the file is missing, open to others, or holds no key."""
        try:
            text = path.read_text(encoding="ascii").strip()
            open_to_others = os.name == "posix" and path.stat().st_mode & 0o077
        except OSError as error:
            raise EditionError(f"cannot read the edition's key {path}: {error.strerror}") from None
        except UnicodeDecodeError:
            text, open_to_others = "", False
        if open_to_others:
            raise EditionError(f"the key {path} can be read by others; run `chmod 600 {path}`")
        return cls.from_hex(text, str(path))

    @classmethod
    def from_hex(cls, text: str, where: str) -> EditionKey:
        """From 64 hexadecimal digits. Raises :class:`EditionError`, which does not repeat the text."""
        try:
            return cls(bytes.fromhex(text))
        except (ValueError, EditionError):
            raise EditionError(f"{where} holds no edition key (64 hexadecimal digits)") from None


class State(StrEnum):
    """How far an edition has come."""

    COMMITTED = "committed"  # its key is drawn and committed to; nothing is minted
    SEALED = "sealed"  # its tasks are minted; the root is public, the key is not
    REVEALED = "revealed"  # the key is public, so anyone can mint and check every task


class Manifest(BaseModel):
    """Everything about an edition that may be known, as it stands in ``<name>.edition.json``."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    format: str = Field(default="unseen edition 1", pattern="^unseen edition 1$")
    name: str = Field(pattern=_NAME)
    state: State
    commitment: str = Field(pattern=_HEX64, description="SHA-256 of the key")
    families: dict[str, int] = Field(description="versions; the families take turns in alphabetical order", min_length=1)
    per_family: int = Field(gt=0, description="public tasks of each family; there are as many secret ones")
    train: int = Field(ge=0, description="training tasks of each family")
    design: str | tuple[dict[str, Value], ...]
    fixed: dict[str, Value | tuple[Value, Value]]
    max_prompt: int = Field(gt=0)
    package: str = Field(description="version of Unseen")
    counts: dict[str, int] = Field(default_factory=dict, description="tasks in each arm")
    roots: dict[str, str] = Field(default_factory=dict, description="Merkle root over the task ids of each arm")
    root: str | None = Field(default=None, description="Merkle root over all task ids: public, then secret, then train")
    key: str | None = Field(default=None, description="the key, once revealed")

    @property
    def fingerprint(self) -> str:
        """SHA-256 of what sealing fixed: publish it, and the edition cannot be exchanged for another afterwards."""
        fixed_by_sealing = self.model_dump(mode="json", exclude={"state", "key"})
        return hashlib.sha256(canonical_json(fixed_by_sealing).encode()).hexdigest()

    def save(self, path: Path, *, replace: bool) -> None:
        """Write the manifest as canonical JSON, whole or not at all."""
        try:
            with atomic_file(path, replace=replace) as file:
                file.write(f"{canonical_json(self.model_dump(mode='json'))}\n".encode())
        except TaskFileError as error:
            raise EditionError(str(error)) from None

    @classmethod
    def load(cls, path: Path) -> Manifest:
        """Raises :class:`EditionError` naming the file and the field that is wrong."""
        try:
            return cls.model_validate_json(path.read_bytes())
        except OSError as error:
            raise EditionError(f"cannot read edition {path}: {error.strerror}") from None
        except ValidationError as error:
            first = error.errors()[0]
            raise EditionError(f"{path} is no edition: {'.'.join(map(str, first['loc'])) or 'the whole'}: {first['msg']}") from None
