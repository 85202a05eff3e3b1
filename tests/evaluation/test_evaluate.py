"""The main job on simulated examinees: what is planted comes out, nothing is lost, nothing is asked twice."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
from dataclasses import replace
from pathlib import Path

import pytest

import unseen
from unseen.errors import CertificateError, PlanError, UnseenError
from unseen.outcome import Arm
from unseen.plan import Budget, Plan
from unseen.storing import Status, Store
from unseen.verdict import Kind

FAMILIES = ("arithmetic/chain", "language/rewriting")


def plan(model: str = "simulated/item-response?ability=5", **changes: object) -> Plan:
    return Plan.of({"models": (model,), "families": FAMILIES, "fixed": 20, "seed": 7, **changes})


def test_a_fixed_run_asks_exactly_what_was_planned(tmp_path: Path) -> None:
    store = Store(tmp_path)
    record = unseen.evaluate(plan(), store=store, folder=tmp_path)
    outcomes = list(store.outcomes(record.id))
    assert record.status is Status.FINISHED
    assert {family: sum(o.family == family for o in outcomes) for family in FAMILIES} == dict.fromkeys(FAMILIES, 20)
    assert len({o.task_id for o in outcomes}) == 40
    assert {o.arm for o in outcomes} == {Arm.EXPLORE, Arm.TWIN, Arm.PLANTED}


def test_the_same_seed_asks_the_same_and_another_seed_does_not(tmp_path: Path) -> None:
    store = Store(tmp_path)
    ids = [{o.task_id for o in store.outcomes(unseen.evaluate(plan(seed=seed), store=store, folder=tmp_path).id)} for seed in (7, 7, 8)]
    assert ids[0] == ids[1]
    assert not ids[0] & ids[2]


def test_a_plan_without_a_seed_draws_one_and_keeps_it(tmp_path: Path) -> None:
    first, second = (unseen.evaluate(plan(seed=None), store=Store(tmp_path), folder=tmp_path) for _ in range(2))
    assert first.plan["seed"] != second.plan["seed"]
    saved = Plan.load(tmp_path / first.id / "plan.toml")
    assert saved == Plan.of(dict(first.plan))


def test_several_models_are_asked_the_same_questions(tmp_path: Path) -> None:
    store = Store(tmp_path)
    models = ("simulated/item-response?ability=2", "simulated/formatter")
    record = unseen.evaluate(plan(models=models), store=store, folder=tmp_path)
    asked = {model: {o.task_id for o in store.outcomes(record.id, model)} for model in models}
    assert asked[models[0]] == asked[models[1]]
    report = unseen.report([record.id], store=store)
    assert report.models == list(models)


def test_a_right_but_oddly_wrapped_answer_is_right(tmp_path: Path) -> None:
    store = Store(tmp_path)
    record = unseen.evaluate(plan("simulated/formatter", planted=0.0), store=store, folder=tmp_path)
    assert {o.kind for o in store.outcomes(record.id)} == {Kind.CORRECT}


def test_infrastructure_faults_are_never_wrong_answers(tmp_path: Path) -> None:
    store = Store(tmp_path)
    record = unseen.evaluate(plan("simulated/flaky?rate=0.3", planted=0.0), store=store, folder=tmp_path)
    kinds = {o.kind for o in store.outcomes(record.id)}
    assert Kind.INFRASTRUCTURE in kinds
    summary = unseen.report([record.id], store=store).summaries[0]
    lost = summary.verdicts[Kind.INFRASTRUCTURE]
    assert sum(f.rate.n for f in summary.families) <= record.outcomes - lost
    assert any("infrastructure" in note for note in summary.notes)


def test_the_budget_in_tasks_holds(tmp_path: Path) -> None:
    record = unseen.evaluate(plan(budget=Budget(tasks=11)), store=Store(tmp_path), folder=tmp_path)
    assert record.outcomes == 11


@pytest.mark.parametrize("fixed", [200, None], ids=["fixed", "adaptive"])
def test_a_killed_run_goes_on_without_losing_or_repeating_anything(tmp_path: Path, fixed: int | None) -> None:
    """kill -9 in the middle; then --resume, from the command line both times."""
    command = [sys.executable, "-m", "unseen.cli", "eval", "--model", "simulated/item-response?ability=4"]
    command += [part for name in FAMILIES for part in ("--family", name)] + [
        "--seed",
        "5",
        "--budget",
        "tasks=400",
        "--store",
        str(tmp_path),
    ]
    child = subprocess.Popen(command + (["--fixed", str(fixed)] if fixed else []), stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    store = Store(tmp_path)
    deadline = time.monotonic() + 60
    while time.monotonic() < deadline and not any(run.outcomes >= 20 for run in store.runs()):
        time.sleep(0.01)
    os.kill(child.pid, signal.SIGKILL)
    child.wait()
    [stopped] = store.runs()
    before = [o.task_id for o in store.outcomes(stopped.id)]
    assert 20 <= len(before) < 400
    record = unseen.evaluate(resume=stopped.id, store=store, folder=tmp_path)
    after = [o.task_id for o in store.outcomes(stopped.id)]
    assert record.status is Status.FINISHED
    assert after[: len(before)] == before
    assert len(after) == len(set(after)) <= 400
    assert len(after) > len(before)


PROBES = {
    "screen": ["--answers", "160", "--confirm", "80"],
    "hunt": ["--answers", "400", "--set", "steps=1..4"],
}


@pytest.mark.parametrize("way", PROBES)
def test_a_killed_probe_goes_on_to_the_end_that_it_would_have_had(tmp_path: Path, way: str) -> None:
    """kill -9 in the middle; then resumed, it finds what a run that was left alone finds."""
    command = [sys.executable, "-m", "unseen.cli", way, "simulated/prior-reciter?ability=9", "arithmetic/chain", "--seed", "1"]
    child = subprocess.Popen([*command, *PROBES[way], "--store", str(tmp_path)], stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    store = Store(tmp_path)
    deadline = time.monotonic() + 60
    while time.monotonic() < deadline and not any(run.outcomes >= 20 for run in store.runs()):
        time.sleep(0.01)
    os.kill(child.pid, signal.SIGKILL)
    child.wait()
    [stopped] = store.runs()
    assert stopped.outcomes >= 20
    record = unseen.evaluate(resume=stopped.id, store=store, folder=tmp_path)
    whole = unseen.evaluate(Plan.of(dict(stopped.plan)), store=store, folder=tmp_path)
    asked = [sorted(o.task_id for o in store.outcomes(run.id)) for run in (record, whole)]
    assert record.status is Status.FINISHED and asked[0] == asked[1]
    found = [unseen.report([run.id], store=store).sections[0] for run in (record, whole)]
    assert found[0].answer == found[1].answer and found[0].tables == found[1].tables


def test_a_probe_of_another_version_of_its_family_is_not_gone_on_with(tmp_path: Path) -> None:
    store = Store(tmp_path)
    probe = Plan.of({"models": ("simulated/formatter",), "families": ("arithmetic/chain",), "screen": {"answers": 32}, "seed": 1})
    whole = unseen.evaluate(probe, store=store, folder=tmp_path)
    with store.begin("old", probe, {"families": {"arithmetic/chain": 0}}) as writer:
        writer.append(next(store.outcomes(whole.id)))
    with pytest.raises(PlanError, match="asked arithmetic/chain in version 0"):
        unseen.evaluate(resume="old", store=store, folder=tmp_path)


def test_a_plan_asks_in_one_way() -> None:
    with pytest.raises(PlanError, match="fixed and hunt exclude each other"):
        plan(hunt={})
    assert [plan(fixed=None, **{way: {}}).way for way in ("screen", "hunt")] == ["screen", "hunt"]
    assert (plan().way, plan(fixed=None).way) == ("fixed", "adaptive")


def test_a_saved_plan_of_a_probe_asks_the_same_again(tmp_path: Path) -> None:
    store = Store(tmp_path)
    probe = Plan.of({"models": ("simulated/formatter",), "families": ("arithmetic/chain",), "screen": {"answers": 32}, "seed": 1})
    record = unseen.evaluate(probe, store=store, folder=tmp_path)
    assert Plan.load(tmp_path / record.id / "plan.toml") == Plan.of(dict(record.plan)) == probe


def test_an_audit_widens_and_moves_the_calibrated_rate(tmp_path: Path) -> None:
    audit = tmp_path / "audit.jsonl"
    audit.write_text("".join(f'{{"id": "{n}", "valid": {"false" if n < 20 else "true"}}}\n' for n in range(100)))
    store = Store(tmp_path)
    plain, audited = (
        unseen.report([unseen.evaluate(plan(error_audit=path), store=store, folder=tmp_path).id], store=store).summaries[0].calibrated
        for path in (None, str(audit))
    )
    assert audited.error.value == pytest.approx(0.2)
    assert audited.rate.high - audited.rate.low > plain.rate.high - plain.rate.low


def test_a_report_needs_an_outcome(tmp_path: Path) -> None:
    store = Store(tmp_path)
    store.begin("empty", Plan(), {}).__exit__(None, None, None)
    with pytest.raises(UnseenError, match="no outcome to report yet"):
        unseen.report(["empty"], store=store)


def test_a_plan_and_a_run_to_resume_exclude_each_other(tmp_path: Path) -> None:
    with pytest.raises(PlanError, match="not both"):
        unseen.evaluate(plan(), resume="x", store=Store(tmp_path))


def test_a_forged_edition_is_refused_before_its_task_is_asked(tmp_path: Path) -> None:
    """A wrong key under a matching id: only solving again can tell."""
    edition = unseen.Edition.new("forged", ["arithmetic/chain"], 4, directory=tmp_path)
    edition.seal()
    tasks = list(edition.public_tasks())
    unseen.write_tasks(edition.public_path, [replace(tasks[0], key=tasks[0].key + 1, id=""), *tasks[1:]])
    with pytest.raises(CertificateError, match="second solver finds"):
        unseen.evaluate(Plan(models=("simulated/formatter",), edition=str(edition.manifest_path)), store=Store(tmp_path), folder=tmp_path)
    assert Store(tmp_path).runs() == []
