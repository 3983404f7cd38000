"""The few addresses that are no operation: pages for people, the API's description, tokens and their public keys."""

from collections.abc import Callable
from importlib.resources import files
from typing import Any
from urllib.parse import parse_qsl

import orjson
from jinja2 import Environment, PackageLoader, select_autoescape
from werkzeug.wrappers import Request, Response

from chassis.api import STRANGERS_BODY, Api
from chassis.errors import Problem, slug
from gateway import body, openapi, scopes
from gateway.authentication import Authentication, OAuthError
from gateway.tokens import Tokens

Special = dict[tuple[str, str], Callable[[Request], Response]]
_PAGE_POLICY = "default-src 'none'; style-src 'self' 'unsafe-inline'; script-src 'self'; img-src 'self' data:; connect-src 'self'; frame-ancestors 'none'; base-uri 'none'; form-action 'none'"  # fmt: skip
_STRICT_POLICY = _PAGE_POLICY.replace(" 'unsafe-inline'", "")
"""Of a page that has all its styles in files; Swagger UI sets some of its own."""
_STYLE, _SCRIPT = "text/css; charset=utf-8", "text/javascript; charset=utf-8"
_GENERAL = (
    ("invalid-request", 422, "The request does not have the expected form; errors[] points at each field at fault."),
    ("if-match-malformed", 400, 'If-Match must be one ETag of ours, such as "7".'),
    ("idempotency-key-malformed", 400, "An Idempotency-Key is 1 to 255 visible ASCII characters."),
    (
        "malformed-request",
        400,
        "The request can be read in two ways (RFC 9112); the detail says what is wrong with it.",
    ),
    ("target-too-long", 414, "An address has at most 8,192 bytes."),
    ("headers-too-large", 431, "A request has at most 100 header fields, of 32 KiB together."),
    ("request-too-slow", 408, "The head of a request comes within ten seconds."),
    ("body-too-slow", 408, "The body did not come in time, or slower than 4 KiB a second."),
    ("body-incomplete", 400, "The body ended before its announced length."),
    ("body-not-expected", 422, "The operation takes no body."),
    ("not-found", 404, "There is nothing at this address, or it belongs to another studio."),
    ("version-conflict", 412, "If-Match names another version than the present one: read again and repeat."),
    ("not-versioned", 412, "What several studios share has no version that If-Match could name."),
    ("key-reused", 422, "The Idempotency-Key was used before with another request."),
    (
        "key-expired",
        409,
        "The Idempotency-Key was used over a day ago and its answer is no longer kept; nothing was done.",
    ),
    ("busy", 503, "Too many changes of one thing at once; nothing was done, repeat."),
    ("store-unavailable", 503, "The store does not answer; repeat with the same Idempotency-Key."),
    ("outbox-overdue", 503, "Earlier changes wait too long to be told to the others; nothing was done, repeat later."),
    ("overloaded", 503, "Too many requests wait for an answer; nothing was done, repeat."),
    ("stopping", 503, "The process is stopping; nothing was done, repeat."),
    ("malformed-json", 400, "The body is not acceptable JSON: it says what is wrong and where."),
    ("unauthenticated", 401, "Send an API key or an access token that works."),
    ("scope-missing", 403, "Your role does not allow this operation."),
    ("studio-suspended", 403, "The alliance office suspended the studio."),
    ("method-not-allowed", 405, "The Allow header names the methods that are possible."),
    (
        "body-too-large",
        413,
        "A body has at most 1 MiB, one without credentials 32 KiB, a file as much as its operation says.",
    ),
    ("unsupported-media-type", 415, "Send application/json, or the type of file that the operation names."),
    ("rate-limited", 429, "Wait as long as Retry-After says."),
    ("internal-error", 500, "Our fault. Tell us the trace_id."),
    (
        "service-unavailable",
        503,
        "A service is not there right now. Nothing was done; repeat with the same Idempotency-Key.",
    ),
    ("deadline-exceeded", 504, "No answer in time; the outcome is unknown. Repeat with the same Idempotency-Key."),
)


