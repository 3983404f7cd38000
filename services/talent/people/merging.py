"""Two files about one person become one: the other file keeps its history and says where the person is now."""

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass, fields, replace
from typing import Any

from events.envelope import Event
from events.errors import RuleError
from events.shapes import PersonId
from events.talent.people import PermitRecorded, PersonMerged, PersonUpdated
from services.talent.people.files import PersonFile, Profile

_MOST = {"languages": 50, "skills": 100, "attributes": 100, "media": 100, "profiles": 10, "credits": 100}


class FileMerged(RuleError):
    """The file is history: the person has another one."""

    en = "{person_id} was merged into {into}: use that file."
    zh = "{person_id} 已合并至 {into}：请使用该档案。"


class MergedWithItself(RuleError):
    """One file cannot be two."""

    status = 422
    en = "A file cannot be merged with itself."
    zh = "档案不能与自身合并。"


class KnownElsewhere(RuleError):
    """Another studio has the person on file under the id that would become history, and sees their time under it."""

    en = (
        "Another studio has {person_id} on file, too, and would see their days as free: "
        "merge the other way round, {into} into {person_id}."
    )
    zh = "另有机构也以 {person_id} 建档，合并后会误以为其日期空闲：请反向合并，即将 {into} 并入 {person_id}。"


class BothKnownElsewhere(RuleError):
    """Other studios have the person on file under both ids, and see their time under each."""

    en = (
        "Other studios have both {person_id} and {into} on file, and would see days as free: "
        "these two cannot be merged, whichever way round."
    )
    zh = "其他机构对 {person_id} 与 {into} 均已建档，合并后会误以为日期空闲：两份档案无论何种方向均不能合并。"


@dataclass(frozen=True)
class MergeRequest:
    """The file of the same person that becomes history."""

    other: PersonId


def require_unmerged(file: PersonFile) -> None:
    """Raise FileMerged when the person's file is another one now."""
    if file.merged_into is not None:
        raise FileMerged(person_id=file.person_id, into=file.merged_into)


def present(into: Mapping[tuple[str, str], str], person_id: str, studio: str) -> str:
    """The id at the end of the merges; `into` has those of (person, studio)."""
    passed = [person_id]
    while (newer := into.get((passed[-1], studio), passed[-1])) not in passed:
        passed.append(newer)
    return passed[-1]


def leave(other: PersonFile, into: PersonFile, elsewhere: Collection[str] = ()) -> tuple[PersonFile, list[Event]]:
    """The file that becomes history; `elsewhere` are the ids of those two that other studios have on file, too.

    Raises MergedWithItself, FileMerged, KnownElsewhere, BothKnownElsewhere.
    """
    if other.person_id == into.person_id:
        raise MergedWithItself("/other")
    require_unmerged(into)
    require_unmerged(other)
    if other.person_id in elsewhere:
        refused = BothKnownElsewhere if into.person_id in elsewhere else KnownElsewhere
        raise refused("/other", person_id=other.person_id, into=into.person_id)
    return replace(other, merged_into=into.person_id), [PersonMerged(other.person_id, into.person_id)]


def join(file: PersonFile, other: PersonFile) -> tuple[PersonFile, list[Event]] | None:
    """The file with what only the other one says, and its permits; None when they were joined before.

    What both say stays as it is here. Lists have the entries of both, as far as they can hold. Raises FileMerged.
    """
    if other.person_id in file.former:
        return None
    require_unmerged(file)
    new: dict[str, Any] = {}
    for field in fields(Profile):
        mine, theirs = getattr(file.profile, field.name), getattr(other.profile, field.name)
        if field.name in _MOST:
            joined: Any = tuple(_union(mine, theirs))[: _MOST[field.name]]
        elif field.name in ("names", "contact", "measurements"):
            joined = _filled(mine, theirs)
        else:
            joined = theirs if mine is None else mine
        if joined != mine:
            new[field.name] = joined
    profile = replace(file.profile, **new)
    held = {permit.permit_id for permit in file.permits}
    permits = [permit for permit in other.permits if permit.permit_id not in held]
    tags = tuple(language.tag for language in profile.languages)
    events: list[Event] = [PersonUpdated(file.person_id, profile.nationality, tags, tuple(sorted([*new, "former"])))]
    events += [
        PermitRecorded(file.person_id, p.permit_id, p.kind, p.valid_from, p.valid_until, p.places)
        for p in permits
        if p.revocation is None
    ]
    joined_file = replace(
        file,
        profile=profile,
        permits=(*file.permits, *permits),
        former=tuple(dict.fromkeys((*file.former, other.person_id, *other.former))),
    )
    return joined_file, events


def _union(mine: tuple[Any, ...], theirs: tuple[Any, ...]) -> Iterable[Any]:
    """The entries of both; of two about the same language or kind of work the first."""

    def about(entry: Any) -> Any:
        return getattr(entry, "tag", None) or getattr(entry, "work", None) or entry

    known = {about(entry) for entry in mine}
    yield from mine
    yield from (entry for entry in theirs if about(entry) not in known)


def _filled(mine: Any, theirs: Any) -> Any:
    """Mine, with what only theirs says."""
    missing = {f.name: getattr(theirs, f.name) for f in fields(mine) if getattr(mine, f.name) is None}
    return replace(mine, **missing)
