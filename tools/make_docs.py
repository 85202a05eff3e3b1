"""Writes the generated pages of the guide: the family catalogue, the command line, the simulated examinees, the Python API,
and the JSON Schema of a report.

python tools/make_docs.py            # write them
python tools/make_docs.py --check    # write nothing; exit 1 and name the pages that are out of date

The pages are committed, so that the guide builds without running the package; a test keeps them current.
"""

from __future__ import annotations

import inspect
import json
import sys
from collections.abc import Callable, Iterator, Mapping, Sequence
from enum import Enum
from pathlib import Path
from typing import Any

from pydantic import BaseModel
from pydantic_core import PydanticUndefined

import unseen
from unseen import errors
from unseen.choices import Choices, derive_seed
from unseen.examinees import KINDS
from unseen.families import Family, all_families
from unseen.plan import Budget
from unseen.task import Task

DOCS = Path(__file__).resolve().parents[1] / "docs"
NOTICE = "<!-- Written by tools/make_docs.py from the code; do not edit. -->"
EXAMPLE_LOADS = {"An easy task": 0.0, "A task of middling difficulty": 0.5}


def main(arguments: Sequence[str]) -> int:
    """Write the pages, or with ``--check`` compare them; the exit code."""
    fresh = {name: write() for name, write in PAGES.items()}
    stale = [name for name, text in fresh.items() if _committed(name) != text]
    if "--check" in arguments:
        for name in stale:
            sys.stdout.write(f"docs/{name} is out of date; run: python tools/make_docs.py\n")
        return 1 if stale else 0
    for name in stale:
        (DOCS / name).write_text(fresh[name], encoding="utf-8")
        sys.stdout.write(f"wrote docs/{name}\n")
    return 0


def families_page() -> str:
    """The catalogue: every registered family with its variables and two example tasks."""
    found = all_families()
    rows = [(f"[{name}](#{_slug(name)})", f.domain, f.version, _forms(f), f"{f.guess_rate:.0%}") for name, f in found.items()]
    parts = [
        NOTICE,
        "# Family catalogue",
        f"{len(found)} families in {len({f.domain for f in found.values()})} domains. "
        "The guess rate bounds what any strategy that solves nothing scores over the reference mix; the [assay](concepts/assay.md) holds it. "
        "Roles and domains are explained under [variables](concepts/variables.md). `unseen families NAME` shows the same in the terminal.",
        _table(("family", "domain", "version", "answer", "guess rate"), rows),
        *(_family(family) for family in found.values()),
    ]
    return "\n\n".join(parts) + "\n"


def _family(family: Family[Any]) -> str:
    size = family.space.size
    reader = "A reader works the answer out from the prompt alone" if family.has_reader() else "It has no reader"
    facts = (
        f"Domain {family.domain}, version {family.version}, {size:,.0f} settings, guess rate {family.guess_rate:.3g}. "
        f"It asks for {_forms(family)}. {reader}."
    )
    variables = [(f"`{name}`", v.role.value, v.domain, f"`{v.default}`", v.summary) for name, v in family.space.variables.items()]
    parts = [
        f"## {family.name} {{ #{_slug(family.name)} }}",
        _prose(type(family)),
        facts,
        _table(("variable", "role", "domain", "default", "meaning"), variables),
        *(_example(family, title, load) for title, load in EXAMPLE_LOADS.items()),
    ]
    return "\n\n".join(parts)


def _example(family: Family[Any], title: str, load: float) -> str:
    task = _drawn(family, "example", load, spread=0.05)
    key = family.answer_for(family.problem_of(task)).spell(task.key)
    shown = ", ".join(f"`{name}={value}`" for name, value in task.setting.items())
    return f"**{title}** ({shown}; effort {task.effort:g})\n\n{_fenced(task.prompt)}\n\nKey:\n\n{_fenced(key)}"


def _drawn(family: Family[Any], label: str, load: float, spread: float) -> Task:
    """A task near a load; the easiest ones keep to habitual rules."""
    seed = derive_seed("catalogue", family.name, label, str(load))
    fixed = {name: family.space.variables[name].values()[0] for name in family.space.named("premise")} if load == 0 else {}
    return family.make(family.space.sample_near(Choices(seed).within("setting"), load, spread=spread, fixed=fixed), Choices(seed))


