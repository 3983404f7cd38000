"""Whom a studio has on file: what production needs to know of talent's people, and nothing more."""

from dataclasses import dataclass

from events.envelope import Envelope
from events.talent.people import PersonRegistered


@dataclass(frozen=True)
class PersonFile:
    """One studio has one person on file."""

    id: str
    tenant: str
    version: int
    person_id: str


def file_id(person_id: str, tenant: str) -> str:
    """The id of a studio's file on a person: the person's id is the same in every studio."""
    return f"{person_id}.{tenant}"


def know(file: PersonFile | None, registered: Envelope[PersonRegistered]) -> tuple[PersonFile, tuple[()]] | None:
    """The file that the event tells of; None when it is known already."""
    if file is not None:
        return None
    person_id = registered.data.person_id
    return PersonFile(file_id(person_id, registered.tenant), registered.tenant, 0, person_id), ()
