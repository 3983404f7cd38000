"""The places that talent knows of: where a permit or a document holds is stored by their ids."""

from dataclasses import replace
from typing import TypeVar

from events.places import require
from kernel.places import Gazetteer
from services.talent.documents.papers import DocumentFacts
from services.talent.people.permits import PermitFacts

Facts = TypeVar("Facts", PermitFacts, DocumentFacts)


def located(facts: Facts, known: Gazetteer) -> Facts:
    """Return the facts with their places by id, each once; raises PlaceUnknown, pointing at the place."""
    places = [require(known, named, f"/places/{nth}").id for nth, named in enumerate(facts.places)]
    return replace(facts, places=tuple(dict.fromkeys(places)))
