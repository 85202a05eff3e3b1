"""Writes a ``language/rewriting`` problem as a prompt, and reads such a prompt back into a problem."""

from __future__ import annotations

import re

from unseen.errors import CertificateError
from unseen.families._phrasebook import Phrase, ordinal, sentences
from unseen.families.language_rewriting._problem import Condition, Operation, Procedure, RewritingProblem, Step
from unseen.families.language_rewriting._stories import SENTENCES, WORDINGS
from unseen.families.language_rewriting._wordings import CONDITIONS, ORDERS, ORDINALS

_ALPHABET = {
    "backwards": "The alphabet runs backwards here: z comes first and a comes last.",
    "vowels last": "In the alphabet used here a, e, i, o and u come last, after z; all else is as usual.",
    "from m": "The alphabet used here begins with m, runs to z and goes on from a to l.",
}
_PLACES = (
    "Places are counted from the end: the first word or letter is the one furthest to the right, the second is the one to its left, "
    "and so on, so that the last is the one furthest to the left."
)
_COPY = "Answers are written in reverse here: one word from its last letter to its first, several words from the last to the first."
_NOTHING = "A step that finds nothing to work on changes nothing."
_FIXPOINT = (
    "As long as any rule fits somewhere, use a rule at the first place where one fits, and then look again in the same way. "
    "A rule fits where its two letters stand side by side in this order, read from left to right."
)


# ---- writing ----


def rules_text(reading: str, procedure: Procedure, several: bool, conditions: bool) -> str:
    """What siblings at a setting share: the reading, as far as it matters, and the conventions."""
    parts = [_FIXPOINT] if procedure == "fixpoint" else []
    if reading != "usual" and procedure == "copy":
        return _COPY
    if reading != "usual":
        ordered = procedure in ("sort", "program") or (conditions and procedure in ("pick", "rewrite"))
        placed = procedure != "sort" or several
        parts += [_ALPHABET[reading]] if ordered else []
        parts += [_PLACES] if placed else []
    if procedure == "program" or (procedure == "rewrite" and several) or (procedure == "pick" and conditions):
        parts.append(_NOTHING)
    return " ".join(parts)


def body_text(problem: RewritingProblem, story: str, places: list[int]) -> str:
    """The problem as the story tells it; aside i stands before sentence ``places[i]``. Ends with the question."""
    told = SENTENCES[story]
    orders = ORDERS[WORDINGS[story]]
    single = problem.procedure in ("rewrite", "fixpoint") or len(problem.words) == 1
    if problem.procedure == "copy":
        part = "copy_one" if single else "copy_all"
        lines = [told["asides"][i % len(told["asides"])].tell(word=word) for i, word in enumerate(problem.asides)]
        lines.append(told[part][0].tell(word=problem.words[0], words=", ".join(problem.words)))
        return " ".join([*lines, told[part][1].tell()])
    given = told["given_one"][0].tell(word=problem.words[0]) if single else told["given"][0].tell(words=", ".join(problem.words))
    frames = told["rule" if problem.procedure == "fixpoint" else "frames"]
    lines = [frames[i % len(frames)].tell(count=i + 1, do=_step(step, orders, single)) for i, step in enumerate(problem.steps)]
    lines.insert(0, given)
    for i, (place, word) in sorted(enumerate(zip(places, problem.asides, strict=True)), key=lambda pair: -pair[1][0]):
        asides = told["asides"]
        lines.insert(place, asides[i % len(asides)].tell(word=word))
    return " ".join([*lines, _question(problem, told, single)])


def _question(problem: RewritingProblem, told: dict[str, tuple[Phrase, ...]], single: bool) -> str:
    if single:
        return told["ask_word"][0].tell()
    if not problem.ask:
        return told["ask_all"][0].tell()
    part = "ask_sorted" if problem.procedure == "sort" else "ask_place" if problem.steps else "ask_only"
    return told[part][0].tell(place=_place(problem.ask))


def _step(step: Step, orders: dict[tuple[str, str], Phrase], single: bool) -> str:
    do = _order(step.do, orders, single)
    if not step.conditions:
        return do
    conditions = " and ".join(_condition(condition, single) for condition in step.conditions)
    if step.do.kind == "rule":
        return f"{do}, as long as {conditions}"
    if step.otherwise is None:
        return f"if {conditions}, then {do}"
    return f"if {conditions}, then {do}; otherwise {_order(step.otherwise, orders, single)}"


