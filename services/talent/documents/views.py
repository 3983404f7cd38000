"""What talent shows of a document."""

from events.places import label
from kernel.places import Gazetteer
from services.talent.documents.api import DocumentView, HeldDocument
from services.talent.documents.papers import Document, DocumentFacts


def held(it: Document, facts: DocumentFacts, withdrawal_reason: str | None, known: Gazetteer) -> HeldDocument:
    """Return a document with what it says, and the places where it holds by their names."""
    return HeldDocument(document(it), facts, tuple(label(known, place) for place in facts.places), withdrawal_reason)


def document(document: Document) -> DocumentView:
    """Where the document stands; nothing is decrypted for it."""
    return DocumentView(
        document_id=document.id,
        person_id=document.person_id,
        kind=document.kind,
        valid_from=document.valid_from,
        valid_until=document.valid_until,
        recorded_at=document.recorded_at,
        check=document.check,
        withdrawn_at=document.withdrawal.at if document.withdrawal else None,
    )
