"""Talent's entrypoints about recipients: what the studio does, what a personal link allows, and the letters."""

import secrets
from collections.abc import Callable
from dataclasses import replace
from traceback import extract_tb
from typing import Any

from chassis import metrics
from chassis.api import Answer, Call, page
from chassis.cause import Cause, new_id
from chassis.documents import now
from chassis.errors import PersonForgotten
from chassis.handlers import handles
from chassis.logs import log
from chassis.post import Carrier, NotSent, Post, Undeliverable
from chassis.rpc import serves
from chassis.timers import every
from events.envelope import Envelope
from events.errors import RuleError
from events.talent.contracts import ContractCancelled, ContractDeclined
from events.talent.signing import RecipientReminded, RecipientServed, RecipientTurnStarted
from services.talent.contracts.lifecycle import EXECUTED, Contract, Step
from services.talent.contracts.signing import Evidence
from services.talent.repository import TalentRepository
from services.talent.signing import api, circulation, consent, initials, letters, links, views
from services.talent.signing.letters import Facts, Fate, Kind
from services.talent.signing.links import Link
from services.talent.signing.recipients import Contact, Recipient
from services.talent.signing.repository import StoredLetter

_KINDS: dict[type[Any], Kind] = {
    RecipientTurnStarted: "turn",
    RecipientReminded: "reminder",
    RecipientServed: "executed",
    ContractDeclined: "declined",
    ContractCancelled: "cancelled",
}


