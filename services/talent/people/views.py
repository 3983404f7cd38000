"""What talent shows of a file on a person."""

from services.talent.people.api import PersonView
from services.talent.people.files import PersonFile


def person(file: PersonFile) -> PersonView:
    """The file as its studio sees it."""
    profile = file.profile
    return PersonView(
        person_id=file.person_id,
        names=profile.names,
        nationality=profile.nationality,
        languages=profile.languages,
        contact=profile.contact,
        birth_date=profile.birth_date,
        document=profile.document,
        skills=profile.skills,
        measurements=profile.measurements,
        agent=profile.agent,
        union=profile.union,
        media=profile.media,
        tax_residence=profile.tax_residence,
        emergency_contact=profile.emergency_contact,
        permits=file.permits,
        registered_at=file.registered_at,
    )
