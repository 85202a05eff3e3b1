"""Answer types: how an answer is asked for, read out of a reply, and compared with the key."""

from unseen.answers._base import Answer, Unreadable
from unseen.answers._integer import IntegerAnswer

__all__ = ["Answer", "IntegerAnswer", "Unreadable"]
