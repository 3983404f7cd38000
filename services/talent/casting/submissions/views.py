"""What talent shows of a submission."""

from collections.abc import Sequence

from services.talent.casting.submissions.api import NoteView, SubmissionView
from services.talent.casting.submissions.lifecycle import Submission
from services.talent.contracts.warnings import DaysWarning


def submission(submission: Submission, warnings: tuple[DaysWarning, ...] = ()) -> SubmissionView:
    """A submission without what is noted of it."""
    return SubmissionView(
        submission_id=submission.id,
        role_id=submission.role_id,
        production_id=submission.production_id,
        person_id=submission.person_id,
        by=submission.by,
        score=submission.score,
        state=submission.state,
        submitted_at=submission.submitted_at,
        rating=submission.rating,
        notes=len(submission.notes),
        hold_id=submission.hold_id,
        terms=submission.terms,
        contract_id=submission.contract_id,
        template=submission.template,
        warnings=warnings,
    )


def notes(submission: Submission, texts: Sequence[str]) -> tuple[NoteView, ...]:
    """What was noted of a submission, with the texts opened."""
    return tuple(NoteView(note.by, note.at, text) for note, text in zip(submission.notes, texts, strict=True))
