"""Places over HTTP: one list for productions, shooting days and permits, by any of their names."""

from typing import Any

from tests.examples import EXAMPLES
from tests.system.conftest import Studio


def blocked(studio: Studio, contract: str, status: str) -> Any:
    """The booking of a contract, once it has this status."""
    page = studio.viewer.wait(
        "/v1/bookings", lambda found: found["items"] and found["items"][0]["status"] == status, contract_id=contract
    )
    return page["items"][0]


def permit_for(*places: str) -> dict[str, Any]:
    """A permit for work at these places only."""
    return {**EXAMPLES["record_permit"], "valid_from": "2020-01-01", "valid_until": "2046-12-31", "places": places}


def test_a_permit_in_chinese_covers_a_day_that_is_planned_in_english(studio: Studio) -> None:
    """A permit for 横店 covers a day at Hengdian, and one for 浙江 a day at the studio's own place in 横店."""
    own = studio.producer.post(
        "/v1/places", {"names": {"zh": "明清宫苑外景地", "en": "Palace backlot"}, "within": "横店影视城"}
    )
    assert [place["zh"] for place in own["within"]] == ["横店", "东阳", "金华", "浙江"]
    for base, allowed in (("Hengdian", "横店"), (own["place_id"], "浙江省")):
        opened = studio.producer.post("/v1/productions", {**EXAMPLES["register_production"], "base_place": base})
        person = studio.person()
        contract = studio.executed(opened["production_id"], person)["contract_id"]
        assert blocked(studio, contract, "on_hold")["places"][0]["place_id"] == opened["base_place"]["place_id"]
        permit = studio.producer.post(f"/v1/people/{person}/permits", permit_for(allowed))
        assert permit["places"][0]["zh"] == allowed.removesuffix("省")
        blocked(studio, contract, "confirmed")


def test_a_permit_for_a_narrower_place_does_not_cover_the_wider(studio: Studio) -> None:
    """Work anywhere in 金华 is more than a permit for 横店 allows."""
    opened = studio.producer.post("/v1/productions", {**EXAMPLES["register_production"], "base_place": "金华"})
    person = studio.person()
    studio.producer.post(f"/v1/people/{person}/permits", permit_for("横店"))
    contract = studio.executed(opened["production_id"], person)["contract_id"]
    booking = blocked(studio, contract, "on_hold")
    found = studio.viewer.get(f"/v1/findings/{booking['held_by'][0]}")
    assert found["finding"]["reason"].endswith("at Jinhua")
    assert [place["zh"] for place in found["facts"]["places"]] == ["金华", "横店"]


def test_an_unknown_spelling_is_asked_about_wherever_a_place_is_named(studio: Studio) -> None:
    """422 with a pointer to the field and what was perhaps meant, in the reader's language; nothing is stored."""
    person = studio.person()
    production = studio.production()
    asked = [
        ("POST", "/v1/productions", {**EXAMPLES["register_production"], "base_place": "Hendian"}, "/base_place"),
        ("PUT", f"/v1/productions/{production}/shooting-days",
         {"days": [{"date": "2027-03-01", "unit": "A", "place": "Hendian"}]}, "/days/0/place"),
        ("POST", f"/v1/people/{person}/permits", permit_for("浙江", "Hendian"), "/places/1"),
        ("POST", "/v1/places", {"names": {"en": "Studio 9"}, "within": "Hendian"}, "/within"),
    ]  # fmt: skip
    for method, path, body, pointer in asked:
        refused = studio.producer.request(method, path, json=body, headers={"Accept-Language": "zh"})
        problem = refused.json()
        assert (refused.status_code, problem["code"]) == (422, "place-unknown")
        assert problem["errors"][0]["pointer"] == pointer
        assert "您是否指横店" in problem["detail"]


def test_places_are_found_and_named_by_their_studio_only(studio: Studio, rival: Studio) -> None:
    """A list by name, region and country; own places are seen by nobody else, and only own ones are renamed."""
    own = studio.producer.post("/v1/places", {"names": {"zh": "龙鳞阁"}, "within": "横店"})["place_id"]
    assert studio.viewer.get("/v1/places", name="龙鳞阁")["items"][0]["own"]
    assert rival.viewer.get("/v1/places", name="龙鳞阁")["items"] == []
    assert rival.viewer.request("GET", f"/v1/places/{own}").status_code == 404
    hengdian = studio.viewer.get("/v1/places", name="hengdian")["items"][0]
    assert (
        studio.producer.request("PUT", f"/v1/places/{hengdian['place_id']}/names", json={"zh": "别处"}).status_code
        == 404
    )
    renamed = studio.producer.request(
        "PUT", f"/v1/places/{own}/names", json={"zh": "龙鳞阁", "en": "Dragon Scale Pavilion"}
    )
    assert renamed.json()["en"] == "Dragon Scale Pavilion"
    page = studio.viewer.get("/v1/places", country="KR", limit=1)
    assert [place["country"] for place in page["items"]] == ["KR"] and page["next"]
