"""Minting: the same tasks everywhere, gates that hold, no duplicates, constant memory."""

from __future__ import annotations

import hashlib
import itertools
import multiprocessing
import os
import signal
import subprocess
import sys
import time
import tracemalloc
from collections import Counter
from pathlib import Path

import pytest

from tests.minting.sums_family import DOUBLES, SUMS, Proved, SecondSolverDisagrees, WrongKey
from unseen.choices import Choices, Namespace
from unseen.errors import CertificateError, FamilyError, PlanError, SettingError
from unseen.minting import Deduplicator, Settings, fingerprints, mint
from unseen.minting._gates import drawn_for_cross_check
from unseen.task import Task, canonical_json


def digest(tasks: list[Task]) -> str:
    return hashlib.sha256("\n".join(canonical_json(task.to_row()) for task in tasks).encode()).hexdigest()


ELSEWHERE = """
import sys
sys.path.insert(0, {folder!r})
from tests.minting.sums_family import DOUBLES, SUMS
from tests.minting.test_mint import digest
from unseen.minting import mint
print(digest(list(mint([SUMS, DOUBLES], 150, 7))))
"""


def test_any_number_of_workers_gives_the_same_bytes_in_the_same_order() -> None:
    alone = digest(list(mint([SUMS, DOUBLES], 150, 7)))
    assert digest(list(mint([SUMS, DOUBLES], 150, 7, workers=2))) == alone
    assert digest(list(mint([SUMS, DOUBLES], 150, 7, workers=3))) == alone


@pytest.mark.parametrize("hash_seed", ["1", "4242"])
def test_another_process_with_another_hash_seed_gives_the_same_bytes(hash_seed: str) -> None:
    code = ELSEWHERE.format(folder=str(Path(__file__).parents[2]))
    environment = {**os.environ, "PYTHONHASHSEED": hash_seed}
    told = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True, env=environment)
    assert told.stdout.strip() == digest(list(mint([SUMS, DOUBLES], 150, 7)))


def test_these_exact_bytes_are_what_seed_7_gives() -> None:
    assert digest(list(mint([SUMS, DOUBLES], 20, 7)))[:12] == "acc480dd4a25"


def test_minting_more_continues_the_same_stream() -> None:
    endless = mint([SUMS, DOUBLES], None, 7)
    assert list(itertools.islice(endless, 150)) == list(mint([SUMS, DOUBLES], 150, 7))


def test_families_take_turns() -> None:
    tasks = list(mint([SUMS, DOUBLES], 21, 1))
    assert [task.family for task in tasks] == [("test/sums", "test/doubles")[i % 2] for i in range(21)]


@pytest.mark.parametrize("other", [{"seed": 8}, {"namespace": Namespace.SECRET}, {"namespace": Namespace.TRAIN}, {"edition_key": b"k"}])
def test_neighbouring_seeds_namespaces_and_keys_share_nothing(other: dict[str, object]) -> None:
    # At 5 or more terms of 5 or more digits, two tasks agree by chance with probability below 1e-19.
    large = {"terms": (5, 9), "digits": (5, 9)}
    here = {task.id for task in mint([SUMS], 300, 7, fixed=large)}
    there = {task.id for task in mint([SUMS], 300, **{"seed": 7, "fixed": large, **other})}  # type: ignore[arg-type]
    assert not here & there
    numbers_here = {tuple(task.problem["numbers"]) for task in mint([SUMS], 300, 7, fixed=large)}
    numbers_there = {tuple(task.problem["numbers"]) for task in mint([SUMS], 300, **{"seed": 7, "fixed": large, **other})}  # type: ignore[arg-type]
    assert not numbers_here & numbers_there


def test_the_ladder_puts_one_load_in_each_stratum_of_every_block() -> None:
    settings = Settings.of(SUMS.space, "ladder", {}, b"key")
    for block in range(4):
        strata = sorted(int(settings.load(index) * 16) for index in range(16 * block, 16 * block + 16))
        assert strata == list(range(16))


