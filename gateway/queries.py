"""Query strings, as strict as bodies: known parameters only, each once, of the right form."""

import re
import typing
from dataclasses import fields
from functools import cache
from typing import Any

import orjson
from marshmallow import ValidationError
from werkzeug.datastructures import MultiDict
from werkzeug.wrappers import Request

from chassis.errors import Problem, invalid
from events.codecs import bare_type, optional
from events.schemas import load


@cache
def _conversions(shape: type) -> dict[str, Any]:
    hints = typing.get_type_hints(shape, include_extras=True)
    found = {}
    for item in fields(shape):
        bare, _ = bare_type(hints[item.name])
        inner, _ = bare_type(optional(bare) or bare)
        found[item.name] = inner
    return found


def read_query(shape: type | None, request: Request) -> bytes:
    """The parameters as JSON of the operation's query shape; raises Problem 422."""
    given = _given(shape, request)
    if shape is None:
        if given:
            unknown = tuple((f"/{name}"[:100], "Unknown field.") for name in list(given)[:20])
            raise Problem(
                422, "invalid-request", "This operation takes no parameters.", "此操作不接受查询参数。", unknown
            )
        return b""
    if not given:
        return b"{}"
    conversions = _conversions(shape)
    values: dict[str, Any] = {}
    for name, found in given.lists():
        if len(found) > 1:
            raise Problem(
                422,
                "invalid-request",
                "A parameter is given twice.",
                "查询参数重复。",
                ((f"/{name}"[:100], "Give it once."),),
            )
        values[name] = _convert(conversions.get(name), found[0])
    try:
        load(shape, values, sent=True)
    except ValidationError as error:
        raise invalid(error) from None
    return orjson.dumps(values)


def _given(shape: type | None, request: Request) -> MultiDict[str, str]:
    """The parameters, and the charset that the body's media type names where the operation asks for one."""
    charset = request.mimetype_params.get("charset")
    if charset and "charset" in getattr(shape, "__dataclass_fields__", {}) and "charset" not in request.args:
        return MultiDict([*request.args.items(multi=True), ("charset", charset.lower())])
    return request.args


def _convert(kind: Any, text: str) -> Any:
    if kind is int and re.fullmatch(r"-?[0-9]{1,15}", text):
        return int(text)
    if kind is bool and text in ("true", "false"):
        return text == "true"
    return text
