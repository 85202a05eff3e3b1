"""Editions: committed, sealed, revealed, verified; and every way to tamper with one is caught."""

from __future__ import annotations

import hashlib
import json
import logging
import os
import stat
from collections import defaultdict
from collections.abc import Callable
from itertools import islice
from pathlib import Path
from typing import Any

import pytest

from tests.minting.sums_family import DOUBLES, SUMS, Sums
from unseen.errors import EditionError, PlanError, SettingError
from unseen.minting import (
    Edition,
    EditionArm,
    EditionKey,
    State,
    edition_source,
    fingerprints,
    includes,
    merkle_root,
    mint,
    prove_inclusion,
    write_tasks,
)
from unseen.minting._sealing import SiblingPair

KEY = bytes(range(32))
FAMILIES = {"test/sums": SUMS, "test/doubles": DOUBLES}


def make(directory: Path, **options: Any) -> Edition:
    plan = {"per_family": 20, "train": 10, "directory": directory, "key": EditionKey(KEY), **options}
    return Edition.new("spring", [SUMS, DOUBLES], **plan)


@pytest.fixture
def sealed(tmp_path: Path) -> Edition:
    edition = make(tmp_path)
    edition.seal()
    return edition


def load(edition: Edition) -> Edition:
    return Edition.load(edition.directory / "spring", FAMILIES)


def test_the_way_of_an_edition(tmp_path: Path) -> None:
    edition = make(tmp_path)
    assert edition.manifest.state is State.COMMITTED
    assert edition.manifest.commitment == hashlib.sha256(KEY).hexdigest()
    assert not edition.public_path.exists()
    edition.seal()
    assert edition.manifest.counts == {"public": 40, "secret": 40, "train": 20}
    report = load(edition).verify()
    assert (report.ok, report.regenerated, report.tasks) == (True, True, 100)
    fingerprint = edition.manifest.fingerprint
    edition.reveal()
    assert edition.manifest.fingerprint == fingerprint
    edition.key_path.unlink()  # with the key in the manifest, nothing else is needed
    assert load(edition).verify().ok
    assert load(edition).verify().regenerated


def test_without_the_key_the_public_arm_alone_is_verified(sealed: Edition) -> None:
    sealed.key_path.unlink()
    report = load(sealed).verify()
    assert (report.ok, report.regenerated, report.tasks) == (True, False, 40)


def test_the_same_key_seals_the_same_edition_with_any_number_of_workers(tmp_path: Path) -> None:
    roots = set()
    for workers in (1, 2):
        (tmp_path / str(workers)).mkdir()
        edition = make(tmp_path / str(workers))
        edition.seal(workers=workers)
        roots.add((edition.manifest.root, edition.public_path.read_bytes()))
    assert len(roots) == 1


def test_keys_are_random_and_kept_from_others(tmp_path: Path) -> None:
    one, other = EditionKey.new(), EditionKey.new()
    assert one.raw != other.raw
    edition = make(tmp_path)
    assert stat.S_IMODE(edition.key_path.stat().st_mode) == 0o600
    edition.key_path.chmod(0o644)
    with pytest.raises(EditionError, match=r"can be read by others; run `chmod 600 .*spring\.key`"):
        edition.key()


def test_the_key_shows_nowhere_until_it_is_revealed(
    tmp_path: Path, caplog: pytest.LogCaptureFixture, capsys: pytest.CaptureFixture[str]
) -> None:
    caplog.set_level(logging.DEBUG)
    edition = make(tmp_path)
    edition.seal()
    edition.verify()
    recipe = SiblingPair(SUMS, None, None, b"derived secret")  # type: ignore[arg-type]
    shown = [
        repr(edition),
        repr(edition.key()),
        str(edition.key()),
        repr(edition.manifest),
        caplog.text,
        *capsys.readouterr(),
        repr(recipe),
    ]
    shown += [path.read_text() for path in (edition.manifest_path, edition.public_path)]
    assert not any(KEY.hex() in text or repr(KEY)[2:20] in text or "derived secret" in text for text in shown)
    edition.key_path.write_text("not a key but a secret")
    with pytest.raises(EditionError) as error:
        edition.key()
    assert "secret" not in str(error.value)


def test_arms_share_no_problem_and_pairs_share_their_setting(sealed: Edition) -> None:
    structures = defaultdict[EditionArm, set[int]](set)
    groups = defaultdict[str, list[Any]](list)
    for arm in EditionArm:
        for task, _, group in sealed.tasks(arm):
            structures[arm].add(fingerprints(task)[0])
            if arm is not EditionArm.TRAIN:
                groups[group].append(task)
    assert [len(structures[arm]) for arm in EditionArm] == [40, 40, 20]
    assert len(set.union(*structures.values())) == 100
    assert all(len(pair) == 2 and pair[0].setting == pair[1].setting for pair in groups.values())