def _forms(family: Family[Any]) -> str:
    """Every form of answer that the family asks for, as far as 60 draws show."""
    tasks = [_drawn(family, f"form/{number}", 0.5, spread=0.5) for number in range(60)]
    return ", or ".join(sorted({family.answer_for(family.problem_of(task)).form for task in tasks}))


def cli_page() -> str:
    """Every command with its arguments, options and help."""
    import typer.main

    from unseen.cli._app import app

    root = typer.main.get_command(app)
    parts = [
        NOTICE,
        "# Command line",
        "Tables go to standard output, progress to standard error. With `--json` a command prints one JSON document and nothing else. "
        "Exit codes: 0 done; 1 something was found wrong (a bad task, a breached check, an edition that does not verify); "
        "2 bad input or a run that failed, with one line that says what and how to mend it; 130 interrupted.",
    ]
    parts += [_command(name, command) for name, command in _commands("unseen", root)]
    return "\n\n".join(parts) + "\n"


def _commands(path: str, command: Any) -> Iterator[tuple[str, Any]]:
    """The command and all below it, with their full names."""
    yield path, command
    for name, inner in getattr(command, "commands", {}).items():
        yield from _commands(f"{path} {name}", inner)


def _command(name: str, command: Any) -> str:
    arguments = [p for p in command.params if p.param_type_name == "argument"]
    options = [p for p in command.params if p.param_type_name == "option"]
    usage = " ".join([name, *(_spelled(a) for a in arguments), "[OPTIONS]" if options else "", *(["COMMAND"] if _below(command) else [])])
    parts = [f"## {name}", " ".join((command.help or "").split()), f"```text\n{' '.join(usage.split())}\n```"]
    if arguments:
        parts.append(_table(("argument", "meaning"), [(f"`{_spelled(a)}`", a.help) for a in arguments]))
    if options:
        parts.append(_table(("option", "default", "meaning"), [(_option(o), _default(o), _meaning(o)) for o in options]))
    return "\n\n".join(parts)


def _below(command: Any) -> bool:
    return bool(getattr(command, "commands", {}))


def _spelled(argument: Any) -> str:
    name = (argument.metavar or argument.name.upper()) + ("..." if argument.nargs == -1 and "..." not in (argument.metavar or "") else "")
    return name if argument.required else f"[{name}]"


def _option(option: Any) -> str:
    value = "" if option.is_flag else f" {option.metavar or option.name.upper()}"
    return ", ".join(f"`{name}{value if at == len(option.opts) - 1 else ''}`" for at, name in enumerate(option.opts))


def _default(option: Any) -> str:
    return "" if option.is_flag or option.default in (None, ()) else f"`{option.default}`"


def _meaning(option: Any) -> str:
    required = " Required." if option.required else ""
    return f"{option.help or ''}{required}{f' Also read from `{option.envvar}`.' if option.envvar else ''}"


def examinees_page() -> str:
    """Every kind of simulated examinee, with its options."""
    parts = [
        NOTICE,
        "# Simulated examinees",
        "Examinees with a planted truth: what an estimator must recover, and what lets a whole run be tried without a model. "
        "Name one by a model string, `simulated/KIND?option=value&option=value`. What an examinee does with a task depends on its seed and the task's id alone.",
    ]
    for name, kind in KINDS.items():
        options = [(f"`{label}`", f"`{_shown(field.default)}`", field.description) for label, field in kind.model_fields.items()]
        parts += [f"## simulated/{name}", _prose(kind), _table(("option", "default", "meaning"), options)]
    return "\n\n".join(parts) + "\n"


def api_page() -> str:
    """Every public name of the package, the plan's fields, and the errors."""
    parts = [NOTICE, "# Python API", "`import unseen` gives these names, and costs nothing until one is used."]
    for name in unseen.__all__:
        parts.append(f"## {name}")
        parts += _described(name, getattr(unseen, name))
    tree = [(f"`{name}`", _first_line(kind)) for name, kind in vars(errors).items() if inspect.isclass(kind)]
    parts += ["## Errors", "All in `unseen.errors`; each message says what, where and the remedy.", _table(("error", "raised for"), tree)]
    return "\n\n".join(parts) + "\n"


