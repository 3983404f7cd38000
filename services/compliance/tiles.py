"""The ledger's tree as tiles, and its entries as bundles: the static files of C2SP tlog-tiles.

A tile at level `l` holds up to 256 neighbouring hashes of the tree's level `8 * l`. Only full tiles are hashed into
the level above. A partial tile is the beginning of the full one that it becomes, so one stored copy serves every
width up to its own.
"""

import re
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass

from services.compliance.merkle import HASH_SIZE, NodeReader, node_hash

TILE_HEIGHT = 8
"""Levels of the tree from a tile's hashes to the root over a full tile."""

TILE_WIDTH = 1 << TILE_HEIGHT
"""Hashes in a full tile and entries in a full bundle."""

MAX_LEVEL = 63
"""The highest level of a tile that a path can name."""

MAX_INDEX = 2**56 - 1
"""The highest index of a tile: a tree has fewer than 2**64 leaves."""

MAX_ENTRY_SIZE = 0xFFFF
"""Bytes of the largest entry: its length is a uint16."""

_NUMBER = r"(?P<index>(?:x[0-9]{3}/){0,5}[0-9]{3})(?:\.p/(?P<width>[0-9]{1,3}))?"
_TILE_PATH = re.compile(rf"tile/(?P<level>[0-9]{{1,2}})/{_NUMBER}")
_BUNDLE_PATH = re.compile(rf"tile/entries/{_NUMBER}")


class TilePathInvalid(ValueError):
    """The path is not that of a tile or a bundle."""


class TileInvalid(ValueError):
    """The bytes or the place of a tile are impossible."""


class TileTooNarrow(ValueError):
    """The tile does not reach as far as the hash that was asked for."""


class RightEdgeIncomplete(ValueError):
    """A partial tile at the right edge of the tree is missing, or narrower than the tree."""


class EntryTooLarge(ValueError):
    """The entry does not fit a bundle."""


class BundleInvalid(ValueError):
    """The bytes are not a bundle of entries."""


@dataclass(frozen=True, slots=True)
class Place:
    """Where a tile or bundle belongs: `level` (0 for bundles), `index` in the level, and `width` from 1 to 256."""

    level: int
    index: int
    width: int = TILE_WIDTH


@dataclass(frozen=True, slots=True)
class Tile:
    """A tile as it is served: `data` is its hashes, one after the other."""

    level: int
    index: int
    data: bytes

    def __post_init__(self) -> None:
        """Raise TileInvalid unless it holds 1 to 256 whole hashes at a possible place."""
        if not 0 <= self.level <= MAX_LEVEL or self.index < 0:
            raise TileInvalid(f"there is no tile {self.index} at level {self.level}")
        if len(self.data) % HASH_SIZE or not 1 <= self.width <= TILE_WIDTH:
            raise TileInvalid(f"a tile holds 1 to {TILE_WIDTH} hashes of {HASH_SIZE} bytes, not {len(self.data)} bytes")

    @property
    def width(self) -> int:
        """How many hashes it holds."""
        return len(self.data) // HASH_SIZE

    @property
    def path(self) -> str:
        """Where it is served, relative to the log's prefix."""
        return tile_path(self.level, self.index, self.width)

    def narrowed(self, width: int) -> "Tile":
        """The same tile as it was when it held `width` hashes; raises TileTooNarrow when it holds fewer."""
        if not 1 <= width <= self.width:
            raise TileTooNarrow(f"{self.path} has no first {width} hashes")
        return Tile(self.level, self.index, self.data[: width * HASH_SIZE])


def tile_path(level: int, index: int, width: int = TILE_WIDTH) -> str:
    """The path of a tile relative to the log's prefix, as `tile/0/x001/x234/067.p/17`."""
    if not 0 <= level <= MAX_LEVEL:
        raise TilePathInvalid(f"a tile's level is 0 to {MAX_LEVEL}, not {level}")
    return f"tile/{level}/{_number(index, width)}"


def bundle_path(index: int, width: int = TILE_WIDTH) -> str:
    """The path of an entry bundle relative to the log's prefix, as `tile/entries/x001/234`."""
    return f"tile/entries/{_number(index, width)}"


def parse_tile_path(path: str) -> Place:
    """The tile that a path names; raises TilePathInvalid for all but the one way to write it."""
    match = _TILE_PATH.fullmatch(path)
    if match:
        place = Place(int(match["level"]), *_parse_number(match))
        if tile_path(place.level, place.index, place.width) == path:
            return place
    raise TilePathInvalid(f"{path!r} is not the path of a tile: tile/<level>/<index>[.p/<width>]")


def parse_bundle_path(path: str) -> Place:
    """The bundle that a path names; raises TilePathInvalid for all but the one way to write it."""
    match = _BUNDLE_PATH.fullmatch(path)
    if match:
        place = Place(0, *_parse_number(match))
        if bundle_path(place.index, place.width) == path:
            return place
    raise TilePathInvalid(f"{path!r} is not the path of a bundle: tile/entries/<index>[.p/<width>]")


def partial_tiles(size: int) -> list[Place]:
    """The partial tiles at the right edge of a tree, lowest level first: what `append` needs to go on."""
    places = []
    level = 0
    while size:
        index, width = divmod(size, TILE_WIDTH)
        if width:
            places.append(Place(level, index, width))
        level, size = level + 1, index
    return places


