"""Bad input is one clear line that names what is wrong and the remedy, exit code 2, and nothing half-written."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

from tests.cli.command_line import CommandLine

CHAIN = "arithmetic/chain"

REFUSED = [
    (["families", "arithmetic/chian"], "did you mean arithmetic/chain"),
    (["mint", "nosuch"], "no family 'nosuch'"),
    (["mint", CHAIN, "--set", "stpes=3"], "no variable 'stpes'"),
    (["mint", CHAIN, "--set", "steps=300"], "steps"),
    (["mint", CHAIN, "--set", "steps=few"], "steps"),
    (["mint", CHAIN, "--set", "steps"], "write variable=value"),
    (["mint", CHAIN, "-o", "tasks.xlsx"], ".jsonl or .parquet"),
    (["mint", CHAIN, "-o", "no/such/folder/tasks.jsonl"], "no/such/folder"),
    (["mint", CHAIN, "--cross-check", "often"], "--cross-check often"),
    (["mint", CHAIN, "--design", "zigzag"], "zigzag"),
    (["check", "missing.jsonl"], "missing.jsonl"),
    (["assay", "nosuch"], "no family 'nosuch'"),
    (["report", "last"], "no run 'last'"),
    (["report", "last", "--level", "7"], "--level 7"),
    (["eval", "--resume", "nosuch"], "no run 'nosuch'"),
    (["eval", "--resume", "x", "--fixed", "3"], "leave out the other options"),
    (["eval", "--fixed", "3", "--adaptive"], "exclude each other"),
    (["eval", "--budget", "tasks=0"], "tasks=0"),
    (["eval", "--budget", "minutes=-1"], "minutes=-1"),
    (["eval", "--budget", "gold=3"], "gold=3"),
    (["eval", "--budget", "tasks=many"], "tasks=many"),
    (["eval", "--family", "nosuch"], "no family 'nosuch'"),
    (["eval", "--set", "stpes=3"], "no variable 'stpes'"),
    (["eval", "--config", "missing.toml"], "missing.toml"),
    (["eval", "--error-audit", "missing.jsonl", "--model", "simulated/item-response"], "missing.jsonl"),
    (["eval", "--edition", "missing"], "missing"),
    (["eval", "--model", "simulated/nobody", "--fixed", "1"], "nobody"),
    (["eval", "--model", "simulated/item-response?wit=3", "--fixed", "1"], "wit"),
    (["eval", "--model", "nosuchprovider/model", "--fixed", "1"], "nosuchprovider"),
    (["eval", "--model", "gguf:missing.gguf", "--fixed", "1"], "missing.gguf"),
    (["eval", "--store", "carrier://pigeon/1", "--fixed", "1"], "carrier"),
    (["edition", "seal", "missing"], "missing"),
    (["edition", "new", "e", "--family", "nosuch"], "no family 'nosuch'"),
]


@pytest.mark.parametrize(("arguments", "named"), REFUSED, ids=[" ".join(arguments) for arguments, _ in REFUSED])
def test_is_refused_in_one_line_that_names_it(run: CommandLine, tmp_path: Path, arguments: list[str], named: str) -> None:
    said = run(*arguments)
    assert said.code == 2, said.err
    assert said.out == ""
    assert said.err.count("\n") == 1, said.err
    assert named in said.err
    assert "Traceback" not in said.err
    assert not [path for path in tmp_path.rglob("*") if path.is_file() and path.name != "unseen.db" and path.parent.name != ".locks"]


def separately(folder: Path, *arguments: str, **environment: str) -> subprocess.CompletedProcess[str]:
    """The command in a process of its own: other people's client libraries warn, and here warnings are errors."""
    kept = {name: value for name, value in os.environ.items() if not name.endswith("_API_KEY")}
    command = [sys.executable, "-m", "unseen.cli", *arguments]
    return subprocess.run(command, cwd=folder, env={**kept, **environment}, capture_output=True, text=True, timeout=120, check=False)


@pytest.mark.parametrize(
    ("model", "environment", "named"),
    [
        ("openai/gpt-4o-mini", {}, "OPENAI_API_KEY"),
        ("openai-api/nowhere/model", {"NOWHERE_API_KEY": "sk-secret", "NOWHERE_BASE_URL": "http://127.0.0.1:9/v1"}, "cannot reach"),
    ],
    ids=["missing key", "unreachable server"],
)
def test_a_model_that_cannot_be_asked_is_named_and_leaves_no_run(
    tmp_path: Path, model: str, environment: dict[str, str], named: str
) -> None:
    said = separately(tmp_path, "eval", "--model", model, "--fixed", "1", "--family", CHAIN, **environment)
    assert said.returncode == 2
    assert said.stderr.count("\n") == 1, said.stderr
    assert model in said.stderr
    assert named in said.stderr
    assert "sk-secret" not in said.stderr
    assert json.loads(separately(tmp_path, "runs", "--json").stdout) == []


def test_a_plan_file_names_the_field_that_is_wrong(run: CommandLine, tmp_path: Path) -> None:
    for text, named in (
        ("colour = 3", "colour"),
        ("explore = 7", "explore"),
        ("fixed = ", "not TOML"),
        ("explore = 0.9\ntwins = 0.4", "more than the whole"),
    ):
        (tmp_path / "plan.toml").write_text(text)
        said = run("eval", "--config", "plan.toml")
        assert (said.code, said.err.count("\n")) == (2, 1)
        assert "plan.toml" in said.err
        assert named in said.err


def test_an_audit_line_that_is_wrong_is_named(run: CommandLine, tmp_path: Path) -> None:
    (tmp_path / "audit.jsonl").write_text('{"id": "a", "valid": true}\n{"id": "b", "valid": "yes"}\n')
    said = run("eval", "--error-audit", "audit.jsonl", "--model", "simulated/item-response", "--fixed", "1")
    assert said.code == 2
    assert "audit.jsonl line 2" in said.err


def test_an_edited_task_is_found_by_its_row(run: CommandLine, tmp_path: Path) -> None:
    assert run("mint", CHAIN, "-n", 3, "-o", "tasks.jsonl").code == 0
    path = tmp_path / "tasks.jsonl"
    rows = [json.loads(line) for line in path.read_text().splitlines()]
    rows[1]["key"] = 7_777_777
    path.write_text("\n".join(map(json.dumps, rows)) + "\n")
    said = run("check", "tasks.jsonl", "--json")
    assert said.code == 1
    assert [(bad["line"], bad["id"]) for bad in said.json["bad"]] == [(2, rows[1]["id"])]


def test_a_truncated_task_file_is_found_by_its_row(run: CommandLine, tmp_path: Path) -> None:
    assert run("mint", CHAIN, "-n", 3, "-o", "tasks.jsonl").code == 0
    path = tmp_path / "tasks.jsonl"
    path.write_bytes(path.read_bytes()[:-40])
    said = run("check", "tasks.jsonl", "--json")
    assert said.code == 1
    assert [bad["line"] for bad in said.json["bad"]] == [3]
