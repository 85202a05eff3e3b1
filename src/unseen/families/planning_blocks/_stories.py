"""Six tellings of the same stacks, each with its own words and its own way of listing them.

A story can also read its own prompt back, so that a telling which lost a fact is caught.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass

from unseen.families.planning_blocks._search import EMPTY, Physics

Stacks = Sequence[Sequence[str]]


@dataclass(frozen=True)
class Story:
    """The words of one telling. ``{}`` stands for a block; stacks are listed from the bottom up."""

    opening: str
    room: str  # how many stacks fit, with {} for the number
    boundless: str
    physics: dict[Physics, str]
    on: str  # "{} is on {}"
    grounded: str  # "{} is on the table"
    remarks: tuple[str, ...]  # facts that do not matter
    show: Callable[[Stacks], str]
    read: Callable[[str], list[list[str]]]


def relation(story: Story, block: str, under: str) -> str:
    """One demand of a goal, in words."""
    return story.grounded.format(block) if under == EMPTY else story.on.format(block, under)


def read_relations(story: Story, text: str) -> list[tuple[str, str]]:
    """The inverse of :func:`relation`, for all the relations of a text."""
    on = re.findall(re.escape(story.on).replace(r"\{\}", r"\b([A-Z])\b"), text)
    grounded = re.findall(re.escape(story.grounded).replace(r"\{\}", r"\b([A-Z])\b"), text)
    return [*on, *((block, EMPTY) for block in grounded)]


def _show_blocks(stacks: Stacks) -> str:
    return " ".join(f"{b} is on {stack[i - 1] if i else 'the table'}." for stack in stacks for i, b in enumerate(stack))


def _read_blocks(text: str) -> list[list[str]]:
    stacks: list[list[str]] = []
    for block, under in re.findall(r"\b([A-Z]) is on ([A-Z]|the table)\b", text):
        if under == "the table":
            stacks.append([block])
        else:
            next(stack for stack in stacks if stack[-1] == under).append(block)
    return stacks


def _show_harbour(stacks: Stacks) -> str:
    return "; ".join(f"stack {i} from the bottom up: {', '.join(stack)}" for i, stack in enumerate(stacks, 1)) + "."


def _read_harbour(text: str) -> list[list[str]]:
    return [re.findall(r"[A-Z]", found) for found in re.findall(r"bottom up: ([A-Z](?:, [A-Z])*)", text)]


def _show_kitchen(stacks: Stacks) -> str:
    return "; ".join(" over ".join(reversed(stack)) if stack[1:] else f"{stack[0]} alone" for stack in stacks) + "."


def _read_kitchen(text: str) -> list[list[str]]:
    return [re.findall(r"[A-Z]", found)[::-1] for found in re.findall(r"\b([A-Z](?: over [A-Z])+|[A-Z] alone)[;.]", text)]


def _show_library(stacks: Stacks) -> str:
    told = []
    for stack in stacks:
        others = "".join(f", then {block}" for block in stack[2:])
        told.append(f"{stack[0]} lies on the desk" + (f" with {stack[1]} on it{others}." if stack[1:] else " with nothing on it."))
    return " ".join(told)


def _read_library(text: str) -> list[list[str]]:
    return [re.findall(r"\b[A-Z]\b", found) for found in re.findall(r"\b[A-Z] lies on the desk with [^.]*", text)]


def _show_sidings(stacks: Stacks) -> str:
    return "; ".join("]" + "-".join(stack) for stack in stacks) + "."


def _read_sidings(text: str) -> list[list[str]]:
    return [found.split("-") for found in re.findall(r"\]([A-Z](?:-[A-Z])*)", text)]


def _show_notation(stacks: Stacks) -> str:
    return "{" + ", ".join("".join(stack) for stack in stacks) + "}."


def _read_notation(text: str) -> list[list[str]]:
    found = re.search(r"\{([^}]*)\}", text)
    return [list(word) for word in found[1].split(", ")] if found else []


STORIES: dict[str, Story] = {
    "blocks": Story(
        opening="Blocks stand in stacks on a table.",
        room="The table has room for {} stacks.",
        boundless="The table has room for any number of stacks.",
        physics={
            Physics.USUAL: "One move takes the top block of a stack and puts it on top of another stack or on an empty place.",
            Physics.TOWER: "One move lifts any block, with all the blocks above it coming along in the same order, "
            "and puts this tower on top of another stack or on an empty place.",
            Physics.TURNED: "One move lifts any block, with all the blocks above it coming along, turns this tower upside down, "
            "and puts it on top of another stack or on an empty place (a whole stack may be turned over where it stands).",
            Physics.BELOW: "One move pulls out the bottom block of a stack, so that the rest drop down, "
            "and puts it on top of another stack or on an empty place.",
        },
        on="{} is on {}",
        grounded="{} is on the table",
        remarks=("{} is red", "{} is made of oak", "{} is the heaviest", "{} has a star on it", "{} is hollow", "{} is the newest"),
        show=_show_blocks,
        read=_read_blocks,
    ),
    "harbour": Story(
        opening="A crane works on the stacks of containers on a quay.",
        room="The quay holds at most {} stacks.",
        boundless="The quay is long enough for any number of stacks.",
        physics={
            Physics.USUAL: "In one move it takes the container on top of a stack and sets it on top of another stack or on an empty place.",
            Physics.TOWER: "In one move it grips any container, takes everything above it along in the same order, "
            "and sets the whole load on top of another stack or on an empty place.",
            Physics.TURNED: "In one move it grips any container, takes everything above it along, turns the load upside down, "
            "and sets it on top of another stack or on an empty place (a whole stack may be turned over on the spot).",
            Physics.BELOW: "In one move it draws the lowest container from under a stack, whose rest sinks down, "
            "and sets it on top of another stack or on an empty place.",
        },
        on="{} directly on {}",
        grounded="{} on the quay itself",
        remarks=(
            "{} holds coffee",
            "{} is painted blue",
            "{} weighs the most",
            "{} is due in Oslo",
            "{} came by rail",
            "{} is sealed",
        ),
        show=_show_harbour,
        read=_read_harbour,
    ),
    "kitchen": Story(
        opening='Trays are piled up on a kitchen counter; "B over C" means that B lies directly on C.',
        room="There is space for {} piles.",
        boundless="There is space for as many piles as you like.",
        physics={
            Physics.USUAL: "A cook moves one tray at a time: the uppermost of a pile goes on top of another pile or to an empty place.",
            Physics.TOWER: "A cook moves any tray together with all that lies over it, order kept, "
            "on top of another pile or to an empty place; that is one move.",
            Physics.TURNED: "A cook moves any tray together with all that lies over it, flipping the whole lot upside down, "
            "on top of another pile or to an empty place (a whole pile may be flipped where it lies); that is one move.",
            Physics.BELOW: "A cook moves one tray at a time: the lowest of a pile slides out from under the others "
            "and goes on top of another pile or to an empty place.",
        },
        on="{} over {}",
        grounded="{} at the very bottom",
        remarks=("{} is dented", "{} carries glasses", "{} is the widest", "{} is still wet", "{} is silver", "{} was a gift"),
        show=_show_kitchen,
        read=_read_kitchen,
    ),
    "library": Story(
        opening="A librarian rearranges the piles of books on a desk.",
        room="Only {} piles fit on the desk.",
        boundless="The desk can take any number of piles.",
        physics={
            Physics.USUAL: "One move: the topmost book of a pile goes onto another pile or to an empty place.",
            Physics.TOWER: "One move: any book, and whatever lies on it in unchanged order, goes onto another pile or to an empty place.",
            Physics.TURNED: "One move: any book, and whatever lies on it, is turned over as one bundle, so that the order is reversed, "
            "and goes onto another pile or to an empty place (a whole pile may be turned over where it lies).",
            Physics.BELOW: "One move: the bottommost book of a pile is pulled out from beneath and goes onto another pile or to an empty place.",
        },
        on="{} lies right on {}",
        grounded="{} lies right on the desk",
        remarks=(
            "{} is a novel",
            "{} has a torn cover",
            "{} is the thickest",
            "{} is overdue",
            "{} is about whales",
            "{} is the oldest",
        ),
        show=_show_library,
        read=_read_library,
    ),
    "sidings": Story(
        opening='Wagons stand on dead-end sidings; "]B-C" is a siding with B at the buffer and C at the open end.',
        room="There are {} sidings, used or empty.",
        boundless="There are always more empty sidings.",
        physics={
            Physics.USUAL: "One shunt takes the wagon at the open end of a siding to the open end of another siding, which may be empty.",
            Physics.TOWER: "One shunt takes any wagon, and all those between it and the open end, in the same order "
            "to the open end of another siding, which may be empty.",
            Physics.TURNED: "One shunt takes any wagon, and all those between it and the open end, to the open end of another siding, "
            "which may be empty, and there they stand in reversed order (all wagons of a siding may also be reversed where they are).",
            Physics.BELOW: "One shunt lifts the wagon at the buffer over the others, which roll up to the buffer, "
            "and sets it at the open end of another siding, which may be empty.",
        },
        on="{} next after {}",
        grounded="{} at the buffer",
        remarks=(
            "{} carries coal",
            "{} has a squeaky brake",
            "{} is the longest",
            "{} was built in Turin",
            "{} is green",
            "{} was cleaned today",
        ),
        show=_show_sidings,
        read=_read_sidings,
    ),
    "notation": Story(
        opening="A state is a set of words without repeated letters, such as {BC, D}.",
        room="A state has at most {} words.",
        boundless="A state may have any number of words.",
        physics={
            Physics.USUAL: "One move takes the last letter off a word and appends it to another word or makes a new word of it.",
            Physics.TOWER: "One move cuts any ending off a word (the whole word counts) and appends it, unchanged, to another word or makes a new word of it.",
            Physics.TURNED: "One move cuts any ending off a word (the whole word counts) and appends it, reversed, to another word or makes a new word of it (so a whole word may be reversed).",
            Physics.BELOW: "One move takes the first letter off a word and appends it to another word or makes a new word of it.",
        },
        on="{} comes right after {}",
        grounded="{} begins a word",
        remarks=("{} is a capital", "{} is printed in bold", "{} is rare", "{} was typed first", "{} is in blue ink", "{} looks tall"),
        show=_show_notation,
        read=_read_notation,
    ),
}
