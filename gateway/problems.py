"""Problems as answers: RFC 9457 problem+json in the client's language, with a pointer for every field at fault."""

import re
from http import HTTPStatus
from typing import Any

import orjson
from werkzeug.wrappers import Response

from chassis.errors import Problem

CONTENT_TYPE = "application/problem+json"
_TITLES_ZH = {
    400: "请求有误",
    401: "未通过身份验证",
    403: "没有权限",
    404: "未找到",
    405: "不支持该方法",
    406: "无法提供所需格式",
    408: "请求超时",
    409: "与当前状态冲突",
    412: "版本不一致",
    413: "请求正文过大",
    415: "不支持的媒体类型",
    422: "请求内容不符合要求",
    429: "请求过于频繁",
    500: "内部错误",
    503: "服务暂不可用",
    504: "等待超时",
}
# What marshmallow and our schemas say of a field, and the same in Chinese.
_EXPECTED_ZH = [
    (re.compile(pattern), text)
    for pattern, text in (
        (r"Missing data for required field\.", "缺少必填字段。"),
        (r"Unknown field\.", "未知字段。"),
        (r"Field may not be null\.", "不能为 null。"),
        (r"Not a valid string\.", "应为字符串。"),
        (r"Not a valid integer\.", "应为整数。"),
        (r"Not a valid boolean\.", "应为 true 或 false。"),
        (r"Not a valid list\.", "应为数组。"),
        (r"Invalid input type\.", "应为对象。"),
        (r"Not a valid date\.", "应为日期（YYYY-MM-DD）。"),
        (r"Not a valid (aware )?datetime\.", "应为带时区的 RFC 3339 时间。"),
        (r"Not a decimal number in a string\.", "应为字符串形式的十进制数。"),
        (r"At most (\d+) decimal places\.", r"最多 \1 位小数。"),
        (r"Longer than maximum length (\d+)\.", r"长度不能超过 \1。"),
        (r"Shorter than minimum length (\d+)\.", r"长度不能少于 \1。"),
        (r"Length must be between (\d+) and (\d+)\.", r"长度应在 \1 到 \2 之间。"),
        (r"Length must be (\d+)\.", r"长度应为 \1。"),
        (r"Must be greater than or equal to (\S+) and less than or equal to (\S+)\.", r"应在 \1 到 \2 之间。"),
        (r"Must be one of: (.+)\.", r"应为以下之一：\1。"),
        (r"Not an IANA time zone\.", "应为 IANA 时区，例如 Asia/Seoul。"),
        (r"Control characters are not allowed\.", "不允许控制字符。"),
        (r"Not allowed here: (U\+[0-9A-F]+) at character (\d+)\.", r"第 \2 个字符（\1）不允许使用。"),
        (r"Expected something that can be seen\.", "不能只有空白字符。"),
        (r"Expected (.+)\.", r"应为 \1。"),
    )
]


def translate(text: str, language: str) -> str:
    """What was expected of a field, in the client's language."""
    if language == "zh":
        for pattern, chinese in _EXPECTED_ZH:
            match = pattern.fullmatch(text)
            if match:
                return match.expand(chinese)
    return text


def title(status: int, language: str) -> str:
    """The status in words."""
    return _TITLES_ZH.get(status, "错误") if language == "zh" else HTTPStatus(status).phrase


def document(problem: Problem, language: str, trace_id: str) -> dict[str, Any]:
    """The problem as RFC 9457 members."""
    found: dict[str, Any] = {
        "type": f"/docs/problems#{problem.code}",
        "title": title(problem.status, language),
        "status": problem.status,
        "detail": problem.zh if language == "zh" and problem.zh else problem.en,
        "code": problem.code,
        "trace_id": trace_id,
    }
    if problem.errors:
        found["errors"] = [{"pointer": p, "detail": translate(t, language)} for p, t in problem.errors]
    return found


def respond(problem: Problem, language: str, trace_id: str) -> Response:
    """The problem as an HTTP answer."""
    response = Response(orjson.dumps(document(problem, language, trace_id)), problem.status, content_type=CONTENT_TYPE)
    response.headers["Content-Language"] = language
    if problem.retry_after is not None:
        response.headers["Retry-After"] = str(problem.retry_after)
    if problem.status == 401:
        response.headers["WWW-Authenticate"] = 'Bearer realm="callboard"'
    return response
