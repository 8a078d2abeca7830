"""Tile names and contents of C2SP tlog-tiles."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from linli_supervision.ledger import merkle
from linli_supervision.ledger.tiles import (
    HEIGHT,
    WIDTH,
    Edge,
    TileId,
    TileNeeds,
    TilePathError,
    TileReader,
    exists_in,
    subtree_root,
    tiles_of,
)


def _tree(size: int) -> list[list[bytes]]:
    levels = [[merkle.leaf_hash(i.to_bytes(4, "big")) for i in range(size)]]
    while len(levels[-1]) > 1:
        below = levels[-1]
        levels.append([merkle.node_hash(below[i], below[i + 1]) for i in range(0, len(below) - 1, 2)])
    return levels


def _all_tiles(size: int) -> dict[TileId, bytes]:
    levels = _tree(size)
    return {
        tile: b"".join(levels[tile.level * HEIGHT][tile.index * WIDTH : tile.index * WIDTH + tile.width])
        for tile in tiles_of(size)
    }


@pytest.mark.parametrize(
    ("tile", "path"),
    [
        (TileId(0, 0), "tile/0/000"),
        (TileId(0, 1234067), "tile/0/x001/x234/067"),
        (TileId(1, 999, 17), "tile/1/999.p/17"),
        (TileId(2, 1000, 255), "tile/2/x001/000.p/255"),
    ],
)
def test_paths_are_those_of_the_specification(tile: TileId, path: str) -> None:
    assert tile.path == path
    assert TileId.parse(path.removeprefix("tile/")) == tile


@pytest.mark.parametrize(
    "path",
    [
        "",
        "0",
        "0/0",
        "0/x000/001",
        "00/000",
        "0/000.p/0",
        "0/000.p/256",
        "0/000.p/01",
        "64/000",
        "0/001/000",
        "0/x001",
        "0/x001/x000",
        "-1/000",
        "0/000/",
        "0/000.p/",
        "0/٠٠٠",
        "entries/000",
        "data/000",
        "0/" + "x999/" * 40 + "999",
    ],
)
def test_other_spellings_name_no_tile(path: str) -> None:
    with pytest.raises(TilePathError):
        TileId.parse(path)


def test_the_tree_of_seventy_thousand_of_the_specification() -> None:
    tiles = list(tiles_of(70_000))
    assert sum(t.level == 0 and t.width == WIDTH for t in tiles) == 273
    assert [t for t in tiles if t.width != WIDTH] == [TileId(0, 273, 112), TileId(1, 1, 17), TileId(2, 0, 1)]
    assert [t for t in tiles if t.level == 1] == [TileId(1, 0), TileId(1, 1, 17)]
    assert list(tiles_of(256)) == [TileId(0, 0), TileId(1, 0, 1)]
    assert exists_in(TileId(0, 273, 111), 70_000)
    assert not exists_in(TileId(0, 273, 113), 70_000)


@settings(max_examples=25, deadline=None)
@given(st.sampled_from([1, 2, 255, 256, 257, 511, 513, 700]), st.data())
def test_proofs_out_of_tiles_hold(size: int, data: st.DataObject) -> None:
    tiles = _all_tiles(size)
    levels = _tree(size)
    root = merkle.root_from_leaves(levels[0])
    node = TileReader(size, tiles)
    assert merkle.root_of(size, node) == root
    index = data.draw(st.integers(0, size - 1))
    merkle.verify_inclusion(index, size, levels[0][index], merkle.inclusion_proof(index, size, node), root)
    first = data.draw(st.integers(0, size))
    merkle.verify_consistency(
        first,
        size,
        merkle.root_from_leaves(levels[0][:first]),
        root,
        merkle.consistency_proof(first, size, node),
    )


def test_a_proof_needs_few_tiles_of_a_large_tree() -> None:
    needs = TileNeeds(20_000_000)
    merkle.inclusion_proof(12_345_678, 20_000_000, needs)
    assert len(needs.tiles) <= 2 * 4


def test_a_full_tile_hashes_to_its_entry_one_level_up() -> None:
    tiles = _all_tiles(513)
    assert tiles[TileId(1, 0, 2)] == b"".join(subtree_root(tiles[TileId(0, n)]) for n in (0, 1))


@settings(max_examples=40, deadline=None)
@given(st.lists(st.integers(1, 700), min_size=1, max_size=6))
def test_a_growing_edge_gives_every_full_tile_once(steps: list[int]) -> None:
    edge, made = Edge(0, []), []
    for step in steps:
        leaves = [merkle.leaf_hash(i.to_bytes(4, "big")) for i in range(edge.size, edge.size + step)]
        made += edge.extend(leaves)
    expected = {tile: data for tile, data in _all_tiles(edge.size).items() if tile.width == WIDTH}
    assert {tile.id: tile.hashes for tile in made} == expected
    assert len(made) == len(expected)
    assert edge.root() == merkle.root_from_leaves(_tree(edge.size)[0])


def test_an_edge_that_does_not_fit_its_size_is_refused() -> None:
    with pytest.raises(merkle.ProofError):
        Edge(3, [[bytes(32)] * 2])
    with pytest.raises(merkle.ProofError):
        Edge(256, [[]])


def test_the_edge_of_a_tree_of_65536_leaves() -> None:
    edge = Edge(0, [])
    made = edge.extend([bytes(32)] * 65536)
    assert [sum(tile.id.level == level for tile in made) for level in range(3)] == [256, 1, 0]
    assert edge.root() == merkle.root_from_leaves([bytes(32)] * 65536)
