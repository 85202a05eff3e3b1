"""What a run leaves beside the store: the resolved plan, Inspect's logs, the report."""

from __future__ import annotations

import secrets
import shutil
import time
from dataclasses import dataclass
from pathlib import Path

import tomli_w

from unseen.errors import StoreError
from unseen.plan import Plan


@dataclass(frozen=True)
class RunFolder:
    """``<folder>/<run>/`` with ``plan.toml``, ``logs/`` and ``report.html``."""

    path: Path

    @classmethod
    def of(cls, run_id: str, folder: Path) -> RunFolder:
        return cls(folder / run_id)

    @property
    def logs(self) -> Path:
        return self.path / "logs"

    @property
    def report(self) -> Path:
        return self.path / "report.html"

    def save_plan(self, plan: Plan) -> None:
        """Write the resolved plan, whole or not at all; ``unseen eval --config`` reads it. Raises :class:`StoreError`."""
        fields = plan.model_dump(mode="json", exclude_none=True)
        try:
            self.path.mkdir(parents=True, exist_ok=True)
            target = self.path / "plan.toml"
            partial = target.with_suffix(".partial")
            partial.write_text(tomli_w.dumps(fields), encoding="utf-8")
            partial.replace(target)
        except OSError as error:
            raise StoreError(f"cannot save the plan in {self.path}: {error.strerror}") from None

    def remove(self) -> None:
        """Delete the folder and what is in it."""
        shutil.rmtree(self.path, ignore_errors=True)


def new_run_id() -> str:
    """A fresh id that sorts by time: ``20260131-154500-3f9a``."""
    return f"{time.strftime('%Y%m%d-%H%M%S', time.gmtime())}-{secrets.token_hex(2)}"
