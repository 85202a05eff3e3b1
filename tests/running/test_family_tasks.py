"""Every family is a task of Inspect's own command line, and its logs can be scored again."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest
from inspect_ai._util.registry import registry_lookup
from inspect_ai.log import EvalLog, list_eval_logs, read_eval_log

from tests.running.local_server import Behave, LocalServer, Reply
from tests.running.sitting import MODEL
from unseen.families.registry import all_families
from unseen.minting import mint
from unseen.running._grading import spell_key

Serve = Callable[[Behave], LocalServer]
INSPECT = str(Path(sys.executable).parent / "inspect")


def inspect_eval(log_dir: Path, *arguments: str) -> subprocess.CompletedProcess[str]:
    command = [INSPECT, "eval", "unseen/arithmetic/chain", *arguments, "--model", MODEL, "--display", "plain", "--log-dir", str(log_dir)]
    return subprocess.run(command, capture_output=True, text=True, env=dict(os.environ), check=False, cwd=log_dir.parent)


def only_log(log_dir: Path) -> EvalLog:
    (found,) = list_eval_logs(str(log_dir))
    return read_eval_log(found)


def test_every_family_is_registered_under_its_own_name() -> None:
    import unseen.running.registry  # noqa: F401

    for name in all_families():
        assert registry_lookup("task", f"unseen/{name}") is not None, name


def test_inspects_command_line_asks_a_family_at_chosen_settings_and_grades_it(serve: Serve, tmp_path: Path) -> None:
    tasks = list(mint(["arithmetic/chain"], 4, 1, fixed={"steps": 3, "digits": (1, 2)}))
    keys = {task.prompt: spell_key(task) for task in tasks}
    wrong = tasks[0].prompt
    server = serve(lambda prompt: Reply("Answer: 987654321" if prompt == wrong else f"Answer: {keys[prompt]}"))
    done = inspect_eval(tmp_path / "logs", "-T", "n=4", "-T", "seed=1", "-T", "steps=3", "-T", "digits=1..2")
    assert done.returncode == 0, done.stdout + done.stderr
    assert sorted(server.asked) == sorted(keys)
    log = only_log(tmp_path / "logs")
    assert log.eval.task == "unseen/arithmetic/chain"
    assert log.results is not None
    metrics = log.results.scores[0].metrics
    assert metrics["accuracy"].value == 0.75
    assert metrics["stderr"].value == pytest.approx(0.25)
    kinds = sorted((sample.scores or {})["verdict"].metadata["kind"] for sample in log.samples or [])  # type: ignore[index]
    assert kinds == ["correct", "correct", "correct", "incorrect"]


def test_a_setting_outside_its_domain_is_one_clear_line(serve: Serve, tmp_path: Path) -> None:
    serve(lambda _: Reply("x"))
    done = inspect_eval(tmp_path / "logs", "-T", "n=2", "-T", "steps=99")
    assert done.returncode != 0
    assert "variable 'steps': 99 is not in 1..16" in " ".join((done.stdout + done.stderr).split())
    assert "Traceback" not in done.stdout + done.stderr


def test_a_log_is_scored_again_from_what_it_holds(serve: Serve, tmp_path: Path) -> None:
    serve(lambda _: Reply("Answer: 5"))
    assert inspect_eval(tmp_path / "logs", "-T", "n=2").returncode == 0
    (found,) = list_eval_logs(str(tmp_path / "logs"))
    before = json.dumps([sample.metadata["task"] for sample in read_eval_log(found).samples or []])
    done = subprocess.run(
        [INSPECT, "score", found.name, "--scorer", "unseen/verdict", "--action", "overwrite", "--overwrite", "--display", "plain"],
        capture_output=True,
        text=True,
        check=False,
        cwd=tmp_path,
    )
    assert done.returncode == 0, done.stdout + done.stderr
    log = read_eval_log(found)
    assert json.dumps([sample.metadata["task"] for sample in log.samples or []]) == before
    assert log.results is not None
    assert log.results.scores[0].name.endswith("verdict")
