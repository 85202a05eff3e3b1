"""Answer types: how an answer is asked for, read out of a reply, and compared with the key."""

from unseen.answers._base import Answer, Unreadable
from unseen.answers._collection import SequenceAnswer, SetAnswer
from unseen.answers._commitment import committed_answer
from unseen.answers._decimal import DecimalAnswer
from unseen.answers._integer import IntegerAnswer
from unseen.answers._label import LabelAnswer
from unseen.answers._moment import MomentAnswer
from unseen.answers._plan import PlanAnswer
from unseen.answers._text import TextAnswer
from unseen.answers._wrappings import wrappings

__all__ = [
    "Answer",
    "DecimalAnswer",
    "IntegerAnswer",
    "LabelAnswer",
    "MomentAnswer",
    "PlanAnswer",
    "SequenceAnswer",
    "SetAnswer",
    "TextAnswer",
    "Unreadable",
    "committed_answer",
    "wrappings",
]
