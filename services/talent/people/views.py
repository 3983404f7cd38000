"""What talent shows of a file on a person."""

from collections.abc import Iterable

from events.places import label
from kernel.places import Gazetteer
from services.talent.people import permits
from services.talent.people.api import Duplicate, Duplicates, PermitView, PersonView, ShownDocument
from services.talent.people.duplicates import Likeness
from services.talent.people.files import IdentityDocument, PersonFile
from services.talent.people.permits import Permit

MOST_DUPLICATES = 50
MASK = "•••"


def permit(it: Permit, known: Gazetteer) -> PermitView:
    """Return a permit with its places by their names."""
    return PermitView(
        permit_id=it.permit_id,
        kind=it.kind,
        number=it.number,
        valid_from=it.valid_from,
        valid_until=it.valid_until,
        places=tuple(label(known, place) for place in it.places),
        recorded_at=it.recorded_at,
        revocation=it.revocation,
        issuer=it.issuer,
        sponsor=it.sponsor,
        file=it.file,
        check=it.check,
    )


def permit_on(file: PersonFile, permit_id: str, known: Gazetteer) -> PermitView:
    """Return one of the permits on a file; raises PermitUnknown."""
    return permit(permits.find(file.permits, permit_id), known)


def person(file: PersonFile, known: Gazetteer, identity: bool) -> PersonView:
    """The file as its studio sees it, with birth date and document's number for who may read `identity` data."""
    profile = file.profile
    return PersonView(
        person_id=file.person_id,
        names=profile.names,
        nationality=profile.nationality,
        languages=profile.languages,
        contact=profile.contact,
        birth_date=profile.birth_date if identity else None,
        document=_shown(profile.document, identity) if profile.document else None,
        skills=profile.skills,
        measurements=profile.measurements,
        agent=profile.agent,
        union=profile.union,
        media=profile.media,
        tax_residence=profile.tax_residence,
        emergency_contact=profile.emergency_contact,
        permits=tuple(permit(each, known) for each in file.permits),
        registered_at=file.registered_at,
        profiles=profile.profiles,
        credits=profile.credits,
        address=profile.address,
        merged_into=file.merged_into,
        former=file.former,
        version=file.version,
    )


def _shown(document: IdentityDocument, identity: bool) -> ShownDocument:
    number = document.number if identity else MASK + document.number[-3:]
    return ShownDocument(document.kind, document.country, number)


def duplicates(file: PersonFile, found: Iterable[tuple[Likeness, PersonFile]], identity: bool) -> Duplicates:
    """The files that may be about the same person: those with a passport in common first, then by likeness."""
    ranked = sorted(found, key=lambda f: ("same_passport" not in f[0].reasons, -f[0].percent, f[1].id))
    shown = tuple(
        Duplicate(
            o.person_id, o.profile.names, o.profile.birth_date if identity else None, likeness.percent, likeness.reasons
        )
        for likeness, o in ranked[:MOST_DUPLICATES]
    )
    return Duplicates(file.person_id, shown)
