"""The gateway's entrypoints: every HTTP request, and the operations on accounts that it serves itself."""

from typing import Any

import orjson
from werkzeug.wrappers import Request, Response

from chassis.api import Answer, Call, decode_cursor, page
from chassis.calling import RpcClient
from chassis.cause import new_id
from chassis.documents import now
from chassis.errors import NotFound
from chassis.rpc import serves
from chassis.store import Store
from chassis.timers import every
from chassis.web import web
from events.errors import RuleError
from gateway import accounts, api
from gateway.denials import Denials
from gateway.door import Door
from gateway.front import Front
from gateway.repository import GatewayRepository


class SecretShownBefore(RuleError):
    """The secret was in the first answer and is not kept."""

    en = "This Idempotency-Key issued credential {credential} before; its secret was shown then and is not kept."
    zh = "该 Idempotency-Key 此前已签发凭证 {credential}；其密钥当时已显示，系统不保存。"


class Gateway:
    """HTTP for everybody; studios, members and credentials of its own."""

    name = "gateway"
    store: GatewayRepository = Store(GatewayRepository)
    rpc = RpcClient()
    denials: Denials = Denials()
    front: Front = Door()

    @web
    def answer(self, request: Request) -> Response:
        """Every HTTP request."""
        return self.front.answer(request)

    @every(1)
    def keep_denials(self) -> None:
        """Store what was refused since the last time, and publish it once its window is over."""
        self.denials.keep()
        self.denials.tell()

    @serves(api.WHOAMI)
    def whoami(self, call: Call) -> Any:
        """The caller, as the credential says, and which of their credentials others issued."""
        by_others = [c for c in self.store.working_credentials(call.tenant, call.actor) if c.issued_by != call.actor]
        return api.Whoami(
            call.tenant, call.actor, tuple(sorted(call.scopes)), tuple(self._credential(c) for c in by_others)
        )

    @serves(api.ADMIT_STUDIO)
    def admit_studio(self, call: Call) -> Answer:
        """A new tenant."""
        studio_id = new_id("stu")
        studio, events = accounts.admit(studio_id, call.body.name, call.body.city, office=False, at=now())
        return self.store.studios.create(call, studio, events, self._studio)

    @serves(api.LIST_STUDIOS)
    def list_studios(self, call: Call) -> Any:
        """The caller's own studio, or all for the office."""
        where = {} if call.office else {"_id": call.tenant}
        after, order = decode_cursor(call.query.cursor), call.query.order
        found = self.store.studios.select(where, call.query.limit + 1, after=after, order=order)
        return page(api.StudioView, [self._studio(s) for s in found], call.query.limit, lambda s: s.studio_id)

    @serves(api.GET_STUDIO)
    def get_studio(self, call: Call) -> Answer:
        """One studio."""
        studio = self.store.studios.get(call.path["studio_id"], call.readable_tenant)
        return Answer(self._studio(studio), studio.version)

    @serves(api.SUSPEND_STUDIO)
    def suspend_studio(self, call: Call) -> Answer:
        """Its credentials stop working."""
        return self._change(call, lambda studio: accounts.suspend(studio, call.body.reason))

    @serves(api.REINSTATE_STUDIO)
    def reinstate_studio(self, call: Call) -> Answer:
        """Its credentials work again."""
        return self._change(call, accounts.reinstate)

    @serves(api.ADD_MEMBER)
    def add_member(self, call: Call) -> Answer:
        """One more person who acts for the studio."""
        member_id = new_id("mbr")
        sealed = self.store.vault.seal(member_id, call.body.name)
        member = accounts.Member(member_id, sealed, call.body.roles)
        return self._change(call, lambda studio: accounts.add_member(studio, member, self._grantor(call)))

    @serves(api.CHANGE_ROLES)
    def change_roles(self, call: Call) -> Answer:
        """Other roles from now on."""
        member_id = call.path["member_id"]
        return self._change(
            call, lambda studio: accounts.change_roles(studio, member_id, call.body.roles, self._grantor(call))
        )

    @serves(api.ISSUE_CREDENTIAL)
    def issue_credential(self, call: Call) -> Answer:
        """The only answer that ever holds the secret."""
        asked = call.body
        studio = self.store.studios.get(call.path["studio_id"], call.readable_tenant)
        secret = accounts.make_secret(asked.kind)
        working = self.store.working_credentials(studio.id, asked.member_id, but_of=call.command_id)
        credential, events = accounts.issue(
            new_id("crd"),
            studio,
            asked.member_id,
            asked.kind,
            secret,
            now(),
            asked.expires_at,
            self._grantor(call),
            bool(working),
        )
        stored = self.store.credentials.create(call, credential, events, self._credential)
        if stored.replayed:
            raise SecretShownBefore(credential=orjson.loads(stored.body)["credential_id"])
        return Answer(
            api.IssuedCredential(
                credential.id, credential.member_id, asked.kind, secret, credential.issued_at, credential.expires_at
            )
        )

    @serves(api.LIST_CREDENTIALS)
    def list_credentials(self, call: Call) -> Any:
        """A studio's credentials, without their secrets."""
        studio = self.store.studios.get(call.path["studio_id"], call.readable_tenant)
        after, order = decode_cursor(call.query.cursor), call.query.order
        found = self.store.credentials.select({"tenant": studio.id}, call.query.limit + 1, after=after, order=order)
        return page(
            api.CredentialView, [self._credential(c) for c in found], call.query.limit, lambda c: c.credential_id
        )

    @serves(api.REVOKE_CREDENTIAL)
    def revoke_credential(self, call: Call) -> Answer:
        """The credential stops working."""
        studio_id = self._writable(call)
        return self.store.credentials.change(
            call,
            call.path["credential_id"],
            lambda credential: accounts.revoke(credential, now(), self._grantor(call)),
            self._credential,
            tenant=studio_id,
        )

    def _change(self, call: Call, rule: Any) -> Answer:
        studio_id = self._writable(call)
        return self.store.studios.change(call, studio_id, rule, self._studio, tenant=studio_id)

    @staticmethod
    def _grantor(call: Call) -> accounts.Grantor:
        return accounts.Grantor(call.actor, call.scopes, outside=call.path["studio_id"] != call.tenant)

    def _writable(self, call: Call) -> str:
        """The studio in the path: the caller's own, or any for the office."""
        studio_id = call.path["studio_id"]
        if studio_id != call.tenant and not call.office:
            raise NotFound(what="studio", id=studio_id, foreign=True)
        return studio_id

    def _studio(self, studio: accounts.Studio) -> api.StudioView:
        members = tuple(
            api.MemberView(m.id, self.store.vault.open(m.id, m.name_sealed), m.roles)  # type: ignore[arg-type]
            for m in studio.members
        )
        return api.StudioView(
            studio.id, studio.version, studio.name, studio.city, studio.suspended, studio.admitted_at, members
        )

    @staticmethod
    def _credential(credential: accounts.Credential) -> api.CredentialView:
        return api.CredentialView(
            credential.id,
            credential.tenant,
            credential.member_id,
            credential.kind,  # type: ignore[arg-type]  # stored as it was checked
            credential.issued_at,
            credential.expires_at,
            credential.revoked_at,
            credential.issued_by or None,
        )
