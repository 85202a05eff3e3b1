"""The JSON Schema of a report, worked out from the types it is made of, so that the two cannot part.

It mirrors :func:`unseen.measuring.plain`: dataclasses are objects, enums their text, and any float may be null, which stands for NaN
and for an infinite end.
"""

from __future__ import annotations

import dataclasses
import inspect
import types
from collections.abc import Mapping, Sequence
from enum import Enum
from typing import Any, Literal, Union, get_args, get_origin, get_type_hints

from unseen.measuring import Comparison, ComputeTable, Emergence, GainAccount, SiblingSummary, Summary
from unseen.outcome import Outcome
from unseen.probing import ScreenReport
from unseen.reporting._report import LEFT_OUT, SCHEMA, ReportedRun
from unseen.reporting._section import Section

_PLAIN: Mapping[Any, dict[str, Any]] = {
    str: {"type": "string"},
    bool: {"type": "boolean"},
    int: {"type": "integer"},
    float: {"type": ["number", "null"]},
    type(None): {"type": "null"},
    Any: {},
}
_RUN = {"run": {"type": "string", "description": "id of the run"}}
_HUNTING = {
    "examinee": {"type": "string"},
    "families": {
        "type": "array",
        "description": "what the hunt of each family came to; findings rest on fresh tasks alone",
        "items": {"type": "object", "required": ["family", "answers", "tested", "finished", "findings"]},
    },
}


def report_schema() -> dict[str, Any]:
    """The schema (draft 2020-12) of what :meth:`unseen.reporting.Report.to_json` gives and ``--json`` prints."""
    known = _Definitions()
    section = known.object_of(Section, {"figures": {"type": "array", "items": {"type": "string"}, "description": "names of charts"}})
    section["allOf"] = [_data_of(kind, properties) for kind, properties in _kinds(known).items()]
    properties = {
        "schema": {"const": SCHEMA, "description": "raised when a field is renamed or removed, or changes its meaning; new fields do not raise it"},
        "unseen": {"type": "string", "description": "version of the package that made the report"},
        "runs": {"type": "array", "items": known.of(ReportedRun)},
        "examinees": {"type": "array", "items": known.of(Summary), "description": "one for each model that was asked a representative mix"},
        "sections": {"type": "array", "items": section, "description": "one for each further question; data depends on kind"},
        "failures": {"type": "array", "items": known.object_of(Outcome, {}, without=LEFT_OUT), "description": "the easiest failures of each family"},
    }  # fmt: skip
    return {
        "$schema": "https://json-schema.org/draft/2020-12/schema",
        "title": f"Report of Unseen, schema {SCHEMA}",
        "description": "A null where a number is expected stands for one that cannot be told, or for an interval's end that is infinite.",
        **_object(properties),
        "$defs": dict(sorted(known.made.items())),
    }


def _kinds(known: _Definitions) -> dict[str, dict[str, Any]]:
    """What ``data`` holds, by kind of section. A kind that is not here may hold anything."""
    return {
        "comparison": {"first": {"type": "string"}, "comparisons": {"type": "array", "items": known.of(Comparison)}},
        "screening": _RUN | known.properties_of(ScreenReport),
        "hunting": _RUN | _HUNTING,
        "gain": _RUN | known.properties_of(GainAccount),
        "consistency": {"examinees": {"type": "array", "items": known.of(SiblingSummary)}},
        "scaling": {"table": known.of(ComputeTable), "emergence": known.of(Emergence | None), "left_out": {"type": "integer"}},
    }


def _data_of(kind: str, properties: Mapping[str, Any]) -> dict[str, Any]:
    """Of this kind of section the data are these, where the run could be analysed at all."""
    described = {
        "type": "object",
        "properties": {**properties, "unreadable": {"type": "string", "description": "why there is nothing else"}},
    }
    return {"if": {"properties": {"kind": {"const": kind}}}, "then": {"properties": {"data": described}}}


class _Definitions:
    """Schemas of dataclasses, each defined once by its name."""

    def __init__(self) -> None:
        self.made: dict[str, dict[str, Any]] = {}
        self._homes: dict[str, type] = {}

    def of(self, kind: Any) -> dict[str, Any]:
        """The schema of any annotated type."""
        if kind in _PLAIN:
            return dict(_PLAIN[kind])
        if inspect.isclass(kind) and issubclass(kind, Enum):
            return {"enum": [member.value for member in kind]}
        if dataclasses.is_dataclass(kind) and isinstance(kind, type):
            return self._reference(kind)
        origin, inner = get_origin(kind), get_args(kind)
        if origin is Literal:
            return {"enum": list(inner)}
        if origin in (Union, types.UnionType):
            return self._union(inner)
        if inspect.isclass(origin) and issubclass(origin, Mapping):
            return {"type": "object", "additionalProperties": self.of(inner[1])}
        if origin is tuple and inner[-1] is not Ellipsis:
            return {"type": "array", "prefixItems": [self.of(one) for one in inner], "minItems": len(inner), "maxItems": len(inner)}
        if inspect.isclass(origin) and issubclass(origin, Sequence):
            return {"type": "array", "items": self.of(inner[0])}
        raise TypeError(f"no JSON Schema for {kind}")

    def object_of(self, kind: type, instead: Mapping[str, Any], without: Sequence[str] = ()) -> dict[str, Any]:
        """A dataclass as an object, with some fields put otherwise and some left out."""
        properties = {name: schema for name, schema in self.properties_of(kind).items() if name not in without}
        return _object({**properties, **instead}, _first_line(kind))

    def properties_of(self, kind: type) -> dict[str, Any]:
        """The schema of each field of a dataclass."""
        hints = get_type_hints(kind, vars(inspect.getmodule(kind)) | {"alt": _Charts})
        return {field.name: self.of(hints[field.name]) for field in dataclasses.fields(kind)}

    def _union(self, kinds: Sequence[Any]) -> dict[str, Any]:
        schemas = [self.of(kind) for kind in kinds]
        if all(set(schema) == {"type"} for schema in schemas):
            names = [name for schema in schemas for name in (schema["type"] if isinstance(schema["type"], list) else [schema["type"]])]
            return {"type": list(dict.fromkeys(names))}
        return {"anyOf": schemas}

    def _reference(self, kind: type) -> dict[str, Any]:
        name = kind.__name__
        if self._homes.setdefault(name, kind) is not kind:
            raise TypeError(f"two types of a report are called {name}: {kind} and {self._homes[name]}")
        if name not in self.made:
            self.made[name] = {}  # a type may hold itself
            self.made[name] = self.object_of(kind, {})
        return {"$ref": f"#/$defs/{name}"}


class _Charts:
    """Stands for Altair where annotations name it: charts are put as their names."""

    LayerChart = Any


def _object(properties: Mapping[str, Any], description: str = "") -> dict[str, Any]:
    told = {"description": description} if description else {}
    return {"type": "object", **told, "properties": dict(properties), "required": list(properties), "additionalProperties": False}


def _first_line(kind: type) -> str:
    return " ".join((inspect.getdoc(kind) or "").split("\n\n")[0].split()).replace("``", "`")
