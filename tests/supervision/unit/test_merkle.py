"""RFC 6962 trees: published cases, an independent library, and every corruption of a proof."""

from hashlib import sha256

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from linli_supervision.ledger import merkle
from pymerkle import InmemoryTree  # type: ignore[import-untyped]

# The test tree of Certificate Transparency (transparency-dev/merkle, certificate-transparency merkletree_test).
LEAVES = [
    bytes.fromhex(text)
    for text in ("", "00", "10", "2021", "3031", "40414243", "5051525354555657", "606162636465666768696a6b6c6d6e6f")
]
ROOTS = [
    bytes.fromhex(text)
    for text in (
        "6e340b9cffb37a989ca544e6bb780a2c78901d3fb33738768511a30617afa01d",
        "fac54203e7cc696cf0dfcb42c92a1d9dbaf70ad9e621f4bd8d98662f00e3c125",
        "aeb6bcfe274b70a14fb067a5e5578264db0fa9b51af5e0ba159158f329e06e77",
        "d37ee418976dd95753c1c73862b9398fa2a2cf9b4ff0fdfe8b30cd95209614b7",
        "4e3bbb1f7b478dcfe71fb631631519a3bca12c9aefca1612bfce4c13a86264d4",
        "76e67dadbcdf1e10e1b74ddc608abd2f98dfb16fbce75277b5232a127f2087ef",
        "ddb89be403809e325750d3d263cd78929c2942b7942a34b77e122c9594a74c8c",
        "5dc9da79a70659a9ad559cb701ded9a2ab9d823aad2f4960cfe370eff4604328",
    )
]
INCLUSION = [
    (0, 1, []),
    (
        0,
        8,
        [
            "96a296d224f285c67bee93c30f8a309157f0daa35dc5b87e410b78630a09cfc7",
            "5f083f0a1a33ca076a95279832580db3e0ef4584bdff1f54c8a360f50de3031e",
            "6b47aaf29ee3c2af9af889bc1fb9254dabd31177f16232dd6aab035ca39bf6e4",
        ],
    ),
    (
        5,
        8,
        [
            "bc1a0643b12e4d2d7c77918f44e0f4f79a838b6cf9ec5b5c283e1f4d88599e6b",
            "ca854ea128ed050b41b35ffc1b87b8eb2bde461e9e3b5596ece6b9d5975a0ae0",
            "d37ee418976dd95753c1c73862b9398fa2a2cf9b4ff0fdfe8b30cd95209614b7",
        ],
    ),
    (2, 3, ["fac54203e7cc696cf0dfcb42c92a1d9dbaf70ad9e621f4bd8d98662f00e3c125"]),
    (
        1,
        5,
        [
            "6e340b9cffb37a989ca544e6bb780a2c78901d3fb33738768511a30617afa01d",
            "5f083f0a1a33ca076a95279832580db3e0ef4584bdff1f54c8a360f50de3031e",
            "bc1a0643b12e4d2d7c77918f44e0f4f79a838b6cf9ec5b5c283e1f4d88599e6b",
        ],
    ),
]
CONSISTENCY = [
    (1, 1, []),
    (
        1,
        8,
        [
            "96a296d224f285c67bee93c30f8a309157f0daa35dc5b87e410b78630a09cfc7",
            "5f083f0a1a33ca076a95279832580db3e0ef4584bdff1f54c8a360f50de3031e",
            "6b47aaf29ee3c2af9af889bc1fb9254dabd31177f16232dd6aab035ca39bf6e4",
        ],
    ),
    (
        6,
        8,
        [
            "0ebc5d3437fbe2db158b9f126a1d118e308181031d0a949f8dededebc558ef6a",
            "ca854ea128ed050b41b35ffc1b87b8eb2bde461e9e3b5596ece6b9d5975a0ae0",
            "d37ee418976dd95753c1c73862b9398fa2a2cf9b4ff0fdfe8b30cd95209614b7",
        ],
    ),
    (
        2,
        5,
        [
            "5f083f0a1a33ca076a95279832580db3e0ef4584bdff1f54c8a360f50de3031e",
            "bc1a0643b12e4d2d7c77918f44e0f4f79a838b6cf9ec5b5c283e1f4d88599e6b",
        ],
    ),
]


class _Tree:
    """Complete subtrees straight from the definition."""

    def __init__(self, leaves: list[bytes]) -> None:
        self.hashes = [merkle.leaf_hash(leaf) for leaf in leaves]

    def __call__(self, level: int, index: int) -> bytes:
        if level == 0:
            return self.hashes[index]
        return merkle.node_hash(self(level - 1, 2 * index), self(level - 1, 2 * index + 1))


def _hex(hashes: list[bytes]) -> list[str]:
    return [h.hex() for h in hashes]


def test_empty_tree_is_the_hash_of_nothing() -> None:
    assert merkle.root_of(0, _Tree([])) == sha256(b"").digest() == merkle.CompactRange().root()


