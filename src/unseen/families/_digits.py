"""What written arithmetic costs: the digit-level steps of each operation, in any base from two to ten.

The counts follow the school methods: column addition and subtraction with carries, long multiplication, long division.
"""

from __future__ import annotations


def numeral(value: int, base: int) -> str:
    """The value written in the base, with a leading minus sign where it is negative."""
    if base == 10:
        return str(value)
    digits, rest = "", abs(value)
    while rest:
        rest, digit = divmod(rest, base)
        digits = str(digit) + digits
    return ("-" if value < 0 else "") + (digits or "0")


def length(value: int, base: int) -> int:
    """How many digits the value has in the base, sign aside."""
    return len(numeral(abs(value), base))


def carries(left: int, right: int, base: int) -> int:
    """How many carries the column addition of two non-negative numbers takes (Kummer's theorem on digit sums)."""
    return (_digit_sum(left, base) + _digit_sum(right, base) - _digit_sum(left + right, base)) // (base - 1)


def carries_of(operator: str, left: int, right: int, base: int) -> int:
    """Carries, or borrows where the numbers pull apart, in one addition or subtraction; none for other operators."""
    if operator not in "+-":
        return 0
    other = right if operator == "+" else -right
    small, large = sorted((abs(left), abs(other)))
    return carries(small, large, base) if (left < 0) == (other < 0) else carries(small, large - small, base)


def steps_of(operator: str, left: int, right: int, base: int = 10) -> int:
    """Digit-level steps of one operation.

    A sum takes a step per column and per carry; a difference also one to see which number is larger, and a second one per borrow (take
    from the neighbour, add to the column); a product two steps per pair of digits (multiply, add up); a quotient, per digit of the
    dividend, a trial and two steps per digit of the divisor.
    """
    wide, narrow = length(left, base), length(right, base)
    if operator == "*":
        return 2 * wide * narrow
    if operator == "/":
        return wide * (1 + 2 * narrow)
    moved = carries_of(operator, left, right, base)
    return max(wide, narrow) + (moved if operator == "+" else 2 * moved + 1)


def _digit_sum(value: int, base: int) -> int:
    return sum(map(int, numeral(value, base)))
