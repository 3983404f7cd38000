"""Places as services name, show and remember them; the places themselves are in `kernel/places.py`."""

from collections.abc import Iterable
from dataclasses import dataclass, replace
from typing import Annotated

from events.envelope import Envelope
from events.errors import RuleError
from events.production import PlaceAdded, PlaceRenamed
from events.shapes import Line, PlaceId, Text
from kernel.places import PREFIX, Gazetteer, Place

PlaceNamed = Annotated[str, Text(max=200, doc="the id of a place, or its name in any language and spelling")]


@dataclass(frozen=True)
class PlaceLabel:
    """A place by its id and names."""

    place_id: PlaceId
    zh: Line | None
    en: Line | None


class PlaceUnknown(RuleError):
    """No place has this id or name: it is asked about, never compared as text."""

    status = 422
    en = "No place is known as {place}.{meant_en} A place of your own is added with POST /v1/places."
    zh = "没有名为“{place}”的地点。{meant_zh}如为贵机构自有地点，请先以 POST /v1/places 添加。"


class PlaceNotYetKnown(Exception):
    """An event names a place of which nothing has arrived yet: it is handled again later."""


@dataclass(frozen=True)
class KnownPlace:
    """A studio's place as another service knows it, after the version `applied` of the studio's list."""

    id: str
    tenant: str
    version: int
    applied: int
    place: Place


def require(known: Gazetteer, named: str, pointer: str) -> Place:
    """Return the place that was named; raises PlaceUnknown with what was perhaps meant."""
    found = known.find(named)
    if found is None:
        like = known.suggest(named)
        en = " or ".join(f"{each.name('en')} ({each.id})" for each in like)
        zh = "或".join(f"{each.name('zh')}（{each.id}）" for each in like)
        raise PlaceUnknown(
            pointer,
            place=named,
            meant_en=f" Did you mean {en}?" if like else "",
            meant_zh=f"您是否指{zh}？" if like else "",
        )
    return found


def label(known: Gazetteer, place_id: str) -> PlaceLabel:
    """Return a place by its names; a name that leads nowhere, from before places had ids, is its own."""
    place = known.find(place_id)
    return PlaceLabel(place.id, place.zh, place.en) if place is not None else PlaceLabel(place_id, None, place_id)


def know(
    known: KnownPlace | None, told: Envelope[PlaceAdded] | Envelope[PlaceRenamed]
) -> tuple[KnownPlace, tuple[()]] | None:
    """Return the place after the event, None when a newer one was applied; raises PlaceNotYetKnown."""
    data = told.data
    if known is not None and told.version <= known.applied:
        return None
    if isinstance(data, PlaceAdded):
        place = Place(data.place_id, data.country, data.zh, data.en, data.aliases, data.within)
    elif known is not None:
        place = replace(known.place, zh=data.zh, en=data.en, aliases=data.aliases)
    else:
        raise PlaceNotYetKnown(data.place_id)
    return KnownPlace(place.id, told.tenant, 0, told.version, place), ()


def require_known(place_ids: Iterable[str], known: Gazetteer) -> None:
    """Raise PlaceNotYetKnown for an id of a place that has not arrived; a name was written before places had ids."""
    for place_id in place_ids:
        if place_id.startswith(PREFIX) and known.get(place_id) is None:
            raise PlaceNotYetKnown(place_id)
