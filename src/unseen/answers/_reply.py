"""Turns a raw reply into plain text: no thoughts, no markup, no odd characters. Linear in its length."""

from __future__ import annotations

import re

TAIL = 200_000  # characters read of a reply; an answer stands at its end, and nobody writes more in earnest

_ODD = {
    **dict.fromkeys(map(ord, "\u2212\u2010\u2011\u2012\u2013\u2014\ufe63\uff0d"), "-"),
    **dict.fromkeys(map(ord, "\u00a0\u2000\u2001\u2002\u2003\u2004\u2005\u2006\u2007\u2008\u2009\u200a\u202f\u205f\u3000"), " "),
    **dict.fromkeys(map(ord, "\u200b\u200c\u200d\u2060\ufeff\u00ad"), None),
    **dict.fromkeys(map(ord, "\u2018\u2019\u201a\u2032\u02bc"), "'"),
    **dict.fromkeys(map(ord, "\u201c\u201d\u201e\u2033\u00ab\u00bb"), '"'),
    **{0xFF01 + i: chr(0x21 + i) for i in range(94) if 0xFF01 + i != 0xFF0D},  # full-width forms
    **dict.fromkeys((*range(9), 11, *range(14, 32), 127), " "),
    **dict.fromkeys((12, 13, 0x85, 0x2028, 0x2029), "\n"),
}
_LONE_SURROGATE = re.compile("[\ud800-\udfff]")
_GROUPING = re.compile("(?<=\\d)[\u00a0\u2009\u202f\u2007](?=\\d{3}(?!\\d))")
_THOUGHT = re.compile(r"<(/?)(?:think|thinking|thought|reasoning)>", re.IGNORECASE)
_SPACES = re.compile(r"[ \t]+")
_FENCE = re.compile(r"^[ \t]*(?:```|~~~)[^\n`]*$", re.MULTILINE)
_EMPHASIS = re.compile(r"\*\*(?!\d)|(?<!\d)\*\*|__(?=\S)|(?<=\S)__|(?<![\w*])\*(?=[^\s*])|(?<=[^\s*])\*(?![\w*])")
_HEADING = re.compile(r"^[ \t]*(?:#{1,6}|>)[ \t]+", re.MULTILINE)
_LATEX = (
    (re.compile(r"\\(?:text|mathrm|mathbf|mathit|mbox|textbf|operatorname)\s*\{([^{}]{0,2000})\}"), r"\1"),
    (re.compile(r"\\(?:text|mathrm|mathbf|mathit|mbox|textbf)(?=\{)"), ""),
    (re.compile(r"\\d?frac\s*\{([^{}]{0,200})\}\s*\{([^{}]{0,200})\}"), r"\1/\2"),
    (re.compile(r"\{,\}|(?<=\d)\\[,!](?=\d)"), ","),
    (re.compile(r"\\(?:left|right|displaystyle)(?![A-Za-z])|\\[()\[\]]"), " "),
    (re.compile(r"\\[,;:! ]|\\q?quad(?![A-Za-z])"), " "),
    (re.compile(r"\\(?:times|cdot)(?![A-Za-z])"), "×"),
    (re.compile(r"\\(?:to|rightarrow|Rightarrow|longrightarrow)(?![A-Za-z])"), "→"),
    (re.compile(r"\\([$%_#&{}])"), r"\1"),
)
_SENTENCE = re.compile(r"(?<=[.!?])[\"')\]]?\s+|\n+")
_NOT = re.compile(r"\b(is|are|was|were|do|does|did|would|could|should|must)n't\b|\b(?:ca|wo)n't\b", re.IGNORECASE)


def plain(reply: str) -> str:
    """The reply as plain text. Reads at most its last ``TAIL`` characters; never raises."""
    text = "" if _still_thinking(reply) else _without_thoughts(reply[-TAIL:])
    text = _GROUPING.sub(",", text).translate(_ODD)
    text = _SPACES.sub(" ", _LONE_SURROGATE.sub("\ufffd", text))
    text = _HEADING.sub("", _FENCE.sub("", text))
    text = _EMPHASIS.sub("", text).replace("`", "")
    for pattern, replacement in _LATEX:
        text = pattern.sub(replacement, text)
    return _NOT.sub(_spelled_out, text)


def sentences(text: str) -> list[str]:
    """The sentences of a text, line breaks being sentence ends."""
    return [sentence for part in _SENTENCE.split(text) if (sentence := part.strip())]


def _spelled_out(found: re.Match[str]) -> str:
    return f"{found[1]} not" if found[1] else ("cannot" if found[0][0] in "cC" else "will not")


def _still_thinking(reply: str) -> bool:
    """Whether a thought that began before the part we read never ended."""
    return reply.rfind("<think>", 0, max(len(reply) - TAIL, 0)) > reply.rfind("</think>")


def _without_thoughts(text: str) -> str:
    kept: list[str] = []
    at, depth = 0, 0
    for tag in _THOUGHT.finditer(text):
        if tag[1]:
            kept = [] if not depth else kept  # closed but never opened: everything so far was thought
            depth = 0
        elif not depth:
            kept.append(text[at : tag.start()])
            depth = 1
        at = tag.end()
    return "".join(kept) if depth else "".join((*kept, text[at:]))