def _described(name: str, thing: Any) -> list[str]:
    home = f"`{thing.__module__.split('._')[0]}`"
    if inspect.isclass(thing) and issubclass(thing, BaseModel):
        fields = [(f"`{label}`", f"`{_shown(field.default)}`", field.description or "") for label, field in thing.model_fields.items()]
        return [f"{_prose(thing)} (in {home})", _table(("field", "default", "meaning"), fields), *_methods(thing)]
    if inspect.isclass(thing):
        return [f"{_prose(thing)} (in {home})", *([_signature(name, thing)] if not inspect.isabstract(thing) else []), *_methods(thing)]
    return [_signature(name, thing), f"{_prose(thing)} (in {home})"]


def _methods(kind: type) -> list[str]:
    """A table of the public methods and properties that the class itself defines."""
    rows = []
    for label, member in vars(kind).items():
        plain = getattr(member, "__func__", getattr(member, "fget", member))
        if label.startswith("_") or not inspect.isfunction(plain) or not inspect.getdoc(plain):
            continue
        called = (
            ""
            if isinstance(member, property)
            else f"({', '.join(list(inspect.signature(getattr(kind, label)).parameters)).removeprefix('self').removeprefix(', ')})"
        )
        rows.append((f"`{label}{called}`", _first_line(plain)))
    return [_table(("method", "what it does"), rows)] if rows else []


def _signature(name: str, thing: Any) -> str:
    """The call, on one line where it fits and one argument to a line where not."""
    signature = inspect.signature(thing)
    parts: list[str] = []
    for parameter in signature.parameters.values():
        if parameter.kind is inspect.Parameter.KEYWORD_ONLY and "*" not in parts:
            parts.append("*")
        default = "" if parameter.default is inspect.Parameter.empty else f" = {_shown(parameter.default)}"
        parts.append(f"{parameter.name}: {parameter.annotation}{default}")
    ending = "" if inspect.isclass(thing) else f" -> {signature.return_annotation}"
    one_line = f"{name}({', '.join(parts)}){ending}"
    if len(one_line) > 100:
        one_line = f"{name}(\n" + "".join(f"    {part},\n" for part in parts) + f"){ending}"
    return f"```text\n{one_line}\n```"


def _prose(thing: Any) -> str:
    """The docstring up to its first blank line, as Markdown."""
    return _markdown(" ".join((inspect.getdoc(thing) or "").split("\n\n")[0].split()))


def _first_line(thing: Any) -> str:
    return _markdown((inspect.getdoc(thing) or "").split("\n\n")[0].replace("\n", " "))


def _markdown(text: str) -> str:
    for role in (":class:", ":meth:", ":func:", ":attr:", ":mod:"):
        text = text.replace(f"{role}`", "`")
    return text.replace("``", "`")


def _shown(value: Any) -> str:
    """A default as one would write it; what has no short spelling is left out."""
    if isinstance(value, Enum):
        return f"{type(value).__name__}.{value.name}"
    if isinstance(value, Path):
        return f'Path("{value}")'
    if isinstance(value, Budget):
        return "Budget()"
    if value is PydanticUndefined:
        return "{}"
    return "..." if callable(value) else repr(value)


def _table(columns: Sequence[str], rows: Sequence[Sequence[object]]) -> str:
    lines = [columns, ["---"] * len(columns), *rows]
    return "\n".join("| " + " | ".join(str(cell).replace("|", "\\|").replace("\n", " ") for cell in line) + " |" for line in lines)


def _fenced(text: str) -> str:
    return f"~~~~text\n{text}\n~~~~"


def _slug(name: str) -> str:
    return name.replace("/", "-")


def _committed(name: str) -> str:
    path = DOCS / name
    return path.read_text(encoding="utf-8") if path.exists() else ""


def report_schema_file() -> str:
    """The JSON Schema of a report."""
    from unseen.reporting import report_schema

    return json.dumps(report_schema(), indent=1, ensure_ascii=False) + "\n"


PAGES: Mapping[str, Callable[[], str]] = {
    "api.md": api_page,
    "cli.md": cli_page,
    "examinees.md": examinees_page,
    "families.md": families_page,
    "report.schema.json": report_schema_file,
}

if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
