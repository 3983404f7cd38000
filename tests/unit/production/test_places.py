"""A studio's own places: what they may be called, and what they lie in."""

import pytest

from events.places import PlaceUnknown, require
from events.production import PlaceAdded, PlaceRenamed
from kernel.places import built_in_id
from services.production.places import (
    MOST,
    NewPlace,
    PlaceElsewhere,
    PlaceNameMissing,
    PlaceNames,
    PlaceNameTaken,
    PlaceNotOwn,
    StudioPlaces,
    TooManyPlaces,
    add,
    gazetteer,
    none_yet,
    rename,
    select,
)

STUDIO = "stu_01JD8Z4C7M2QK5V9W3XRT6B8NE"
FIRST, SECOND = "plc_01J9ZW5N3Q8V7Y2K4M6P8R0T1V", "plc_01J9ZW5N3Q8V7Y2K4M6P8R0T1W"
HENGDIAN = built_in_id("cn-hengdian")
PALACE = NewPlace(PlaceNames("秦王宫", "Palace of the Qin Emperor", ("秦宫",)), "CN", "横店")


@pytest.fixture
def own() -> StudioPlaces:
    """A studio that has added one place."""
    return add(none_yet(STUDIO), FIRST, PALACE)[0]


def test_a_place_is_added_with_its_event() -> None:
    """What it lies in is named by any of its names, and stored by its id."""
    own, events = add(none_yet(STUDIO), FIRST, PALACE)
    assert events == (PlaceAdded(FIRST, "CN", "秦王宫", "Palace of the Qin Emperor", ("秦宫",), HENGDIAN),)
    assert require(gazetteer(own.places), "秦宫", "/place").id == FIRST


def test_a_place_lies_within_an_own_one(own: StudioPlaces) -> None:
    """Own places nest like the built-in ones."""
    deeper, _ = add(own, SECOND, NewPlace(PlaceNames("咸阳殿"), "CN", "秦王宫"))
    assert gazetteer(deeper.places).path(SECOND)[:3] == (SECOND, FIRST, HENGDIAN)


@pytest.mark.parametrize(
    ("wanted", "error", "pointer"),
    [
        (NewPlace(PlaceNames()), PlaceNameMissing, "/names"),
        (NewPlace(PlaceNames("…")), PlaceNameMissing, "/names/zh"),
        (NewPlace(PlaceNames("秦王宫")), PlaceNameTaken, "/names/zh"),
        (NewPlace(PlaceNames("新棚", "HENG DIAN")), PlaceNameTaken, "/names/en"),
        (NewPlace(PlaceNames("新棚", aliases=("棚", "横店镇"))), PlaceNameTaken, "/names/aliases/1"),
        (NewPlace(PlaceNames("新棚"), "CN", "Hendian"), PlaceUnknown, "/within"),
        (NewPlace(PlaceNames("新棚"), "KR", "横店"), PlaceElsewhere, "/country"),
    ],
)
def test_what_cannot_be_added_is_refused(
    own: StudioPlaces, wanted: NewPlace, error: type[Exception], pointer: str
) -> None:
    """A place needs a name that leads nowhere else, and lies within a known place of its own country."""
    with pytest.raises(error) as refused:
        add(own, SECOND, wanted)
    assert getattr(refused.value, "pointer", None) == pointer


def test_a_list_of_places_has_an_end(own: StudioPlaces) -> None:
    """A studio's list is bounded."""
    full = StudioPlaces(own.id, own.tenant, 1, own.places * MOST)
    with pytest.raises(TooManyPlaces):
        add(full, SECOND, NewPlace(PlaceNames("新棚")))


def test_only_own_places_are_renamed(own: StudioPlaces) -> None:
    """New names replace all old ones; the same names again change nothing; a built-in place keeps its own."""
    names = PlaceNames("秦王宫", None, ("阿房宫",))
    renamed, events = rename(own, FIRST, names)
    assert events == (PlaceRenamed(FIRST, "秦王宫", None, ("阿房宫",)),)
    assert gazetteer(renamed.places).find("秦宫") is None
    assert rename(renamed, FIRST, names) == (renamed, ())
    with pytest.raises(PlaceNotOwn):
        rename(own, HENGDIAN, names)


def test_places_are_listed_by_name_region_and_country(own: StudioPlaces) -> None:
    """An exact name leads to one place, a misspelt one to those that are like it."""
    known = gazetteer(own.places)
    assert [place.id for place in select(known, "秦宫", None, None)] == [FIRST]
    assert HENGDIAN in [place.id for place in select(known, "Hendian", None, None)]
    assert {FIRST, HENGDIAN} <= {place.id for place in select(known, None, built_in_id("cn-zhejiang"), None)}
    assert {place.country for place in select(known, None, None, "KR")} == {"KR"}
