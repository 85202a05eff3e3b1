"""Draws the problems of ``language/rewriting``, the same in every reading, so that twins differ in the reading alone."""

from __future__ import annotations

from unseen.choices import Choices
from unseen.families.language_rewriting._apply import Interpreter, apply
from unseen.families.language_rewriting._problem import ALPHABETS, VOWELS, Condition, Operation, Procedure, RewritingProblem, Step
from unseen.families.language_rewriting._words import how_many, next_free
from unseen.space import Setting

_ATTEMPTS = 10
_CONSONANTS = "bdfgklmprtvz"
_ON_WORD = ("every", "every", "once", "once", "rotate", "reverse", "double", "remove", "swap")
_ON_LIST: dict[Procedure, tuple[str, ...]] = {
    "pick": ("rotate", "swap", "swap", "reverse", "remove"),
    "sort": ("length", "vowels", "count", "letter", "front"),
    "program": ("rotate", "swap", "reverse", "length", "vowels", "count", "front", "alphabet"),
}
_IDLE_TWICE = frozenset(("reverse", "length", "vowels", "alphabet"))  # what undoes itself or changes nothing the second time
_LONGEST_GROWTH = 3  # steps that may put two letters in the place of one


def draw_rewriting(at: Setting, choose: Choices) -> RewritingProblem:
    """A problem that has another answer in every altered reading than in the usual one."""
    for attempt in range(_ATTEMPTS):
        problem = _attempt(at, choose.within(f"attempt/{attempt}"))
        if _reading_matters(problem):
            break
    return problem.model_copy(update={"reading": at.reading, "asides": _words(choose.within("asides"), at, at.distractors, problem.words)})


def _reading_matters(problem: RewritingProblem) -> bool:
    """Whether every altered reading gives another answer, and the usual one is not what was there to begin with."""
    usual = apply(problem).key
    if usual in (problem.words[0], list(problem.words)) and problem.procedure not in ("copy", "pick"):
        return False
    # Without order the altered readings are all alike, and over long whole lists they hardly ever agree with the usual one.
    alike = not _needs_alphabet(problem) or (not problem.ask and len(problem.words) > 5)
    altered = list(ALPHABETS)[1 : 2 if alike else None]
    return all(apply(problem.model_copy(update={"reading": reading})).key != usual for reading in altered)


def _needs_alphabet(problem: RewritingProblem) -> bool:
    operations = (operation.kind for step in problem.steps for operation in (step.do, step.otherwise) if operation)
    conditions = (condition.kind for step in problem.steps for condition in step.conditions)
    return not {"alphabet", "letter"}.isdisjoint(operations) or "order" in conditions


def _attempt(at: Setting, choose: Choices) -> RewritingProblem:
    procedure: Procedure = at.procedure
    if procedure == "fixpoint":
        return _fixpoint(at, choose)
    if procedure == "copy":
        return RewritingProblem(reading="usual", procedure="copy", words=_words(choose, at, at.steps, ()), steps=())
    words = _words(choose, at, 1 if procedure == "rewrite" else at.words, ())
    if procedure == "rewrite":
        return _followed(at, choose, RewritingProblem(reading="usual", procedure=procedure, words=words, steps=()), at.steps)
    steps = at.steps - (procedure == "pick")  # choosing the word is a step too
    problem = _followed(at, choose, RewritingProblem(reading="usual", procedure=procedure, words=words, steps=()), steps)
    if procedure == "pick" or choose.chance("one", 0.5):
        left = len(words) - sum(map(_removes, problem.steps))
        problem = problem.model_copy(update={"ask": choose.integer("ask", 1, left)})
    return problem


def _words(choose: Choices, at: Setting, count: int, taken: tuple[str, ...]) -> tuple[str, ...]:
    found: list[str] = []
    for i in range(count):
        shortest = max(2, at.length - 2)
        lengths = at.length - shortest + 1
        number, longer = divmod(choose.integer(f"word/{i}", 0, lengths * how_many(at.length) - 1), lengths)
        found.append(next_free(number, shortest + longer, [*found, *taken]))
    return tuple(found)


def _followed(at: Setting, choose: Choices, problem: RewritingProblem, count: int) -> RewritingProblem:
    """The problem with steps, each drawn for what the usual reading has made of the words by then."""
    state = Interpreter(problem)
    single = problem.procedure == "rewrite"
    steps: list[Step] = []
    growing = 0
    for i in range(count):
        inner = choose.within(f"step/{i}")
        # Whatever a reading makes of the conditions, two letters or words are left.
        least = min(len(problem.words[0]), len(state.words[0])) if single else len(problem.words)
        budget = least - 2 - sum(map(_removes, steps))
        idle = _IDLE_TWICE & {steps[-1].do.kind} if steps else frozenset[str]()
        first_sort = problem.procedure == "sort" and not steps
        do = Operation(kind="alphabet") if first_sort else _operation(problem, state, inner.within("do"), idle, budget, growing)
        step = Step(do=do)
        if at.conditions and not first_sort and inner.chance("conditional", 0.6):
            conditions = _conditions(state, inner, inner.integer("ifs", 1, at.conditions), single)
            otherwise = _operation(problem, state, inner.within("else"), idle | {do.kind}, budget, growing)
            step = Step(do=do, conditions=conditions, otherwise=otherwise)
        growing += any(o is not None and o.letters and len(o.letters[-1]) > 1 for o in (step.do, step.otherwise))
        state.step(step, single)
        steps.append(step)
    return problem.model_copy(update={"steps": tuple(steps)})


def _removes(step: Step) -> bool:
    return step.do.kind == "remove" or (step.otherwise is not None and step.otherwise.kind == "remove")


