"""The demo counts: what a signature should bring about must be there, and there once only."""

from collections.abc import Iterator
from datetime import UTC, datetime
from types import SimpleNamespace
from typing import Any, cast

import pytest

from deploy.demo import effects, files
from deploy.demo.desk import Desk
from deploy.demo.effects import EffectMissing, EffectRepeated
from deploy.demo.engagement import Signed

COMPLETE = {"/v1/ledger/entries": 1, "/v1/bookings": 1, "/v1/rights": 1}


class Platform:
    """Answers every list with as many items as it is told to."""

    def __init__(self, items: dict[str, int]) -> None:
        self.items = items

    def pages(self, path: str, **query: Any) -> Iterator[Any]:
        """The items of a list."""
        assert "ctr_1" in query.values()
        return iter([{}] * self.items[path])


def desk_at(items: dict[str, int]) -> Desk:
    """A studio's desk at a platform that shows these numbers of items."""
    return cast(Desk, SimpleNamespace(legal=Platform(items)))


def signed(key: str) -> Signed:
    """A contract of the demo as it was executed."""
    contract = files.load().contracts[key]
    return Signed(contract, "ctr_1", "prd_1", "prs_1", ("한서연",), datetime(2027, 1, 1, tzinfo=UTC))


def test_each_effect_once_is_right() -> None:
    """One ledger entry, one booking, one set of rights."""
    seen = effects.check_once(desk_at(COMPLETE), signed("seoyeon-heiress"))
    assert (len(seen.entries), len(seen.bookings), len(seen.rights)) == (1, 1, 1)


@pytest.mark.parametrize("path", COMPLETE)
def test_an_effect_that_came_twice_is_told(path: str) -> None:
    """A doubled effect is as wrong as a lost one."""
    with pytest.raises(EffectRepeated, match=r"seoyeon-heiress.*2 times"):
        effects.check_once(desk_at(COMPLETE | {path: 2}), signed("seoyeon-heiress"))


@pytest.mark.parametrize("path", COMPLETE)
def test_an_effect_that_does_not_come_is_told(path: str, monkeypatch: pytest.MonkeyPatch) -> None:
    """Whoever runs the demo hears which effect of which contract is missing, and the demo ends."""
    monkeypatch.setattr(effects.until, "__defaults__", (0.01,))
    with pytest.raises(EffectMissing, match=r"seoyeon-heiress: .* did not come"):
        effects.wait_for(desk_at(COMPLETE | {path: 0}), signed("seoyeon-heiress"))


def test_crew_who_grant_nothing_register_no_rights() -> None:
    """A contract without grants is complete without an entry in the register of rights."""
    crew = signed("juergen-camera")
    assert effects.wait_for(desk_at(COMPLETE | {"/v1/rights": 0}), crew).rights == []
