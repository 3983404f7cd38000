"""Opening a production."""

from dataclasses import replace
from datetime import date, datetime

import pytest

from events.places import PlaceUnknown
from events.production import ProductionRegistered, Titles
from kernel.places import built_in, built_in_id
from services.production.countries import TerritoryUnknown
from services.production.places import PlaceElsewhere
from services.production.productions import (
    DayTooFarAhead,
    NewProduction,
    PeriodReversed,
    ShootingPeriod,
    Title,
    TitleMissing,
    register,
)

HENGDIAN = built_in_id("cn-hengdian")
WANTED = NewProduction(
    Title(zh="龙城之约", en="A Promise in Dragon City"),
    80,
    ("US", "JP"),
    "Hengdian",
    ShootingPeriod(date(2027, 3, 1), date(2027, 3, 12)),
)


def test_a_production_is_opened_with_its_event(at: datetime) -> None:
    """The production keeps what was said of it, and the event carries what other services need."""
    production, events = register("prd_A", "stu_A", WANTED, built_in(), at)
    assert (production.id, production.tenant, production.version) == ("prd_A", "stu_A", 0)
    assert (production.title, production.shooting, production.base_place) == (WANTED.title, WANTED.shooting, HENGDIAN)
    assert (production.country, production.registered_at) == ("CN", at)
    assert events == (
        ProductionRegistered(
            "prd_A",
            "sch_A",
            "A Promise in Dragon City",
            80,
            ("US", "JP"),
            Titles("龙城之约", "A Promise in Dragon City"),
            "CN",
        ),
    )


def test_the_schedule_is_named_after_the_production(at: datetime) -> None:
    """The id of the schedule follows from the production's, so that every process comes to the same one."""
    assert register("prd_B", "stu_A", WANTED, built_in(), at)[0].schedule_id == "sch_B"


def test_the_chinese_title_serves_where_there_is_no_english_one(at: datetime) -> None:
    """One title is enough; the event carries the one there is."""
    _, (event,) = register("prd_A", "stu_A", replace(WANTED, title=Title(zh="龙城之约")), built_in(), at)
    assert event.title == "龙城之约"


def test_a_production_needs_a_title(at: datetime) -> None:
    """Without a title in either language it is refused, pointing at the title."""
    with pytest.raises(TitleMissing) as refused:
        register("prd_A", "stu_A", replace(WANTED, title=Title()), built_in(), at)
    assert (refused.value.status, refused.value.pointer) == (422, "/title")


@pytest.mark.parametrize("code", ["XX", "EU", "UN", "ZZ"])
def test_a_market_is_a_country(code: str, at: datetime) -> None:
    """What is not a country code of ISO 3166-1 is refused, pointing at the one that is wrong."""
    with pytest.raises(TerritoryUnknown) as refused:
        register("prd_A", "stu_A", replace(WANTED, territories=("US", code)), built_in(), at)
    assert refused.value.pointer == "/territories/1"
    assert code in str(refused.value)


@pytest.mark.parametrize("named", ["横店", "hengdian", "横店影视城", HENGDIAN])
def test_the_base_place_is_one_place_by_any_of_its_names(named: str, at: datetime) -> None:
    """Whatever it is called, the same place is stored, and the country is the place's."""
    production, _ = register("prd_A", "stu_A", replace(WANTED, base_place=named), built_in(), at)
    assert (production.base_place, production.country) == (HENGDIAN, "CN")


def test_an_unknown_spelling_is_asked_about(at: datetime) -> None:
    """The refusal points at the field and says in both languages what was perhaps meant."""
    with pytest.raises(PlaceUnknown) as refused:
        register("prd_A", "stu_A", replace(WANTED, base_place="Hendian"), built_in(), at)
    assert (refused.value.status, refused.value.pointer) == (422, "/base_place")
    assert f"Did you mean Hengdian ({HENGDIAN})" in refused.value.text("en")
    assert f"您是否指横店（{HENGDIAN}）" in refused.value.text("zh")


def test_a_country_must_be_that_of_the_place(at: datetime) -> None:
    """Seoul is in Korea without saying so; a country that is not the place's is refused."""
    assert register("prd_A", "stu_A", replace(WANTED, base_place="서울"), built_in(), at)[0].country == "KR"
    with pytest.raises(PlaceElsewhere) as refused:
        register("prd_A", "stu_A", replace(WANTED, country="KR"), built_in(), at)
    assert refused.value.pointer == "/country"


def test_a_market_named_twice_counts_once(at: datetime) -> None:
    """Markets keep their order and are told once."""
    production, (event,) = register("prd_A", "stu_A", replace(WANTED, territories=("JP", "US", "JP")), built_in(), at)
    assert production.territories == event.territories == ("JP", "US")


def test_shooting_does_not_end_before_it_begins(at: datetime) -> None:
    """A shooting period may be one day, but not less."""
    day = date(2027, 3, 1)
    register("prd_A", "stu_A", replace(WANTED, shooting=ShootingPeriod(day, day)), built_in(), at)
    with pytest.raises(PeriodReversed):
        register("prd_A", "stu_A", replace(WANTED, shooting=ShootingPeriod(day, date(2027, 2, 28))), built_in(), at)


def test_nobody_plans_for_ever(at: datetime) -> None:
    """Shooting may be twenty years ahead, and not a day more; the error points at its end."""
    last = date(2046, 11, 22)
    register("prd_A", "stu_A", replace(WANTED, shooting=ShootingPeriod(last, last)), built_in(), at)
    with pytest.raises(DayTooFarAhead) as refused:
        register("prd_A", "stu_A", replace(WANTED, shooting=ShootingPeriod(last, date.max)), built_in(), at)
    assert (refused.value.status, refused.value.pointer) == (422, "/shooting/ends_on")
    assert refused.value.facts == {"day": date.max, "last": last}
