"""Tiles and bundles are those of C2SP tlog-tiles, however the entries arrived."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from services.compliance.merkle import Frontier, inclusion_path, leaf_hash, verify_inclusion
from services.compliance.tiles import (
    MAX_INDEX,
    TILE_WIDTH,
    BundleInvalid,
    EntryTooLarge,
    Place,
    RightEdgeIncomplete,
    Tile,
    TileInvalid,
    TilePathInvalid,
    TileTooNarrow,
    append,
    bundle_path,
    decode_bundle,
    encode_bundle,
    node_from_tile,
    nodes_in_tiles,
    parse_bundle_path,
    parse_tile_path,
    partial_tiles,
    right_edge,
    tile_path,
)

LEAVES = [leaf_hash(b"entry %d" % number) for number in range(70_000)]
Store = dict[tuple[int, int], bytes]


def stored(tiles: list[Tile], store: Store | None = None) -> Store:
    """The tiles as a database keeps them: the last one written at each place."""
    return (store or {}) | {(tile.level, tile.index): tile.data for tile in tiles}


def from_definition(size: int) -> Store:
    """Every tile of a tree by the formula of the specification: hashes over spans of 256**level leaves."""
    store: Store = {}
    level, spans = 0, LEAVES[:size]
    while spans:
        for at in range(0, len(spans), TILE_WIDTH):
            store[level, at // TILE_WIDTH] = b"".join(spans[at : at + TILE_WIDTH])
        full = len(spans) // TILE_WIDTH
        spans = [Frontier().extend(spans[at * TILE_WIDTH : (at + 1) * TILE_WIDTH]).root() for at in range(full)]
        level += 1
    return store


@given(st.lists(st.integers(0, 600), max_size=6))
@settings(max_examples=60, deadline=None)
def test_tiles_built_in_batches_equal_tiles_built_at_once(batches: list[int]) -> None:
    """Whatever the batches, the store ends with the same tiles, and each append names all it changed."""
    store: Store = {}
    edge: list[Tile] = []
    size = 0
    for batch in batches:
        changed = append(edge, size, LEAVES[size : size + batch])
        size += batch
        store = stored(changed, store)
        edge = right_edge([*edge, *changed], size)
        assert store == from_definition(size)


def test_the_specifications_tree_of_70000() -> None:
    """A tree of 70,000 has the tiles that the specification counts: 273 + 112/256, 1 + 17/256, 1/256."""
    store = stored(append([], 0, LEAVES[:40_000]))
    edge = right_edge([Tile(*place, data) for place, data in store.items()], 40_000)
    store = stored(append(edge, 40_000, LEAVES[40_000:]), store)
    assert store == from_definition(70_000)
    widths = {place: len(data) // 32 for place, data in store.items()}
    assert [place for place in widths if place[0] == 0 and widths[place] == 256] == [(0, at) for at in range(273)]
    assert {place: width for place, width in widths.items() if place[0] or width < 256} == {
        (0, 273): 112,
        (1, 0): 256,
        (1, 1): 17,
        (2, 0): 1,
    }
    assert partial_tiles(70_000) == [Place(0, 273, 112), Place(1, 1, 17), Place(2, 0, 1)]


def test_proofs_can_be_read_from_tiles() -> None:
    """Roots and paths read from tiles are those of the tree, also across levels of tiles and in older trees."""
    store = stored(append([], 0, LEAVES))
    node = nodes_in_tiles(lambda level, index: store[level, index])
    for size in (70_000, 65_536, 65_537, 66_000, 256, 255, 1):
        frontier = Frontier().extend(LEAVES[:size])
        assert Frontier.read(size, node) == frontier
        for index in {0, size // 2, size - 1}:
            verify_inclusion(LEAVES[index], index, size, inclusion_path(index, size, node), frontier.root())


def test_only_tiles_that_changed_are_written() -> None:
    """One more leaf in a tree of 70,000 touches one tile; the leaf that fills a tile touches the level above."""
    store = stored(append([], 0, LEAVES))
    edge = right_edge([Tile(*place, data) for place, data in store.items()], 70_000)
    assert [tile.path for tile in append(edge, 70_000, LEAVES[:1])] == ["tile/0/273.p/113"]
    filled = append(edge, 70_000, LEAVES[: 256 - 112])
    assert [tile.path for tile in filled] == ["tile/0/273", "tile/1/001.p/18"]
    assert append(edge, 70_000, []) == []


def test_an_append_goes_on_from_what_a_crash_left_behind() -> None:
    """Tiles wider than the tree, written by an append that never became part of it, are cut to the tree."""
    lost = stored(append([], 0, LEAVES[:500]))
    tree = right_edge([Tile(*place, data) for place, data in lost.items()], 300)
    assert [(tile.path, tile.width) for tile in tree] == [("tile/0/001.p/44", 44), ("tile/1/000.p/1", 1)]
    other = [leaf_hash(b"another entry")]
    assert append(tree, 300, other)[0].data == b"".join([*LEAVES[256:300], *other])


def test_an_append_without_the_right_edge_is_refused() -> None:
    """A missing or narrow partial tile would fork the log, so nothing is computed."""
    tiles = append([], 0, LEAVES[:300])
    for edge in ([], tiles[:1], [tile for tile in tiles if tile.level == 1], [tiles[1].narrowed(43), tiles[2]]):
        with pytest.raises(RightEdgeIncomplete):
            append(edge, 300, LEAVES[300:301])


@pytest.mark.parametrize(
    ("level", "index", "width", "path"),
    [
        (0, 0, 256, "tile/0/000"),
        (0, 1234067, 256, "tile/0/x001/x234/067"),
        (3, 1234067, 17, "tile/3/x001/x234/067.p/17"),
        (63, 999, 1, "tile/63/999.p/1"),
        (1, 1000, 255, "tile/1/x001/000.p/255"),
        (0, MAX_INDEX, 256, "tile/0/x072/x057/x594/x037/x927/935"),
    ],
)
def test_tile_paths_are_those_of_the_specification(level: int, index: int, width: int, path: str) -> None:
    """Indexes are written in groups of three digits, all but the last with an x."""
    assert tile_path(level, index, width) == path
    assert parse_tile_path(path) == Place(level, index, width)


@given(st.integers(0, 63), st.integers(0, MAX_INDEX), st.integers(1, 256))
@settings(deadline=None)
def test_paths_round_trip(level: int, index: int, width: int) -> None:
    """Every place has a path, and the path leads back to it."""
    assert parse_tile_path(tile_path(level, index, width)) == Place(level, index, width)
    assert parse_bundle_path(bundle_path(index, width)) == Place(0, index, width)


@pytest.mark.parametrize(
    "path",
    [
        "",
        "tile",
        "tile/0",
        "tile/0/",
        "tile/0/0",
        "tile/0/00",
        "tile/0/0000",
        "tile/0/1000",
        "tile/0/x001",
        "tile/0/001/002",
        "tile/0/x000/001",
        "tile/0/X001/000",
        "tile/0/x001/x000",
        "tile/00/000",
        "tile/01/000",
        "tile/64/000",
        "tile/-1/000",
        "tile/0/000.p/0",
        "tile/0/000.p/256",
        "tile/0/000.p/07",
        "tile/0/000.p/",
        "tile/0/000.p/1/",
        "tile/0/000/p/1",
        "/tile/0/000",
        "tile/0/000\n",
        " tile/0/000",
        "tile/entries/000",
        "tile/0/٠٠٠",
        "tile/0/x999/x999/x999/x999/x999/999",
        "tile/0/" + "x001/" * 2000 + "000",
        "tile/data/000",
        "tile/0/000?x",
        "tile/0/../000",
    ],
)
def test_any_other_path_is_refused(path: str) -> None:
    """A tile has one path; every other spelling is an error that names the path, not a guess."""
    with pytest.raises(TilePathInvalid):
        parse_tile_path(path)
    bundle = path.replace("tile/0", "tile/entries") if path.startswith("tile/0/") else "tile/0/000"
    with pytest.raises(TilePathInvalid):
        parse_bundle_path(bundle)


def test_impossible_places_have_no_path() -> None:
    """Levels, indexes and widths outside the specification are refused when written, too."""
    for level, index, width in ((64, 0, 1), (-1, 0, 1), (0, -1, 1), (0, MAX_INDEX + 1, 1), (0, 0, 0), (0, 0, 257)):
        with pytest.raises(TilePathInvalid):
            tile_path(level, index, width)


@pytest.mark.parametrize(
    ("level", "index", "length"),
    [(0, 0, 0), (0, 0, 31), (0, 0, 33), (0, 0, 257 * 32), (64, 0, 32), (-1, 0, 32), (0, -1, 32)],
)
def test_impossible_tiles_are_refused(level: int, index: int, length: int) -> None:
    """A tile of no hash, of half a hash, of too many, or at no place is corrupt."""
    with pytest.raises(TileInvalid):
        Tile(level, index, bytes(length))


@pytest.mark.parametrize(("level", "index"), [(0, 200), (1, 100), (7, 1), (8, 0), (9, 0), (-1, 0), (0, -1), (3, -2)])
def test_a_node_beyond_the_tile_is_refused(level: int, index: int) -> None:
    """A partial tile does not give the hash of a subtree that it does not span."""
    with pytest.raises(TileTooNarrow):
        node_from_tile(b"".join(LEAVES[:200]), level, index)


def test_the_highest_tile_is_at_level_63() -> None:
    """The last level that a path can name is a tile's place as well."""
    assert Tile(63, 0, bytes(32)).path == "tile/63/000.p/1"