def _order(operation: Operation, orders: dict[tuple[str, str], Phrase], single: bool) -> str:
    of = "word" if single else "each" if operation.each else "list"
    kind = "rotate_1" if operation.kind == "rotate" and operation.places == (1,) else operation.kind
    values: dict[str, object] = {}
    if operation.letters:
        quoted = [f'"{text}"' for text in operation.letters]
        values = {"letter": quoted[0], "text": quoted[-1], "text1": quoted[0], "text2": quoted[-1]}
    if operation.places:
        said = [_place(place) for place in operation.places]
        values |= {"count": operation.places[0], "place": said[0], "place1": said[0], "place2": said[-1]}
    return orders[of, kind].tell(**values)


def _condition(condition: Condition, single: bool) -> str:
    kind = condition.kind if condition.kind != "order" else "letters" if single else "words"
    place = _place(condition.number) if condition.kind == "item" else ""
    return CONDITIONS[kind].tell(letter=f'"{condition.letter}"', count=condition.number, place=place)


def _place(number: int) -> str:
    return ORDINALS[number - 1] if number <= len(ORDINALS) else ordinal(number)


# ---- reading ----


def read_problem(prompt: str) -> RewritingProblem:
    """The problem that a prompt tells, asides left out. Raises :class:`CertificateError` when it tells none."""
    lines = sentences(prompt)
    for name, told in SENTENCES.items():
        copied = next((found for line in lines for part in ("copy_one", "copy_all") if (found := told[part][0].read(line))), None)
        if copied is not None:
            reading = "backwards" if _COPY in prompt else "usual"
            return RewritingProblem(reading=reading, procedure="copy", words=_unlisted(copied), steps=())
        given = next((found for line in lines for part in ("given", "given_one") if (found := told[part][0].read(line))), None)
        if given is not None:
            return _assemble(prompt, lines, name, _unlisted(given))
    raise CertificateError("the prompt tells no rewriting problem")


def _unlisted(found: dict[str, str]) -> tuple[str, ...]:
    return tuple((found.get("words") or found["word"]).split(", "))


def _assemble(prompt: str, lines: list[str], story: str, words: tuple[str, ...]) -> RewritingProblem:
    told, orders = SENTENCES[story], ORDERS[WORDINGS[story]]
    reading = next((name for name, said in _ALPHABET.items() if said in prompt), "backwards" if _PLACES in prompt else "usual")
    fixpoint = _FIXPOINT in prompt
    single = any(told["given_one"][0].read(line) for line in lines)
    frames = told["rule" if fixpoint else "frames"]
    steps = tuple(_read_step(found["do"], orders, single) for line in lines for frame in frames if (found := frame.read(line)))
    procedure: Procedure = "fixpoint" if fixpoint else "rewrite" if single else "program"
    ask = 0
    for part in ("ask_sorted", "ask_place", "ask_only"):
        if (asked := told[part][0].read(lines[-1])) is not None:
            procedure, ask = "sort" if part == "ask_sorted" else "program", _read_place(asked["place"])
    return RewritingProblem(reading=reading, procedure=procedure, words=words, steps=steps, ask=ask)


def _read_step(text: str, orders: dict[tuple[str, str], Phrase], single: bool) -> Step:
    if found := re.fullmatch(r"(.+), as long as (.+)", text):
        return Step(do=_read_order(found[1], orders, single), conditions=_read_conditions(found[2]))
    if found := re.fullmatch(r"if (.+?), then (.+); otherwise (.+)", text):
        return Step(
            do=_read_order(found[2], orders, single),
            conditions=_read_conditions(found[1]),
            otherwise=_read_order(found[3], orders, single),
        )
    return Step(do=_read_order(text, orders, single))


def _read_order(text: str, orders: dict[tuple[str, str], Phrase], single: bool) -> Operation:
    for (of, kind), phrase in orders.items():
        if (of == "word") == single and (found := phrase.read(text)) is not None:
            letters = tuple(found[name].strip('"') for name in ("letter", "text", "text1", "text2") if name in found)
            places = tuple(_read_place(found[name]) for name in ("count", "place", "place1", "place2") if name in found)
            if kind == "rotate_1":
                kind, places = "rotate", (1,)
            return Operation(kind=kind, letters=letters, places=places, each=of == "each")
    raise CertificateError(f"no such order: {text}")


def _read_conditions(text: str) -> tuple[Condition, ...]:
    return tuple(_read_condition(part) for part in text.split(" and "))


def _read_condition(text: str) -> Condition:
    for kind, phrase in CONDITIONS.items():
        if (found := phrase.read(text)) is not None:
            number = _read_place(found.get("count") or found.get("place") or "0")
            named = "order" if kind in ("letters", "words") else kind
            return Condition(kind=named, letter=found.get("letter", "").strip('"'), number=number)
    raise CertificateError(f"no such condition: {text}")


def _read_place(text: str) -> int:
    return ORDINALS.index(text) + 1 if text in ORDINALS else int(re.sub(r"\D", "", text))
