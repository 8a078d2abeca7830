"""Merkle tree hashing and proofs as RFC 6962 defines them.

Every function is pure: a tree is seen through `Node`, which answers for complete subtrees only.
"""

from collections.abc import Callable, Iterable, Sequence
from hashlib import sha256

HASH_SIZE = 32
EMPTY_ROOT = sha256(b"").digest()

Node = Callable[[int, int], bytes]
"""`node(level, index)`: hash of the complete subtree over leaves [index * 2**level, (index + 1) * 2**level)."""


class ProofError(ValueError):
    """A proof does not lead from what is known to what is claimed."""


def leaf_hash(leaf: bytes) -> bytes:
    return sha256(b"\x00" + leaf).digest()


def node_hash(left: bytes, right: bytes) -> bytes:
    return sha256(b"\x01" + left + right).digest()


def parents(level: bytes) -> bytes:
    """Return the joined hashes one level up; `level` holds neighbouring hashes, a lone last one is left out."""
    pair = 2 * HASH_SIZE
    return b"".join(
        [sha256(b"\x01" + level[start : start + pair]).digest() for start in range(0, len(level) - HASH_SIZE, pair)]
    )


def _split(count: int) -> int:
    """Return the largest power of two smaller than `count` (count > 1)."""
    return 1 << ((count - 1).bit_length() - 1)


def range_hash(low: int, high: int, node: Node) -> bytes:
    """Return MTH(D[low:high]); `low` must be a boundary that the RFC's recursion reaches."""
    count = high - low
    if count == 0:
        return EMPTY_ROOT
    if count & (count - 1) == 0:
        level = count.bit_length() - 1
        return node(level, low >> level)
    middle = low + _split(count)
    return node_hash(range_hash(low, middle, node), range_hash(middle, high, node))


def root_of(size: int, node: Node) -> bytes:
    return range_hash(0, size, node)


def root_from_leaves(hashes: Sequence[bytes]) -> bytes:
    """Return the root over leaf hashes, level by level (a lone last node is carried up unchanged)."""
    if not hashes:
        return EMPTY_ROOT
    level = list(hashes)
    while len(level) > 1:
        paired = [node_hash(level[i], level[i + 1]) for i in range(0, len(level) - 1, 2)]
        if len(level) % 2:
            paired.append(level[-1])
        level = paired
    return level[0]


def inclusion_proof(index: int, size: int, node: Node) -> list[bytes]:
    """Return PATH(index, D[size]), nearest sibling first.  Source: RFC 6962 §2.1.1."""
    if not 0 <= index < size:
        raise ProofError(f"no leaf {index} in a tree of {size}")
    ranges: list[tuple[int, int]] = []
    low, high = 0, size
    while high - low > 1:
        middle = low + _split(high - low)
        if index < middle:
            ranges.append((middle, high))
            high = middle
        else:
            ranges.append((low, middle))
            low = middle
    return [range_hash(a, b, node) for a, b in reversed(ranges)]


def consistency_proof(first: int, second: int, node: Node) -> list[bytes]:
    """Return PROOF(first, D[second]).  Source: RFC 6962 §2.1.2."""
    if not 0 <= first <= second:
        raise ProofError(f"no way from a tree of {first} to one of {second}")
    if first in (0, second):
        return []
    ranges: list[tuple[int, int]] = []
    low, high, whole = 0, second, True
    while first != high:
        middle = low + _split(high - low)
        if first <= middle:
            ranges.append((middle, high))
            high = middle
        else:
            ranges.append((low, middle))
            low, whole = middle, False
    # The old tree is itself a subtree of the new one: its root is known to the verifier and left out.
    if not whole:
        ranges.append((low, high))
    return [range_hash(a, b, node) for a, b in reversed(ranges)]


def root_from_inclusion(index: int, size: int, leaf: bytes, proof: Sequence[bytes]) -> bytes:
    """Return the root that `proof` claims for the leaf hash; raise ProofError when it cannot be one."""
    if not 0 <= index < size:
        raise ProofError(f"no leaf {index} in a tree of {size}")
    if len(leaf) != HASH_SIZE or any(len(h) != HASH_SIZE for h in proof):
        raise ProofError("a hash is not 32 bytes")
    position, last, running = index, size - 1, leaf
    for sibling in proof:
        if last == 0:
            raise ProofError("the proof is too long")
        if position % 2 or position == last:
            running = node_hash(sibling, running)
            while position % 2 == 0 and position:
                position, last = position >> 1, last >> 1
        else:
            running = node_hash(running, sibling)
        position, last = position >> 1, last >> 1
    if last:
        raise ProofError("the proof is too short")
    return running


def verify_inclusion(index: int, size: int, leaf: bytes, proof: Sequence[bytes], root: bytes) -> None:
    if root_from_inclusion(index, size, leaf, proof) != root:
        raise ProofError("the inclusion proof leads to another root")


def verify_consistency(first: int, second: int, first_root: bytes, second_root: bytes, proof: Sequence[bytes]) -> None:
    """Raise ProofError unless the tree of `first` leaves is a prefix of the tree of `second`."""
    if not 0 <= first <= second:
        raise ProofError(f"a tree of {first} cannot grow into one of {second}")
    if any(len(h) != HASH_SIZE for h in proof):
        raise ProofError("a hash is not 32 bytes")
    if first == second:
        if proof or first_root != second_root:
            raise ProofError("two roots for one size")
        return
    if first == 0:
        if proof:
            raise ProofError("the proof is too long")
        return
    path = list(proof)
    # A complete old tree is a node of the new one, so the proof starts from the root already known.
    if first & (first - 1) == 0:
        path.insert(0, first_root)
    if not path:
        raise ProofError("the proof is too short")
    position, last = first - 1, second - 1
    while position % 2:
        position, last = position >> 1, last >> 1
    old = new = path[0]
    for sibling in path[1:]:
        if last == 0:
            raise ProofError("the proof is too long")
        if position % 2 or position == last:
            old, new = node_hash(sibling, old), node_hash(sibling, new)
            while position % 2 == 0 and position:
                position, last = position >> 1, last >> 1
        else:
            new = node_hash(new, sibling)
        position, last = position >> 1, last >> 1
    if last:
        raise ProofError("the proof is too short")
    if old != first_root:
        raise ProofError("the consistency proof leads to another old root")
    if new != second_root:
        raise ProofError("the consistency proof leads to another new root")


class CompactRange:
    """The right edge of a growing tree: complete subtrees from left to right, at most one per level."""

    def __init__(self) -> None:
        self.size = 0
        self._edge: list[tuple[int, bytes]] = []

    def copy(self) -> "CompactRange":
        other = CompactRange()
        other.size, other._edge = self.size, list(self._edge)
        return other

    def append(self, leaf: bytes) -> None:
        self._push(0, leaf)
        self.size += 1

    def append_subtree(self, level: int, root: bytes) -> None:
        """Add a complete subtree of 2**level leaves; the size so far must be a multiple of that."""
        self._push(level, root)
        self.size += 1 << level

    def extend(self, leaves: Iterable[bytes]) -> None:
        for leaf in leaves:
            self.append(leaf)

    def _push(self, level: int, digest: bytes) -> None:
        edge = self._edge
        while edge and edge[-1][0] == level:
            digest = node_hash(edge.pop()[1], digest)
            level += 1
        edge.append((level, digest))

    def root(self) -> bytes:
        if not self._edge:
            return EMPTY_ROOT
        running = self._edge[-1][1]
        for _, digest in reversed(self._edge[:-1]):
            running = node_hash(digest, running)
        return running
