"""Real models are asked through Inspect; a real server of ours behaves well or badly on the other side."""

from __future__ import annotations

import asyncio
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest
from inspect_ai.log import read_eval_log

from tests.running.local_server import Behave, LocalServer, Reply
from tests.running.sitting import IMPATIENT, KEYS, MODEL, PATIENT, SUMS, Sitting, knows, on_tasks
from unseen.errors import StoreError, UnseenError
from unseen.outcome import Outcome
from unseen.running import Ending
from unseen.verdict import Kind

Serve = Callable[[Behave], LocalServer]


def test_every_task_is_asked_once_and_its_outcome_says_what_happened(serve: Serve, sitting: Sitting) -> None:
    server = serve(knows)
    evaluation = sitting.ask(SUMS[:12])
    assert evaluation.runs[0].ending is Ending.DONE
    assert [o.kind for o in sitting.outcomes] == [Kind.CORRECT] * 12
    assert sorted(o.task_id for o in sitting.outcomes) == sorted(task.id for task in SUMS[:12])
    assert sorted(prompt for prompt in server.asked if prompt in KEYS) == sorted(task.prompt for task in SUMS[:12])
    one = sitting.outcomes[0]
    assert (one.input_tokens, one.output_tokens, one.cost, one.examinee) == (20, 10, None, MODEL)
    assert 0 < one.seconds < 5
    assert server.keys == {"bearer local-key"}


def test_the_log_opens_in_inspect_with_scores_and_what_is_needed_to_mint_the_task_again(serve: Serve, sitting: Sitting) -> None:
    serve(on_tasks(lambda prompt: knows(prompt) if prompt != SUMS[0].prompt else Reply("Answer: 12345")))
    log = read_eval_log(str(sitting.ask(SUMS[:4]).runs[0].log))
    assert log.status == "success"
    assert log.eval.model == MODEL
    assert log.results is not None
    assert log.results.scores[0].metrics["accuracy"].value == 0.75
    sample = next(sample for sample in log.samples or [] if sample.id == SUMS[0].id)
    assert sample.scores is not None
    assert (sample.scores["verdict"].metadata or {})["kind"] == "incorrect"
    assert sample.metadata["family"] == "arithmetic/chain"
    assert sample.metadata["setting"] == dict(SUMS[0].setting)
    assert sample.metadata["task"] == SUMS[0].id


@pytest.mark.parametrize(
    ("reply", "reason"),
    [
        (Reply(status=500, body=b'{"error": {"message": "boom"}}'), "500"),
        (Reply(hang=True), "Timeout"),
        (Reply(body=b'{"choices": [{"message": {"content": "\xff\xfe"}}]}'), "utf-8"),
        (Reply(body=b"<html>not JSON"), ""),
        (Reply(status=404, body=b'{"error": {"message": "no such model"}}'), "no such model"),
    ],
    ids=["500", "hang", "invalid UTF-8", "not JSON", "404"],
)
def test_a_question_without_an_answer_is_an_infrastructure_failure_and_fails_nothing_else(
    serve: Serve, sitting: Sitting, reply: Reply, reason: str
) -> None:
    sitting.patience = IMPATIENT if reply.hang else PATIENT
    serve(on_tasks(lambda prompt: reply if prompt == SUMS[1].prompt else knows(prompt)))
    evaluation = sitting.ask(SUMS[:4])
    kinds = {o.task_id: o.kind for o in sitting.outcomes}
    assert evaluation.runs[0].ending is Ending.DONE
    assert kinds == {task.id: Kind.INFRASTRUCTURE if task is SUMS[1] else Kind.CORRECT for task in SUMS[:4]}
    failed = next(o for o in sitting.outcomes if o.kind is Kind.INFRASTRUCTURE)
    assert reason in failed.reason
    assert "\n" not in failed.reason
    log = read_eval_log(str(evaluation.runs[0].log))
    assert log.status == "success"
    assert log.results is not None
    assert log.results.scores[0].metrics["accuracy"].value == 1.0  # the failure is no wrong answer
    assert log.results.scores[0].unscored_samples == 1


