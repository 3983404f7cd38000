"""OAuth 2 access tokens: Ed25519-signed JWTs (RFC 7519, RFC 8037, RFC 9068) of ten minutes, and the keys to verify them.

`CALLBOARD_TOKEN_KEYS` is a list of private JWKs: the first signs, every one verifies, so that a new key can be put in front
of the old one and the old one be dropped ten minutes later.
"""

import json
from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Any

from joserfc import jwt
from joserfc.errors import JoseError
from joserfc.jwk import KeySet, OKPKey

LIFETIME = timedelta(minutes=10)
ALGORITHM = "Ed25519"  # RFC 9864


class TokenInvalid(Exception):
    """The token is not ours, is changed, or is over."""


class Tokens:
    """Issues and verifies access tokens of one issuer."""

    def __init__(self, keys: str, issuer: str) -> None:
        self._keys = [OKPKey.import_key(key) for key in json.loads(keys)]
        self._set = KeySet(list(self._keys))
        self._issuer = issuer

    def jwks(self) -> dict[str, Any]:
        """The public keys (RFC 7517)."""
        return {"keys": [{**key.as_dict(private=False), "use": "sig", "alg": ALGORITHM} for key in self._keys]}

    def issue(self, subject: str, tenant: str, member: str, scopes: Sequence[str], at: datetime) -> str:
        """A token for the credential `subject`."""
        claims = {
            "iss": self._issuer,
            "aud": self._issuer,
            "sub": subject,
            "tenant": tenant,
            "member": member,
            "scope": " ".join(sorted(scopes)),
            "iat": int(at.timestamp()),
            "exp": int((at + LIFETIME).timestamp()),
        }
        header = {"alg": ALGORITHM, "kid": self._keys[0].kid, "typ": "at+jwt"}
        return jwt.encode(header, claims, self._keys[0], algorithms=[ALGORITHM])

    def verify(self, token: str, at: datetime) -> dict[str, Any]:
        """The token's claims; raises TokenInvalid."""
        try:
            decoded = jwt.decode(token, self._set, algorithms=[ALGORITHM])
        except (JoseError, ValueError, KeyError, TypeError) as error:
            raise TokenInvalid(type(error).__name__) from None
        claims = dict(decoded.claims)
        if (
            decoded.header.get("typ") != "at+jwt"
            or claims.get("iss") != self._issuer
            or claims.get("aud") != self._issuer
        ):
            raise TokenInvalid("not for this platform")
        if not isinstance(claims.get("exp"), int) or at.timestamp() >= claims["exp"]:
            raise TokenInvalid("over")
        return claims
