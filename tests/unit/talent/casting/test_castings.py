"""The rules of a casting: which step fits which state, and that every accepted step has its event."""

from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest

from events.talent.casting import PersonSubmitted
from services.talent.casting.auditions import slots
from services.talent.casting.auditions.slots import Audition, NewAudition, SlotUnknown
from services.talent.casting.roles import calls
from services.talent.casting.roles.calls import CastingCall, Role
from services.talent.casting.roles.matching import Requirements
from services.talent.casting.submissions import lifecycle
from services.talent.casting.submissions.lifecycle import Note, Submission, SubmissionStateConflict

NOW = datetime(2026, 11, 22, 9, 0, tzinfo=UTC)
TODAY = NOW.date()
OPEN = CastingCall("open", TODAY + timedelta(days=3))


def described() -> Role:
    """A role of which nobody was told yet."""
    return calls.describe("rol_1", "stu_1", "prd_1", "Lead", Requirements(), NOW)[0]


def called(call: CastingCall = OPEN) -> Role:
    """A role with a call."""
    return calls.open_call(described(), call, TODAY)[0]


@pytest.mark.parametrize("days", [-1, 367])
def test_a_deadline_is_within_a_year(days: int) -> None:
    """Not over, not too far."""
    with pytest.raises(calls.DeadlineOutOfRange):
        called(CastingCall("open", TODAY + timedelta(days=days)))


@pytest.mark.parametrize(
    "call",
    [
        CastingCall("open", TODAY, ("prs_1",)),
        CastingCall("invited", TODAY),
        CastingCall("invited", TODAY, ("prs_1", "prs_1")),
    ],
)
def test_people_are_named_exactly_when_they_are_invited(call: CastingCall) -> None:
    """An open call names nobody; an invited one somebody, each once."""
    with pytest.raises(calls.InvitationsContradictory):
        called(call)


def test_a_call_takes_people_up_to_its_last_day() -> None:
    """On the deadline itself too, and not when it is closed."""
    role = called()
    assert [calls.takes(role, TODAY + timedelta(days=n)) for n in (0, 3, 4)] == [True, True, False]
    assert not calls.takes(calls.close(role)[0], TODAY)
    assert calls.close_in_time(role, OPEN.deadline) == (role, [])
    assert calls.close_in_time(role, OPEN.deadline + timedelta(days=1))[0].state == "closed"


def test_a_role_that_is_called_for_stays_as_it_is() -> None:
    """Requirements change before or after a call, never while people answer it; a call is opened once."""
    role = called()
    with pytest.raises(calls.RoleStateConflict):
        calls.revise(role, Requirements(stunt=True), TODAY)
    with pytest.raises(calls.RoleStateConflict):
        calls.open_call(role, OPEN, TODAY)
    revised, events = calls.revise(calls.close(role)[0], Requirements(stunt=True), TODAY)
    assert revised.requirements.stunt and len(events) == 1


STEPS: dict[str, Callable[[Submission], lifecycle.Step]] = {
    "select": lambda s: lifecycle.select(s, 4, None),
    "pass": lambda s: lifecycle.pass_over(s, None),
    "withdraw": lifecycle.withdraw,
    "hold": lambda s: lifecycle.hold(s, "hld_1"),
    "offer": lambda s: lifecycle.offer(s, object()),  # type: ignore[arg-type]
    "accept": lambda s: lifecycle.accept(s, "ctr_1"),
    "decline": lifecycle.decline,
}
POSSIBLE = {
    "submitted": {"select": "selected", "pass": "passed", "withdraw": "withdrawn"},
    "selected": {"select": "selected", "pass": "passed", "withdraw": "withdrawn", "hold": "held", "offer": "offered"},
    "passed": {"select": "selected"},
    "held": {"pass": "passed", "withdraw": "withdrawn", "offer": "offered"},
    "offered": {"withdraw": "withdrawn", "accept": "contracted", "decline": "declined", "offer": "offered"},
    "contracted": {},
    "declined": {},
    "withdrawn": {},
}
PATHS = {
    "submitted": [],
    "selected": ["select"],
    "passed": ["pass"],
    "held": ["select", "hold"],
    "offered": ["select", "offer"],
    "contracted": ["select", "offer", "accept"],
    "declined": ["select", "offer", "decline"],
    "withdrawn": ["withdraw"],
}


