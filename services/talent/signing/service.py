"""Talent's entrypoints about recipients: what the studio does, what a personal link to a contract allows, and the letters."""

from collections.abc import Callable
from dataclasses import replace
from typing import Any

from chassis.api import Answer, Call
from chassis.cause import Cause, new_id
from chassis.documents import now
from chassis.errors import PersonForgotten
from chassis.handlers import handles
from chassis.rpc import serves
from chassis.timers import every
from events.envelope import Envelope
from events.talent.contracts import ContractCancelled, ContractDeclined, ContractTerminated
from events.talent.signing import (
    RecipientReminded,
    RecipientReplaced,
    RecipientServed,
    RecipientTurnStarted,
    SignatureEnteredAtDesk,
)
from services.talent.contracts.document import content_digest
from services.talent.contracts.lifecycle import EXECUTED, Contract, Step
from services.talent.contracts.signing import Evidence
from services.talent.contracts.warnings import DaysWarning
from services.talent.letters import links
from services.talent.letters.addressees import Contact, masked
from services.talent.letters.links import Link
from services.talent.letters.repository import StoredLetter
from services.talent.letters.service import Letters
from services.talent.paper.api import NotAPdf
from services.talent.repository import TalentRepository
from services.talent.signing import api, circulation, consent, desk, initials, letters, names, questions, summary, views
from services.talent.signing.desk import SignedScan
from services.talent.signing.letters import Facts, Kind
from services.talent.signing.recipients import Recipient

_KINDS: dict[type[Any], Kind] = {
    RecipientTurnStarted: "turn",
    RecipientReminded: "reminder",
    RecipientServed: "executed",
    SignatureEnteredAtDesk: "entered",
    ContractDeclined: "declined",
    ContractCancelled: "cancelled",
    ContractTerminated: "terminated",
}


