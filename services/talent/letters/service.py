"""Talent's entrypoints about letters, and the steps that every personal link allows, whatever it leads to."""

import secrets
from collections.abc import Callable
from dataclasses import asdict
from datetime import datetime
from traceback import extract_tb
from typing import Any

from werkzeug.http import dump_cookie

from chassis import metrics
from chassis.api import Answer, Call, page
from chassis.cause import Cause
from chassis.documents import now
from chassis.errors import PersonForgotten
from chassis.logs import log
from chassis.post import Carrier, Message, NotSent, Post, Undeliverable
from chassis.rpc import serves
from chassis.timers import every
from events.errors import RuleError
from services.talent.letters import api, letters, links
from services.talent.letters.addressees import Addressee, masked
from services.talent.letters.letters import Fate, Sender
from services.talent.letters.links import Link
from services.talent.letters.repository import StoredLetter
from services.talent.portal.invitations import portals
from services.talent.repository import TalentRepository
from services.talent.signing import circulation


class Letters:
    """Letters on their way, and the links in them."""

    store: TalentRepository
    post = Post()

    @serves(api.LIST_LETTERS)
    def list_letters(self, call: Call) -> Any:
        """What became of the studio's letters; another studio's contract or person is a 404."""
        asked = call.query.person_id
        people = () if asked is None else self.store.present_file(asked, call.tenant).known_as
        found = self.store.list_letters(call.tenant, call.query, people)
        shown = [
            api.LetterView(
                x.id, x.contract_id, x.recipient, x.kind, x.fate, x.written_at, x.attempts, x.sent_at, x.person_id
            )
            for x in found
        ]
        return page(api.LetterView, shown, call.query.limit, lambda letter: str(letter.letter_id))

    @every(10)
    def deliver_letters(self) -> None:
        """Send what is due; what fails is tried again later."""
        if self.post.carrier is None:
            metrics.LETTERS_STUCK.set(self.store.letters_due())
            return
        while (letter := self.store.claim_letter(now())) is not None:
            self._deliver(self.post.carrier, letter)
        metrics.LETTERS_DUE.set(self.store.letters_due())

    # What a link allows

    def _link(self, call: Call) -> Link:
        """The link whose token is in the path; raises LinkUnknown."""
        link = self.store.find_link(links.digest(call.path["token"]))
        if link is None:
            raise links.LinkUnknown
        return link

    def _new_link(self, to: Addressee, renewals: int) -> str:
        """The address of a new personal link: only the letter that it is written into has it."""
        token = secrets.token_urlsafe(32)
        self.store.add_link(links.issue(token, to, renewals, now()))
        return f"{self.post.public_url}/{to.page}/{token}"

    def _send_code(self, call: Call, link: Link, to: Addressee, write: Callable[[str], None]) -> Answer:
        """Have a new code written; the answer's cookie is that of the browser that asks. Raises LinkBound, CodeTooOften."""
        at, token = now(), call.path["token"]
        code, cookie = f"{secrets.randbelow(10**6):06d}", secrets.token_urlsafe(32)
        hashed = links.code_digest(token, code)
        asked = self.store.change_link(
            link.id,
            lambda known: links.send_code(links.require_live(known, to.serial, at), call.session, hashed, cookie, at),
        )
        write(code)
        self.post.soon(self.deliver_letters)
        headers = () if asked.bound else (self._set_cookie(f"{to.door}/{token}", cookie),)
        life = int(links.CODE_LIFE.total_seconds())
        sent = api.CodeSent(masked(to.contact.email), life, at, links.next_code_at(asked.codes, at))
        return Answer(sent, headers=headers)

    def _give_code(self, call: Call, link: Link, to: Addressee) -> api.SessionView:
        """Bind the link to the browser that asked for the code; raises LinkBound, CodeOver, CodeWrong."""
        at, hashed = now(), links.code_digest(call.path["token"], links.read_code(call.body.code))
        failures: list[RuleError | None] = []

        def attempt(known: Link | None) -> Link:
            live = links.require_live(known, to.serial, at)
            tried, failure = links.try_code(live, call.session, hashed, at)
            failures.append(failure)
            return tried

        opened = self.store.change_link(link.id, attempt)
        if (failure := failures[-1]) is not None:
            raise failure
        assert opened.verified_at is not None  # when the right code was given first
        return api.SessionView(opened.verified_at + links.SESSION_LIFE)

    def _send_another_link(self, link: Link, to: Addressee, write: Callable[[int], None]) -> Answer:
        """Have another link to the same address written: whoever asks, only its owner gets it; raises RenewedTooOften."""
        self.store.change_link(link.id, lambda known: links.renew(links.require_live(known, to.serial, now())))
        write(link.renewals + 1)
        self.post.soon(self.deliver_letters)
        return Answer(api.LinkSent(masked(to.contact.email)))

    def _set_cookie(self, path: str, cookie: str) -> tuple[str, str]:
        """The header that gives a browser the cookie for a link."""
        secure = self.post.public_url.startswith("https:")
        header = dump_cookie(
            "callboard_session", cookie, links.LINK_LIFE, path=path, secure=secure, httponly=True, samesite="Strict"
        )
        return "Set-Cookie", header

    def _state(self, stored: StoredLetter | None) -> api.LetterState | None:
        """What became of a letter."""
        if stored is None:
            return None
        state, reason, next_try = _progress(stored, self.post.carrier is not None)
        return api.LetterState(stored.kind, state, reason, stored.written_at, stored.sent_at, next_try)

    def letter_ahead(self, recipient: str) -> api.LetterAhead:
        """What is going to become of a letter that an event just now called for."""
        if self.post.carrier is None:
            return api.LetterAhead(recipient, "waiting", "no_mail_server")
        return api.LetterAhead(recipient, "queued", None)

    def _sender(self, to: Addressee) -> Sender:
        """Who writes to somebody."""
        known = self.store.legal_details_of(to.tenant)
        reached = (known.email, known.time_zone) if known else (None, None)
        return Sender(self.store.studio_name(to.tenant), self.post.public_url, *reached)

    # Delivery

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
            carrier.send(Message(**asdict(letter)))
        except Undeliverable:
            self._bounced(stored)
            return "bounced"
        return "sent"

    def _bounced(self, stored: StoredLetter) -> None:
        """The recipient's address takes no letters: what the letter is about says so."""
        cause = Cause.of_time(self.store.service)
        if stored.contract_id is not None:
            self.store.contracts.advance(stored.contract_id, lambda c: circulation.bounce(c, stored.recipient), cause)
        elif stored.person_id is not None:
            self.store.portals.advance(
                portals.portal_id(stored.person_id, stored.tenant),
                lambda p: portals.bounce(p, stored.recipient, stored.serial),
                cause,
            )


def _progress(
    stored: StoredLetter, carried: bool
) -> tuple[api.LetterProgress, api.LetterReason | None, datetime | None]:
    """How far a letter is, why, and when it is tried again; `carried` tells whether letters can be sent at all."""
    if stored.fate == "sent":
        return "sent", None, None
    if stored.fate == "bounced":
        return "bounced", "address_refused", None
    if stored.fate == "failed":
        return "failed", "given_up", None
    if not carried:
        return "waiting", "no_mail_server", None
    if stored.attempts == 0:
        return "queued", None, None
    return "retrying", "mail_server_failing", stored.due_at


def _reason(error: Exception) -> str:
    """What to log: of an error that is none of ours not its words, which may be the recipient's, but where it was raised."""
    if isinstance(error, NotSent):
        return str(error)
    frame = extract_tb(error.__traceback__)[-1]
    return f"{type(error).__name__} in {frame.name}, line {frame.lineno}"
