"""Rights in: what is registered, and what it covers."""

from datetime import UTC, date, datetime
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from events.distribution import RightsChanged, RightsRegistered
from events.envelope import Envelope
from events.talent.contracts import ContractSigned, ContractTerminated, Grant
from services.distribution.rights import HeldRight, NearMiss, Question, RightsIn, failures, hold, register, speaks

AT = datetime(2026, 11, 22, 8, 0, tzinfo=UTC)
STARTS, ENDS = date(2027, 6, 1), date(2034, 5, 31)
GRANT = Grant(("svod", "in_app"), ("US", "KR"), ("en", "zh"), STARTS, ENDS, exclusive=False)
QUESTION = Question("svod", "KR", "en", date(2028, 1, 1))


def rights(contract_id: str, *grants: Grant) -> RightsIn:
    """What a contract put on the register."""
    return RightsIn(contract_id, "stu_A", 1, "prd_A", grants, AT)


def signed(*grants: Grant) -> Envelope[ContractSigned]:
    """The execution of a contract with these grants."""
    event = ContractSigned(
        contract_id="ctr_A",
        production_id="prd_A",
        person_id="prs_A",
        role="Lead",
        episodes=80,
        work_dates=(),
        hours_cap=10,
        rest_hours=12,
        fee=Decimal(1),
        currency="USD",
        grants=grants,
        dubbing_consent=False,
        ai_voice_consent=False,
        replica_consent=False,
        points=Decimal(0),
        document_sha256="0" * 64,
        party="studio",
        signed_at=AT,
    )
    return Envelope("evt_1", event.TYPE, "/x", "ctr_A", AT, "stu_A", "x", "ctr_A", 4, "r", "r", "", event)


def test_an_executed_contract_puts_its_grants_on_the_register() -> None:
    """State and event carry the contract's grants and title."""
    made = register(None, signed(GRANT), AT)
    assert made == (
        RightsIn("ctr_A", "stu_A", 0, "prd_A", (GRANT,), AT, contract_version=4),
        (RightsRegistered("ctr_A", "prd_A", (GRANT,)),),
    )


def test_a_contract_is_registered_once() -> None:
    """The same event again is a duplicate."""
    made = register(None, signed(GRANT), AT)
    assert made is not None and register(made[0], signed(GRANT), AT) is None


def terminated(*grants: Grant) -> Envelope[ContractTerminated]:
    """The end of the same contract, which leaves these grants."""
    event = ContractTerminated(
        contract_id="ctr_A",
        production_id="prd_A",
        person_id="prs_A",
        role="Lead",
        party="studio",
        ground="breach",
        last_day=STARTS,
        work_dates=(),
        grants=grants,
        kill_fee=Decimal(0),
        currency="USD",
        terminated_at=AT,
    )
    return Envelope("evt_2", event.TYPE, "/x", "ctr_A", AT, "stu_A", "x", "ctr_A", 5, "r", "r", "", event)


def test_rights_that_go_back_leave_the_register() -> None:
    """The newest word of a contract counts: what it no longer grants is gone, and whoever trades it is told."""
    made = register(None, signed(GRANT), AT)
    assert made is not None
    left = register(made[0], terminated(), AT)
    assert left is not None
    assert (left[0].grants, left[1]) == ((), (RightsChanged("ctr_A", "prd_A", ()),))
    assert hold([left[0]], QUESTION).reason == "No Rights In"


def test_rights_that_stay_are_not_told_again() -> None:
    """The word is noted, so that an older one is recognised, but nothing changed."""
    made = register(None, signed(GRANT), AT)
    assert made is not None
    kept = register(made[0], terminated(GRANT), AT)
    assert kept is not None
    assert (kept[0].contract_version, kept[1]) == (5, ())


def test_the_end_of_a_contract_may_come_before_its_beginning() -> None:
    """A word that was overtaken by a newer one grants nothing any more."""
    ended = register(None, terminated(), AT)
    assert ended is not None and ended[1] == ()
    assert register(ended[0], signed(GRANT), AT) is None


def test_a_held_right_is_told_with_its_contract() -> None:
    """Every grant that covers the question is told, none that does not."""
    elsewhere = Grant(("svod",), ("DE",), ("de",), STARTS, None, exclusive=True)
    found = hold([rights("ctr_A", GRANT), rights("ctr_B", elsewhere, GRANT)], QUESTION)
    assert found.rights == (HeldRight("ctr_A", GRANT), HeldRight("ctr_B", GRANT))
    assert (found.reason, found.nearest, found.exclusive) == (None, None, False)


def test_one_exclusive_grant_makes_the_holding_exclusive() -> None:
    """Exclusivity counts for grants that cover the question."""
    exclusive = Grant(GRANT.media, GRANT.territories, GRANT.languages, STARTS, None, exclusive=True)
    assert hold([rights("ctr_A", GRANT, exclusive)], QUESTION).exclusive


