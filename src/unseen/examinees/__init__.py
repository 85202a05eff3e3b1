"""Simulated examinees with planted truth: what an estimator must recover, and what a run needs to be tried without a model.

>>> simulated("simulated/item-response?ability=1.5&seed=7").name
'simulated/item-response?ability=1.5&seed=7'
"""

from unseen.examinees._cues import CUES, cue_answer
from unseen.examinees._item_response import ItemResponse
from unseen.examinees._kinds import KINDS, BlindSpot, simulated
from unseen.examinees._knowledge import Knowledge

__all__ = ["CUES", "KINDS", "BlindSpot", "ItemResponse", "Knowledge", "cue_answer", "simulated"]
