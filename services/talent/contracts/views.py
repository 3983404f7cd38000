"""What talent shows of a contract."""

from collections.abc import Mapping
from dataclasses import fields

from services.talent.contracts.api import (
    ActEvidence,
    ClosingView,
    ContractView,
    DispatchedView,
    EvidenceView,
    PartyView,
    SignatureEvidence,
    SignatureView,
    TerminationView,
)
from services.talent.contracts.lifecycle import Contract, Signature
from services.talent.contracts.signing import Evidence
from services.talent.contracts.warnings import DaysWarning
from services.talent.letters.api import LetterAhead
from services.talent.signing.recipients import Recipient


def contract(contract: Contract, warnings: tuple[DaysWarning, ...] = ()) -> ContractView:
    """The contract without anybody's name: nothing is decrypted for it."""
    signed = {signature.party: _signature(signature) for signature in contract.signatures}
    return ContractView(
        contract_id=contract.id,
        studio_id=contract.tenant,
        state=contract.state,
        terms=contract.terms,
        parties=tuple(PartyView(party.key, party.person_id, signed.get(party.key)) for party in contract.parties),
        next_party=contract.next_party,
        document_sha256=contract.paper.sha256,
        drafted_at=contract.drafted_at,
        expires_on=contract.expires_on,
        closing=_closing(contract),
        template=contract.paper.template,
        amends=contract.amends,
        renews=contract.renews,
        amendments=contract.amendments,
        termination=_termination(contract),
        disputed=contract.disputed,
        warnings=warnings,
    )


def dispatched(shown: ContractView, letters: tuple[LetterAhead, ...]) -> DispatchedView:
    """The contract as it goes out, with the letters that are about to be written."""
    return DispatchedView(**{field.name: getattr(shown, field.name) for field in fields(shown)}, letters=letters)


def evidence(
    contract: Contract,
    evidence: tuple[Evidence, ...],
    reason: str | None,
    acts: tuple[tuple[Recipient, Evidence], ...] = (),
    disputes: Mapping[str, str] = {},
) -> EvidenceView:
    """The contract's trail with the opened evidence of each signature, in order, and of approvals and attestations."""
    return EvidenceView(
        contract_id=contract.id,
        document_sha256=contract.paper.sha256,
        signatures=tuple(
            SignatureEvidence(
                party=signature.party,
                name=opened.name,
                signed_at=signature.signed_at,
                local_time=signature.local_time,
                time_zone=signature.time_zone,
                document_sha256=signature.document_sha256,
                ip=opened.ip,
                user_agent=opened.user_agent,
                email=opened.email,
                verified_at=opened.verified_at,
                consent=opened.consent,
                initials=opened.initials,
                consent_language=opened.consent_language,
                authentication=signature.authentication,
                recorded_by=signature.recorded_by,
                name_differs=signature.name_differs,
                email_on_file=opened.email_on_file,
                former=opened.former,
                reason=opened.reason,
                scan_id=opened.scan_id,
                scan_sha256=opened.scan_sha256,
                told_at=opened.told_at,
                initials_absent=opened.initials_absent,
                disputed_at=signature.dispute.at if signature.dispute else None,
                dispute=disputes.get(signature.party),
            )
            for signature, opened in zip(contract.signatures, evidence, strict=True)
        ),
        closing=_closing(contract),
        reason=reason,
        acts=tuple(_act(recipient, opened) for recipient, opened in acts),
    )


def _act(recipient: Recipient, opened: Evidence) -> ActEvidence:
    assert recipient.act is not None  # only who acted has evidence
    act = recipient.act
    return ActEvidence(
        recipient.key,
        recipient.role,
        opened.name,
        act.at,
        act.local_time,
        act.time_zone,
        opened.ip,
        opened.user_agent,
        opened.email,
        opened.verified_at,
        opened.consent,
        opened.consent_language,
    )


def _signature(signature: Signature) -> SignatureView:
    return SignatureView(
        signature.signed_at,
        signature.local_time,
        signature.time_zone,
        signature.document_sha256,
        signature.authentication,
        signature.recorded_by,
        signature.name_differs,
        signature.dispute.at if signature.dispute else None,
    )


def _closing(contract: Contract) -> ClosingView | None:
    closing = contract.closing
    return ClosingView(closing.by, closing.at, closing.recorded_by) if closing else None


def _termination(contract: Contract) -> TerminationView | None:
    ended = contract.termination
    if ended is None:
        return None
    return TerminationView(ended.by, ended.ground, ended.last_day, ended.kill_fee, ended.at, ended.recorded_by)
