"""From an HTTP request to an operation and back: authenticate, limit, validate, call, answer. Knows no operation by name."""

import re
import time
from collections.abc import Callable
from contextlib import nullcontext
from dataclasses import dataclass
from typing import Any

import orjson
from marshmallow import ValidationError
from werkzeug.wrappers import Request, Response

from chassis import metrics, tracing
from chassis.api import Answer, Operation, command_id, fingerprint
from chassis.conversation import ARRIVED
from chassis.errors import Problem, StoreUnavailable, internal, invalid, problem_of
from chassis.logs import bound, log
from chassis.uploads import Received, Spool, receive
from chassis.web import PARTY
from events.schemas import load
from gateway import body, problems, tables
from gateway.authentication import Authentication, Principal
from gateway.limits import RateLimits
from gateway.queries import read_query
from gateway.routes import Route, Routes, ids_in, not_here
from gateway.visitors import Visitors

FILES_OF_A_STUDIO = 4  # at once
FILES_OF_STUDIOS = 3  # that strangers leave room for
DEADLINE = 10.0  # seconds from the request to its answer
STEP = 0.01
"""Seconds: what is not there is answered after a whole number of these, so that its time does not tell whether it is another studio's."""
API_HEADERS = (
    ("Cache-Control", "no-store"),
    ("X-Content-Type-Options", "nosniff"),
    ("Content-Security-Policy", "default-src 'none'; frame-ancestors 'none'"),
    ("Referrer-Policy", "no-referrer"),
    ("Strict-Transport-Security", "max-age=31536000"),
)
LINK = "token"  # in the path of a public operation
SESSION_COOKIE = "callboard_session"
"""Given by a service to a visitor without credentials, and handed to its public operations only."""
_NOBODY = Principal("", "", "", frozenset())
_KEY = re.compile(r'"?([\x21\x23-\x7e]{1,255})"?')
_ETAG = re.compile(r'"v?(\d{1,15})"')

CallService = Callable[[str, str, dict[str, Any], dict[str, str], bytes, bytes | Received], Answer]
Denied = Callable[[Principal, str, str, str, str], None]


@dataclass
class _Exchange:
    """One request on its way: what is learned of it is needed for its answer, also when it fails."""

    request: Request
    traceparent: str
    language: str
    route: str = "unmatched"
    policy: str = ""
    limit: str = ""

    @property
    def trace_id(self) -> str:
        return tracing.trace_id(self.traceparent)


