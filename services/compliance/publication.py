"""The public files of the ledger, as C2SP tlog-tiles lays them out: full ones may be kept for ever."""

from chassis.api import Answer
from services.compliance.ledger import OutsideLedger
from services.compliance.log import Log
from services.compliance.tiles import (
    TILE_WIDTH,
    TilePathInvalid,
    encode_bundle,
    parse_bundle_path,
    parse_tile_path,
)

CHANGING = (("Cache-Control", "no-cache"),)
FINAL = (("Cache-Control", "public, max-age=31536000, immutable"),)
PARTIAL = (("Cache-Control", "public, max-age=60"),)


def tile(log: Log, level: str, index: str) -> Answer:
    """The tile at a path; raises OutsideLedger for one that is not (yet) there."""
    try:
        place = parse_tile_path(f"tile/{level}/{index}")
    except TilePathInvalid:
        raise OutsideLedger(size=log.signed().size) from None
    data = log.tile(place.level, place.index, place.width)
    if data is None:
        raise OutsideLedger(size=log.signed().size)
    return Answer(data, headers=FINAL if place.width == TILE_WIDTH else PARTIAL)


def bundle(log: Log, index: str) -> Answer:
    """The entries at a path; raises OutsideLedger when they are not (yet) there."""
    try:
        place = parse_bundle_path(f"tile/entries/{index}")
    except TilePathInvalid:
        raise OutsideLedger(size=log.signed().size) from None
    leaves = log.leaves(place.index, place.width)
    if leaves is None:
        raise OutsideLedger(size=log.signed().size)
    return Answer(encode_bundle(leaves), headers=FINAL if place.width == TILE_WIDTH else PARTIAL)
