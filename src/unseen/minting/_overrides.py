"""Holding variables: ``steps=3`` fixes one, ``digits=2..4`` narrows it to a range."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from unseen.errors import SettingError
from unseen.space import Category, Integer, Ordinal, Real, Role, Space, Value, Variable

Held = Value | tuple[Value, Value] | Sequence[Value]  # one value, or the two ends of a range
Fixed = Mapping[str, Held]


def parse_overrides(texts: Sequence[str], *spaces: Space) -> dict[str, Value | tuple[Value, Value]]:
    """What ``--set var=value`` and ``--set var=lo..hi`` hold, checked against every space that has the variable.

    Raises :class:`SettingError` that names the variable, the value and the domain.
    """
    fixed: dict[str, Value | tuple[Value, Value]] = {}
    for text in texts:
        name, separator, written = (part.strip() for part in text.partition("="))
        if not separator or not name or not written:
            raise SettingError(f"--set '{text}': write variable=value or variable=lo..hi")
        if name in fixed:
            raise SettingError(f"--set '{text}': variable '{name}' is set twice")
        variables = [space.variables[name] for space in spaces if name in space.variables]
        if not variables:
            known = sorted({known for space in spaces for known in space.variables})
            raise SettingError(f"--set '{text}': no variable '{name}'; there are: {', '.join(known)}")
        fixed[name] = _parse(name, written, variables[0])
        for variable in variables:
            _require(name, fixed[name], variable)
    return fixed


def narrow(space: Space, fixed: Fixed) -> tuple[Space, dict[str, Value]]:
    """The space with ranges narrowed, and the values held outright. Variables the space lacks are passed over."""
    variables, held = dict(space.variables), dict[str, Value]()
    for name, value in fixed.items():
        if name not in variables:
            continue
        variable = variables[name]
        _require(name, value, variable)
        ends = _ends(value)
        if ends is None or ends[0] == ends[1]:
            held[name] = value if ends is None else ends[0]  # type: ignore[assignment]
        else:
            variables[name] = _narrowed(variable, *ends)
    return Space(**variables), held


def require_known(fixed: Fixed, spaces: Sequence[Space]) -> None:
    """Raises :class:`SettingError` when a held variable belongs to none of the spaces."""
    known = sorted({name for space in spaces for name in space.variables})
    for name in fixed:
        if name not in known:
            raise SettingError(f"no variable '{name}'; there are: {', '.join(known)}")


def _parse(name: str, written: str, variable: Variable) -> Value | tuple[Value, Value]:
    low, dots, high = written.partition("..")
    if dots and not (isinstance(variable, Ordinal | Category) and variable.contains(written)):
        return _value(name, low.strip(), variable), _value(name, high.strip(), variable)
    return _value(name, written, variable)


def _value(name: str, written: str, variable: Variable) -> Value:
    try:
        return variable.parse(written)
    except ValueError:
        raise SettingError(f"variable '{name}': {written!r} is not in {variable.domain}") from None


def _require(name: str, value: object, variable: Variable) -> None:
    ends = _ends(value)
    for end in ends if ends is not None else (value,):
        if not variable.contains(end):
            raise SettingError(f"variable '{name}': {end!r} is not in {variable.domain}")
    if ends is None:
        return
    if isinstance(variable, Category):
        raise SettingError(f"variable '{name}': {_spell(ends)} is a range, but {variable.domain} has no order; name one value")
    low, high = (_rank(variable, end) for end in ends)
    if low > high:
        raise SettingError(f"variable '{name}': the range {_spell(ends)} runs backwards in {variable.domain}")


def _ends(value: object) -> tuple[Value, Value] | None:
    if isinstance(value, str) or not isinstance(value, Sequence):
        return None
    if len(value) != 2:
        raise SettingError(f"a range has two ends, not {list(value)!r}")
    return value[0], value[1]


def _spell(ends: tuple[Value, Value]) -> str:
    return f"{ends[0]}..{ends[1]}"


def _rank(variable: Variable, value: Value) -> float:
    return float(value) if isinstance(variable, Integer | Real) else variable.values().index(value)


def _narrowed(variable: Variable, low: Value, high: Value) -> Variable:
    # The default only fills what a given design leaves out, so the easy end of the range stands in for one outside it.
    role = Role(variable.role).value
    if isinstance(variable, Integer):
        small, large = int(low), int(high)
        default = min(max(int(variable.default), small), large)
        return Integer(small, large, role=role, default=default, falling=variable.falling, summary=variable.summary)
    if isinstance(variable, Real):
        start, end = float(low), float(high)
        inside = min(max(float(variable.default), start), end)
        return Real(start, end, role=role, default=inside, digits=variable.digits, summary=variable.summary)
    if isinstance(variable, Ordinal):
        levels = variable.levels[variable.levels.index(str(low)) : variable.levels.index(str(high)) + 1]
        kept = str(variable.default) if variable.default in levels else levels[0]
        return Ordinal(*levels, role=role, default=kept, summary=variable.summary)
    raise SettingError(f"a {type(variable).__name__} cannot be narrowed to {low}..{high}")
