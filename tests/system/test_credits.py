"""Credits over HTTP: what a person claims, and what a contract that was worked to its end proves."""

from datetime import date, timedelta

from tests import examples
from tests.system.conftest import Studio


def test_a_claim_becomes_a_proved_credit(studio: Studio) -> None:
    """The contract's days are over and no shooting days are planned: its last day is the wrap. Pages go both ways."""
    production, yesterday = studio.production(), str(date.today() - timedelta(days=1))
    claim = {"title": "The Salt Road", "role": "Mira", "year": 1999}
    person = str(studio.producer.post("/v1/people", {**examples.person(), "credits": [claim]})["person_id"])
    path = f"/v1/people/{person}/credits"
    assert studio.viewer.get(path)["items"] == [{**claim, "proof": None}]
    contract = studio.contract(production, person, days=[yesterday])
    studio.sign(contract, "performer")
    assert len(studio.viewer.get(path)["items"]) == 1
    studio.sign(contract, "studio")
    proved, claimed = studio.viewer.get(path)["items"]
    assert claimed == {**claim, "proof": None}
    assert (proved["role"], proved["proof"]["contract_id"]) == (contract["terms"]["role"], contract["contract_id"])
    assert proved["proof"]["wrapped_on"] == yesterday
    assert studio.viewer.get(path, order="oldest")["items"] == [claimed, proved]


def test_the_credentials_of_a_studio_go_both_ways(studio: Studio) -> None:
    """As every list does, page by page or at once."""
    path = f"/v1/studios/{studio.studio_id}/credentials"
    up = studio.producer.get(path)["items"]
    assert len(up) > 1
    assert studio.producer.get(path, order="newest")["items"] == up[::-1]