def test_the_ladder_covers_easy_and_hard_alike() -> None:
    loads = [SUMS.space.load(task.setting) for task in mint([SUMS], 600, 5)]
    shares = Counter(min(int(load * 3), 2) for load in loads)
    # Each third is expected to hold 150 to 250 of 600; a uniform draw over two variables would crowd the middle.
    assert all(150 <= shares[third] <= 250 for third in range(3)), shares


def test_the_stratified_design_uses_every_level_alike() -> None:
    tasks = list(mint([SUMS], 288, 5, design="stratified", fixed={"digits": (4, 9)}))
    terms = Counter(task.setting["terms"] for task in tasks)
    assert set(terms.values()) == {36}


def test_a_given_design_is_cycled_through() -> None:
    tasks = list(mint([SUMS], 4, 5, design=[{"terms": 3, "digits": 6}, {"terms": 8, "digits": 7}]))
    assert [(task.setting["terms"], task.setting["digits"]) for task in tasks] == [(3, 6), (8, 7), (3, 6), (8, 7)]


@pytest.mark.parametrize("design", ["ladder", "uniform", "stratified"])
def test_held_variables_and_ranges_are_respected(design: str) -> None:
    tasks = list(mint([SUMS], 60, 5, design=design, fixed={"terms": 4, "digits": (6, 8), "story": "shop"}))
    assert {task.setting["terms"] for task in tasks} == {4}
    assert {task.setting["digits"] for task in tasks} == {6, 7, 8}
    assert {task.setting["story"] for task in tasks} == {"shop"}


def test_no_problem_is_asked_twice_whatever_the_story() -> None:
    minting = mint([SUMS], 500, 3, fixed={"terms": 2, "digits": (1, 2)})
    problems = [canonical_json(task.problem) for task in minting]
    assert len(set(problems)) == 500
    assert minting.report.total.duplicates > 0
    assert minting.report.total.minted == 500


def test_the_number_of_workers_does_not_show_when_duplicates_are_dropped() -> None:
    crowded = {"terms": 2, "digits": (1, 2)}
    assert list(mint([SUMS], 300, 3, fixed=crowded, workers=2)) == list(mint([SUMS], 300, 3, fixed=crowded))


def test_what_an_earlier_run_minted_is_not_minted_again() -> None:
    seen = Deduplicator()
    crowded = {"terms": 2, "digits": 2}
    first = [canonical_json(task.problem) for task in mint([SUMS], 300, 1, fixed=crowded, exclude=seen)]
    second = [canonical_json(task.problem) for task in mint([SUMS], 300, 2, fixed=crowded, exclude=seen)]
    assert not set(first) & set(second)


def test_a_family_with_nothing_new_left_says_how_many_there_were() -> None:
    with pytest.raises(FamilyError, match=r"test/sums: no new task in 1000 draws after 1\d\d distinct ones"):
        list(mint([SUMS], 500, 1, fixed={"terms": 2, "digits": 1}))


def test_fingerprints_see_through_story_case_and_spacing_but_not_through_numbers() -> None:
    task = SUMS.make({"terms": 3, "digits": 3, "story": "shop"}, Choices(b"s" * 32))
    other_story = SUMS.twin(task, story="harbour")
    assert fingerprints(task)[0] == fingerprints(other_story)[0]
    assert fingerprints(task)[1] != fingerprints(other_story)[1]
    assert fingerprints(task)[0] != fingerprints(SUMS.twin(task, terms=4))[0]


def test_the_deduplicator_agrees_with_a_set_through_many_growths() -> None:
    table, truth = Deduplicator(), set[int]()
    for number in range(20_000):
        value = int.from_bytes(hashlib.blake2b(str(number % 15_000).encode(), digest_size=8).digest(), "big")
        assert table.add_fingerprints([value]) == (value not in truth)
        truth.add(value)
    assert len(table) == len(truth)


def test_a_wrong_key_stops_minting_and_names_family_index_and_reason() -> None:
    with pytest.raises(
        CertificateError, match=r"test/wrong version 1 task \d+ \([0-9a-f]{32}\): the second solver finds \d+, the key says \d+"
    ):
        list(mint([WrongKey()], 200, 1))


def test_a_wrong_key_in_a_worker_stops_minting_too() -> None:
    with pytest.raises(CertificateError, match="test/wrong version 1 task"):
        list(mint([WrongKey()], 200, 1, workers=2))