def submission(state: str = "submitted") -> Submission:
    """A submission that came to a state."""
    made, _ = lifecycle.submit("sub_1", called(), ("prs_1",), "studio", False, 80, NOW)
    for step in PATHS[state]:
        made, _ = STEPS[step](made)
    assert made.state == state
    return made


@pytest.mark.parametrize("step", STEPS)
@pytest.mark.parametrize("state", POSSIBLE)
def test_a_step_fits_its_state_or_is_refused(state: str, step: str) -> None:
    """Every step from every state: where it leads with exactly one event, or an error that names the state."""
    before = submission(state)
    if (to := POSSIBLE[state].get(step)) is not None:
        after, events = STEPS[step](before)
        assert (after.state, len(events)) == (to, 1)
        assert after.hold_id is None or after.state in ("held", "offered", "contracted")
    else:
        with pytest.raises(SubmissionStateConflict) as refused:
            STEPS[step](before)
        assert refused.value.facts["state"] == state


def test_an_invitation_holds_under_every_id_of_the_person() -> None:
    """Who was invited before their files were merged may stand, under the present id; nobody else may."""
    role = replace(called(), call=CastingCall("invited", NOW.date(), ("prs_1",)))
    made, events = lifecycle.submit("sub_1", role, ("prs_9", "prs_1"), "person", False, 80, NOW)
    assert (made.person_id, made.by) == ("prs_9", "person")
    assert events == [PersonSubmitted("sub_1", role.id, role.production_id, "prs_9", "person")]
    with pytest.raises(lifecycle.NotInvited):
        lifecycle.submit("sub_1", role, ("prs_9",), "person", False, 80, NOW)


def test_only_the_offer_that_was_read_is_taken() -> None:
    """Not the one that took its place, and none that is not open."""
    offered = submission("offered")
    lifecycle.require_open_offer(offered, 1)
    again, _ = STEPS["offer"](offered)
    with pytest.raises(lifecycle.OfferReplaced):
        lifecycle.require_open_offer(again, 1)
    with pytest.raises(SubmissionStateConflict):
        lifecycle.require_open_offer(submission("declined"), 1)


def test_notes_are_kept_in_order_and_have_an_end() -> None:
    """The next one after the last is refused, and nothing is lost."""
    noted = submission()
    for number in range(lifecycle.MOST_NOTES):
        noted, _ = lifecycle.select(noted, 3, Note("mbr_1", NOW, bytes([number])))
    assert [note.sealed[0] for note in noted.notes] == list(range(lifecycle.MOST_NOTES))
    with pytest.raises(lifecycle.TooManyNotes):
        lifecycle.pass_over(noted, Note("mbr_1", NOW, b""))


def audition() -> Audition:
    """Two slots of half an hour."""
    starts = tuple(NOW + timedelta(days=1, minutes=30 * n) for n in range(2))
    return slots.plan("aud_1", described(), NewAudition("Here", "Asia/Shanghai", 30, starts), NOW)[0]


def test_nobody_is_proposed_twice() -> None:
    """Somebody in two seats gets the first; a slot that is taken stays as it is."""
    proposed, events = slots.propose(audition(), {0: ("sub_1", "prs_1"), 1: ("sub_1", "prs_1")})
    assert [slot.person_id for slot in proposed.slots] == ["prs_1", None]
    assert len(events) == 1
    again, events = slots.propose(proposed, {0: ("sub_2", "prs_2")})
    assert (again, events) == (proposed, [])


def test_a_slot_is_confirmed_once() -> None:
    """A second confirmation changes nothing and tells nothing."""
    proposed, _ = slots.propose(audition(), {0: ("sub_1", "prs_1")})
    confirmed, events = slots.confirm(proposed, 0)
    assert (confirmed.slots[0].state, len(events)) == ("confirmed", 1)
    assert slots.confirm(confirmed, 0) == (confirmed, [])


def test_a_slot_that_is_not_there_is_unknown() -> None:
    """By its number, to confirm and to move to."""
    proposed, _ = slots.propose(audition(), {0: ("sub_1", "prs_1")})
    with pytest.raises(SlotUnknown):
        slots.confirm(proposed, 2)
    with pytest.raises(SlotUnknown):
        slots.move(proposed, 0, 2)
