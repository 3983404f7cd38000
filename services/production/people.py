"""Whom a studio has on file: what production needs to know of talent's people, and nothing more."""

from collections.abc import Collection, Mapping
from dataclasses import dataclass, replace

from events.envelope import Envelope
from events.talent.people import PersonMerged, PersonRegistered


@dataclass(frozen=True)
class PersonFile:
    """One studio has one person on file; `into` is who that is when the studio knew them twice."""

    id: str
    tenant: str
    version: int
    person_id: str
    into: str | None = None


@dataclass(frozen=True)
class SamePeople:
    """Who was known twice: the id that each merged file was merged into."""

    into: Mapping[str, str]

    def present(self, person_id: str) -> str:
        """The id by which the studio knows the person now."""
        seen = {person_id}
        while (newer := self.into.get(person_id)) is not None and newer not in seen:
            seen.add(newer)
            person_id = newer
        return person_id

    def ids(self, people: Collection[str]) -> list[str]:
        """Every id that any of these people has or had."""
        who = {self.present(person_id) for person_id in people}
        return sorted(who | {former for former in self.into if self.present(former) in who})


ALL_DIFFERENT = SamePeople({})


def file_id(person_id: str, tenant: str) -> str:
    """The id of a studio's file on a person: the person's id is the same in every studio."""
    return f"{person_id}.{tenant}"


def know(
    file: PersonFile | None, told: Envelope[PersonRegistered] | Envelope[PersonMerged]
) -> tuple[PersonFile, tuple[()]] | None:
    """The file that the event tells of; None when that is known already."""
    data = told.data
    known = file or PersonFile(file_id(data.person_id, told.tenant), told.tenant, 0, data.person_id)
    if isinstance(data, PersonMerged):
        known = replace(known, into=data.into)
    return None if known == file else (known, ())