def test_without_a_contract_there_are_no_rights_in() -> None:
    """The reason is named; nothing is near."""
    found = hold([], QUESTION)
    assert (found.rights, found.reason, found.nearest) == ((), "No Rights In", None)


def test_the_nearest_grant_says_what_fails() -> None:
    """Of the grants that do not cover the question, the one that fails in the fewest dimensions is named."""
    far = Grant(("tv",), ("DE",), ("de",), STARTS, ENDS, exclusive=True)
    near = Grant(("svod",), ("DE",), ("en",), STARTS, ENDS, exclusive=False)
    found = hold([rights("ctr_A", far), rights("ctr_B", near), rights("ctr_C", near)], QUESTION)
    assert (found.rights, found.reason) == ((), "No Rights In")
    assert found.nearest == NearMiss("ctr_B", near, ("territory",))


@pytest.mark.parametrize(
    ("question", "fails"),
    [
        (QUESTION, ()),
        (Question(None, None, None, STARTS), ()),
        (Question("tv", "KR", "en", STARTS), ("media",)),
        (Question("svod", "DE", "en", STARTS), ("territory",)),
        (Question("svod", "KR", "ko", STARTS), ("language",)),
        (Question("svod", "KR", "en", date(2027, 5, 31)), ("date",)),
        (Question("svod", "KR", "en", ENDS), ()),
        (Question("svod", "KR", "en", date(2034, 6, 1)), ("date",)),
        (Question("tv", "DE", "ko", date.max), ("media", "territory", "language", "date")),
    ],
)
def test_every_dimension_must_be_covered(question: Question, fails: tuple[str, ...]) -> None:
    """Media, territory, language and term each count, first and last day included; None asks for any."""
    assert failures(GRANT, question) == fails


def test_a_grant_without_an_end_is_perpetual() -> None:
    """It holds on the last day there is."""
    perpetual = Grant(("svod",), ("KR",), ("en",), STARTS, None, exclusive=False)
    assert failures(perpetual, Question("svod", "KR", "en", date.max)) == ()


def test_a_grant_without_media_grants_nothing() -> None:
    """Any medium is asked for, but there must be one."""
    empty = Grant((), ("KR",), ("en",), STARTS, None, exclusive=False)
    assert failures(empty, Question(None, None, None, STARTS)) == ("media",)


@pytest.mark.parametrize(
    ("granted", "asked", "covered"),
    [
        ("zh", "zh-Hans", True),
        ("zh", "ZH", True),
        ("zh-Hans", "zh", False),
        ("zh-Hans", "zh-Hant", False),
        ("z", "zh", False),
    ],
)
def test_a_language_covers_its_narrower_ones(granted: str, asked: str, covered: bool) -> None:
    """Basic filtering of RFC 4647: whole subtags from the left, whatever the case."""
    assert speaks(granted, asked) is covered


CODES = st.sampled_from(["US", "KR", "DE"])
GRANTS = st.builds(
    Grant,
    media=st.lists(st.sampled_from(["svod", "tv"]), max_size=2).map(tuple),
    territories=st.lists(CODES, min_size=1, max_size=2).map(tuple),
    languages=st.lists(st.sampled_from(["en", "zh", "zh-Hans"]), min_size=1, max_size=2).map(tuple),
    starts_on=st.dates(date(2027, 1, 1), date(2027, 1, 5)),
    ends_on=st.none() | st.dates(date(2027, 1, 1), date(2027, 1, 9)),
    exclusive=st.booleans(),
)
QUESTIONS = st.builds(
    Question,
    st.none() | st.sampled_from(["svod", "tv"]),
    st.none() | CODES,
    st.none() | st.sampled_from(["en", "zh", "zh-Hans"]),
    st.dates(date(2027, 1, 1), date(2027, 1, 9)),
)


@given(st.lists(st.lists(GRANTS, max_size=3), max_size=4), QUESTIONS)
def test_either_something_is_held_or_the_reason_is_named(all_grants: list[list[Grant]], question: Question) -> None:
    """Held and No Rights In exclude one another; what is held is exactly what covers the question."""
    register = [rights(f"ctr_{n}", *grants) for n, grants in enumerate(all_grants)]
    found = hold(register, question)
    covering = [(r.id, g) for r in register for g in r.grants if not failures(g, question)]
    assert [(held.contract_id, held.grant) for held in found.rights] == covering
    assert (found.reason is None) == bool(covering)
    if found.nearest is not None:
        fewest = min(len(failures(g, question)) for r in register for g in r.grants)
        assert not covering
        assert len(found.nearest.fails) == fewest
