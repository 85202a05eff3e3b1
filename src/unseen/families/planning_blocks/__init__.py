"""Stacks to rearrange in as few moves as possible, under everyday or altered physics."""

from unseen.families.planning_blocks._family import Blocks

__all__ = ["Blocks"]
