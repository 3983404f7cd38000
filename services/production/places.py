"""Places: the built-in ones, and those that a studio adds for itself."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from typing import Annotated

from events.errors import RuleError
from events.places import PlaceNamed, require
from events.production import PlaceAdded, PlaceRenamed
from events.shapes import Items, Line, Territory
from kernel.places import Gazetteer, Place, built_in, fold
from services.production.countries import check_country

MOST = 500
LIKE = 20
"""So many places are found by a name that is like theirs."""


@dataclass(frozen=True)
class PlaceNames:
    """What a place is called: in Chinese or English at least, and how else it is written."""

    zh: Line | None = None
    en: Line | None = None
    aliases: Annotated[tuple[Line, ...], Items(max=20, doc="other spellings and languages")] = ()


@dataclass(frozen=True)
class NewPlace:
    """A place of the studio's own, and the place that it lies in."""

    names: PlaceNames
    country: Territory = "CN"
    within: PlaceNamed | None = None


@dataclass(frozen=True)
class StudioPlaces:
    """All places that a studio has added, so that each name leads to one of them."""

    id: str
    tenant: str
    version: int
    places: tuple[Place, ...]


Change = tuple[StudioPlaces, tuple[PlaceAdded | PlaceRenamed, ...]]


class PlaceNotOwn(RuleError):
    """Only a place that the studio added can be renamed by it."""

    status = 404
    en = "There is no place {place_id} of yours."
    zh = "贵机构没有编号为 {place_id} 的地点。"


class PlaceNameMissing(RuleError):
    """Neither a Chinese nor an English name."""

    status = 422
    en = "A place needs a name in Chinese or English."
    zh = "地点至少需要一个中文或英文名称。"


class PlaceNameTaken(RuleError):
    """The name leads to another place already."""

    en = "{name} is a name of {place_en} ({place_id}) already."
    zh = "“{name}”已是{place_zh}（{place_id}）的名称。"


class PlaceElsewhere(RuleError):
    """The place is in another country than the one named."""

    status = 422
    en = "{place_en} is in {country}, not in {given}."
    zh = "{place_zh}位于 {country}，而非 {given}。"


class TooManyPlaces(RuleError):
    """The studio's list is full."""

    en = "A studio adds at most {most} places of its own."
    zh = "每家机构最多添加 {most} 个自有地点。"


def places_id(tenant: str) -> str:
    """Return the id of the list of places that a studio has added."""
    return f"gaz_{tenant[4:]}"


def none_yet(tenant: str) -> StudioPlaces:
    """Return the empty list of a studio."""
    return StudioPlaces(places_id(tenant), tenant, 0, ())


def gazetteer(own: Sequence[Place]) -> Gazetteer:
    """Return the places that can be named: the built-in ones and these."""
    return Gazetteer(own, built_in()) if own else built_in()


def require_country(place: Place, given: str | None, pointer: str) -> str:
    """Return the country of a place; raises PlaceElsewhere when another one was named."""
    if given not in (None, place.country):
        raise PlaceElsewhere(
            pointer, place_en=place.name("en"), place_zh=place.name("zh"), country=place.country, given=given
        )
    return place.country


def select(known: Gazetteer, name: str | None, within: str | None, country: str | None) -> list[Place]:
    """Return the places that a name leads to, or is like; within a place; of a country."""
    found: Iterable[Place] = known
    if name is not None:
        exact = known.find(name)
        found = [exact] if exact is not None else known.suggest(name, LIKE)
    return [
        place for place in found if within in (None, *known.path(place.id)[1:]) and country in (None, place.country)
    ]


def add(own: StudioPlaces, place_id: str, wanted: NewPlace) -> Change:
    """Add a place; raises PlaceNameMissing, PlaceNameTaken, PlaceUnknown, PlaceElsewhere, TerritoryUnknown, TooManyPlaces."""
    if len(own.places) >= MOST:
        raise TooManyPlaces(most=MOST)
    check_country(wanted.country, "/country")
    known = gazetteer(own.places)
    _check_names(known, wanted.names, place_id, "/names")
    within = require(known, wanted.within, "/within") if wanted.within is not None else None
    if within is not None:
        require_country(within, wanted.country, "/country")
    names = wanted.names
    place = Place(place_id, wanted.country, names.zh, names.en, names.aliases, within.id if within else None)
    added = PlaceAdded(place_id, place.country, place.zh, place.en, place.aliases, place.within)
    return replace(own, places=(*own.places, place)), (added,)


def rename(own: StudioPlaces, place_id: str, names: PlaceNames) -> Change:
    """Replace the names of a place; raises PlaceNotOwn, PlaceNameMissing, PlaceNameTaken."""
    if not any(place.id == place_id for place in own.places):
        raise PlaceNotOwn(place_id=place_id)
    _check_names(gazetteer(own.places), names, place_id, "")
    renamed = [
        replace(place, zh=names.zh, en=names.en, aliases=names.aliases) if place.id == place_id else place
        for place in own.places
    ]
    if tuple(renamed) == own.places:
        return own, ()
    return replace(own, places=tuple(renamed)), (PlaceRenamed(place_id, names.zh, names.en, names.aliases),)


def _check_names(known: Gazetteer, names: PlaceNames, place_id: str, pointer: str) -> None:
    if not (names.zh or names.en):
        raise PlaceNameMissing(pointer)
    fields: Sequence[tuple[str, str | None]] = (
        ("zh", names.zh),
        ("en", names.en),
        *((f"aliases/{n}", alias) for n, alias in enumerate(names.aliases)),
    )
    for field, name in fields:
        if name is None:
            continue
        if not fold(name):
            raise PlaceNameMissing(f"{pointer}/{field}")
        other = known.find(name)
        if other is not None and other.id != place_id:
            raise PlaceNameTaken(
                f"{pointer}/{field}", name=name, place_en=other.name("en"), place_zh=other.name("zh"), place_id=other.id
            )
