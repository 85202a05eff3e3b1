"""Minting: draws settings, runs the gates, removes duplicates, seals editions, and puts tasks on disk and back."""

from unseen.minting._atomic import atomic_file
from unseen.minting._check import BadRow, CheckReport, check_file, check_task
from unseen.minting._design import Design, Settings
from unseen.minting._duplicates import Deduplicator, fingerprints
from unseen.minting._edition import Edition, VerifyReport
from unseen.minting._familiar import Familiar, familiar_source
from unseen.minting._files import read_tasks, write_tasks
from unseen.minting._gates import Gates, admit
from unseen.minting._manifest import EditionKey, Manifest, State
from unseen.minting._merkle import InclusionProof, includes, merkle_root, prove_inclusion
from unseen.minting._mint import Minting, mint
from unseen.minting._overrides import Fixed, parse_overrides
from unseen.minting._sealing import EditionArm, EditionTask
from unseen.minting._source import FixedSource, edition_source, fixed_source
from unseen.minting._streams import MintReport, Tally
from unseen.minting._twins import Twin, differs, plant, true_task, twin_pair

__all__ = [
    "BadRow",
    "CheckReport",
    "Deduplicator",
    "Design",
    "Edition",
    "EditionArm",
    "EditionKey",
    "EditionTask",
    "Familiar",
    "Fixed",
    "FixedSource",
    "Gates",
    "InclusionProof",
    "Manifest",
    "MintReport",
    "Minting",
    "Settings",
    "State",
    "Tally",
    "Twin",
    "VerifyReport",
    "admit",
    "atomic_file",
    "check_file",
    "check_task",
    "differs",
    "edition_source",
    "familiar_source",
    "fingerprints",
    "fixed_source",
    "includes",
    "merkle_root",
    "mint",
    "parse_overrides",
    "plant",
    "prove_inclusion",
    "read_tasks",
    "true_task",
    "twin_pair",
    "write_tasks",
]
