"""Merkle trees over task ids, with the leaf and node prefixes and the split of RFC 6962, section 2.1."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Sequence
from dataclasses import dataclass


@dataclass(frozen=True)
class InclusionProof:
    """That the leaf at ``index`` of a tree of ``size`` leaves is part of it: the sibling hashes from leaf to root, in hexadecimal."""

    index: int
    size: int
    path: tuple[str, ...]


def merkle_root(ids: Iterable[str]) -> str:
    """The root hash in hexadecimal, in memory logarithmic in the number of ids. Of no ids: the hash of nothing."""
    peaks: list[tuple[int, bytes]] = []  # complete subtrees, each smaller than the one before: (height, hash)
    for name in ids:
        height, digest = 0, _leaf(name)
        while peaks and peaks[-1][0] == height:
            digest = _node(peaks.pop()[1], digest)
            height += 1
        peaks.append((height, digest))
    if not peaks:
        return hashlib.sha256().hexdigest()
    _, digest = peaks.pop()
    while peaks:
        digest = _node(peaks.pop()[1], digest)
    return digest.hex()


def prove_inclusion(ids: Sequence[str], index: int) -> InclusionProof:
    """The proof for the id at ``index`` (RFC 6962, section 2.1.1)."""
    path: list[str] = []
    start, stop = 0, len(ids)
    while stop - start > 1:
        split = start + _largest_power_below(stop - start)
        if index < split:
            path.append(merkle_root(ids[split:stop]))
            stop = split
        else:
            path.append(merkle_root(ids[start:split]))
            start = split
    return InclusionProof(index, len(ids), tuple(reversed(path)))


def includes(root: str, name: str, proof: InclusionProof) -> bool:
    """Whether the proof shows that the id is in the tree of this root. Never raises on a malformed proof."""
    if not 0 <= proof.index < proof.size:
        return False
    try:
        siblings = [bytes.fromhex(step) for step in proof.path]
    except ValueError:
        return False
    digest, index, last = _leaf(name), proof.index, proof.size - 1
    for sibling in siblings:
        if not last:
            return False
        if index % 2 or index == last:
            digest = _node(sibling, digest)
            while not index % 2 and index:
                index, last = index // 2, last // 2
        else:
            digest = _node(digest, sibling)
        index, last = index // 2, last // 2
    return last == 0 and digest.hex() == root


def _largest_power_below(size: int) -> int:
    return 1 << ((size - 1).bit_length() - 1)


def _leaf(name: str) -> bytes:
    return hashlib.sha256(b"\x00" + name.encode()).digest()


def _node(left: bytes, right: bytes) -> bytes:
    return hashlib.sha256(b"\x01" + left + right).digest()
