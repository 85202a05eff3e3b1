"""Comparing: are equals left together and unequals told apart, on shared tasks, on different ones, and while peeking? Is wrapping held against anyone?"""

from __future__ import annotations

from collections.abc import Sequence

from unseen.measuring import Comparison, compare, fit_item_responses, item_responses
from unseen.outcome import Outcome
from unseen.validating._check import Case, Found, PlantedCheck
from unseen.validating._lab import Lab, spaces

ABILITY, WEAKER = 8, 5


def _reference(lab: Lab, label: str) -> str:
    """The examinee that others are compared with: of known ability, with luck of its own."""
    return lab.named(f"simulated/item-response?ability={ABILITY}&guess=0&slip=0&discrimination=1&seed={lab.luck(label)}")


def _compared(lab: Lab, examinee: str, sheet: str, label: str) -> Comparison:
    first: Sequence[Outcome] = lab.sit(examinee, "tasks")
    return compare(first, lab.sit(_reference(lab, label), sheet), spaces(), names=("first", "second"), level=lab.level)


def _told_apart(lab: Lab, examinee: str) -> Found:
    """On shared tasks and on different ones: the interval of the difference, and the e-value that holds under peeking."""
    paired, equated = _compared(lab, examinee, "tasks", "compare"), _compared(lab, examinee, "other tasks", "compare")
    shown = [
        f"{100 * c.overall.points.value:+.0f} ({100 * c.overall.points.low:+.0f} to {100 * c.overall.points.high:+.0f})"
        for c in (paired, equated)
    ]
    return Found.of(
        f"shared tasks {shown[0]}, different tasks {shown[1]} points; e-value {paired.overall.evidence.e_value:.2g}",
        told_apart_on_shared_tasks=_apart(paired),
        told_apart_on_different_tasks=_apart(equated),
        told_apart_while_peeking=paired.overall.evidence.largest >= 1 / lab.alpha,
    )


def _apart(found: Comparison) -> bool:
    return found.overall.points.low > 0 or found.overall.points.high < 0


def _punished(lab: Lab, examinee: str) -> Found:
    """Answers that were planted right and marked wrong; and the pass rate against that of the same ability, unwrapped."""
    found = _compared(lab, examinee, "tasks", "unformatted")
    truth = lab.truth(examinee)
    outcomes = {outcome.task_id: outcome for outcome in lab.sit(examinee, "tasks")}
    solved = [given.task.id for given in lab.sheet("tasks") if truth.succeeds(given.task)]
    refused = sum(not outcomes[task].correct for task in solved)
    points = found.overall.points
    return Found.of(
        f"{refused} of {len(solved)} right answers refused; {100 * points.value:+.0f} points ({100 * points.low:+.0f} to {100 * points.high:+.0f})",
        right_answers_refused=refused > 0,
        worse_than_unformatted=points.high < 0,
    )


def _difference(lab: Lab, examinee: str) -> Found:
    """θ of the examinee minus θ of an able one that answered other tasks, by the item response model; and what it says of stories."""
    outcomes = [*lab.sit(examinee, "tasks"), *lab.sit(_reference(lab, "scale"), "other tasks")]
    fit = fit_item_responses(item_responses(outcomes, spaces(), ability=lambda o: (o.examinee, "all")), level=lab.level)
    names = [name for name, _ in fit.responses.abilities]
    gap = fit.difference((examinee, "all"), (next(name for name in names if name != examinee), "all"))
    surface = [effect for effect in fit.effects if effect.name.partition(": ")[2].partition("=")[0] in ("story", "names", "style")]
    stories = [effect for effect in surface if effect.p_value * len(surface) < lab.alpha]
    planted = WEAKER - ABILITY
    return Found.of(
        f"θ difference {gap.value:+.2f} logits ({gap.low:+.2f} to {gap.high:+.2f}) for {planted:+d} planted",
        difference_is_off=not gap.low <= planted <= gap.high,
        a_story_counts=bool(stories),
    )


_APART = frozenset({"told apart on shared tasks", "told apart on different tasks", "told apart while peeking"})
_BELOW = frozenset({"worse than unformatted"})

COMPARE = PlantedCheck(
    "compare",
    "compare, and its evidence",
    (
        Case(f"simulated/item-response?ability={WEAKER}", "three doublings of effort weaker than the other", must=_APART),
        Case(f"simulated/item-response?ability={ABILITY}", "as able as the other, other luck", never=_APART),
    ),
    _told_apart,
)
FORMATTER = PlantedCheck(
    "formatting",
    "grader, and compare",
    (
        Case(f"simulated/formatter?ability={ABILITY}", "as able as the other, every wrapping", never=_BELOW | {"right answers refused"}),
        Case(
            f"simulated/item-response?ability={WEAKER}",
            "plain words, three doublings weaker",
            must=_BELOW,
            never=frozenset({"right answers refused"}),
        ),
    ),
    _punished,
)
SCALE = PlantedCheck(
    "item response model",
    "item response model over different tasks",
    (
        Case(
            f"simulated/item-response?ability={WEAKER}",
            "three doublings (3 logits) below the other",
            never=frozenset({"difference is off", "a story counts"}),
        ),
        Case(
            f"simulated/item-response?ability={ABILITY}",
            "no gap at all",
            must=frozenset({"difference is off"}),
            never=frozenset({"a story counts"}),
        ),
    ),
    _difference,
)
