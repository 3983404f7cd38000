"""Effects are recognised in MongoDB's changes, and the time until the later one counts."""

import pytest

from bench.effects import Moments, named


def booking(contract_id: str) -> dict[str, object]:
    """A booking as it is stored."""
    return {"id": "bkg_1", "contract_id": contract_id}


@pytest.mark.parametrize(
    "change",
    [
        {"fullDocument": {"_id": 7, "contract_id": "ctr_1"}},
        {"fullDocument": {"_id": "prd_1", "bookings": [booking("ctr_1")]}},
        {"updateDescription": {"updatedFields": {"revision": 3, "bookings.4": booking("ctr_1")}}},
        {"updateDescription": {"updatedFields": {"bookings": [booking("ctr_1")]}}},
    ],
    ids=["entry", "new schedule", "one more booking", "first booking"],
)
def test_a_change_names_the_contract(change: dict[str, object]) -> None:
    """Whichever way the document was written."""
    assert list(named(change, "contract_id")) == ["ctr_1"]


def test_other_changes_name_no_contract() -> None:
    """A schedule also changes when its outbox is cleared."""
    assert list(named({"updateDescription": {"updatedFields": {"outbox": [], "version": 2}}}, "contract_id")) == []
    assert list(named({"operationType": "delete"}, "contract_id")) == []


def test_the_later_effect_counts() -> None:
    """From the answer in milliseconds; an effect that came before the answer was not waited for."""
    moments = Moments(
        sent={"a": 1.0, "b": 2.0},
        answered={"a": 1.1, "b": 2.1},
        entered={"a": 1.2, "b": 2.05},
        booked={"a": 1.3, "b": 2.04},
    )
    seen = moments.waits()
    assert sorted(seen.both) == pytest.approx([0, 200])
    assert sorted(seen.since_request) == pytest.approx([50, 300])
    assert seen.missing == 0


def test_an_effect_that_never_came_is_missing() -> None:
    """It is counted and not left out in silence."""
    moments = Moments({"a": 1.0}, {"a": 1.1}, {"a": 1.2}, {})
    assert not moments.complete
    assert moments.waits().missing == 1
    assert moments.waits().both == []
