"""Places: found by any of their names, suggested when misspelt, and one within another."""

import json
from pathlib import Path

import pytest
from babel import Locale
from hypothesis import given
from hypothesis import strategies as st

from kernel.places import Gazetteer, Place, built_in, built_in_id, fold

HENGDIAN = built_in_id("cn-hengdian")
DONGYANG, JINHUA, ZHEJIANG = (built_in_id(key) for key in ("cn-dongyang", "cn-jinhua", "cn-zhejiang"))
GATE = Place("plc_01J9ZW5N3Q8V7Y2K4M6P8R0T1V", "CN", "秦王宫", "Palace of the Qin", (), HENGDIAN)


@pytest.mark.parametrize(
    "spelling",
    [
        "横店",
        "Hengdian",
        "HENGDIAN",
        " Ｈｅｎｇｄｉａｎ ",
        "横店影视城",
        "橫店",
        "heng-dian",
        "Hengdian World Studios",
        HENGDIAN,
    ],
)
def test_a_place_is_found_by_every_name_and_spelling(spelling: str) -> None:
    """Language, width, case, spaces and punctuation make no difference, and an id is a name too."""
    found = built_in().find(spelling)
    assert found is not None and found.id == HENGDIAN


def test_a_place_lies_within_wider_ones() -> None:
    """横店 is in 东阳, in 金华, in 浙江; a wider place is not within a narrower one."""
    assert built_in().path(HENGDIAN) == (HENGDIAN, DONGYANG, JINHUA, ZHEJIANG)
    assert HENGDIAN not in built_in().path(ZHEJIANG)


@pytest.mark.parametrize(
    ("misspelt", "meant"),
    [
        ("Hendian", "Hengdian"),
        ("hengdain", "Hengdian"),
        ("横店影视基地", "Hengdian"),
        ("Zhejaing", "Zhejiang"),
        ("橫店鎮", "Hengdian"),
    ],
)
def test_an_unknown_spelling_gets_suggestions(misspelt: str, meant: str) -> None:
    """What nobody knows is asked about, with the places that it is most like."""
    assert built_in().find(misspelt) is None
    assert meant in [place.en for place in built_in().suggest(misspelt)]


@pytest.mark.parametrize("nonsense", ["Xqzvw", "", "??", "a"])
def test_nothing_is_suggested_for_nonsense(nonsense: str) -> None:
    """A suggestion must be like what was written."""
    assert built_in().find(nonsense) is None
    assert built_in().suggest(nonsense) == ()


def test_a_studios_places_come_on_top() -> None:
    """An own place is found beside the built-in ones, and lies within them."""
    own = Gazetteer([GATE], built_in())
    assert own.find("秦王宫") == GATE
    assert own.find("横店") == built_in().find("横店")
    assert own.path(GATE.id) == (GATE.id, HENGDIAN, DONGYANG, JINHUA, ZHEJIANG)
    assert GATE in own.suggest("秦皇宫")
    assert GATE in own.suggest("Palace of Qin")


def test_the_built_in_places_are_consistent() -> None:
    """Ids and names are unique, countries are real, and every place that another lies in exists, in the same country."""
    written = json.loads((Path("kernel") / "places.json").read_text(encoding="utf-8"))
    places = {place.id: place for place in built_in()}
    assert len(places) == len(written) > 100
    names = [fold(name) for place in places.values() for name in {fold(name): name for name in place.names}.values()]
    assert sorted({name for name in names if names.count(name) > 1}) == []
    assert {place.country for place in places.values()} <= set(Locale("en").territories)
    for place in places.values():
        assert place.within is None or places[place.within].country == place.country


@given(st.sampled_from(list(built_in())))
def test_a_path_begins_at_the_place_and_ends_at_a_widest(place: Place) -> None:
    """No place is within itself, and every step leads to the place that the one before lies in."""
    path = built_in().path(place.id)
    assert path[0] == place.id and len(set(path)) == len(path)
    widest = built_in().get(path[-1])
    assert widest is not None and widest.within is None
