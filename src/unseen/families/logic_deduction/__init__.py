"""Elimination puzzles: who has a given place, when clues leave exactly one answer?"""

from unseen.families.logic_deduction._family import Deduction

__all__ = ["Deduction"]
