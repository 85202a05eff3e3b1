"""Stacks to rearrange in as few moves as possible, under everyday or altered physics."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from itertools import chain, combinations
from typing import Any, Self

from pydantic import model_validator

from unseen.answers import Answer, IntegerAnswer, PlanAnswer
from unseen.choices import Choices
from unseen.errors import CertificateError
from unseen.families.base import Family
from unseen.families.planning_blocks._search import EMPTY, Goal, Physics, State, Step, canonical, execute, satisfied, shortest_plan
from unseen.families.planning_blocks._stories import STORIES, read_relations, relation
from unseen.space import Category, Integer, Ordinal, Setting, Space
from unseen.task import JSON, Prompt
from unseen.task import Problem as Structure

# No A (so that "to an empty place" is no block), no I and O (digits in some fonts), no X and Y (they stand for blocks in the instruction).
LETTERS = "BCDEFGHJKLMNPQRSTUVWZ"
MOST_BLOCKS = 8
_PLACES = {"any number": 0, "4 places": 4, "3 places": 3}
_GROUND = frozenset({EMPTY, "a", "an", "new", "table", "quay", "counter", "desk", "siding", "buffer", "floor", "ground", "place", "word"})
_PARTIAL = "(all else may stand anywhere)"


class BlocksProblem(Structure):
    """Stacks from the bottom up, and a goal as (block, what it stands on) pairs; ``places`` 0 means no limit.

    ``ask`` is "length" or "plan"; ``whole`` says that the goal fixes every block. ``remarks`` are (block, which) facts
    that do not matter.
    """

    ask: str
    physics: Physics
    places: int
    start: tuple[tuple[str, ...], ...]
    goal: tuple[tuple[str, str], ...]
    whole: bool
    remarks: tuple[tuple[str, int], ...] = ()

    @model_validator(mode="after")
    def _possible(self) -> Self:
        blocks = [block for stack in self.start for block in stack]
        under = dict(self.goal)
        if not 0 < len(blocks) == len(set(blocks)) <= MOST_BLOCKS or not set(blocks) <= set(LETTERS):
            raise ValueError(f"the blocks must be 1 to {MOST_BLOCKS} different letters")
        if self.places not in _PLACES.values() or 0 < self.places < len(self.start) or not all(self.start):
            raise ValueError("the start does not fit the places")
        supports = [below for below in under.values() if below != EMPTY]
        if not under or len(under) != len(self.goal) or len(set(supports)) != len(supports) or not {*under, *supports} <= set(blocks):
            raise ValueError("the goal puts one block in two places")
        if any(_circular(block, under) for block in under) or 0 < self.places < list(under.values()).count(EMPTY):
            raise ValueError("the goal cannot be built")
        if self.ask not in ("length", "plan") or self.whole != (set(under) == set(blocks)):
            raise ValueError("ask must be 'length' or 'plan', and whole must say whether the goal names every block")
        return self

    @property
    def state(self) -> State:
        """The start as the planner sees it."""
        return canonical(self.start)

    @property
    def wanted(self) -> Goal:
        """The goal in one order, whatever order it was told in."""
        return tuple(sorted(self.goal))


class Blocks(Family[BlocksProblem]):
    """The fewest moves that turn one arrangement of stacks into another, or the moves themselves.

    Shortest lengths come from a search with an admissible estimate; a breadth-first planner over another encoding
    finds them again. Any shortest plan is right; the key holds the alphabetically first.
    """

    name, version, domain = "planning/blocks", 1, "planning"
    Problem = BlocksProblem
    space = Space(
        ask=Category("length", "plan", summary="how many moves at least, or which moves"),
        blocks=Integer(2, 7, summary="blocks to keep track of"),
        room=Ordinal("any number", "4 places", "3 places", role="difficulty", summary="how many stacks fit"),
        distractors=Integer(0, 4, summary="facts that do not matter"),
        goal=Category("part", "whole", summary="whether the goal fixes some blocks or all"),
        physics=Category(*(rule.value for rule in Physics), role="premise", summary="what one move does"),
        story=Category(*STORIES, role="surface", summary="what the stacks are made of"),
    )
    answer = IntegerAnswer()
    guess_rate = 0.2

    plan_answer = PlanAnswer(
        step='"X to Y" or "X to empty"',
        templates=("{} to {}", "{} over {}", "{} -> {}", "{} → {}"),
    )

    def draw(self, at: Setting, choose: Choices) -> BlocksProblem:
        blocks = choose.sample("letters", LETTERS, at.blocks)
        start, goal = _telling_pair(blocks, at.goal == "whole", choose)
        marked = choose.shuffle("remarked", range(6))
        return BlocksProblem(
            ask=at.ask,
            physics=Physics(at.physics),
            places=_PLACES[at.room],
            start=tuple(map(tuple, start)),
            goal=goal,
            whole=at.goal == "whole",
            remarks=tuple((choose.pick(f"remark/{k}", blocks), marked[k]) for k in range(at.distractors)),
        )

    def key(self, problem: BlocksProblem) -> JSON:
        plan = _plan(problem)
        return len(plan) if problem.ask == "length" else [list(step) for step in plan]

    def solve(self, problem: BlocksProblem) -> JSON:
        """The second planner: breadth-first over arrays, no estimate."""
        from unseen.families.planning_blocks._layers import layered_plan

        plan = layered_plan(problem.start, problem.wanted, problem.physics, problem.places)
        return len(plan) if problem.ask == "length" else [list(step) for step in plan]

    def certify(self, problem: BlocksProblem, key: JSON) -> JSON:
        """A plan shows that the length can be had; that no shorter one can is shown by searching again."""
        return {"plan": [list(step) for step in _plan(problem)]} if problem.ask == "length" else {"length": len(key)}

    def verify(self, problem: BlocksProblem, key: JSON, certificate: JSON) -> None:
        try:
            plan, length = (certificate["plan"], key) if problem.ask == "length" else (key, certificate["length"])
            steps = [(str(block), str(target)) for block, target in plan]
        except (KeyError, TypeError, ValueError):
            raise CertificateError("the certificate must hold the plan (or, where the plan is the key, its length)") from None
        if len(steps) != length:
            raise CertificateError(f"the plan has {len(steps)} moves, the length says {length}")
        if not _works(problem, steps):
            raise CertificateError("the plan does not lead from the start to the goal")
        super().verify(problem, key, certificate)

    def accepts(self, problem: BlocksProblem, key: JSON, value: Any) -> bool:
        """Any plan that works and is as short as the key."""
        if problem.ask == "length":
            return super().accepts(problem, key, value)
        steps = [(block.upper(), EMPTY if target.lower() in _GROUND else target.upper()) for block, target in value]
        return len(steps) == len(key) and _works(problem, steps)

    def answer_for(self, problem: BlocksProblem) -> Answer:
        return self.answer if problem.ask == "length" else self.plan_answer

    def render(self, problem: BlocksProblem, at: Setting, choose: Choices) -> Prompt:
        story = STORIES[at.story]
        room = story.room.format(problem.places) if problem.places else story.boundless
        naming = _naming(problem.physics) if problem.ask == "plan" else ""
        shared = [story.opening, room, story.physics[problem.physics], naming, self.answer_for(problem).instruction]
        remarks = "".join(f" {story.remarks[which].format(block)}." for block, which in problem.remarks)
        if problem.whole:
            goal = story.show(_assembled(problem.goal))
        else:
            goal = f"{'; '.join(relation(story, *pair) for pair in problem.goal)} {_PARTIAL}."
        question = (
            "What is the smallest number of moves?" if problem.ask == "length" else "Which moves, as few as possible, reach the goal?"
        )
        return Prompt(" ".join(filter(None, shared)), f"Start: {story.show(problem.start)}{remarks}\nGoal: {goal}\n{question}")

    def read(self, prompt: str) -> JSON:
        """Everything from the words: which story, which physics, how much room, the stacks and the goal."""
        story = next(story for story in STORIES.values() if prompt.startswith(story.opening))
        physics = next(rule for rule, words in story.physics.items() if words in prompt)
        room = re.search(re.escape(story.room).replace(r"\{\}", r"(\d)"), prompt)
        start, goal = re.findall(r"^(?:Start|Goal): (.*)$", prompt, re.MULTILINE)
        stacks = story.read(start)
        whole = not goal.endswith(f"{_PARTIAL}.")
        wanted = _pairs(story.read(goal)) if whole else read_relations(story, goal.removesuffix(f"{_PARTIAL}."))
        ask = "length" if "smallest number" in prompt else "plan"
        problem = BlocksProblem(
            ask=ask, physics=physics, places=int(room[1]) if room else 0, start=tuple(map(tuple, stacks)), goal=tuple(wanted), whole=whole
        )
        return self.key(problem)

    def effort(self, problem: BlocksProblem) -> float:
        """Facts to read, and for each move of the plan a look at every block."""
        blocks = sum(map(len, problem.start))
        return blocks + len(problem.goal) + len(problem.remarks) + blocks * len(_plan(problem))

    def features(self, problem: BlocksProblem) -> Mapping[str, float]:
        plan = _plan(problem)
        return {
            "moves": len(plan),
            "detours": sum(1 for _, target in plan if target == EMPTY),
            "moved blocks": len({block for block, _ in plan}),
            "highest stack": max(map(len, problem.start)),
        }


def _plan(problem: BlocksProblem) -> tuple[Step, ...]:
    return shortest_plan(problem.state, problem.wanted, problem.physics, problem.places)


def _works(problem: BlocksProblem, steps: Sequence[Step]) -> bool:
    end = execute(problem.state, steps, problem.physics, problem.places)
    return end is not None and satisfied(end, problem.wanted)


def _circular(block: str, under: Mapping[str, str]) -> bool:
    here = block
    for _ in under:
        here = under.get(here, EMPTY)
        if here in (EMPTY, block):
            return here == block
    return False


def _split(blocks: Sequence[str], choose: Choices) -> list[list[str]]:
    """Blocks in order, cut into at most three stacks (at least one of them higher than a single block from three blocks on)."""
    most = min(3, max(2, len(blocks) - 1))
    cuts = sorted(choose.sample("cuts", range(1, len(blocks)), choose.integer("stacks", 1, most) - 1))
    return [list(blocks[low:high]) for low, high in zip((0, *cuts), (*cuts, len(blocks)), strict=True)]


def _telling_pair(blocks: Sequence[str], whole: bool, choose: Choices) -> tuple[list[list[str]], tuple[Step, ...]]:
    """A start and a goal that need another number of moves under another physics, as far as a few attempts find them.

    The attempts look at every physics alike and at unlimited room, so that twins share one start and one goal.
    """
    enough = 3 * choose.integer("telling", 0, 1) if len(blocks) < 3 else 5 if len(blocks) < 5 else 4
    best, most = None, -1
    for k in range(8 if len(blocks) > 4 else 16):
        here = choose.within(f"attempt/{k}")
        start = _split(here.shuffle("order", blocks), here)
        target = _rearranged(start, here.within("goal"))
        if canonical(target) == canonical(start):
            continue
        goal = _demands(start, target, whole, here)
        differing = _differing_pairs(canonical(start), tuple(sorted(goal)))
        if differing > most:
            best, most = (start, goal), differing
        if most >= enough:
            break
    if best is None:
        start = [list(blocks)]
        best = start, _demands(start, [list(blocks[:-1]), [blocks[-1]]], whole, choose)
    return best


def _differing_pairs(state: State, goal: Goal) -> int:
    """How many of the six pairs of physics need different numbers of moves."""
    lengths = [len(shortest_plan(state, goal, rule, 0)) for rule in Physics]
    return sum(one != other for one, other in combinations(lengths, 2))


def _rearranged(start: Sequence[Sequence[str]], choose: Choices) -> list[list[str]]:
    """The start taken apart at some joints and put together anew: what stays joined is what altered physics can exploit."""
    pieces: list[list[str]] = []
    for s, stack in enumerate(start):
        for i, block in enumerate(stack):
            if i and not choose.chance(f"cut/{s}/{i}", 0.65):
                pieces[-1].append(block)
            else:
                pieces.append([block])
    pieces = choose.shuffle("pieces", pieces)
    count = choose.integer("stacks", 1, min(3, len(pieces)))
    cuts = sorted(choose.sample("joints", range(1, len(pieces)), count - 1))
    return [list(chain.from_iterable(pieces[low:high])) for low, high in zip((0, *cuts), (*cuts, len(pieces)), strict=True)]


def _pairs(stacks: Sequence[Sequence[str]]) -> list[Step]:
    return [(block, stack[i - 1] if i else EMPTY) for stack in stacks for i, block in enumerate(stack)]


def _assembled(goal: Goal) -> list[list[str]]:
    """The stacks that a whole goal describes, in the order in which their lowest blocks are named."""
    above = {under: block for block, under in goal if under != EMPTY}
    stacks = [[block] for block, under in goal if under == EMPTY]
    for stack in stacks:
        while stack[-1] in above:
            stack.append(above[stack[-1]])
    return stacks


def _demands(start: Sequence[Sequence[str]], target: Sequence[Sequence[str]], whole: bool, choose: Choices) -> tuple[Step, ...]:
    """The pairs of the target that the goal asks for: all, or about half, at least one of which does not hold yet."""
    pairs = _pairs(target)
    if whole:
        return tuple(pairs)
    now = _pairs(start)
    fresh = choose.shuffle("fresh", [pair for pair in pairs if pair not in now])
    first = next((pair for pair in fresh if pair[1] != EMPTY), fresh[0])
    others = choose.shuffle("others", [pair for pair in pairs if pair != first])
    others.sort(key=lambda pair: (pair[1] == EMPTY, pair in now))  # what tells most about the arrangement first
    return (first, *others[: min(len(pairs) - 2, len(pairs) // 2)])


def _naming(physics: Physics) -> str:
    along = ", with all that comes along," if physics in (Physics.TOWER, Physics.TURNED) else ""
    return f'Write "X to Y" when X{along} is put on or behind Y, and "X to empty" when it goes to an empty place.'