def test_a_tile_cannot_be_widened() -> None:
    """Narrowing serves older partial tiles; a width that was never there is refused."""
    tile = Tile(0, 0, b"".join(LEAVES[:5]))
    assert tile.narrowed(2) == Tile(0, 0, b"".join(LEAVES[:2]))
    for width in (0, 6):
        with pytest.raises(TileTooNarrow):
            tile.narrowed(width)


@given(st.lists(st.binary(max_size=400), min_size=1, max_size=256))
@settings(max_examples=40, deadline=None)
def test_bundles_round_trip(entries: list[bytes]) -> None:
    """The entries come back as they were, and a bundle that lost its last byte is refused."""
    bundle = encode_bundle(entries)
    assert decode_bundle(bundle) == entries
    with pytest.raises(BundleInvalid):
        decode_bundle(bundle[:-1])


def test_a_bundle_is_length_prefixed() -> None:
    """Each entry follows its length as a big-endian uint16; the largest has 65,535 bytes."""
    assert encode_bundle([b"", b"ab", bytes(0xFFFF)]) == b"\0\0" + b"\0\2ab" + b"\xff\xff" + bytes(0xFFFF)
    with pytest.raises(EntryTooLarge):
        encode_bundle([bytes(0x10000)])


@pytest.mark.parametrize("width", [1, 256])
def test_a_bundle_may_be_as_wide_as_a_tile(width: int) -> None:
    """One entry and 256 entries are both a bundle."""
    assert decode_bundle(encode_bundle([b"entry"] * width)) == [b"entry"] * width


@pytest.mark.parametrize("width", [0, 257])
def test_a_bundle_holds_as_many_entries_as_a_tile_hashes(width: int) -> None:
    """An empty bundle and one of more than 256 entries are refused, written or read."""
    with pytest.raises(BundleInvalid):
        encode_bundle([b""] * width)
    with pytest.raises(BundleInvalid):
        decode_bundle(b"\0\0" * width)