def test_a_failure_that_passes_is_asked_again(serve: Serve, sitting: Sitting) -> None:
    tries: dict[str, int] = {}

    def flaky(prompt: str) -> Reply:
        tries[prompt] = tries.get(prompt, 0) + 1
        return Reply(status=503, body=b"{}") if tries[prompt] <= 1 else knows(prompt)

    serve(on_tasks(flaky))
    sitting.ask(SUMS[:3])
    assert [o.kind for o in sitting.outcomes] == [Kind.CORRECT] * 3


@pytest.mark.parametrize(
    ("reply", "kind", "reason"),
    [
        (Reply(""), Kind.UNPARSED, "answered nothing"),
        (Reply(" \n"), Kind.UNPARSED, "answered nothing"),
        (Reply("", finish="length"), Kind.UNPARSED, "cut off"),
        (Reply("word " * 2_000_000 + "\nAnswer: 3"), None, ""),
        (Reply("\ud800 \x00 Answer: bla"), Kind.UNPARSED, ""),
    ],
    ids=["nothing", "blank", "cut off", "10 MB", "lone surrogate and NUL"],
)
def test_odd_replies_are_answers_all_the_same(serve: Serve, sitting: Sitting, reply: Reply, kind: Kind | None, reason: str) -> None:
    serve(on_tasks(lambda _: reply))
    evaluation = sitting.ask(SUMS[:2])
    assert evaluation.runs[0].ending is Ending.DONE
    for outcome in sitting.outcomes:
        assert outcome.kind in ((kind,) if kind else (Kind.CORRECT, Kind.INCORRECT))
        assert reason in outcome.reason
        assert len(outcome.response) < 70_000
        assert "\x00" not in outcome.response.encode("utf-8").decode()
    assert len(read_eval_log(str(evaluation.runs[0].log)).samples or []) == 2


def test_a_server_that_dies_ends_the_run_and_a_resumed_run_asks_the_rest(serve: Serve, sitting: Sitting) -> None:
    sitting.patience = IMPATIENT
    server = serve(on_tasks(lambda prompt: knows(prompt) if len(server.asked) < 12 else server.die() or Reply(hang=True)))  # type: ignore[func-returns-value]
    evaluation = sitting.ask(SUMS, connections=2)
    run = evaluation.runs[0]
    assert run.ending is Ending.UNREACHABLE
    assert evaluation.unreachable == (run,)
    assert "in a row got no answer" in run.detail
    assert "Connect" in run.detail
    assert [o.kind for o in sitting.outcomes] == [Kind.CORRECT] * len(sitting.outcomes)
    assert 8 <= len(sitting.outcomes) <= 12
    serve(knows)
    assert sitting.ask(SUMS, already=list(sitting.outcomes)).runs[0].ending is Ending.DONE
    assert sorted(o.task_id for o in sitting.outcomes) == sorted(task.id for task in SUMS)


def test_what_recording_raises_ends_the_run_at_once(serve: Serve, sitting: Sitting) -> None:
    serve(knows)
    kept: list[Outcome] = []

    def record(outcome: Outcome) -> None:
        if len(kept) == 3:
            raise UnseenError("the disk is full; free some space and resume")
        kept.append(outcome)

    with pytest.raises(UnseenError, match="disk is full"):
        sitting.ask(SUMS, record=record, connections=2)
    assert len(kept) == 3
    assert len(sitting.seen) == 3  # nobody heard of an outcome that was not made durable


def test_the_same_task_assigned_twice_is_asked_twice(serve: Serve, sitting: Sitting) -> None:
    serve(knows)
    sitting.ask([SUMS[0], SUMS[0], SUMS[1]])
    assert [o.kind for o in sitting.outcomes] == [Kind.CORRECT] * 3


def test_a_resumed_run_repeats_nothing(serve: Serve, sitting: Sitting) -> None:
    server = serve(knows)
    sitting.ask(SUMS[:10], budget={"tasks": 4})
    first = list(sitting.outcomes)
    assert len(first) == 4
    sitting.ask(SUMS[:10], already=first)
    assert sorted(o.task_id for o in sitting.outcomes) == sorted(task.id for task in SUMS[:10])
    assert len([prompt for prompt in server.asked if prompt in KEYS]) == 10


