"""What talent shows of a document."""

from services.talent.documents.api import DocumentView
from services.talent.documents.papers import Document


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
