"""What went wrong between a question and its answer, in one line that a user can act on."""

from __future__ import annotations

import re
from collections.abc import Iterator

_LONGEST = 300
_SECRET = re.compile(r"(?i)(bearer\s+|sk-|api[-_]?key['\"=:\s]+)[\w\-.*]{6,}")


def causes(error: BaseException) -> Iterator[BaseException]:
    """The error and what it came from, outermost first; retry wrappers and groups are opened."""
    seen: set[int] = set()
    current: BaseException | None = error
    while current is not None and id(current) not in seen:
        seen.add(id(current))
        yield current
        attempt = getattr(current, "last_attempt", None)  # tenacity.RetryError
        if attempt is not None:
            current = attempt.exception()
        elif isinstance(current, BaseExceptionGroup):
            current = current.exceptions[0]
        else:
            current = current.__cause__


def status_of(error: BaseException) -> int | None:
    """The HTTP status behind an error, if there was one."""
    for cause in causes(error):
        for holder in (cause, getattr(cause, "response", None)):
            status = getattr(holder, "status_code", None)
            if isinstance(status, int):
                return status
    return None


def infrastructure_reason(error: BaseException) -> str:
    """Why no answer was obtained: the innermost error that says something, on one line, without secrets."""
    chain = [cause for cause in causes(error) if one_line(str(cause))]
    chosen = next((cause for cause in chain if hasattr(cause, "status_code") and not hasattr(cause, "provider_message")), None)
    chosen = chosen or (chain[-1] if chain else error)
    return f"{type(chosen).__name__}: {one_line(str(chosen))}".rstrip(": ")


def one_line(text: str) -> str:
    """The text on one line, at most ``_LONGEST`` characters, with what looks like a key struck out."""
    line = " ".join(_SECRET.sub(r"\1***", text).split())
    return line if len(line) <= _LONGEST else f"{line[: _LONGEST - 1]}…"