def _operation(
    problem: RewritingProblem, state: Interpreter, choose: Choices, barred: frozenset[str], removable: int, growing: int
) -> Operation:
    """An order of a kind that is not barred, and that finds something to do in the usual reading."""
    barred = barred if removable > 0 else barred | {"remove"}
    if problem.procedure == "rewrite":
        return _on_word(choose, "".join(state.words[0]), barred, growing)
    if problem.procedure == "program" and choose.chance("each", 0.35):
        word = "".join(state.words[choose.integer("model", 0, 10**6) % len(state.words)])
        return _on_word(choose, word, barred | {"remove"}, growing).model_copy(update={"each": True})
    kind = choose.pick("kind", [kind for kind in _ON_LIST[problem.procedure] if kind not in barred])
    size = len(state.words)
    if kind == "rotate":
        return Operation(kind="rotate", places=(choose.integer("count", 1, max(size // 2, 1)),))
    if kind == "remove":
        return Operation(kind="remove", places=(choose.integer("place", 1, size),))
    if kind == "swap":
        return Operation(kind="swap", places=tuple(sorted(choose.sample("places", range(1, size + 1), 2))))
    if kind in ("count", "front"):
        return Operation(kind=kind, letters=(choose.pick("letter", _present("".join(map("".join, state.words)))),))
    return Operation(kind=kind, places=(choose.integer("place", 1, 2),) if kind == "letter" else ())


def _on_word(choose: Choices, word: str, barred: frozenset[str], growing: int) -> Operation:
    kind = choose.pick("change", [kind for kind in _ON_WORD if kind not in barred])
    if kind in ("every", "once"):
        letter = choose.pick("letter", _present(word))
        others = [other for other in (VOWELS if letter in VOWELS else _CONSONANTS) if other != letter]
        by = choose.pick("by", others)
        if growing < _LONGEST_GROWTH and choose.chance("longer", 0.3):
            by += choose.pick("more", _CONSONANTS if by in VOWELS else VOWELS)
        return Operation(kind=kind, letters=(letter, by))
    if kind == "rotate":
        return Operation(kind="rotate", places=(choose.integer("count", 1, max(len(word) // 2, 1)),))
    if kind == "remove":
        return Operation(kind="remove", places=(choose.integer("place", 1, min(len(word), 4)),))
    if kind == "swap":
        return Operation(kind="swap", places=tuple(sorted(choose.sample("places", range(1, max(len(word), 2) + 1), 2))))
    return Operation(kind=kind)


def _present(word: str) -> list[str]:
    return sorted(set(word))


def _conditions(state: Interpreter, choose: Choices, count: int, single: bool) -> tuple[Condition, ...]:
    """So many conditions of different kinds."""
    word = "".join(state.words[0])
    if single:
        kinds = choose.sample("kinds", ("contains", "longer", "even", "vowel", "order"), count)
        return tuple(_word_condition(kind, word, choose.within(f"if/{kind}")) for kind in kinds)
    found: list[Condition] = []
    for kind in choose.sample("kinds", ("item", "length", "order"), count):
        if kind == "item":
            place, letter = choose.integer("place", 1, len(state.words)), choose.pick("letter", _present(word))
            found.append(Condition(kind="item", number=place, letter=letter))
        else:
            found.append(Condition(kind=kind))
    return tuple(found)


def _word_condition(kind: str, word: str, choose: Choices) -> Condition:
    if kind == "contains":
        return Condition(kind="contains", letter=choose.pick("letter", [*_present(word), *"ko"]))
    if kind == "longer":
        return Condition(kind="longer", number=max(len(word) + choose.integer("by", -2, 1), 2))
    return Condition(kind=kind)


# ---- rules until none fits ----


def _fixpoint(at: Setting, choose: Choices) -> RewritingProblem:
    """A long word over few letters, and pair rules that either shorten it or put two letters in order, so that they end."""
    count = 1 + (at.steps + 1) // 2
    vowels, consonants = choose.sample("vowels", VOWELS, 2), choose.sample("consonants", _CONSONANTS, 2 + count // 5)
    letters = choose.shuffle("rank", [*vowels, *consonants])
    size = 2 * at.length + at.words
    word = "".join(choose.pick(f"letter/{i}", vowels if i % 2 else consonants) for i in range(size))
    place = choose.integer("first pair", 0, size - 3)
    pairs = [word[place : place + 2], word[place + 1 : place + 3]]
    others = [a + b for a in letters for b in letters if a + b not in pairs]
    pairs = list(dict.fromkeys([*pairs, *choose.sample("pairs", others, max(count - 2, 0))]))[: max(count, 2)]
    steps = tuple(_rule(at, choose.within(f"rule/{i}"), pair, letters, word) for i, pair in enumerate(pairs))
    return RewritingProblem(reading="usual", procedure="fixpoint", words=(word,), steps=steps)


def _rule(at: Setting, choose: Choices, pair: str, letters: list[str], word: str) -> Step:
    ordered = letters.index(pair[0]) > letters.index(pair[1])
    by = pair[::-1] if ordered and choose.chance("order", 0.75) else choose.pick("by", letters)
    conditions: tuple[Condition, ...] = ()
    if at.conditions and choose.chance("conditional", 0.4):
        kinds = choose.sample("kinds", ("contains", "longer", "even"), choose.integer("ifs", 1, at.conditions))
        conditions = tuple(_word_condition(kind, word[: len(word) // 2], choose.within(f"if/{kind}")) for kind in kinds)
    return Step(do=Operation(kind="rule", letters=(pair, by)), conditions=conditions)
