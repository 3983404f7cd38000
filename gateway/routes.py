"""From the services' tables of operations to routes: the gateway knows no operation by name."""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from importlib import import_module
from typing import Any

from werkzeug.exceptions import MethodNotAllowed, NotFound
from werkzeug.routing import Map, MapAdapter, Rule

from chassis.api import Api, Operation
from chassis.errors import Problem
from events import likely
from gateway.problems import translate

SERVICES = ("talent", "production", "distribution", "compliance")
PREFIXES = {
    "studio_id": "stu",
    "member_id": "mbr",
    "credential_id": "crd",
    "person_id": "prs",
    "permit_id": "pmt",
    "production_id": "prd",
    "booking_id": "bkg",
    "contract_id": "ctr",
    "template_id": "tpl",
    "finding_id": "fnd",
    "payment_id": "pay",
    "document_id": "doc",
    "hold_id": "hld",
    "day_off_id": "dof",
    "feed_id": "fed",
    "role_id": "rol",
    "submission_id": "sub",
    "audition_id": "aud",
    "place_id": "plc",
    "scan_id": "scn",
}
ULID_PATTERN = "[0-7][0-9A-HJKMNP-TV-Z]{25}"
LONGEST_PATH = 200
"""Characters of a path for which a nearly right one is looked for."""
_PARAMETER = re.compile(r"{\w+}")
_ID = re.compile(f"({'|'.join(PREFIXES.values())})_{ULID_PATTERN}")


def apis() -> tuple[Api, ...]:
    """Every service's table, the gateway's own last."""
    tables = [import_module(f"services.{service}.api").API for service in SERVICES]
    return (*tables, import_module("gateway.api").API)


@dataclass(frozen=True, eq=False)
class Route:
    """An operation with the service that serves it and the compiled form of its path parameters."""

    service: str
    operation: Operation
    patterns: dict[str, re.Pattern[str]]


def pattern_of(operation: Operation, name: str) -> str:
    """The regular expression of a path parameter, from its name."""
    if name in operation.path_pattern:
        return operation.path_pattern[name]
    return f"{PREFIXES[name]}_{ULID_PATTERN}"


class Routes:
    """Finds the route of a method and path."""

    def __init__(self, tables: tuple[Api, ...]) -> None:
        self._paths = {operation.path for table in tables for operation in table.operations}
        rules = []
        for table in tables:
            for operation in table.operations:
                patterns = {name: re.compile(pattern_of(operation, name)) for name in operation.parameters()}
                rules.append(
                    Rule(
                        _werkzeug(operation),
                        methods=[operation.method],
                        endpoint=Route(table.service, operation, patterns),
                    )
                )
        self._adapter: MapAdapter = Map(rules, strict_slashes=True, merge_slashes=False).bind("")

    def match(self, method: str, path: str) -> tuple[Route, dict[str, str]]:
        """The route and its path parameters; raises Problem 404 or 405."""
        try:
            endpoint, values = self._adapter.match(path, method)
        except NotFound:
            raise not_here() from None
        except MethodNotAllowed as error:
            allowed = sorted(error.valid_methods or ())
            raise Problem(
                405,
                "method-not-allowed",
                f"{method} is not possible here; possible: {', '.join(allowed)}.",
                f"此处不支持 {method}；支持：{', '.join(allowed)}。",
            ) from None
        route: Any = endpoint
        for name, pattern in route.patterns.items():
            if not pattern.fullmatch(values[name]):
                mistaken = likely.mistaken(values[name], likely.KINDS.get(PREFIXES.get(name, "")))
                if mistaken is None:
                    raise not_here()
                raise Problem(404, "id-of-something-else", mistaken, translate(mistaken, "zh"))
        return route, dict(values)

    def nearest(self, path: str) -> str | None:
        """The path of an operation that is nearly this one: of as many parts, with ids where it has parameters."""
        form = _ID.sub("{}", path[:LONGEST_PATH].rstrip("/"))
        known = {_PARAMETER.sub("{}", known): known for known in self._paths if known.count("/") == form.count("/")}
        found = likely.nearest(form, known)
        return known[found] if found else None

    def allowed(self, path: str) -> list[str]:
        """The methods that the path knows."""
        return sorted(self._adapter.allowed_methods(path))


def ids_in(path: Mapping[str, str]) -> str:
    """Return the ids among the path parameters, for a record that others read: never the token of a personal link."""
    return " ".join(value for value in path.values() if _ID.fullmatch(value))


def not_here(nearest: str | None = None) -> Problem:
    """No operation, or nothing of this id; with the path that was probably meant."""
    en, zh = "There is nothing at this address.", "该地址没有任何内容。"
    if nearest:
        en, zh = f"{en} {nearest} is probably meant.", f"{zh}可能是 {nearest}。"
    return Problem(404, "not-found", en, zh)


def _werkzeug(operation: Operation) -> str:
    def part(match: re.Match[str]) -> str:
        name = match[1]
        return f"<path:{name}>" if "/" in operation.path_pattern.get(name, "") else f"<{name}>"

    return re.sub(r"{(\w+)}", part, operation.path)