@pytest.mark.parametrize("connections", [1, 8])
def test_no_budget_is_passed_whatever_is_in_flight(serve: Serve, sitting: Sitting, connections: int) -> None:
    serve(on_tasks(lambda prompt: Reply(knows(prompt).text, delay=0.02)))
    run = sitting.ask(SUMS, budget={"tasks": 7}, connections=connections).runs[0]
    assert (run.ending, run.finished) == (Ending.BUDGET, 7)
    sitting.outcomes.clear()
    run = sitting.ask(SUMS, budget={"tokens": 600}, connections=connections, max_tokens=10).runs[0]
    assert run.ending is Ending.BUDGET
    assert 300 <= run.tokens <= 600
    assert "tokens" in run.detail


def test_minutes_end_a_run_of_a_slow_model(serve: Serve, sitting: Sitting) -> None:
    serve(on_tasks(lambda prompt: Reply(knows(prompt).text, delay=0.3)))
    run = sitting.ask(SUMS, budget={"minutes": 0.03}, connections=1).runs[0]
    assert (run.ending, run.detail) == (Ending.BUDGET, "the budget's minutes ran out")
    assert 2 <= run.finished <= 7
    assert run.seconds < 4


def test_progress_counts_up_and_says_what_is_left(serve: Serve, sitting: Sitting) -> None:
    serve(knows)
    sitting.ask(SUMS[:20])
    assert [p.finished for p in sitting.seen] == list(range(1, 21))
    assert sitting.seen[-1].expected == 20
    assert sitting.seen[-1].tokens == 600


def test_several_models_are_asked_one_after_the_other_each_to_its_own_log(serve: Serve, sitting: Sitting) -> None:
    serve(knows)
    runs = sitting.ask(SUMS[:3], ["openai-api/local/m", "openai-api/local/n"]).runs
    assert [o.examinee for o in sitting.outcomes] == ["openai-api/local/m"] * 3 + ["openai-api/local/n"] * 3
    assert len({run.log for run in runs}) == 2


def test_a_reply_cap_and_a_temperature_reach_the_server(serve: Serve, sitting: Sitting) -> None:
    seen: list[dict[str, object]] = []
    server = serve(knows)
    server.inspect = seen.append
    sitting.ask(SUMS[:1], max_tokens=33, temperature=0.5)
    assert (seen[-1]["max_tokens"], seen[-1]["temperature"]) == (33, 0.5)


def test_a_folder_for_logs_that_cannot_be_made_is_named_before_anything_is_asked(serve: Serve, sitting: Sitting, tmp_path: Path) -> None:
    server = serve(knows)
    (tmp_path / "file").write_text("in the way")
    sitting.log_dir = tmp_path / "file" / "logs"
    with pytest.raises(StoreError, match="cannot make the folder for Inspect's logs"):
        sitting.ask(SUMS[:2])
    assert server.asked == []


FULL = """
import resource, signal, sys
from pathlib import Path
from tests.running.sitting import SUMS, Sitting
from unseen.errors import StoreError
signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
import inspect_ai.model, unseen.running._preflight
resource.setrlimit(resource.RLIMIT_FSIZE, (3000, 3000))
sitting = Sitting(Path(sys.argv[1]))
try:
    sitting.ask(SUMS)
except StoreError as error:
    print(len(sitting.outcomes), error)
"""


def test_a_disk_that_fills_up_under_inspects_log_is_one_clear_line_and_outcomes_are_kept(serve: Serve, tmp_path: Path) -> None:
    serve(knows)
    done = subprocess.run([sys.executable, "-c", FULL, str(tmp_path / "logs")], capture_output=True, text=True, check=False)
    finished, _, message = done.stdout.strip().partition(" ")
    assert "cannot write Inspect's log" in message, done.stdout + done.stderr[-2000:]
    assert int(finished) > 0


def test_a_notebook_whose_loop_is_running_may_ask_too(serve: Serve, sitting: Sitting) -> None:
    serve(knows)

    async def cell() -> int:
        return sitting.ask(SUMS[:3]).runs[0].finished

    assert asyncio.run(cell()) == 3
