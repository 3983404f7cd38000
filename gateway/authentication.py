"""Who asks: from an API key or an access token to a principal, and the OAuth 2 token endpoint (RFC 6749 §4.4)."""

import base64
import hmac
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from urllib.parse import unquote_plus

from cachetools import LRUCache, TTLCache

from chassis.documents import now
from chassis.errors import Problem
from gateway.accounts import Credential, Studio, digest
from gateway.repository import GatewayRepository
from gateway.scopes import scopes_of
from gateway.tokens import LIFETIME, TokenInvalid, Tokens

MOST_KNOWN = 10_000  # headers that are remembered to have worked
FRESH_SECONDS = 5  # how long a revoked credential or suspended studio may still be believed in


@dataclass(frozen=True)
class Principal:
    """Who asks, for which studio, and what they may do."""

    credential_id: str
    member_id: str
    studio_id: str
    scopes: frozenset[str]


class OAuthError(Exception):
    """An error of the token endpoint (RFC 6749 §5.2)."""

    def __init__(self, status: int, error: str, description: str) -> None:
        self.status = status
        self.error = error
        self.description = description
        super().__init__(error)


def unauthenticated(english: str, chinese: str) -> Problem:
    """The credentials are missing or do not work."""
    return Problem(401, "unauthenticated", english, chinese)


def _refused() -> Problem:
    return unauthenticated("The credentials do not work: wrong, revoked or expired.", "凭证无效、已撤销或已过期。")


class Authentication:
    """Knows the tokens and, for a few seconds, the credentials and studios that it has seen."""

    def __init__(self, repository: GatewayRepository, tokens: Tokens, clock: Callable[[], datetime] = now) -> None:
        self._repository = repository
        self._tokens = tokens
        self._clock = clock
        self._principals: TTLCache[str, Principal] = TTLCache(50_000, FRESH_SECONDS)
        self._worked: LRUCache[str, None] = LRUCache(MOST_KNOWN)

    def worked(self, authorization: str | None) -> bool:
        """Whether this Authorization header worked when it was tried last."""
        return authorization in self._worked

    def principal(self, authorization: str | None) -> Principal:
        """The principal behind an Authorization header; raises Problem 401 or 403."""
        if not authorization:
            raise unauthenticated(
                "Send an API key or an access token: `Authorization: Bearer ...`.",
                "请提供 API 密钥或访问令牌：`Authorization: Bearer ...`。",
            )
        scheme, _, token = authorization.partition(" ")
        if scheme.lower() != "bearer" or not token or len(token) > 4_000:
            raise unauthenticated(
                "The Authorization header is not `Bearer ...`.", "Authorization 标头不是 `Bearer ...` 形式。"
            )
        known = self._principals.get(token)
        if known is None:
            try:
                known = self._from_key(token) if token.startswith("cbk_") else self._from_token(token)
            except Problem:
                self._worked.pop(authorization, None)
                raise
            self._principals[token] = known
            self._worked[authorization] = None
        return known

    def token(self, authorization: str | None, form: dict[str, str]) -> dict[str, object]:
        """The token endpoint's answer; raises OAuthError."""
        if form.get("grant_type") != "client_credentials":
            raise OAuthError(400, "unsupported_grant_type", "grant_type must be client_credentials")
        client, secret = _client(authorization, form)
        credential = self._repository.credentials.find(client) if client.startswith("crd_") else None
        if (
            credential is None
            or credential.kind != "client"
            or not hmac.compare_digest(credential.secret_sha256, digest(secret))
            or not credential.usable(self._clock())
        ):
            raise OAuthError(401, "invalid_client", "the client id or secret is wrong, revoked or expired")
        studio = self._repository.studios.find(credential.tenant)
        if studio is None or studio.suspended:
            raise OAuthError(401, "invalid_client", "the studio is suspended")
        allowed = scopes_of(studio.member(credential.member_id).roles)
        asked = frozenset(form["scope"].split()) if form.get("scope") else allowed
        if not asked <= allowed:
            raise OAuthError(400, "invalid_scope", f"not allowed: {' '.join(sorted(asked - allowed))[:200]}")
        token = self._tokens.issue(credential.id, studio.id, credential.member_id, sorted(asked), self._clock())
        return {
            "access_token": token,
            "token_type": "Bearer",
            "expires_in": int(LIFETIME.total_seconds()),
            "scope": " ".join(sorted(asked)),
        }

    def _from_key(self, key: str) -> Principal:
        credential = self._repository.credential_by_digest(digest(key))
        if credential is None or credential.kind != "api_key":
            raise _refused()
        return self._principal(credential, None)

    def _from_token(self, token: str) -> Principal:
        try:
            claims = self._tokens.verify(token, self._clock())
        except TokenInvalid:
            raise _refused() from None
        credential = self._repository.credentials.find(claims["sub"])
        if credential is None:
            raise _refused()
        return self._principal(credential, frozenset(claims["scope"].split()))

    def _principal(self, credential: Credential, narrowed: frozenset[str] | None) -> Principal:
        if not credential.usable(self._clock()):
            raise _refused()
        studio: Studio | None = self._repository.studios.find(credential.tenant)
        if studio is None:
            raise _refused()
        if studio.suspended:
            raise Problem(
                403, "studio-suspended", "The alliance office suspended this studio.", "该工作室已被联盟办公室暂停。"
            )
        scopes = scopes_of(studio.member(credential.member_id).roles)
        if narrowed is not None:
            scopes &= narrowed
        return Principal(credential.id, credential.member_id, studio.id, scopes)


def _client(authorization: str | None, form: dict[str, str]) -> tuple[str, str]:
    """Client id and secret from HTTP Basic (RFC 6749 §2.3.1) or the form, never from both (§2.3)."""
    scheme, _, encoded = (authorization or "").partition(" ")
    if scheme.lower() == "basic":
        if "client_secret" in form:
            raise OAuthError(400, "invalid_request", "send the client's secret by Basic or in the form, not by both")
        try:
            client, _, secret = base64.b64decode(encoded, validate=True).decode().partition(":")
        except ValueError:  # not base64, or not UTF-8
            raise OAuthError(401, "invalid_client", "the Authorization header is not Basic with base64") from None
        return unquote_plus(client), unquote_plus(secret)
    return form.get("client_id", ""), form.get("client_secret", "")
