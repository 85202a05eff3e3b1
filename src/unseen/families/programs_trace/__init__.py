"""What a small program prints, in Python or a notation like it, under Python's rules or all of them but one."""

from unseen.families.programs_trace._family import Trace

__all__ = ["Trace"]
