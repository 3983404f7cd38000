"""What a reader sees of findings, rules and the ledger."""

from datetime import datetime

from events.places import label
from kernel.places import Gazetteer
from services.compliance.api import (
    ConsistencyView,
    EntryProofView,
    EntryView,
    FactsView,
    FindingDetailView,
    FindingView,
    GapView,
    InclusionView,
    OpenedView,
    RulesView,
    RuleView,
)
from services.compliance.cases import Case, Finding
from services.compliance.checkpoint import ProofFile, VerifierKey
from services.compliance.completeness import Run
from services.compliance.log import Inclusion, Signed, StoredEntry, base64
from services.compliance.rules import DISCLAIMER, Rule, Rulebook


def finding(case: Case, it: Finding) -> FindingView:
    """A finding in a line."""
    judgement = it.judgement
    return FindingView(
        finding_id=it.id,
        studio_id=case.tenant,
        state=it.state,
        severity=judgement.severity,
        rule=judgement.rule,
        rule_version=judgement.rule_version,
        reason=judgement.reason,
        first_date=judgement.first_date,
        uncovered_days=judgement.uncovered_days,
        person_id=case.person_id,
        production_id=it.production_id,
        booking_id=it.booking_id,
        contract_id=it.contract_id,
        opened_at=it.opened_at,
        changed_at=it.changed_at,
        closed_at=it.closed_at,
    )


def finding_detail(case: Case, it: Finding, rulebook: Rulebook, known: Gazetteer) -> FindingDetailView:
    """A finding with why, and by which version of the rule."""
    judgement = it.judgement
    rule = rulebook.get(judgement.rule, judgement.rule_version)
    worked = [place for day in judgement.days for place in day.places]
    allowed = [place for permit in judgement.permits for place in permit.places]
    places = tuple(label(known, place) for place in dict.fromkeys(worked + allowed))
    return FindingDetailView(
        finding=finding(case, it),
        title=rule.title,
        jurisdiction=rule.jurisdiction,
        clause=rule.clause,
        source=rule.source,
        verified_on=rule.verified_on,
        facts=FactsView(judgement.nationality, judgement.days, judgement.permits, places),
        disclaimer=DISCLAIMER,
    )


def rules(rulebook: Rulebook) -> RulesView:
    """Every version of every rule."""
    return RulesView(tuple(rule(each) for each in rulebook.rules), DISCLAIMER)


def rule(it: Rule) -> RuleView:
    """One version of a rule."""
    return RuleView(
        rule=it.id,
        version=it.version,
        title=it.title,
        jurisdiction=it.jurisdiction,
        valid_from=it.valid_from,
        valid_to=it.valid_to,
        severity=it.severity,
        clause=it.clause,
        source=it.source,
        verified_on=it.verified_on,
    )


def inclusion(it: Inclusion) -> InclusionView:
    """The proof that an entry is in the ledger."""
    return InclusionView(
        leaf_index=it.entry.index,
        tree_size=it.size,
        leaf=it.entry.leaf.decode(),
        leaf_hash=it.entry.leaf_hash.hex(),
        root=base64(it.root),
        path=tuple(base64(sibling) for sibling in it.path),
        checkpoint=it.note,
    )


def consistency(first: Signed, second: Signed, path: tuple[bytes, ...]) -> ConsistencyView:
    """The proof that the ledger has only grown."""
    return ConsistencyView(
        from_size=first.size,
        from_root=base64(first.root),
        to_size=second.size,
        to_root=base64(second.root),
        path=tuple(base64(each) for each in path),
        checkpoint=second.note or None,
    )


def entry(it: StoredEntry) -> EntryView:
    """An entry in a line."""
    said = it.said
    return EntryView(
        index=it.index,
        event_id=it.event_id,
        type=it.type,
        subject=it.subject,
        time=datetime.fromisoformat(said["time"]) if said else None,
        actor=said["actor"] if said else None,
        appended_at=it.appended_at,
        leaf_hash=it.leaf_hash.hex(),
    )


def entry_proof(it: Inclusion, key: VerifierKey) -> EntryProofView:
    """An entry's proof with what opens its commitments."""
    opening = it.entry.opening
    opened = None
    if opening is not None:
        opened = OpenedView(
            tenant=it.entry.tenant,
            tenant_salt=opening.tenant_salt.hex(),
            event=opening.body.decode(),
            payload_salt=opening.payload_salt.hex(),
        )
    return EntryProofView(inclusion(it), opened, key.text)


def proof_file(it: Inclusion) -> bytes:
    """An entry's proof as a file to keep; the entry itself is in its extra line."""
    return ProofFile(it.entry.index, it.path, it.note or "", it.entry.leaf).text.encode()


def gap(it: Run) -> GapView:
    """What is missing of an aggregate."""
    publisher, _, aggregate_id = it.id.partition("/")
    assert it.since, "only runs with a gap are shown"
    return GapView(publisher, aggregate_id, it.missing[:1000], it.since)
