"""What Inspect finds of Unseen through its entry point: the model provider ``unseen`` and one task per family.

::

    inspect eval unseen/arithmetic/chain -T n=20 -T seed=1 -T steps=3 --model openai/gpt-4o
    inspect eval unseen/arithmetic/chain --model unseen/smollm2

Every variable of the family is a parameter of its task (``-T steps=3``, ``-T steps=2..4``); what is not given is drawn.
"""

from __future__ import annotations

from unseen.running._family_tasks import register_families
from unseen.running._provider import unseen

__all__ = ["unseen"]

register_families()
