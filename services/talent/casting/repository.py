"""Castings as they are stored; notes are sealed with the person's key."""

from collections.abc import Collection, Sequence
from datetime import date
from typing import Any

from pymongo import IndexModel

from chassis.api import Order, decode_cursor
from chassis.documents import to_document
from chassis.mongo import Document, in_our_words
from chassis.store import Repository
from services.talent.casting.auditions.api import AuditionsQuery
from services.talent.casting.auditions.slots import Audition
from services.talent.casting.roles.api import RolesQuery
from services.talent.casting.roles.calls import Role
from services.talent.casting.submissions.api import SubmissionsQuery
from services.talent.casting.submissions.lifecycle import Submission
from services.talent.people.files import PersonFile, file_id

MOST_SEEN = 500
"""How many of a shortlist are looked at to fill an audition: those who came first."""
MOST_EXPORTED = 1_000
_OPEN: Document = {"state": "open"}


class CastingRepository(Repository):
    """Roles, the people who are submitted for them, and auditions."""

    def __init__(self, *args: Any) -> None:
        super().__init__(*args)
        self.roles = self.aggregates(
            "roles",
            Role,
            "role",
            indexes=[
                IndexModel([("tenant", 1), ("_id", 1)]),
                IndexModel([("tenant", 1), ("production_id", 1), ("_id", 1)]),
                IndexModel([("tenant", 1), ("state", 1), ("_id", 1)]),
                IndexModel([("call.deadline", 1)], partialFilterExpression=_OPEN),
            ],
        )
        self.submissions = self.aggregates(
            "submissions",
            Submission,
            "submission",
            indexes=[
                IndexModel([("role_id", 1), ("person_id", 1)], unique=True),
                IndexModel([("tenant", 1), ("_id", 1)]),
                IndexModel([("tenant", 1), ("role_id", 1), ("state", 1), ("_id", 1)]),
                IndexModel([("tenant", 1), ("role_id", 1), ("place", 1)]),
                IndexModel([("tenant", 1), ("person_id", 1), ("_id", 1)]),
            ],
            encode=lambda submission: {**to_document(submission), "place": submission.place},
        )
        self.auditions = self.aggregates(
            "auditions",
            Audition,
            "audition",
            indexes=[
                IndexModel([("tenant", 1), ("_id", 1)]),
                IndexModel([("tenant", 1), ("role_id", 1), ("_id", 1)]),
                IndexModel([("tenant", 1), ("slots.person_id", 1), ("_id", 1)]),
            ],
        )

    def list_roles(self, tenant: str | None, query: RolesQuery) -> list[Role]:
        """The roles that match, one more than the limit."""
        where = _given({"tenant": tenant, "production_id": query.production_id, "state": query.state})
        return self.roles.select(where, query.limit + 1, after=decode_cursor(query.cursor), order=query.order)

    def calls_due(self, today: date) -> list[str]:
        """Roles whose call is open although its last day is over, some at a time."""
        where = {**_OPEN, "call.deadline": {"$lt": today.isoformat()}}
        return self.roles.due(where)

    def calls_for(
        self, tenant: str, people: Sequence[str], today: date, limit: int, after: str | None, order: Order
    ) -> list[Role]:
        """The studio's open calls in which a person may stand today, by whichever of their ids, one more than the limit."""
        invited: Document = {"$or": [{"call.kind": "open"}, {"call.invited": {"$in": list(people)}}]}
        where = {"tenant": tenant, **_OPEN, "call.deadline": {"$gte": today.isoformat()}, **invited}
        return self.roles.select(where, limit + 1, after=after, order=order)

    def roles_of(self, role_ids: Collection[str]) -> dict[str, Role]:
        """The roles with these ids."""
        return {role.id: role for role in self.roles.select({"_id": {"$in": list(role_ids)}}, len(role_ids))}

    def submission_among(self, role: Role, people: Sequence[str]) -> Submission | None:
        """The submission for a role under one of these ids; None when there is none."""
        where = {"role_id": role.id, "person_id": {"$in": list(people)}}
        return next(iter(self.submissions.select(where, 1) if people else ()), None)

    def submissions_for(self, roles: Collection[str], people: Sequence[str]) -> dict[str, Submission]:
        """A person's submissions for these roles, by role."""
        where = {"role_id": {"$in": list(roles)}, "person_id": {"$in": list(people)}}
        found = self.submissions.select(where, len(roles) * len(people)) if roles else []
        return {submission.role_id: submission for submission in found}

    def list_submissions(
        self, tenant: str | None, query: SubmissionsQuery, people: Sequence[str] = ()
    ) -> list[Submission]:
        """The submissions that match, in the order asked for, one more than the limit.

        `people` are all ids of the person who is asked for.
        """
        names = ("role_id", "production_id", "person_id", "state", "by")
        where = _given({"tenant": tenant, **{name: getattr(query, name) for name in names}})
        if people:
            where["person_id"] = {"$in": list(people)}
        if query.score_from is not None:
            where["score"] = {"$gte": query.score_from}
        if query.rating_from is not None:
            where["rating"] = {"$gte": query.rating_from}
        after = decode_cursor(query.cursor)
        if query.order == "best":
            return self.submissions.select(where, query.limit + 1, "place", after)
        return self.submissions.select(where, query.limit + 1, after=after, order=query.order)

    def submissions_of(self, file: PersonFile) -> list[Submission]:
        """The studio's submissions of the person of a file, oldest first."""
        where = {"tenant": file.tenant, "person_id": {"$in": list(file.known_as)}}
        return self.submissions.select(where, MOST_EXPORTED)

    def shortlist(self, role: Role) -> list[Submission]:
        """Who is selected for a role, first come first."""
        where = {"tenant": role.tenant, "role_id": role.id, "state": "selected"}
        return self.submissions.select(where, MOST_SEEN)

    def list_auditions(self, tenant: str | None, query: AuditionsQuery, people: Sequence[str] = ()) -> list[Audition]:
        """The auditions that match, one more than the limit; `people` are all ids of the person who is asked for."""
        which = {"role_id": query.role_id, "production_id": query.production_id, "slots.person_id": query.person_id}
        where = _given({"tenant": tenant, **which})
        if people:
            where["slots.person_id"] = {"$in": list(people)}
        return self.auditions.select(where, query.limit + 1, after=decode_cursor(query.cursor), order=query.order)

    def auditions_of(self, tenant: str, role_id: str, person_id: str) -> list[str]:
        """The auditions for this role in which the person is, or was, expected."""
        who: Document = {"$or": [{"slots.person_id": person_id}, {"slots.declined": person_id}]}
        where = {"tenant": tenant, "role_id": role_id, **who}
        with in_our_words():
            return [document["_id"] for document in self.auditions.collection.find(where, {"_id": 1})]

    def seal_note(self, submission: Submission, text: str) -> bytes:
        """A note as it is kept."""
        return self.vault.seal(file_id(submission.person_id, submission.tenant), text)

    def notes(self, submission: Submission) -> list[str]:
        """What the notes say, in order."""
        key = file_id(submission.person_id, submission.tenant)
        return [str(self.vault.open(key, note.sealed)) for note in submission.notes]


def _given(wanted: Document) -> Document:
    return {name: value for name, value in wanted.items() if value is not None}
