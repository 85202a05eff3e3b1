"""``unseen families``: the catalogue."""

from __future__ import annotations

from typing import Annotated, Any

import typer

from unseen.cli._terminal import AsJson, console, print_json, table


def families(
    name: Annotated[str | None, typer.Argument(help="One family, in full, with an example task.", show_default=False)] = None,
    as_json: AsJson = False,
) -> None:
    """List the families; or show one: its variables with role, domain and default, guess rate, version, example task."""
    from unseen.families import all_families, family

    if name is None:
        entries = [entry(found.name) for found in all_families().values()]
        if as_json:
            return print_json(entries)
        rows = [(f"{e['name']}@{e['version']}", len(e["variables"]), f"{e['guess_rate']:.0%}", e["summary"]) for e in entries]
        return console().print(table("", ("family", "variables", "guessed", "what it asks"), rows, right=("variables", "guessed")))
    shown = entry(family(name).name, example=True)
    if as_json:
        return print_json(shown)
    out = console()
    out.print(
        f"[bold]{shown['name']}[/bold], version {shown['version']} · {shown['domain']} · guess rate {shown['guess_rate']:.3g} · {shown['settings']} settings"
    )
    out.print(shown["summary"], markup=False)
    variables = [(v["name"], v["role"], v["domain"], v["default"], v["summary"]) for v in shown["variables"]]
    out.print(table("", ("variable", "role", "domain", "default", "meaning"), variables))
    out.print("[bold]An example task[/bold]")
    out.print(shown["example"]["prompt"], markup=False)
    out.print("\n[bold]Key:[/bold]", shown["example"]["key"], style=None)


def entry(name: str, *, example: bool = False) -> dict[str, Any]:
    """One family of the catalogue as plain data."""
    import inspect
    import math

    from unseen.choices import Choices, derive_seed
    from unseen.families import family

    kind = family(name)
    size = kind.space.size
    described: dict[str, Any] = {
        "name": kind.name,
        "version": kind.version,
        "domain": kind.domain,
        "summary": (inspect.getdoc(type(kind)) or "").split("\n\n")[0].replace("\n", " "),
        "guess_rate": kind.guess_rate,
        "settings": int(size) if math.isfinite(size) else None,
        "answer": kind.answer.form,
        "reader": kind.has_reader(),
        "variables": [
            {"name": label, "role": v.role.value, "domain": v.domain, "default": v.default, "summary": v.summary}
            for label, v in kind.space.variables.items()
        ],
    }
    if example:
        choose = Choices(derive_seed("example", kind.name))
        task = kind.make(kind.space.sample_near(choose.within("setting"), 0.25), Choices(derive_seed("example", kind.name, 1)))
        key = kind.answer_for(kind.problem_of(task)).spell(task.key)
        described["example"] = {"id": task.id, "setting": dict(task.setting), "prompt": task.prompt, "key": key, "effort": task.effort}
    return described