def test_a_second_solver_that_disagrees_is_found_when_all_are_cross_checked() -> None:
    with pytest.raises(CertificateError, match="second solver"):
        list(mint([SecondSolverDisagrees()], 50, 1, cross_check=1.0))
    assert len(list(mint([SecondSolverDisagrees()], 50, 1, cross_check=0.0))) == 50


def test_the_share_of_cross_checks_is_the_one_asked_for_and_follows_from_the_id() -> None:
    minting = mint([Proved()], 2000, 1, cross_check=0.3)
    drawn = sum(drawn_for_cross_check(task, 0.3) for task in minting)
    assert minting.report.total.cross_checked == drawn
    assert abs(drawn - 600) < 5 * (2000 * 0.3 * 0.7) ** 0.5  # five standard errors


def test_long_prompts_are_replaced_and_counted() -> None:
    minting = mint([SUMS], 100, 1, max_prompt=110)
    assert all(len(task.prompt) <= 110 for task in minting)
    assert minting.report.total.too_long > 0


def test_memory_does_not_grow_with_the_number_of_tasks_but_for_the_fingerprints() -> None:
    large = {"terms": (3, 4), "digits": (5, 9)}

    def peak(count: int) -> int:
        tracemalloc.start()
        for _ in mint([SUMS], count, 1, fixed=large):
            pass
        top = tracemalloc.get_traced_memory()[1]
        tracemalloc.stop()
        return top

    peak(50)  # what is allocated once
    # 54 bytes of fingerprints per task, half as much again while the table grows; a task itself takes over 2,000.
    assert peak(3000) - peak(300) < 90 * 2700


@pytest.mark.parametrize(
    ("wrong", "error", "message"),
    [
        ({"n": 0}, PlanError, "n is 0"),
        ({"workers": 0}, PlanError, "workers is 0"),
        ({"cross_check": 1.5}, PlanError, "cross-check 1.5"),
        ({"design": "spiral"}, SettingError, "no design 'spiral'"),
        ({"design": []}, SettingError, "holds no setting"),
        ({"fixed": {"steps": 3}}, SettingError, "no variable 'steps'"),
        ({"fixed": {"terms": 10}}, SettingError, r"variable 'terms': 10 is not in 2\.\.9"),
        ({"families": []}, PlanError, "no family was named"),
        ({"families": [SUMS, SUMS]}, PlanError, "named twice: test/sums"),
        ({"families": ["test/unheard"]}, FamilyError, "no family 'test/unheard'"),
    ],
)
def test_what_cannot_be_minted_is_refused_before_anything_is_drawn(wrong: dict[str, object], error: type[Exception], message: str) -> None:
    with pytest.raises(error, match=message):
        mint(**{"families": [SUMS], "n": 5, "seed": 1, **wrong})  # type: ignore[arg-type]


INTERRUPTED = """
from tests.minting.sums_family import SUMS
from unseen.minting import mint
import multiprocessing
try:
    print("ready", flush=True)
    for _ in mint([SUMS], None, 1, workers=2):
        pass
except KeyboardInterrupt:
    print("interrupted", len(multiprocessing.active_children()))
"""


@pytest.mark.parametrize("delay", [0.1, 0.8])  # while the workers start, and while they draw
def test_ctrl_c_ends_the_workers_quietly(delay: float) -> None:
    with subprocess.Popen(
        [sys.executable, "-c", INTERRUPTED],
        cwd=Path(__file__).parents[2],
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        start_new_session=True,
    ) as minting:
        assert minting.stdout is not None
        assert minting.stdout.readline() == b"ready\n"
        time.sleep(delay)
        os.killpg(minting.pid, signal.SIGINT)  # as a terminal does: to the workers too
        out, errors = minting.communicate(timeout=20)
    assert (out, errors) == (b"interrupted 0\n", b"")


def test_a_stream_closed_early_ends_its_workers() -> None:
    minting = mint([SUMS], None, 1, workers=2)
    next(minting)
    assert multiprocessing.active_children()
    minting.close()
    assert not multiprocessing.active_children()
