"""What a contract states of a person."""

from services.talent.contracts.identities import Identity
from services.talent.people.files import Profile

_WRITTEN_IN = {"JP": "ja", "KR": "ko", "CN": "zh", "TW": "zh-Hant", "HK": "zh-Hant", "MO": "zh-Hant"}
"""Where people's names are in Han characters, and whose forms these have there."""


def identity(profile: Profile) -> Identity:
    """The legal name, the address, and the language whose letter forms the name has."""
    return Identity(profile.names.legal, address=profile.address, language=_WRITTEN_IN.get(profile.nationality))