class Front:
    """Answers every request for an operation; `special` are the few paths that are none (pages, tokens, keys)."""

    def __init__(
        self,
        routes: Routes,
        authentication: Authentication,
        limits: RateLimits,
        anonymous_limits: RateLimits,
        call: CallService,
        denied: Denied,
        special: dict[tuple[str, str], Callable[[Request], Response]],
    ) -> None:
        self._routes = routes
        self._authentication = authentication
        self._limits = limits
        self._visitors = Visitors(anonymous_limits)
        self._call = call
        self._denied = denied
        self._special = special
        self._places = frozenset(place for _, place in special)
        self._spool = Spool(share=FILES_OF_A_STUDIO, keep=FILES_OF_STUDIOS)

    def answer(self, request: Request) -> Response:
        """The answer to a request; whatever goes wrong is a problem, never a stack trace."""
        started = time.perf_counter()
        exchange = _Exchange(request, tracing.follow(request.headers.get("traceparent", "")), _language(request))
        try:
            with bound(correlation_id=exchange.trace_id):
                response = self._respond(exchange)
        except Problem as problem:
            response = problems.respond(problem, exchange.language, exchange.trace_id)
            if problem.status == 405:
                response.headers["Allow"] = ", ".join(self._allowed(request.path))
        except StoreUnavailable as error:
            response = problems.respond(problem_of(error), exchange.language, exchange.trace_id)
        except Exception as error:
            log.error("request_failed", route=exchange.route, correlation_id=exchange.trace_id, exc_info=error)
            response = problems.respond(internal(), exchange.language, exchange.trace_id)
        set_already = {name for name, _ in response.headers}
        response.headers.extend([header for header in API_HEADERS if header[0] not in set_already])
        response.headers.add("Trace-Id", exchange.trace_id)
        if exchange.limit:
            response.headers.extend((("RateLimit-Policy", exchange.policy), ("RateLimit", exchange.limit)))
        status = str(response.status_code)
        metrics.HTTP_REQUESTS.labels(exchange.route, request.method, status).inc()
        metrics.HTTP_SECONDS.labels(exchange.route, status).observe(time.perf_counter() - started)
        return response

    def _place(self, path: str) -> str:
        """The path under which a page is known; empty for an operation's."""
        return next((place for place in (path, f"{path.rpartition('/')[0]}/*") if place in self._places), "")

    def _allowed(self, path: str) -> list[str]:
        place = self._place(path)
        special = [method for method, known in self._special if known == place]
        return sorted({*special, *(self._routes.allowed(path) if not special else ())})

    def _respond(self, exchange: _Exchange) -> Response:
        request = exchange.request
        place = self._place(request.path)
        special = self._special.get((request.method if request.method != "HEAD" else "GET", place))
        if special is not None:
            exchange.route = place
            self._visitors.hit(request.environ[PARTY], request.path.rpartition("/")[2] if place.endswith("/*") else "")
            return special(request)
        if place:
            raise Problem(
                405, "method-not-allowed", f"{request.method} is not possible here.", f"此处不支持 {request.method}。"
            )
        try:
            route, path = self._routes.match(request.method, request.path)
        except Problem as problem:
            self._visitors.refuse(request.environ[PARTY])
            raise problem if problem.code != "not-found" else not_here(self._routes.nearest(request.path)) from None
        operation = route.operation
        exchange.route = operation.path
        principal = self._admit(exchange, operation, path)
        if (form := tables.asked_format(request, operation)) is not None:
            return self._table(exchange, route, principal, path, form)
        query = read_query(operation.query, request)
        content = self._body(operation, request, principal)
        with content if isinstance(content, Received) else nullcontext():
            answer = self._dispatch(exchange, route, principal, path, query, content)
        if operation.public:
            self._visitors.remember(path.get(LINK, ""))
        return self._success(request, operation, answer)

    def _table(
        self, exchange: _Exchange, route: Route, principal: Principal, path: dict[str, str], form: tables.Format
    ) -> Response:
        """A list as a table, read page by page."""
        query = read_query(route.operation.query, exchange.request)
        content = self._body(route.operation, exchange.request, principal)

        def read_page(asked: bytes) -> Any:
            return orjson.loads(self._dispatch(exchange, route, principal, path, asked, content).body)

        return tables.respond(exchange.request, route.operation, form, query, read_page)

    def _admit(self, exchange: _Exchange, operation: Operation, path: dict[str, str]) -> Principal:
        """Who asks, within the limits and allowed to."""
        request = exchange.request
        if operation.public:
            exchange.policy = self._visitors.policy
            exchange.limit = self._visitors.hit(request.environ[PARTY], path.get(LINK, ""))
            return _NOBODY
        authorization = request.headers.get("Authorization")
        if self._authentication.worked(authorization):
            principal = self._authentication.principal(authorization)
        else:
            with self._visitors.failures(request.environ[PARTY]):
                principal = self._authentication.principal(authorization)
        exchange.policy = self._limits.policy
        exchange.limit = self._limits.hit(principal.studio_id)
        if operation.scope not in principal.scopes:
            self._denied(principal, operation.name, "scope", "", exchange.traceparent)
            raise Problem(
                403,
                "scope-missing",
                f"This needs the scope {operation.scope}, which your role does not have.",
                f"此操作需要 {operation.scope} 权限，您的角色没有该权限。",
            )
        return principal

    def _body(self, operation: Operation, request: Request, principal: Principal) -> bytes | Received:
        """The request's body as canonical bytes, checked against the operation's shape, or its file; raises Problem.

        The body that comes with a personal link is checked by the service, once it knows the link.
        """
        if operation.upload is not None:
            body.require_type(request, *operation.upload.media_types)
            who = principal.studio_id or request.environ[PARTY]
            return receive(self._spool, request, operation.upload.most_bytes, who, known=bool(principal.studio_id))
        if operation.request is None:
            if request.content_length or request.headers.get("Transfer-Encoding"):
                data = body.read_bytes(request, operation.largest_body)
                if data.strip() not in (b"", b"{}"):
                    raise Problem(422, "body-not-expected", "This operation takes no body.", "此操作不接受请求正文。")
            return b""
        content = body.read_json(request, operation.largest_body)
        if not operation.by_link:
            try:
                load(operation.request, content, sent=True)
            except ValidationError as error:
                raise invalid(error) from None
        return orjson.dumps(content)

    def _dispatch(
        self,
        exchange: _Exchange,
        route: Route,
        principal: Principal,
        path: dict[str, str],
        query: bytes,
        content: bytes | Received,
    ) -> Answer:
        request, operation = exchange.request, route.operation
        key = _idempotency_key(request) if operation.kind == "command" else ""
        meta = {
            "tenant": principal.studio_id,
            "actor": principal.member_id,
            "scopes": list(principal.scopes),
            "if_match": _if_match(request) if operation.kind == "command" else None,
            "command_id": command_id(principal.studio_id, operation.name, path, key) if key else "",
            "fingerprint": fingerprint(operation.name, path, _identity(content)) if key else "",
            "correlation_id": exchange.trace_id,
            "traceparent": exchange.traceparent,
            "deadline": request.environ.get(ARRIVED, time.time()) + DEADLINE,
            "client_ip": request.remote_addr or "",
            "user_agent": _printable(request.headers.get("User-Agent", "")[:500]),
            "session": request.cookies.get(SESSION_COOKIE, "")[:100] if operation.public else "",
        }
        began = time.monotonic()
        try:
            return self._call(route.service, operation.name, meta, path, query, content)
        except Problem as problem:
            if problem.foreign:
                self._denied(principal, operation.name, "tenant", ids_in(path), exchange.traceparent)
            if problem.status == 404:
                time.sleep(STEP - (time.monotonic() - began) % STEP)
            raise

    def _success(self, request: Request, operation: Operation, answer: Answer) -> Response:
        response = Response(
            answer.body, answer.status or operation.status, list(answer.headers), content_type=operation.media_type
        )
        if operation.cache_seconds:
            response.headers.setdefault("Cache-Control", f"public, max-age={operation.cache_seconds}")
        if answer.replayed:
            response.headers["Idempotency-Replayed"] = "true"
        if operation.versioned and answer.version is not None:
            etag = f'"{answer.version}"'
            response.headers["ETag"] = etag
            if request.method in ("GET", "HEAD") and etag in request.headers.get("If-None-Match", ""):
                response.set_data(b"")
                response.status_code = 304
        return response


