"""What casting knows of the people on file: who is worth a look, and what of them a role may ask for."""

from datetime import date

from services.talent.availability.calendar import Calendar, busy
from services.talent.casting.roles.matching import YEARS_BESIDE, Candidate, Requirements
from services.talent.people.files import Profile
from services.talent.people.search import Wanted, plain


def candidate(profile: Profile, calendar: Calendar | None, studio: str) -> Candidate:
    """What of a person a role of the studio may ask for; a hold of the studio itself does not make them busy."""
    return Candidate(
        profile.birth_date,
        tuple((language.tag, language.level) for language in profile.languages),
        (*profile.skills, *(skill for entry in profile.profiles for skill in (entry.work, *entry.skills))),
        frozenset() if calendar is None else calendar.firm.union(busy(calendar, studio)),
    )


def wanted(requirements: Requirements, today: date) -> Wanted:
    """The words by which people are found who may fit: every language, about the age, and as many skills as possible."""
    age = requirements.age
    born: tuple[tuple[str, ...], ...] = ()
    if age is not None:
        first, last = today.year - age.oldest - YEARS_BESIDE - 1, today.year - age.youngest + YEARS_BESIDE
        born = (tuple(f"born {year}" for year in range(first, last + 1)),)
    return Wanted(
        tuple(f"language {language.tag.lower()}" for language in requirements.languages),
        born,
        tuple(f"skill {plain(wanted.skill)}" for wanted in requirements.skills),
    )