def test_roots_of_the_published_tree() -> None:
    tree = _Tree(LEAVES)
    edge = merkle.CompactRange()
    for size, root in enumerate(ROOTS, start=1):
        edge.append(tree.hashes[size - 1])
        assert merkle.root_of(size, tree) == root
        assert merkle.root_from_leaves(tree.hashes[:size]) == root
        assert edge.root() == root


@pytest.mark.parametrize(("index", "size", "proof"), INCLUSION)
def test_published_inclusion_proofs(index: int, size: int, proof: list[str]) -> None:
    tree = _Tree(LEAVES)
    made = merkle.inclusion_proof(index, size, tree)
    assert _hex(made) == proof
    merkle.verify_inclusion(index, size, tree.hashes[index], made, ROOTS[size - 1])


@pytest.mark.parametrize(("first", "second", "proof"), CONSISTENCY)
def test_published_consistency_proofs(first: int, second: int, proof: list[str]) -> None:
    made = merkle.consistency_proof(first, second, _Tree(LEAVES))
    assert _hex(made) == proof
    merkle.verify_consistency(first, second, ROOTS[first - 1], ROOTS[second - 1], made)


@settings(max_examples=60, deadline=None)
@given(st.integers(1, 300), st.data())
def test_agrees_with_an_independent_library(size: int, data: st.DataObject) -> None:
    leaves = [i.to_bytes(2, "big") for i in range(size)]
    other = InmemoryTree.init_from_entries(leaves, algorithm="sha256")
    tree = _Tree(leaves)
    assert other.get_root() == merkle.root_of(size, tree)
    index = data.draw(st.integers(0, size - 1))
    proof = merkle.inclusion_proof(index, size, tree)
    assert proof == other.prove_inclusion(index + 1, size).path[1:]
    merkle.verify_inclusion(index, size, tree.hashes[index], proof, other.get_root())
    first = data.draw(st.integers(0, size))
    merkle.verify_consistency(
        first, size, other.get_root(first), other.get_root(), merkle.consistency_proof(first, size, tree)
    )


@settings(max_examples=150, deadline=None)
@given(st.integers(2, 70), st.data())
def test_no_corrupted_inclusion_proof_is_accepted(size: int, data: st.DataObject) -> None:
    tree = _Tree([bytes([i]) for i in range(size)])
    root = merkle.root_of(size, tree)
    index = data.draw(st.integers(0, size - 1))
    proof = merkle.inclusion_proof(index, size, tree)
    leaf = tree.hashes[index]
    wrong = [
        (index - 1, size, leaf, proof, root),
        (index + 1, size, leaf, proof, root),
        (index, size * 2, leaf, proof, root),
        (index, size // 2, leaf, proof, root),
        (index, size, sha256(b"other").digest(), proof, root),
        (index, size, leaf, proof, merkle.EMPTY_ROOT),
        (index, size, leaf, [*proof, b""], root),
        (index, size, leaf, [*proof, root], root),
        (index, size, leaf, [root, *proof], root),
        (index, size, leaf, proof[:-1], root),
    ]
    if proof:
        at = data.draw(st.integers(0, len(proof) - 1))
        flipped = list(proof)
        flipped[at] = bytes([proof[at][0] ^ 8]) + proof[at][1:]
        wrong.append((index, size, leaf, flipped, root))
    for case in wrong:
        with pytest.raises(merkle.ProofError):
            merkle.verify_inclusion(*case)


@settings(max_examples=150, deadline=None)
@given(st.integers(2, 70), st.data())
def test_no_corrupted_consistency_proof_is_accepted(size: int, data: st.DataObject) -> None:
    tree = _Tree([bytes([i]) for i in range(size)])
    first = data.draw(st.integers(1, size - 1))
    old, new = merkle.root_of(first, tree), merkle.root_of(size, tree)
    proof = merkle.consistency_proof(first, size, tree)
    flipped = [bytes([proof[0][0] ^ 16]) + proof[0][1:], *proof[1:]]
    for case in [
        (first, size, new, old, proof),
        (first, size, merkle.EMPTY_ROOT, new, proof),
        (first, size, old, merkle.EMPTY_ROOT, proof),
        (first, size, old, new, []),
        (first, size, old, new, proof[:-1]),
        (first, size, old, new, [*proof, new]),
        (first, size, old, new, [old, *proof]),
        (first, size, old, new, flipped),
        (first, size * 2, old, new, proof),
        (size, first, old, new, proof),
        (first, size, old, new, [b"", *proof]),
    ]:
        with pytest.raises(merkle.ProofError):
            merkle.verify_consistency(*case)


def test_a_proof_of_an_absent_leaf_cannot_be_made() -> None:
    with pytest.raises(merkle.ProofError):
        merkle.inclusion_proof(3, 3, _Tree(LEAVES))
    with pytest.raises(merkle.ProofError):
        merkle.consistency_proof(4, 3, _Tree(LEAVES))