def _identity(content: bytes | Received) -> bytes:
    """What tells a body from another."""
    return content.sha256.encode() if isinstance(content, Received) else content


def _printable(header: str) -> str:
    """A header that becomes evidence, on one line and without characters that nobody sees."""
    return "".join(character if character.isprintable() else "?" for character in header)


def _language(request: Request) -> str:
    asked = request.headers.get("Accept-Language")
    if not asked:
        return "en"
    best = request.accept_languages.best_match(["en", "zh"])
    return best or ("zh" if asked.lower().startswith("zh") else "en")


def _idempotency_key(request: Request) -> str:
    key = request.headers.get("Idempotency-Key")
    if key is None:
        return ""
    match = _KEY.fullmatch(key)
    if not match:
        raise Problem(
            400,
            "idempotency-key-malformed",
            "Idempotency-Key must be 1 to 255 visible ASCII characters.",
            "Idempotency-Key 应为 1 到 255 个可见 ASCII 字符。",
        )
    return match[1]


def _if_match(request: Request) -> int | None:
    given = request.headers.get("If-Match")
    if given is None or given.strip() == "*":
        return None
    match = _ETAG.fullmatch(given.strip())
    if not match:
        raise Problem(
            400,
            "if-match-malformed",
            'If-Match must be one ETag of ours, such as "7".',
            'If-Match 应为本系统的一个 ETag，例如 "7"。',
        )
    return int(match[1])
