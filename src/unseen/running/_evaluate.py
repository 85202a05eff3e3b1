"""Ask models: simulated ones in a plain loop, real ones through Inspect, each to its own log and with its own budget.

Several models are asked one after the other. Inspect runs one evaluation per process at a time; within one, models could
share the time, but then a budget in minutes would mean something else for each, two local models would fight for the same
cores, and one model's failure would end the others' run. One at a time keeps every model's numbers its own.
"""

from __future__ import annotations

import asyncio
import contextlib
import signal
import threading
import time
from collections.abc import Callable, Iterable, Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from unseen.errors import PlanError, StoreError
from unseen.outcome import Examinee, Outcome, Source
from unseen.plan import Plan
from unseen.running._interview import interview
from unseen.running._session import Ending, ModelRun, Record, Report, Session
from unseen.running._spending import Ledger

if TYPE_CHECKING:
    from inspect_ai.model import Model

    from unseen.running._inspect_run import Patience

SIMULATED = "simulated/"


@dataclass(frozen=True)
class Evaluation:
    """What became of every model that was asked, in order. An interrupted evaluation ends with the model it was at."""

    runs: tuple[ModelRun, ...]

    @property
    def interrupted(self) -> bool:
        """Whether Ctrl-C ended it."""
        return any(run.ending is Ending.INTERRUPTED for run in self.runs)

    @property
    def unreachable(self) -> tuple[ModelRun, ...]:
        """The models that stopped answering."""
        return tuple(run for run in self.runs if run.ending is Ending.UNREACHABLE)


def evaluate(
    plan: Plan,
    *,
    source_factory: Callable[[str], Source],
    record: Record,
    already: Iterable[Outcome] = (),
    progress: Report | None = None,
    log_dir: Path | None = None,
    run_id: str = "",
    patience: Patience | None = None,
    say: Callable[[str], None] = lambda _: None,
) -> Evaluation:
    """Ask every model of the plan what its source assigns, until the source is done or the model's budget is spent.

    Args:
        source_factory: makes the source of one model, from the model's name. Besides the protocol, a source may have
            ``total`` (how much it will ask in all, if settled) and ``expect(n)``, which is called now and then with how
            many further tasks time and budget leave, from the speed measured so far.
        record: makes an outcome durable; called for each finished outcome before anything else learns of it. What it
            raises ends the evaluation and is raised again.
        already: outcomes of an earlier part of the same run; sources are told of them, budgets count them (not their minutes).
        progress: called after each outcome; must be quick.
        log_dir: where Inspect's logs go; default ``logs`` in the current folder.
        say: told, in a few words, of what takes long before the first question (weights, servers).

    A Ctrl-C while models are asked ends it cleanly, with :attr:`Evaluation.interrupted` set: servers stopped, every
    finished outcome recorded. A second Ctrl-C raises :class:`KeyboardInterrupt` at once.

    Raises:
        ExamineeError, DependencyError: a model cannot be asked; raised before anything is asked of any.
        PlanError: the budget limits the cost of a model whose price is unknown.
        StoreError: Inspect's log cannot be written.
    """
    work = _Work(plan, source_factory, record, tuple(already), progress, Path(log_dir or "logs"), run_id, patience, say)
    if not _loop_is_running():
        return work.run()
    with ThreadPoolExecutor(1) as executor:  # a notebook's loop is running: ours needs a thread of its own
        return executor.submit(work.run).result()


def _loop_is_running() -> bool:
    try:
        asyncio.get_running_loop()
    except RuntimeError:
        return False
    return True


