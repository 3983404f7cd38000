"""Places by themselves: who gets one, in which order, and that none is ever lost."""

import eventlet
import pytest
from eventlet.support.greenlets import GreenletExit

from chassis.places import NoPlace, Places

FOR_EVER = 5.0


@pytest.fixture
def places() -> Places:
    """Four places, of which one party has two at most, and one is kept for who is known."""
    return Places("test", 4, share=2, keep=1)


def all_free(places: Places) -> bool:
    """Whether four can be taken."""
    for party in ("one", "one", "two", "two"):
        places.take(party)
    for party in ("one", "one", "two", "two"):
        places.give_back(party)
    return True


def test_nobody_has_more_than_a_share(places: Places) -> None:
    """A third place of one party is refused, and a second one of who is not known, and the last ones that are kept."""
    places.take("studio")
    places.take("studio")
    with pytest.raises(NoPlace):
        places.take("studio")
    places.take("stranger", known=False)
    with pytest.raises(NoPlace):
        places.take("stranger", known=False)
    with pytest.raises(NoPlace):
        places.take("another stranger", known=False)
    places.take("another studio")
    for party in ("studio", "studio", "stranger", "another studio"):
        places.give_back(party)
    assert all_free(places)


def test_who_waits_is_served_in_turn_by_party(places: Places) -> None:
    """Ten of one party that came first do not keep one of another waiting until all are done."""
    order = []

    def work(party: str) -> None:
        with places.taken(party, FOR_EVER):
            order.append(party)
            eventlet.sleep(0.01)

    for party in ("one", "one", "two", "two"):
        places.take(party)
    threads = [eventlet.spawn(work, party) for party in ["many"] * 10 + ["few"]]
    eventlet.sleep(0)
    for party in ("one", "one", "two", "two"):
        places.give_back(party)
    for thread in threads:
        thread.wait()
    assert order.index("few") < 3
    assert all_free(places)


@pytest.mark.parametrize("error", [GreenletExit, TimeoutError])
def test_a_place_is_given_back_however_its_work_ends(places: Places, error: type[BaseException]) -> None:
    """Killed while it has a place, while it waits for one, and while it has lent it."""

    def holding() -> None:
        with places.taken("one", FOR_EVER):
            eventlet.sleep(FOR_EVER)

    def lending() -> None:
        with places.taken("two") as place, place.lent(FOR_EVER):
            eventlet.sleep(FOR_EVER)

    threads = [eventlet.spawn(work) for work in (holding, holding, holding, lending)]
    eventlet.sleep(0.01)
    for thread in threads:
        thread.kill(error)
    assert all_free(places)


def test_a_place_that_was_lent_is_waited_for_again(places: Places) -> None:
    """Others have it meanwhile; it ends without it when they keep it."""
    with pytest.raises(NoPlace), places.taken("one") as place:
        places.take("one")
        with place.lent(0.01):
            places.take("one")
    for _ in range(2):
        places.give_back("one")
    assert all_free(places)
