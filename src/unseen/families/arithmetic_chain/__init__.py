"""Integer expressions of several steps, in symbols or told as a story, under the usual rules or stated others."""

from unseen.families.arithmetic_chain._family import Chain

__all__ = ["Chain"]