@dataclass
class _Work:
    plan: Plan
    source_factory: Callable[[str], Source]
    record: Record
    already: tuple[Outcome, ...]
    progress: Report | None
    log_dir: Path
    run_id: str
    patience: Patience | None
    say: Callable[[str], None]

    def run(self) -> Evaluation:
        simulated = {model: _simulated(model) for model in self.plan.models if model.startswith(SIMULATED)}
        runs: list[ModelRun] = []
        with contextlib.ExitStack() as stack:
            runner = stack.enter_context(asyncio.Runner()) if len(simulated) < len(self.plan.models) else None
            real = self._prepare(runner, stack) if runner else {}
            for model in self.plan.models:
                if model in simulated:
                    runs.append(self._interview(model, simulated[model]))
                elif runner is not None:
                    runs.append(self._inspect(model, real[model], runner))
                if runs[-1].ending is Ending.INTERRUPTED:
                    break
        return Evaluation(tuple(runs))

    def _interview(self, model: str, examinee: Examinee) -> ModelRun:
        return interview(self.source_factory(model), examinee, self.record, self.plan.budget, already=self.already, report=self.progress)

    def _prepare(self, runner: asyncio.Runner, stack: contextlib.ExitStack) -> dict[str, Model]:
        """Connect to every real model and see that it answers."""
        try:
            self.log_dir.mkdir(parents=True, exist_ok=True)
        except OSError as error:
            raise StoreError(f"cannot make the folder for Inspect's logs, {self.log_dir}: {error.strerror}; choose another") from None
        self.say("loading Inspect")
        from unseen.running._inspect_run import Patience
        from unseen.running._preflight import connect, probe

        self.patience = self.patience or Patience()
        ready: dict[str, Model] = {}
        for model in self.plan.models:
            if model.startswith(SIMULATED):
                continue
            connected = connect(model, self.say)
            stack.callback(_close, runner, connected)
            self.say(f"waking {model}")
            runner.run(probe(model, connected, self.patience.preflight_seconds))
            self._require_price(model, connected)
            ready[model] = connected
        return ready

    def _require_price(self, model: str, connected: Model) -> None:
        from unseen.running._prices import VARIABLE, prices_of

        if self.plan.budget.cost is not None and prices_of(connected) is None:
            raise PlanError(
                f"--budget cost={self.plan.budget.cost:g}: nobody told the price of {model}; "
                f"state it in a file that {VARIABLE} names, or limit tokens instead"
            )

    def _inspect(self, model: str, connected: Model, runner: asyncio.Runner) -> ModelRun:
        from unseen.running._inspect_run import Asking, Patience, run_inspect
        from unseen.running._prices import prices_of

        connections = self.plan.connections or connected.api.max_connections()
        started = time.monotonic()
        cap = self.plan.max_tokens or connected.api.max_tokens()
        ledger = Ledger(self.plan.budget, started=started, reply_cap=cap, prices=prices_of(connected))
        session = Session(
            model, self.source_factory(model), self.record, ledger, report=self.progress, patience=connections + 4, started=started
        )
        session.resume(self.already)
        metadata = {"run": self.run_id, "model": model, "plan": self.plan.model_dump(mode="json")}
        asking = Asking(connections, self.plan.max_tokens, self.plan.temperature, self.patience or Patience(), metadata)

        async def sit() -> Path | None:
            with _interrupts(session):
                return await run_inspect(session, connected, asking, self.log_dir)

        return session.result(runner.run(sit()))


@contextlib.contextmanager
def _interrupts(session: Session) -> Iterator[None]:
    """A first Ctrl-C (or SIGTERM) ends the session cleanly; a second one interrupts Python as usual."""
    if threading.current_thread() is not threading.main_thread():
        yield
        return
    loop = asyncio.get_running_loop()
    signals = (signal.SIGINT, signal.SIGTERM)
    before = {number: signal.getsignal(number) for number in signals}

    def interrupt() -> None:
        for number in signals:
            loop.remove_signal_handler(number)
        session.abandon(Ending.INTERRUPTED)

    for number in signals:
        loop.add_signal_handler(number, interrupt)
    try:
        yield
    finally:
        for number in signals:
            loop.remove_signal_handler(number)
            signal.signal(number, before[number])


def _close(runner: asyncio.Runner, connected: Model) -> None:
    runner.run(connected.api.aclose())


def _simulated(model: str) -> Examinee:
    from unseen.examinees import simulated

    return simulated(model)
