"""Two-level designs for screening: folded Hadamard blocks, permuted afresh each time.

One block holds every row of a Hadamard matrix and its mirror image (Plackett & Burman 1946, folded over: Box & Wilson 1951), so
that inside it main effects are orthogonal to each other and free of every two-variable interaction. Each block assigns the variables
to other columns under other signs: whatever pair a variable's column was confounded with in one block, it is with
another in the next, and over a few blocks every interaction can be told from every other.
"""

from __future__ import annotations

from functools import cache

import numpy as np
from numpy.typing import NDArray
from scipy.linalg import hadamard

Signs = NDArray[np.int8]

# First rows of the cyclic constructions (Plackett & Burman 1946) for orders that are no power of two.
_CYCLIC = {12: "++-+++---+-", 20: "++--++++-+-+----++-", 24: "+++++-+-++--++--+-+----"}


@cache
def _matrix(order: int) -> Signs:
    if order not in _CYCLIC:
        power: Signs = hadamard(order, dtype=np.int8)
        return power
    row = np.array([1 if sign == "+" else -1 for sign in _CYCLIC[order]], np.int8)
    cycled = np.array([np.roll(row, shift) for shift in range(order - 1)], np.int8)
    return np.vstack([np.column_stack([np.ones(order - 1, np.int8), cycled]), np.r_[1, -np.ones(order - 1, np.int8)].astype(np.int8)])


def order_for(variables: int) -> int:
    """The smallest order of a Hadamard matrix, at least 4, with a column for each variable."""
    powers = (1 << exponent for exponent in range(2, 16))
    return min(order for order in (*powers, *_CYCLIC) if order >= variables)


def folded_block(variables: int, random: np.random.Generator) -> Signs:
    """One block, (2 * order, variables) of -1 and +1: rows 2i and 2i + 1 are each other's mirror image."""
    order = order_for(variables)
    columns = _matrix(order)[:, random.permutation(order)[:variables]] * random.choice(np.array([-1, 1], np.int8), variables)
    rows = columns[random.permutation(order)]
    block: Signs = np.stack([rows, -rows], axis=1).reshape(2 * order, variables)
    return block
