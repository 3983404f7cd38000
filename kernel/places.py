"""Places with their names, and which lies within which: a permit for the wider one covers the narrower.

A place is known by its id. Names only lead to it: an unknown spelling is answered with suggestions and never compared as text.
"""

import difflib
import hashlib
import json
import unicodedata
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path

from anyascii import anyascii
from ulid import ULID

PREFIX = "plc_"
LIKE = 0.72
"""From which likeness on, 0 to 1, a known name is suggested for an unknown one."""


@dataclass(frozen=True)
class Place:
    """A place: its names in Chinese and English (one of them at least), other spellings, and the place that it lies in."""

    id: str
    country: str
    zh: str | None
    en: str | None
    aliases: tuple[str, ...] = ()
    within: str | None = None

    @property
    def names(self) -> tuple[str, ...]:
        """Every spelling that leads here."""
        return tuple(name for name in (self.zh, self.en, *self.aliases) if name)

    def name(self, language: str) -> str:
        """Return the name for a reader of Chinese (`zh`) or of any other language; one of the two always exists."""
        return (self.zh or self.en or self.id) if language == "zh" else (self.en or self.zh or self.id)


class Gazetteer:
    """The places that somebody may name: `wider` and, on top of it, `places`."""

    def __init__(self, places: Iterable[Place], wider: "Gazetteer | None" = None) -> None:
        self._wider = wider
        self._places = {place.id: place for place in places}
        self._by_name = {fold(name): place for place in self._places.values() for name in place.names}

    def __iter__(self) -> Iterator[Place]:
        """Yield every place, the wider gazetteer's first."""
        if self._wider is not None:
            yield from self._wider
        yield from self._places.values()

    def __getitem__(self, place_id: str) -> Place:
        """Return the place with this id; raises KeyError."""
        place = self.get(place_id)
        if place is None:
            raise KeyError(place_id)
        return place

    def get(self, place_id: str) -> Place | None:
        """Return the place with this id."""
        return self._places.get(place_id) or (self._wider.get(place_id) if self._wider is not None else None)

    def find(self, text: str) -> Place | None:
        """Return the place that an id or a name in any language and spelling leads to."""
        return self.get(text.strip()) or self._named(fold(text))

    def _named(self, folded: str) -> Place | None:
        found = self._by_name.get(folded)
        return found or (self._wider._named(folded) if self._wider is not None else None)

    def id_of(self, text: str) -> str:
        """Return the id of the place that an id or a name leads to, or the text itself where it leads nowhere."""
        found = self.find(text)
        return found.id if found is not None else text

    def path(self, place_id: str) -> tuple[str, ...]:
        """Return the ids of the place and of every place that it lies in, from the narrowest; of an unknown place its id."""
        ids = [place_id]
        while (place := self.get(ids[-1])) is not None and place.within is not None:
            ids.append(place.within)
        return tuple(ids)

    def suggest(self, text: str, most: int = 3) -> tuple[Place, ...]:
        """Return the places whose names are most like an unknown spelling, also across scripts, the likest first."""
        wanted = fold(text)
        plain = anyascii(wanted).casefold()
        likeness = {
            place.id: max(_likeness(wanted, plain, name_folded) for name_folded in map(fold, place.names))
            for place in self
        }
        best = sorted((place for place in self if likeness[place.id] >= LIKE), key=lambda place: -likeness[place.id])
        return tuple(best[:most])


def fold(name: str) -> str:
    """Return a name as it is looked up: without regard to width, case, spaces and punctuation."""
    return "".join(c for c in unicodedata.normalize("NFKC", name).casefold() if c.isalnum() or unicodedata.combining(c))


def _likeness(wanted: str, plain: str, name: str) -> float:
    shorter, longer = sorted((wanted, name), key=len)
    if len(shorter) >= (4 if shorter.isascii() else 2) and shorter in longer:  # 横店 in 横店影视文化产业园
        return 1.0
    return difflib.SequenceMatcher(None, plain, anyascii(name).casefold()).ratio()


def built_in_id(key: str) -> str:
    """Return the id of a place of `places.json`: the same in every installation."""
    return f"{PREFIX}{ULID.from_bytes(bytes(6) + hashlib.sha256(key.encode()).digest()[:10])}"


@cache
def built_in() -> Gazetteer:
    """Return the places that everybody knows: provinces, cities and film bases of China, and where else members shoot."""
    written: Mapping[str, Mapping[str, object]] = json.loads(
        Path(__file__).with_name("places.json").read_text(encoding="utf-8")
    )
    return Gazetteer(_place(key, facts) for key, facts in written.items())


def _place(key: str, facts: Mapping[str, object]) -> Place:
    within, aliases = facts.get("within"), facts.get("aliases", [])
    if not isinstance(aliases, list):
        raise TypeError(f"{key}: aliases is a list")
    return Place(
        id=built_in_id(key),
        country=str(facts["country"]),
        zh=str(facts["zh"]),
        en=str(facts["en"]),
        aliases=tuple(map(str, aliases)),
        within=None if within is None else built_in_id(str(within)),
    )
