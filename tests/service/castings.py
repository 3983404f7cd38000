"""A casting as tests make one: a role that is called for, and people who are submitted."""

from datetime import date, timedelta
from typing import Any

import orjson

from chassis.api import Answer
from chassis.documents import now
from events.schemas import load
from services.talent.casting.roles.api import NewRole, RoleView
from services.talent.casting.roles.calls import CastingCall
from services.talent.casting.roles.matching import Requirements
from services.talent.casting.submissions.api import NewSubmission, Selection, SubmissionView
from services.talent.people.api import REGISTER_PERSON
from services.talent.people.files import Profile
from services.talent.service import Talent
from tests.service.talents import PRODUCTION, call, example

ANYBODY = Requirements()


def read(shape: type, answer: Answer) -> Any:
    """What a command answered, also when it changed nothing."""
    return load(shape, orjson.loads(answer.body)) if isinstance(answer.body, bytes) else answer.body


def day(n: int) -> date:
    """The day `n` days from now."""
    return now().date() + timedelta(days=n)


def role(talent: Talent, wanted: Requirements = ANYBODY, called: CastingCall | None = None) -> str:
    """A role with an open call of ten days unless told otherwise."""
    made: RoleView = read(RoleView, talent.describe_role(call(NewRole(PRODUCTION, "The heiress", wanted))))
    talent.open_call(call(called or CastingCall("open", day(10)), role_id=made.role_id))
    return made.role_id


def somebody(talent: Talent, **profile: Any) -> str:
    """A person on file, like the example but for what is given."""
    body = {name: value for name, value in example(REGISTER_PERSON).items() if name != "document"}
    answer = talent.register_person(call(load(Profile, {**body, **profile})))
    return str(orjson.loads(answer.body)["person_id"])


def submitted(talent: Talent, role_id: str, person_id: str) -> SubmissionView:
    """A person for a role."""
    view: SubmissionView = read(SubmissionView, talent.submit_person(call(NewSubmission(person_id), role_id=role_id)))
    return view


def selected(talent: Talent, role_id: str, person_id: str) -> str:
    """A person on the shortlist of a role; the submission's id."""
    made = submitted(talent, role_id, person_id).submission_id
    talent.select_submission(call(Selection(4), submission_id=made))
    return made