def test_the_coin_is_fair_and_does_not_depend_on_the_family_alone() -> None:
    from unseen.choices import derive_seed

    flips = [derive_seed(KEY, "coin", name, 1, index)[0] % 2 for name in FAMILIES for index in range(2000)]
    assert abs(sum(flips) - 2000) < 5 * 1000**0.5  # five standard errors
    assert flips[:2000] != flips[2000:]


def test_the_public_file_is_the_public_arm(sealed: Edition) -> None:
    assert list(sealed.public_tasks()) == [found.task for found in sealed.tasks("public")]


def test_an_arm_is_asked_in_its_order_and_the_secret_one_only_with_the_key(sealed: Edition) -> None:
    public = edition_source(sealed)
    assert [given.task for given in public.take(100)] == list(sealed.public_tasks())
    assert (public.done, public.total) == (True, 40)
    assert [given.task for given in edition_source(sealed, "secret").take(3)] == [found.task for found in islice(sealed.tasks("secret"), 3)]
    sealed.key_path.unlink()
    assert len(edition_source(sealed).take(100)) == 40
    with pytest.raises(EditionError, match="cannot read the edition's key"):
        edition_source(sealed, "secret")


def test_inclusion_of_one_task_is_proved_and_of_another_is_not(sealed: Edition) -> None:
    public = list(sealed.public_tasks())
    for task in (public[0], public[17], public[-1]):
        proof = sealed.prove(task.id)
        assert includes(sealed.manifest.roots["public"], task.id, proof)
        assert not includes(sealed.manifest.roots["secret"], task.id, proof)
        assert not includes(sealed.manifest.roots["public"], public[5].id, proof)
    secret = next(sealed.tasks("secret")).task
    assert includes(sealed.manifest.roots["secret"], secret.id, sealed.prove(secret.id, "secret"))
    with pytest.raises(EditionError, match=f"no public task {secret.id}"):
        sealed.prove(secret.id)


def _edit(path: Path, change: Callable[[dict[str, Any]], None]) -> None:
    content = json.loads(path.read_text())
    change(content)
    path.write_text(json.dumps(content))


MANIFEST_LIES: list[tuple[str, Callable[[dict[str, Any]], None], str]] = [
    ("root", lambda m: m.update(root="0" * 64), "another Merkle root"),
    ("secret root", lambda m: m["roots"].update(secret="0" * 64), "secret arm: .* another Merkle root"),
    ("public root", lambda m: m["roots"].update(public="0" * 64), "not those of the sealed public root"),
    ("counts", lambda m: m["counts"].update(secret=41), "secret arm: 40 tasks follow from the key, the manifest says 41"),
    ("per_family", lambda m: m.update(per_family=19), "public arm: 38 tasks follow from the key, the manifest says 40"),
    ("train", lambda m: m.update(train=11), "train arm: 22 tasks"),
    ("design", lambda m: m.update(design="uniform"), "another Merkle root"),
    ("fixed", lambda m: m.update(fixed={"terms": 3}), "another Merkle root"),
    ("families", lambda m: m["families"].pop("test/sums"), "public arm: 20 tasks"),
    ("commitment", lambda m: m.update(commitment="0" * 64), "is not the one edition 'spring' committed to"),
    ("key", lambda m: m.update(state="revealed", key="ab" * 32), "is not the one edition 'spring' committed to"),
    ("state", lambda m: m.update(state="revealed"), "says the key is revealed, but holds none"),
]


@pytest.mark.parametrize(("lie", "message"), [lie[1:] for lie in MANIFEST_LIES], ids=[lie[0] for lie in MANIFEST_LIES])
def test_a_tampered_manifest_is_caught(sealed: Edition, lie: Callable[[dict[str, Any]], None], message: str) -> None:
    import re

    _edit(sealed.manifest_path, lie)
    report = load(sealed).verify()
    assert any(re.search(message, problem) for problem in report.problems), report.problems


def test_an_exchanged_key_file_is_caught(sealed: Edition) -> None:
    sealed.key_path.write_text(EditionKey(b"x" * 32).raw.hex())
    assert not load(sealed).verify().ok