def special(
    tables: tuple[Api, ...],
    public_url: str,
    tokens: Tokens,
    authentication: Authentication,
    answers: Callable[[str], bool],
) -> Special:
    """The handlers by method and path (`/*`: one segment of any text); `answers` tells whether a service is there."""
    templates = Environment(loader=PackageLoader("gateway"), autoescape=select_autoescape())
    description = orjson.dumps(openapi.build(tables, public_url))
    home = templates.get_template("home.html").render(url=public_url)
    problems = templates.get_template("problems.html").render(problems=_problems(tables))
    docs = templates.get_template("docs.html").render()
    sign, my, verify = (templates.get_template(name).render() for name in ("sign.html", "my.html", "verify.html"))
    keys = orjson.dumps(tokens.jwks())
    links = orjson.dumps(
        {
            "name": "Callboard",
            "documentation": f"{public_url}/docs",
            "openapi": f"{public_url}/openapi.json",
            "ledger": f"{public_url}/ledger/checkpoint",
            "status": f"{public_url}/status",
            "token_endpoint": f"{public_url}/oauth/token",
            "jwks": f"{public_url}/.well-known/jwks.json",
        }
    )
    metadata = orjson.dumps(
        {
            "issuer": public_url,
            "token_endpoint": f"{public_url}/oauth/token",
            "jwks_uri": f"{public_url}/.well-known/jwks.json",
            "grant_types_supported": ["client_credentials"],
            "token_endpoint_auth_methods_supported": ["client_secret_basic", "client_secret_post"],
            "scopes_supported": sorted(scopes.ALL),
            "response_types_supported": [],
        }
    )

    def root(request: Request) -> Response:
        return _page(home) if _wants_page(request) else _json(links)

    def status(request: Request) -> Response:
        states = {table.service: answers(table.service) for table in tables}
        if _wants_page(request):
            return _page(templates.get_template("status.html").render(states=states))
        return Response(orjson.dumps({"services": states}), content_type="application/json")

    found: Special = {
        ("GET", "/"): root,
        ("GET", "/status"): status,
        ("GET", "/openapi.json"): lambda _: _json(description),
        ("GET", "/docs"): lambda _: _page(docs),
        ("GET", "/docs/problems"): lambda _: _page(problems),
        ("GET", "/.well-known/jwks.json"): lambda _: _json(keys),
        ("GET", "/.well-known/oauth-authorization-server"): lambda _: _json(metadata),
        ("GET", "/verify"): lambda _: _page(verify, policy=_STRICT_POLICY),
        ("GET", "/sign/*"): lambda _: _page(sign, "no-store"),
        ("GET", "/my/*"): lambda _: _page(my, "no-store"),
        ("POST", "/oauth/token"): lambda request: _token(request, authentication),
    }
    found |= _assets()
    return found


def _assets() -> Special:
    swagger = files("swagger_ui") / "static"
    own = files("gateway") / "assets"
    sources = {
        "callboard.css": (own, _STYLE),
        "callboard.svg": (own, "image/svg+xml"),
        "docs.js": (own, _SCRIPT),
        "door.js": (own, _SCRIPT),
        "door-words.js": (own, _SCRIPT),
        "door-faults.js": (own, _SCRIPT),
        "my.css": (own, _STYLE),
        "my.js": (own, _SCRIPT),
        "my-words.js": (own, _SCRIPT),
        "sign.css": (own, _STYLE),
        "sign.js": (own, _SCRIPT),
        "sign-words.js": (own, _SCRIPT),
        "verify.css": (own, _STYLE),
        "verify.js": (own, _SCRIPT),
        "verify-words.js": (own, _SCRIPT),
        "visit.css": (own, _STYLE),
        "swagger-ui.css": (swagger, _STYLE),
        "swagger-ui-bundle.js": (swagger, _SCRIPT),
    }

    def asset(data: bytes, kind: str) -> Callable[[Request], Response]:
        headers = {"Cache-Control": "public, max-age=3600"}
        return lambda _: Response(data, content_type=kind, headers=headers)

    return {
        ("GET", f"/assets/{name}"): asset((folder / name).read_bytes(), kind)
        for name, (folder, kind) in sources.items()
    }


def _wants_page(request: Request) -> bool:
    """Whether a person asks: a browser says text/html, a program names JSON or anything."""
    return request.accept_mimetypes.best_match(["application/json", "text/html"]) == "text/html"


def _json(data: bytes) -> Response:
    return Response(data, content_type="application/json", headers={"Cache-Control": "public, max-age=60"})


def _page(html: str, caching: str = "public, max-age=60", policy: str = _PAGE_POLICY) -> Response:
    headers = {"Content-Security-Policy": policy, "Cache-Control": caching}
    return Response(html, content_type="text/html; charset=utf-8", headers=headers)


def _token(request: Request, authentication: Authentication) -> Response:
    if request.mimetype != "application/x-www-form-urlencoded":
        raise Problem(
            415,
            "unsupported-media-type",
            "Send the form as application/x-www-form-urlencoded.",
            "请以 application/x-www-form-urlencoded 格式发送表单。",
        )
    try:
        form = dict(
            parse_qsl(body.read_bytes(request, STRANGERS_BODY).decode(), keep_blank_values=True, max_num_fields=20)
        )
    except ValueError:
        raise Problem(400, "malformed-form", "The body is not a form in UTF-8.", "请求正文不是 UTF-8 表单。") from None
    try:
        granted = authentication.token(request.headers.get("Authorization"), form)
        return Response(orjson.dumps(granted), content_type="application/json", headers={"Pragma": "no-cache"})
    except OAuthError as error:
        content = orjson.dumps({"error": error.error, "error_description": error.description})
        response = Response(content, error.status, content_type="application/json")
        if error.status == 401:
            response.headers["WWW-Authenticate"] = 'Basic realm="callboard"'
        return response


def _problems(tables: tuple[Api, ...]) -> list[dict[str, Any]]:
    known: dict[str, dict[str, Any]] = {
        code: {"code": code, "status": status, "meaning": meaning} for code, status, meaning in _GENERAL
    }
    for table in tables:
        for operation in table.operations:
            for error in operation.errors:
                meaning = " ".join((error.__doc__ or "").split())
                known[slug(error)] = {"code": slug(error), "status": error.status, "meaning": meaning}
    return sorted(known.values(), key=lambda problem: problem["code"])
