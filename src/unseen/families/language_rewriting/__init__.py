"""Stated procedures over invented words: copy, pick, sort, rewrite, rewrite until nothing fits, and programs of all these."""

from unseen.families.language_rewriting._family import Rewriting

__all__ = ["Rewriting"]