class Signing(Letters):
    """Recipients, their links and letters."""

    store: TalentRepository
    plain_paper: Callable[[Contract], Answer]
    sealed_paper: Callable[[Contract], Answer]

    # The studio

    @serves(api.LIST_RECIPIENTS)
    def list_recipients(self, call: Call) -> Answer:
        """Who takes part in a contract; the studio's own only, because it names people."""
        contract = self.store.contracts.get(call.path["contract_id"], call.tenant)
        found = contract.round.recipients if contract.round else ()
        written = self.store.latest_letters(contract_id=contract.id)
        shown = tuple(self._shown(contract, r, written.get(r.key)) for r in found)
        return Answer(api.RecipientsView(contract.id, shown), contract.version)

    @serves(api.CORRECT_RECIPIENT)
    def correct_recipient(self, call: Call) -> Answer:
        """Another name and address for a recipient."""
        at, key = now(), call.body.recipient
        contact = Contact(call.body.name, call.body.email)
        return self._of_studio(
            call, key, lambda c: circulation.correct(c, key, contact, self.store.contact_sealing(c), at)
        )

    @serves(api.RESUME_RECIPIENT)
    def resume_recipient(self, call: Call) -> Answer:
        """A recipient's turn anew."""
        at, key = now(), call.body.recipient
        return self._of_studio(call, key, lambda c: circulation.resume(c, key, at))

    @serves(api.REPORT_BOUNCE)
    def report_bounce(self, call: Call) -> Answer:
        """A recipient's address fails."""
        return self._of_studio(call, call.body.recipient, lambda c: circulation.bounce(c, call.body.recipient))

    # The recipient

    @serves(api.GET_SIGNING_LINK)
    def get_signing_link(self, call: Call) -> Answer:
        """What a link is for."""
        link, contract, recipient = self._follow(call)
        links.require_browser(link, call.session)
        try:
            self._require_session(link, recipient, call)
            session = True
        except links.SessionOver:
            session = False
        language = call.query.language or recipient.language
        sent = self.store.studio_name(contract.tenant), self.store.title_for(contract.terms.production_id, language)
        return Answer(views.link(contract, recipient, self._contact(contract, recipient), sent, session))

    @serves(api.REQUEST_CODE)
    def request_code(self, call: Call) -> Answer:
        """A code, by a letter."""
        link, contract, recipient = self._follow(call)

        def write(code: str) -> None:
            self._write(contract, recipient, "code", new_id("ltr"), code=code)

        return self._send_code(call, link, self.store.addressee(contract, recipient), write)

    @serves(api.OPEN_SESSION)
    def open_session(self, call: Call) -> Answer:
        """The right code binds the link to the browser that asked for it; when the viewing is refused, it is given again."""
        link, contract, recipient = self._follow(call)
        at = now()
        session = self._give_code(call, link, self.store.addressee(contract, recipient))
        seen = replace(call, actor=_actor(recipient.key), command_id="", if_match=None)
        self._change(seen, contract, recipient.key, lambda c: circulation.view(c, recipient.key, at))
        return Answer(session)

    @serves(api.RENEW_LINK)
    def renew_link(self, call: Call) -> Answer:
        """Another link to the same address."""
        link, contract, recipient = self._follow(call)

        def write(renewals: int) -> None:
            self._write(contract, recipient, "renewal", new_id("ltr"), renewals=renewals)

        return self._send_another_link(link, self.store.addressee(contract, recipient), write)

    @serves(api.READ_CONTRACT)
    def read_contract(self, call: Call) -> Answer:
        """The contract, for a recipient who gave the code."""
        _, contract, recipient = self._enter(call)
        circulation.require_reading(contract, recipient)
        document = self.store.document(contract)
        language = call.query.language or recipient.language
        return Answer(
            api.ReadingView(
                recipient=recipient.key,
                role=recipient.role,
                name=self._contact(contract, recipient).name,
                language=recipient.language,
                turn=recipient.state,
                contract_state=contract.state,
                may_delegate=recipient.may_delegate,
                document=document,
                document_sha256=contract.paper.sha256,
                initials=initials.needed(document, _is_performer(contract, recipient)),
                consent=api.ConsentView(consent.VERSION, language, consent.TEXT[language]),
                summary=summary.summarise(
                    document.terms, self.store.title_for(document.terms.production_id, language), language
                ),
                deadline=circulation.deadline(contract, recipient),
                others=views.others(contract, recipient),
                entered=self._entered(contract, recipient),
                warnings=self._warnings(contract, recipient),
            )
        )

    @serves(api.DOWNLOAD_CONTRACT)
    def download_contract(self, call: Call) -> Answer:
        """The contract on paper: sealed once everybody has signed."""
        _, contract, recipient = self._enter(call)
        circulation.require_reading(contract, recipient)
        return self.sealed_paper(contract) if contract.state in EXECUTED else self.plain_paper(contract)

    @serves(api.SIGN_BY_LINK)
    def sign_by_link(self, call: Call) -> Answer:
        """Sign or attest."""
        at, body = now(), call.body
        link, contract, recipient = self._enter(call)
        self.store.require_at_work(contract.tenant)
        consent.check(body.consent)
        wanted = initials.needed(self.store.document(contract), _is_performer(contract, recipient))
        evidence = replace(self._evidence(call, link, contract, recipient, body), initials=body.initials)
        differs = False
        if _is_performer(contract, recipient):
            profile = self.store.present_file(contract.terms.person_id, contract.tenant).profile
            differs = names.check(body.name, profile.names, body.name_confirmed)
            evidence = replace(evidence, email_on_file=_same(profile.contact.email, evidence.email))

        def sign(c: Contract) -> Step:
            sealed = self.store.seal_evidence(c, evidence)
            step = circulation.sign(c, recipient.key, body.time_zone, body.document_sha256, sealed, at, differs)
            initials.check(wanted, body.initials)
            return step

        return self._by_link(call, contract, recipient.key, sign)

    @serves(api.APPROVE_BY_LINK)
    def approve_by_link(self, call: Call) -> Answer:
        """Approve."""
        at, body = now(), call.body
        link, contract, recipient = self._enter(call)
        self.store.require_at_work(contract.tenant)
        consent.check(body.consent)
        evidence = self._evidence(call, link, contract, recipient, body)

        def approve(c: Contract) -> Step:
            sealed = self.store.seal_evidence(c, evidence)
            return circulation.approve(c, recipient.key, body.time_zone, body.document_sha256, sealed, at)

        return self._by_link(call, contract, recipient.key, approve)

    @serves(api.DECLINE_BY_LINK)
    def decline_by_link(self, call: Call) -> Answer:
        """Decline."""
        at = now()
        _, contract, recipient = self._enter(call)
        return self._by_link(
            call,
            contract,
            recipient.key,
            lambda c: circulation.decline(c, recipient.key, self.store.seal_reason(c, call.body.reason), at),
        )

    @serves(api.ASK_BY_LINK)
    def ask_by_link(self, call: Call) -> Answer:
        """Ask, or propose a change."""
        at, body = now(), call.body
        _, contract, recipient = self._enter(call)
        return self._by_link(
            call,
            contract,
            recipient.key,
            lambda c: questions.ask(c, recipient.key, body.wish, self.store.seal_reason(c, body.text), at),
        )

    @serves(api.HAND_ON)
    def hand_on(self, call: Call) -> Answer:
        """Somebody else in the recipient's place; they get a link of their own, and this one is dead."""
        at, body = now(), call.body
        _, contract, recipient = self._enter(call)
        self.store.require_at_work(contract.tenant)
        contact = Contact(body.name, body.email)
        return self._by_link(
            call,
            contract,
            recipient.key,
            lambda c: circulation.hand_on(c, recipient.key, contact, self.store.contact_sealing(c), body.why, at),
        )

    @serves(api.DISPUTE_SIGNATURE)
    def dispute_signature(self, call: Call) -> Answer:
        """The reader says that the signature which the studio entered is not theirs."""
        at = now()
        _, contract, recipient = self._enter(call)
        return self._by_link(
            call,
            contract,
            recipient.key,
            lambda c: circulation.dispute(c, recipient.key, self.store.seal_reason(c, call.body.reason), at),
        )

    # The desk

    @serves(api.GET_DESK_RULE)
    def get_desk_rule(self, call: Call) -> Answer:
        """Whether members may enter people's signatures."""
        rule = self.store.desk_rule(call.tenant)
        return Answer(views.desk_rule(rule), rule.version)

    @serves(api.CHANGE_DESK_RULE)
    def change_desk_rule(self, call: Call) -> Answer:
        """Allow or forbid it."""
        self.store.desk_rules.ensure(desk.initial(call.tenant))
        return self.store.desk_rules.change(
            call, call.tenant, lambda rule: desk.change(rule, call.body.desk), views.desk_rule
        )

    @serves(api.UPLOAD_SCAN)
    def upload_scan(self, call: Call) -> Answer:
        """Keep the scan of a signed paper."""
        contract = self.store.contracts.get(call.path["contract_id"], call.tenant)
        pdf = b"".join(call.body.pieces())
        if not pdf.startswith(b"%PDF-"):
            raise NotAPdf
        encrypted = self.store.encrypt_scan(contract, pdf)
        scan = SignedScan(new_id("scn"), call.tenant, 0, contract.id, len(pdf), call.body.sha256, encrypted)
        return self.store.signed_scans.create(call, scan, [], views.scan)

    @serves(api.DOWNLOAD_SCAN)
    def download_scan(self, call: Call) -> Answer:
        """The scan; the studio's own only."""
        contract = self.store.contracts.get(call.path["contract_id"], call.tenant)
        scan = self.store.scan_of(contract, call.path["scan_id"])
        headers = (("Content-Disposition", f'inline; filename="{scan.id}.pdf"'), content_digest(scan.sha256))
        return Answer(self.store.decrypt_scan(contract, scan), headers=headers)

    # Time and letters

    @every(60)
    def follow_up_recipients(self) -> None:
        """Remind whom it is time to remind, and end the turns that are over."""
        at = now()
        for contract_id in self.store.waiting_contracts(at):
            self.store.contracts.advance(
                contract_id, lambda c: circulation.follow_up(c, at), Cause.of_time(self.store.service)
            )

    @handles(
        RecipientTurnStarted,
        RecipientReminded,
        RecipientServed,
        RecipientReplaced,
        SignatureEnteredAtDesk,
        ContractDeclined,
        ContractCancelled,
        ContractTerminated,
    )
    def write_to_recipients(self, event: Envelope[Any]) -> None:
        """Write the letter that an event calls for; its id is the event's, so that a repeat writes none."""
        contract = self.store.contracts.find(event.data.contract_id)
        if contract is None or contract.round is None:
            return
        told = [r for r in contract.round.recipients if r.linked and _concerns(event.data, r)]
        for recipient in told:
            letter_id = f"ltr_{event.id.rpartition('_')[2]}.{recipient.key}"
            try:
                if isinstance(event.data, RecipientReplaced):
                    self._write_to_former(contract, recipient, event.data.serial, letter_id)
                else:
                    self._write(contract, recipient, _KINDS[type(event.data)], letter_id)
            except PersonForgotten:
                return  # nobody can write to them any more, and nobody may
        self.post.soon(self.deliver_letters)

    # Steps

    def _shown(self, contract: Contract, recipient: Recipient, letter: StoredLetter | None) -> api.RecipientView:
        """A recipient, for the studio."""
        contact = self._contact(contract, recipient) if recipient.linked else None
        asked = tuple(
            api.QuestionView(one.wish, self.store.words(contract, one.text) or "", one.at)
            for one in recipient.questions
        )
        return views.recipient(
            contract, recipient, contact, self._state(letter), asked, self.store.former_addresses(contract, recipient)
        )

    def _contact(self, contract: Contract, recipient: Recipient) -> Contact:
        return self.store.addressee(contract, recipient).contact

    def _follow(self, call: Call) -> tuple[Link, Contract, Recipient]:
        """The link in the path with its contract and recipient; raises LinkUnknown."""
        link = self._link(call)
        contract = self.store.contracts.find(link.contract_id) if link.contract_id else None
        if contract is None:
            raise links.LinkUnknown
        closed = contract.closing
        if closed is not None and now() > closed.at + api.CLOSED_IS_SHOWN:
            raise links.LinkUnknown
        recipient = circulation.find(contract, link.recipient)
        return links.require_live(link, recipient.serial, now()), contract, recipient

    def _enter(self, call: Call) -> tuple[Link, Contract, Recipient]:
        """Like `_follow`, for whoever gave the code in this browser; raises LinkBound, SessionOver."""
        link, contract, recipient = self._follow(call)
        self._require_session(link, recipient, call)
        return link, contract, recipient

    def _require_session(self, link: Link, recipient: Recipient, call: Call) -> None:
        """Raise LinkBound, or SessionOver, also while it is not on record that the recipient came."""
        links.require_session(link, call.session, now())
        if recipient.viewed_at is None:
            raise links.SessionOver

    def _evidence(self, call: Call, link: Link, contract: Contract, recipient: Recipient, body: Any) -> Evidence:
        email = self._contact(contract, recipient).email
        read_in = body.consent_language or recipient.language
        evidence = Evidence(body.name, call.client_ip, call.user_agent, email, link.verified_at, body.consent)
        return replace(evidence, consent_language=read_in, former=self.store.former_addresses(contract, recipient))

    def _warnings(self, contract: Contract, recipient: Recipient) -> tuple[DaysWarning, ...]:
        """Which days of the contract are taken or past, for the performer whose turn it is."""
        if recipient.state != "invited" or not _is_performer(contract, recipient):
            return ()
        return self.store.calendar_warnings(contract.terms, contract.tenant, now().date())

    def _entered(self, contract: Contract, recipient: Recipient) -> api.EnteredView | None:
        """The signature that the studio entered for the recipient; None when there is none."""
        for signature, evidence in zip(contract.signatures, self.store.evidence(contract), strict=True):
            if signature.party == recipient.party and signature.authentication == "desk":
                return views.entered(signature, evidence)
        return None

    def _of_studio(self, call: Call, key: str, rule: Callable[[Contract], Step]) -> Answer:
        return self.store.contracts.change(call, call.path["contract_id"], rule, lambda c: views.act(c, key))

    def _by_link(self, call: Call, contract: Contract, key: str, rule: Callable[[Contract], Step]) -> Answer:
        return self._change(replace(call, actor=_actor(key)), contract, key, rule)

    def _change(self, call: Call, contract: Contract, key: str, rule: Callable[[Contract], Step]) -> Answer:
        return self.store.contracts.change(call, contract.id, rule, lambda c: views.act(c, key), tenant=contract.tenant)

    def _write(
        self, contract: Contract, recipient: Recipient, kind: Kind, letter_id: str, code: str = "", renewals: int = 0
    ) -> None:
        """Keep a letter to the recipient, with a link of its own where it has one."""
        to = self.store.addressee(contract, recipient)
        link = self._new_link(to, renewals) if kind in letters.WITH_LINK else ""
        title = self.store.title_for(contract.terms.production_id, to.language)
        until = circulation.deadline(contract, recipient)
        facts = Facts(title, contract.terms.role, link, code, until, recipient.time_zone)
        self.store.post(to, kind, letters.write(letter_id, kind, to, self._sender(to), facts), now())

    def _write_to_former(self, contract: Contract, recipient: Recipient, serial: int, letter_id: str) -> None:
        """Tell an address that it is not the recipient's any more, and what the next one is, in part."""
        addresses = [*(former.contact for former in recipient.former), recipient.contact]
        successor = self.store.contact(contract, addresses[serial + 1] or b"")
        to = self.store.former_addressee(contract, recipient, recipient.former[serial])
        production = self.store.title_for(contract.terms.production_id, to.language)
        facts = Facts(production, contract.terms.role, address=masked(successor.email))
        self.store.post(to, "moved", letters.write(letter_id, "moved", to, self._sender(to), facts), now())


def _concerns(event: Any, recipient: Recipient) -> bool:
    """Whether a letter about the event goes to the recipient: to the one that it names, or to all who had their turn."""
    if isinstance(event, SignatureEnteredAtDesk):
        return event.party == recipient.party
    key = getattr(event, "recipient", None)
    return recipient.key == key if key else recipient.invited_at is not None


def _same(known: str | None, used: str | None) -> bool:
    return known is not None and used is not None and known.casefold() == used.casefold()


def _actor(key: str) -> str:
    return f"recipient:{key}"


def _is_performer(contract: Contract, recipient: Recipient) -> bool:
    return any(party.key == recipient.party and party.person_id is not None for party in contract.parties)
