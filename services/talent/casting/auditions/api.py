"""What may be asked about auditions."""

from dataclasses import dataclass
from datetime import datetime

from chassis.api import Cursor, CursorInvalid, Limit, Operation, Order, page_of
from chassis.errors import NotFound, PersonForgotten
from events.shapes import AuditionId, Line, PersonId, ProductionId, RoleId, SubmissionId, TimeZone
from services.talent.availability.appointments import HourNotFree
from services.talent.casting.auditions.openings import Opening
from services.talent.casting.auditions.slots import (
    NewAudition,
    SlotNotTaken,
    SlotNumber,
    SlotsImpossible,
    SlotState,
    SlotTaken,
    SlotUnknown,
)


@dataclass(frozen=True)
class SlotView:
    """A slot: its number, its time, and who is expected in it."""

    slot: SlotNumber
    starts_at: datetime
    ends_at: datetime
    local_time: Line
    state: SlotState
    submission_id: SubmissionId | None
    person_id: PersonId | None


@dataclass(frozen=True)
class AuditionView:
    """An audition with its slots; the answer to filling it says in `left_open` why some stayed open, by what their people's days show."""

    audition_id: AuditionId
    role_id: RoleId
    production_id: ProductionId
    place: Line
    time_zone: TimeZone
    slots: tuple[SlotView, ...]
    left_open: tuple[Opening, ...]


@dataclass(frozen=True)
class AuditionsQuery:
    """Which auditions to list: all conditions hold."""

    role_id: RoleId | None = None
    production_id: ProductionId | None = None
    person_id: PersonId | None = None
    order: Order = "oldest"
    cursor: Cursor | None = None
    limit: Limit = 50


@dataclass(frozen=True)
class Rescheduling:
    """Into which slot to move."""

    slot: SlotNumber


_SLOT_PATH = {"slot": "[0-9]{1,2}"}

PLAN_AUDITION = Operation(
    name="plan_audition",
    kind="command",
    method="POST",
    path="/v1/roles/{role_id}/auditions",
    summary="Plan when and where people are seen for a role",
    request=NewAudition,
    response=AuditionView,
    scope="casting:write",
    status=201,
    versioned=True,
    errors=(NotFound, SlotsImpossible),
    example={
        "place": "Hengdian, Studio 4",
        "time_zone": "Asia/Shanghai",
        "minutes": 20,
        "slots": ["2026-12-17T01:00:00Z", "2026-12-17T01:30:00Z", "2026-12-17T02:00:00Z"],
    },
)

GET_AUDITION = Operation(
    name="get_audition",
    kind="query",
    method="GET",
    path="/v1/auditions/{audition_id}",
    summary="Read an audition with its slots",
    response=AuditionView,
    scope="casting:read",
    versioned=True,
    errors=(NotFound,),
)

LIST_AUDITIONS = Operation(
    name="list_auditions",
    kind="query",
    method="GET",
    path="/v1/auditions",
    summary="List auditions, oldest first; with a person, those in which they are expected",
    query=AuditionsQuery,
    response=page_of(AuditionView),
    scope="casting:read",
    errors=(CursorInvalid, NotFound, PersonForgotten),
)

FILL_AUDITION = Operation(
    name="fill_audition",
    kind="command",
    method="POST",
    path="/v1/auditions/{audition_id}/filling",
    summary="Fill the open slots with the shortlist, under everybody's availability",
    description="As many people as possible are seen; of those who cannot all be, whoever was submitted first. Nobody is asked to "
    "come on a busy day, at the time of another audition anywhere in the alliance, or at a time that they declined. `left_open` "
    "says why a slot stayed open, and what hinders whom: of other studios only that somebody is `busy`.",
    response=AuditionView,
    scope="casting:write",
    versioned=True,
    errors=(NotFound, PersonForgotten),
)

CONFIRM_SLOT = Operation(
    name="confirm_slot",
    kind="command",
    method="POST",
    path="/v1/auditions/{audition_id}/slots/{slot}/confirmation",
    summary="Record that the person comes",
    response=AuditionView,
    scope="casting:write",
    versioned=True,
    errors=(NotFound, SlotUnknown, SlotNotTaken),
    path_pattern=_SLOT_PATH,
)

DECLINE_SLOT = Operation(
    name="decline_slot",
    kind="command",
    method="POST",
    path="/v1/auditions/{audition_id}/slots/{slot}/refusal",
    summary="Record that the person does not come at this time; the slot is open for others",
    response=AuditionView,
    scope="casting:write",
    versioned=True,
    errors=(NotFound, SlotUnknown, SlotNotTaken),
    path_pattern=_SLOT_PATH,
)

MOVE_SLOT = Operation(
    name="move_slot",
    kind="command",
    method="POST",
    path="/v1/auditions/{audition_id}/slots/{slot}/rescheduling",
    summary="Move the person to another open slot",
    request=Rescheduling,
    response=AuditionView,
    scope="casting:write",
    versioned=True,
    errors=(NotFound, SlotUnknown, SlotNotTaken, SlotTaken, HourNotFree),
    path_pattern=_SLOT_PATH,
    example={"slot": 2},
)

OPERATIONS = (
    PLAN_AUDITION,
    GET_AUDITION,
    LIST_AUDITIONS,
    FILL_AUDITION,
    CONFIRM_SLOT,
    DECLINE_SLOT,
    MOVE_SLOT,
)
