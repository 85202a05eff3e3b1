"""Finds the answer a reply commits to: the last one it states as its answer."""

from __future__ import annotations

import re

_MARKER = re.compile(r"(?:final\s+)?answer\s*(?:is|:|=)\s*", re.IGNORECASE)


def committed_answer(reply: str) -> str:
    """The text of the last committed answer: after the last answer marker, else the last non-empty line."""
    last = None
    for last in _MARKER.finditer(reply):
        pass
    tail = reply[last.end() :] if last else reply
    lines = [line.strip() for line in tail.splitlines() if line.strip()]
    return (lines[0] if last else lines[-1]) if lines else ""