def right_edge(tiles: Iterable[Tile], size: int) -> list[Tile]:
    """The partial tiles of a tree of `size`, picked from `tiles` and cut to that size.

    Of two tiles at one place the later counts. Raises RightEdgeIncomplete when one is missing or too narrow.
    """
    stored = {(tile.level, tile.index): tile for tile in tiles}
    edge = []
    for place in partial_tiles(size):
        tile = stored.get((place.level, place.index))
        if tile is None or tile.width < place.width:
            missing = tile_path(place.level, place.index, place.width)
            raise RightEdgeIncomplete(f"a tree of {size} needs {missing}")
        edge.append(tile.narrowed(place.width))
    return edge


def append(edge: Iterable[Tile], size: int, leaf_hashes: Sequence[bytes]) -> list[Tile]:
    """The tiles that are new or wider after leaf hashes were appended to a tree of `size`, lowest level first.

    `edge` holds at least the tree's partial tiles; raises RightEdgeIncomplete when one is missing or too narrow.
    """
    partial = {tile.level: tile.data for tile in right_edge(edge, size)}
    changed: list[Tile] = []
    level, index, added = 0, size // TILE_WIDTH, b"".join(leaf_hashes)
    while added:
        data = partial.get(level, b"") + added
        span = TILE_WIDTH * HASH_SIZE
        tiles = [Tile(level, index + nth, data[nth * span : (nth + 1) * span]) for nth in range(-(-len(data) // span))]
        changed += tiles
        added = b"".join(node_from_tile(tile.data, TILE_HEIGHT, 0) for tile in tiles if tile.width == TILE_WIDTH)
        level, index = level + 1, index // TILE_WIDTH
    return changed


def node_from_tile(data: bytes, level: int, index: int) -> bytes:
    """The node `index` at `level` (0: the tile's own hashes, 8: the root over a full tile) within a tile's bytes.

    Raises TileTooNarrow when the tile does not span the node's subtree.
    """
    span = HASH_SIZE << max(level, 0)
    begin, end = index * span, (index + 1) * span
    if not 0 <= level <= TILE_HEIGHT or begin < 0 or end > len(data):
        raise TileTooNarrow(f"a tile of {len(data) // HASH_SIZE} hashes has no node {index} at level {level}")
    hashes = [data[at : at + HASH_SIZE] for at in range(begin, end, HASH_SIZE)]
    while len(hashes) > 1:
        hashes = [node_hash(left, right) for left, right in zip(hashes[::2], hashes[1::2], strict=True)]
    return hashes[0]


def nodes_in_tiles(read_tile: Callable[[int, int], bytes]) -> NodeReader:
    """A reader of the tree's nodes from tiles; `read_tile(level, index)` gives the bytes of the widest one stored."""

    def node(level: int, index: int) -> bytes:
        tile_level, level_within = divmod(level, TILE_HEIGHT)
        tile_index, index_within = divmod(index, TILE_WIDTH >> level_within)
        return node_from_tile(read_tile(tile_level, tile_index), level_within, index_within)

    return node


def encode_bundle(entries: Sequence[bytes]) -> bytes:
    """The 1 to 256 entries of a bundle, each after its length as a big-endian uint16.

    Raises EntryTooLarge for an entry above 65,535 bytes and BundleInvalid for a wrong number of entries.
    """
    _require_bundle_width(len(entries))
    parts: list[bytes] = []
    for entry in entries:
        if len(entry) > MAX_ENTRY_SIZE:
            raise EntryTooLarge(f"an entry has at most {MAX_ENTRY_SIZE} bytes, this one {len(entry)}")
        parts += (len(entry).to_bytes(2, "big"), entry)
    return b"".join(parts)


def decode_bundle(data: bytes) -> list[bytes]:
    """The entries of a bundle; raises BundleInvalid when it is cut short, empty or wider than 256 entries."""
    entries: list[bytes] = []
    at = 0
    while at < len(data):
        begin = at + 2
        at = begin + int.from_bytes(data[at:begin], "big")
        if at > len(data):
            raise BundleInvalid(f"entry {len(entries)} of the bundle is cut short")
        entries.append(data[begin:at])
    _require_bundle_width(len(entries))
    return entries


def _require_bundle_width(width: int) -> None:
    """Raise BundleInvalid unless a bundle can hold that many entries."""
    if not 1 <= width <= TILE_WIDTH:
        raise BundleInvalid(f"a bundle holds 1 to {TILE_WIDTH} entries, not {width}")


def _number(index: int, width: int) -> str:
    """The path elements of an index and a width."""
    if not 0 <= index <= MAX_INDEX or not 1 <= width <= TILE_WIDTH:
        raise TilePathInvalid(f"no tile or bundle has index {index} and width {width}")
    groups = [f"{index % 1000:03}"]
    while index := index // 1000:
        groups.append(f"x{index % 1000:03}")
    return "/".join(reversed(groups)) + (f".p/{width}" if width < TILE_WIDTH else "")


def _parse_number(match: re.Match[str]) -> tuple[int, int]:
    """The index and the width that a matched path spells."""
    return int(match["index"].replace("x", "").replace("/", "")), int(match["width"] or TILE_WIDTH)