@pytest.mark.parametrize("how", ["edit", "drop", "swap", "exchange", "truncate", "remove"])
def test_a_tampered_public_file_is_caught(sealed: Edition, how: str) -> None:
    sealed.key_path.unlink()  # the public arm gives itself away without the key
    lines = sealed.public_path.read_text().splitlines(keepends=True)
    if how == "edit":
        lines[3] = lines[3].replace('"effort":', '"effort":1', 1)
    elif how == "drop":
        del lines[3]
    elif how == "swap":
        lines[3], lines[5] = lines[5], lines[3]
    elif how == "truncate":
        lines[-1] = lines[-1][:80]
    if how == "exchange":  # sound tasks, but not the sealed ones
        write_tasks(sealed.public_path, mint([SUMS, DOUBLES], 40, 1))
    elif how == "remove":
        sealed.public_path.unlink()
    else:
        sealed.public_path.write_text("".join(lines))
    assert not load(sealed).verify().ok


class NewSums(Sums):
    version = 2


def test_another_version_of_a_family_is_a_clear_error(sealed: Edition) -> None:
    with pytest.raises(EditionError, match=r"was made with version 1 of test/sums, but version 2 is installed; install unseen==0\.1\.0"):
        Edition.load(sealed.manifest_path, {**FAMILIES, "test/sums": NewSums()}).verify()
    with pytest.raises(EditionError, match="needs the family test/doubles, which is not installed"):
        Edition.load(sealed.manifest_path, {}).verify()


def test_steps_out_of_order_are_refused(tmp_path: Path) -> None:
    edition = make(tmp_path)
    with pytest.raises(EditionError, match="not sealed yet"):
        edition.reveal()
    with pytest.raises(EditionError, match="nothing to verify"):
        edition.verify()
    edition.seal()
    with pytest.raises(EditionError, match="sealed already"):
        edition.seal()
    edition.reveal()
    with pytest.raises(EditionError, match="revealed already"):
        edition.reveal()


def test_a_name_is_never_taken_twice(tmp_path: Path) -> None:
    key = make(tmp_path).key_path.read_bytes()
    with pytest.raises(EditionError, match="exists already"):
        make(tmp_path)
    assert (tmp_path / "spring.key").read_bytes() == key


def test_a_plan_that_cannot_be_leaves_no_file(tmp_path: Path) -> None:
    for options, error in [
        ({"design": "spiral"}, SettingError),
        ({"fixed": {"terms": 99}}, SettingError),
        ({"per_family": 0}, EditionError),
    ]:
        with pytest.raises(error):
            make(tmp_path, **options)
    with pytest.raises(PlanError, match="no family"):
        Edition.new("spring", [], 5, directory=tmp_path)
    with pytest.raises(EditionError, match=r"name = '\.\./spring'"):
        Edition.new("../spring", [SUMS], 5, directory=tmp_path)
    with pytest.raises(EditionError, match="No such file"):
        make(tmp_path / "missing")
    assert os.listdir(tmp_path) == []  # noqa: PTH208


@pytest.mark.parametrize("content", ["", "{}", "[1]", '{"name": 3}', "\x00"])
def test_a_file_that_is_no_edition_says_so(tmp_path: Path, content: str) -> None:
    (tmp_path / "spring.edition.json").write_text(content)
    with pytest.raises(EditionError, match="is no edition"):
        Edition.load(tmp_path / "spring.edition.json")


def test_a_given_design_and_ranges_survive_the_way_through_the_manifest(tmp_path: Path) -> None:
    edition = make(tmp_path, design=[{"terms": 4, "digits": 6}, {"terms": 5}], fixed={"story": "shop"}, train=0)
    edition.seal()
    assert load(edition).verify().ok
    (tmp_path / "other").mkdir()
    ranged = make(tmp_path / "other", fixed={"terms": (3, 5), "digits": 8})
    ranged.seal()
    assert load(ranged).verify().ok


def test_roots_follow_rfc_6962() -> None:
    # The specification's own recursion, written out.
    def root(leaves: list[bytes]) -> bytes:
        if len(leaves) == 1:
            return hashlib.sha256(b"\x00" + leaves[0]).digest()
        split = 1
        while split * 2 < len(leaves):
            split *= 2
        return hashlib.sha256(b"\x01" + root(leaves[:split]) + root(leaves[split:])).digest()

    assert merkle_root([]) == hashlib.sha256(b"").hexdigest()
    for size in range(1, 40):
        ids = [f"task {i}" for i in range(size)]
        assert merkle_root(ids) == root([name.encode() for name in ids]).hex()
        for index in range(size):
            proof = prove_inclusion(ids, index)
            assert includes(merkle_root(ids), ids[index], proof)
            assert not includes(merkle_root(ids), "another", proof)
