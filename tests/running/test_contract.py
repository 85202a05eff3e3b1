"""What Unseen takes for granted about Inspect, pinned: an upgrade that changes any of it must be looked at first."""

from __future__ import annotations

import asyncio
import inspect as introspection
import subprocess
import sys
from collections.abc import Callable
from importlib.metadata import version
from pathlib import Path
from typing import Any

import pytest
from inspect_ai import SampleSource, Task, eval_async
from inspect_ai.dataset import Sample
from inspect_ai.log import EvalLog, EvalSample
from inspect_ai.model import Model, ModelOutput, ModelUsage, get_model
from inspect_ai.model._cache import CacheEntry
from inspect_ai.model._providers.mockllm import MockLLM
from inspect_ai.scorer import Score, Scorer, Target, accuracy, scorer
from inspect_ai.solver import Generate, Solver, TaskState, generate, solver
from inspect_ai.util._display import init_display_type


def answer(text: str = "yes") -> ModelOutput:
    output = ModelOutput.from_content("mockllm/model", text)
    output.usage = ModelUsage(input_tokens=1, output_tokens=1, total_tokens=2)
    return output


def mock() -> Model:
    return get_model("mockllm/model", custom_outputs=lambda *_: answer())


def run(task: Task, log_dir: Path, **options: Any) -> EvalLog:
    init_display_type("none")
    settings: dict[str, Any] = {"log_realtime": False, "ctl_server": False, "log_level": "critical", "fail_on_error": False}
    return asyncio.run(eval_async(task, model=mock(), log_dir=str(log_dir), **(settings | options)))[0]


class Counting(SampleSource):
    """Three samples, then whatever ``after`` makes of each completion."""

    def __init__(self, after: Callable[[EvalSample], list[Sample] | None] = lambda _: None) -> None:
        self.after = after
        self.completed: list[str] = []

    def initial_samples(self) -> list[Sample]:
        return [Sample(input="?", id=f"s{i}") for i in range(3)]

    async def sample_complete(self, sample: EvalSample) -> list[Sample] | None:
        self.completed.append(str(sample.id))
        return self.after(sample)


def test_the_version_is_the_one_all_this_was_read_in() -> None:
    assert version("inspect_ai") == "0.3.285"


def test_an_exception_in_a_completion_fails_the_whole_task(tmp_path: Path) -> None:
    def broken(_: EvalSample) -> None:
        raise ValueError("a source of ours that raised")

    log = run(Task(dataset=Counting(broken), solver=generate()), tmp_path)
    assert log.status == "error"
    assert log.error is not None
    assert "a source of ours that raised" in log.error.message


def test_a_sample_id_used_twice_fails_the_whole_task(tmp_path: Path) -> None:
    log = run(Task(dataset=Counting(lambda _: [Sample(input="?", id="s0")]), solver=generate()), tmp_path)
    assert log.status == "error"
    assert log.error is not None
    assert "duplicate" in log.error.message


def test_completions_may_add_samples_and_are_heard_of_before_the_source_is_asked_for_more(tmp_path: Path) -> None:
    source = Counting(lambda sample: [Sample(input="?", id=f"{sample.id}+")] if not str(sample.id).endswith("+") else None)
    log = run(Task(dataset=source, solver=generate()), tmp_path)
    assert (log.status, sorted(source.completed)) == ("success", ["s0", "s0+", "s1", "s1+", "s2", "s2+"])


def test_a_retry_fires_again_the_completions_of_samples_it_does_not_run_again(tmp_path: Path) -> None:
    asked: list[str] = []

    @solver
    def fails_once_on_s2() -> Solver:
        async def solve(state: TaskState, generate: Generate) -> TaskState:
            asked.append(str(state.sample_id))
            if state.sample_id == "s2" and asked.count("s2") == 1:
                raise ValueError("no")
            return await generate(state)

        return solve

    source = Counting()
    log = run(Task(dataset=source, solver=fails_once_on_s2()), tmp_path, fail_on_error=True, task_retry_attempts=1, max_samples=1)
    assert log.status == "success"
    assert sorted(asked) == ["s0", "s1", "s2", "s2"]
    assert source.completed.count("s0") == 2


def test_one_evaluation_runs_per_process(tmp_path: Path) -> None:
    class Nested(Counting):
        said = ""

        async def sample_complete(self, sample: EvalSample) -> list[Sample] | None:
            try:
                await eval_async(Task(dataset=Counting(), solver=generate()), model=mock(), log_dir=str(tmp_path))
            except RuntimeError as error:
                self.said = str(error)
            return None

    source = Nested()
    run(Task(dataset=source, solver=generate()), tmp_path)
    assert "Multiple concurrent calls to eval_async" in source.said


def test_an_unscored_sample_is_left_out_of_the_accuracy(tmp_path: Path) -> None:
    @scorer(metrics=[accuracy()])
    def unscored_s0() -> Scorer:
        async def score(state: TaskState, target: Target) -> Score:
            return Score.unscored(reason="none") if state.sample_id == "s0" else Score(value="C")

        return score

    log = run(Task(dataset=Counting(), solver=generate(), scorer=unscored_s0()), tmp_path)
    assert log.results is not None
    assert log.results.scores[0].metrics["accuracy"].value == 1.0
    assert log.results.scores[0].unscored_samples == 1


def test_a_mock_model_without_usage_counts_tokens_itself_which_downloads_a_tokenizer() -> None:
    calls: list[object] = []

    class Counted(MockLLM):
        async def count_tokens(self, input: object, config: object = None) -> int:
            calls.append(input)
            return 0

    async def ask(output: ModelOutput) -> None:
        api = Counted("model", custom_outputs=[output])
        await api.generate([], [], "none", get_model("mockllm/model").config)

    asyncio.run(ask(answer()))
    assert calls == []
    asyncio.run(ask(ModelOutput.from_content("mockllm/model", "yes")))
    assert len(calls) == 1


def test_the_cache_does_not_know_model_arguments_so_we_never_use_it() -> None:
    fields = set(introspection.signature(CacheEntry.__init__).parameters) - {"self"}
    assert fields == {"base_url", "config", "input", "model", "policy", "tool_choice", "tools"}


def test_cached_tokens_are_not_part_of_input_tokens() -> None:
    assert "excludes cached tokens" in (introspection.getsource(ModelUsage))


@pytest.mark.parametrize("module", ["unseen", "unseen.running", "unseen.running._server", "unseen.running._evaluate"])
def test_inspect_is_not_imported_before_a_real_model_is_asked(module: str) -> None:
    code = f"import sys, {module}; sys.exit('inspect_ai' in sys.modules)"
    assert subprocess.run([sys.executable, "-c", code], check=False).returncode == 0
