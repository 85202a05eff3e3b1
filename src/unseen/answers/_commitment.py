"""Finds the answer a reply commits to: the last one it states as its answer."""

from __future__ import annotations

import re

_MARKER = re.compile(r"(?:final\s+)?answer\s*(?:is|:|=)\s*", re.IGNORECASE)


def committed_answer(reply: str, *, many_lines: bool = False) -> str:
    """The text of the last committed answer: after the last answer marker, else the last non-empty line.

    With ``many_lines`` the answer may go on over several lines, as lists and plans do.
    """
    last = None
    for last in _MARKER.finditer(reply):
        pass
    tail = reply[last.end() :] if last else reply
    lines = [line.strip() for line in tail.splitlines() if line.strip()]
    if many_lines:
        return "\n".join(lines)
    return (lines[0] if last else lines[-1]) if lines else ""
