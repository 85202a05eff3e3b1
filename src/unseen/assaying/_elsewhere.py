"""Makes a family's first draws in a process of their own and prints their ids: ``python -m unseen.assaying._elsewhere``."""

from __future__ import annotations

import importlib
import sys
from functools import reduce
from typing import Any

from unseen.assaying._draws import draw_task, keyed_seed
from unseen.families.base import Family


def main(module: str, name: str, seed: str, count: str) -> None:
    """Print the ids of ``count`` draws, one a line."""
    kind: Any = reduce(getattr, name.split("."), importlib.import_module(module))
    family: Family[Any] = kind()
    for index in range(int(count)):
        sys.stdout.write(draw_task(family, keyed_seed(family, int(seed), index)).id + "\n")


if __name__ == "__main__":
    main(*sys.argv[1:])