class Signing:
    """Recipients, personal links and letters."""

    store: TalentRepository
    plain_paper: Callable[[Contract], Answer]
    sealed_paper: Callable[[Contract], Answer]
    post = Post()

    # The studio

    @serves(api.LIST_RECIPIENTS)
    def list_recipients(self, call: Call) -> Answer:
        """Who takes part in a contract; the studio's own only, because it names people."""
        contract = self.store.contracts.get(call.path["contract_id"], call.tenant)
        found = contract.round.recipients if contract.round else ()
        shown = tuple(views.recipient(contract, r, self._contact(contract, r) if r.linked else None) for r in found)
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

    @serves(api.LIST_LETTERS)
    def list_letters(self, call: Call) -> Any:
        """What became of the studio's letters."""
        found = self.store.list_letters(call.tenant, call.query)
        shown = [
            api.LetterView(x.id, x.contract_id, x.recipient, x.kind, x.fate, x.written_at, x.attempts, x.sent_at)
            for x in found
        ]
        return page(api.LetterView, shown, call.query.limit, lambda letter: str(letter.letter_id))

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
        return Answer(views.link(contract, recipient, self._contact(contract, recipient), session))

    @serves(api.REQUEST_CODE)
    def request_code(self, call: Call) -> Answer:
        """A code, by a letter."""
        link, contract, recipient = self._follow(call)
        at, token = now(), call.path["token"]
        code, cookie = f"{secrets.randbelow(10**6):06d}", secrets.token_urlsafe(32)
        hashed = links.code_digest(token, code)
        asked = self.store.change_link(
            link.id, lambda known: links.send_code(self._live(known, recipient), call.session, hashed, cookie, at)
        )
        self._write(contract, recipient, "code", new_id("ltr"), code=code)
        self.post.soon(self.deliver_letters)
        address = views.masked(self._contact(contract, recipient).email)
        headers = () if asked.bound else (self._set_cookie(token, cookie),)
        return Answer(api.CodeSent(address, int(links.CODE_LIFE.total_seconds())), headers=headers)

    @serves(api.OPEN_SESSION)
    def open_session(self, call: Call) -> Answer:
        """The right code binds the link to the browser that asked for it; when the viewing is refused, it is given again."""
        link, contract, recipient = self._follow(call)
        at, hashed = now(), links.code_digest(call.path["token"], call.body.code)
        failures: list[RuleError | None] = []

        def attempt(known: Link | None) -> Link:
            tried, failure = links.try_code(self._live(known, recipient), call.session, hashed, at)
            failures.append(failure)
            return tried

        opened = self.store.change_link(link.id, attempt)
        if (failure := failures[-1]) is not None:
            raise failure
        seen = replace(call, actor=_actor(recipient.key), command_id="", if_match=None)
        self._change(seen, contract, recipient.key, lambda c: circulation.view(c, recipient.key, at))
        assert opened.verified_at is not None  # when the right code was given first
        return Answer(api.SessionView(opened.verified_at + links.SESSION_LIFE))

    @serves(api.RENEW_LINK)
    def renew_link(self, call: Call) -> Answer:
        """Another link to the same address: whoever asks, only the recipient gets it."""
        link, contract, recipient = self._follow(call)
        self.store.change_link(link.id, lambda known: links.renew(self._live(known, recipient)))
        self._write(contract, recipient, "renewal", new_id("ltr"), renewals=link.renewals + 1)
        self.post.soon(self.deliver_letters)
        return Answer(api.LinkSent(views.masked(self._contact(contract, recipient).email)))

    @serves(api.READ_CONTRACT)
    def read_contract(self, call: Call) -> Answer:
        """The contract, for a recipient who gave the code."""
        _, contract, recipient = self._enter(call)
        circulation.require_reading(contract, recipient)
        document = self.store.document(contract)
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
                consent=api.ConsentView(consent.VERSION, consent.TEXT[recipient.language]),
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
        consent.check(body.consent)
        wanted = initials.needed(self.store.document(contract), _is_performer(contract, recipient))
        evidence = self._evidence(call, link, contract, recipient, body)

        def sign(c: Contract) -> Step:
            sealed = self.store.seal_evidence(c, replace(evidence, initials=body.initials))
            step = circulation.sign(c, recipient.key, body.time_zone, body.document_sha256, sealed, at)
            initials.check(wanted, body.initials)
            return step

        return self._by_link(call, contract, recipient.key, sign)

    @serves(api.APPROVE_BY_LINK)
    def approve_by_link(self, call: Call) -> Answer:
        """Approve."""
        at, body = now(), call.body
        link, contract, recipient = self._enter(call)
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

    @serves(api.HAND_ON)
    def hand_on(self, call: Call) -> Answer:
        """Somebody else in the recipient's place; they get a link of their own, and this one is dead."""
        at, body = now(), call.body
        _, contract, recipient = self._enter(call)
        contact = Contact(body.name, body.email)
        return self._by_link(
            call,
            contract,
            recipient.key,
            lambda c: circulation.hand_on(c, recipient.key, contact, self.store.contact_sealing(c), body.why, at),
        )

    # Time and letters

    @every(60)
    def follow_up_recipients(self) -> None:
        """Remind whom it is time to remind, and end the turns that are over."""
        at = now()
        for contract_id in self.store.waiting_contracts(at):
            self.store.contracts.advance(
                contract_id, lambda c: circulation.follow_up(c, at), Cause.of_time(self.store.service)
            )

    @handles(RecipientTurnStarted, RecipientReminded, RecipientServed, ContractDeclined, ContractCancelled)
    def write_to_recipients(self, event: Envelope[Any]) -> None:
        """Write the letter that an event calls for; its id is the event's, so that a repeat writes none."""
        contract = self.store.contracts.find(event.data.contract_id)
        if contract is None or contract.round is None:
            return
        kind = _KINDS[type(event.data)]
        key = getattr(event.data, "recipient", None)
        told = [r for r in contract.round.recipients if r.linked and (r.key == key if key else r.invited_at)]
        for recipient in told:
            try:
                self._write(contract, recipient, kind, f"ltr_{event.id.rpartition('_')[2]}.{recipient.key}")
            except PersonForgotten:
                return  # nobody can write to them any more, and nobody may
        self.post.soon(self.deliver_letters)

    @every(10)
    def deliver_letters(self) -> None:
        """Send what is due; what fails is tried again later."""
        if self.post.carrier is None:
            metrics.LETTERS_STUCK.set(self.store.letters_due())
            return
        while (letter := self.store.claim_letter(now())) is not None:
            self._deliver(self.post.carrier, letter)
        metrics.LETTERS_DUE.set(self.store.letters_due())

    # Steps

    def _deliver(self, carrier: Carrier, stored: StoredLetter) -> None:
        """One try at a letter: sent, bounced (the recipient's address fails), failed, or due again later."""
        at = now()
        try:
            fate: Fate | None = self._send(carrier, stored)
        except PersonForgotten:
            fate = "failed"
        except Exception as error:  # whatever it is, the letters behind this one are sent
            log.warning("letter_not_sent", letter=stored.id, attempts=stored.attempts, error=_reason(error))
            again = letters.next_try(stored.attempts, at)
            fate = None if again else "failed"
            if again:
                self.store.delay_letter(stored, again)
        metrics.LETTERS.labels(fate or "retry").inc()
        if fate is not None:
            self.store.settle_letter(stored, fate, at)

    def _send(self, carrier: Carrier, stored: StoredLetter) -> Fate:
        """Sent or bounced; raises PersonForgotten, NotSent, and whatever nobody thought of."""
        letter = self.store.open_letter(stored)
        try:
            carrier.send(letter.id, letter.to, letter.subject, letter.text)
        except Undeliverable:
            cause = Cause.of_time(self.store.service)
            self.store.contracts.advance(stored.contract_id, lambda c: circulation.bounce(c, stored.recipient), cause)
            return "bounced"
        return "sent"

    def _contact(self, contract: Contract, recipient: Recipient) -> Contact:
        assert recipient.contact is not None  # asked of recipients with a link only
        return self.store.contact(contract, recipient.contact)

    def _follow(self, call: Call) -> tuple[Link, Contract, Recipient]:
        """The link in the path with its contract and recipient; raises LinkUnknown."""
        link = self.store.find_link(links.digest(call.path["token"]))
        contract = self.store.contracts.find(link.contract_id) if link else None
        if link is None or contract is None:
            raise links.LinkUnknown
        recipient = circulation.find(contract, link.recipient)
        return self._live(link, recipient), contract, recipient

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

    def _set_cookie(self, token: str, cookie: str) -> tuple[str, str]:
        """The header that gives a browser the cookie for a link."""
        secure = "; Secure" if self.post.public_url.startswith("https:") else ""
        age = int(links.LINK_LIFE.total_seconds())
        where = f"Path=/public/signing/{token}; Max-Age={age}"
        return "Set-Cookie", f"callboard_session={cookie}; {where}; HttpOnly; SameSite=Strict{secure}"

    def _live(self, link: Link | None, recipient: Recipient) -> Link:
        return links.require_live(link, recipient.serial, now())

    def _evidence(self, call: Call, link: Link, contract: Contract, recipient: Recipient, body: Any) -> Evidence:
        email = self._contact(contract, recipient).email
        return Evidence(body.name, call.client_ip, call.user_agent, email, link.verified_at, body.consent)

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
        at, contact, link = now(), self._contact(contract, recipient), ""
        if kind in ("turn", "reminder", "renewal", "executed"):
            token = secrets.token_urlsafe(32)
            link = f"{self.post.public_url}/sign/{token}"
            made = Link(links.digest(token), contract.tenant, contract.id, recipient.key, recipient.serial, at)
            self.store.add_link(replace(made, renewals=renewals))
        production = self.store.document(contract).production
        facts = Facts(contact.name, production, contract.terms.role, link, code)
        letter = letters.write(letter_id, kind, recipient.language, contact.email, facts)
        self.store.post(contract, recipient.key, kind, letter, at)


def _reason(error: Exception) -> str:
    """What to log: of an error that is none of ours not its words, which may be the recipient's, but where it was raised."""
    if isinstance(error, NotSent):
        return str(error)
    frame = extract_tb(error.__traceback__)[-1]
    return f"{type(error).__name__} in {frame.name}, line {frame.lineno}"


def _actor(key: str) -> str:
    return f"recipient:{key}"


def _is_performer(contract: Contract, recipient: Recipient) -> bool:
    return any(party.key == recipient.party and party.person_id is not None for party in contract.parties)
