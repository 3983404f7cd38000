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
        (r"Expected YYYY-MM-DD\.", "应为 YYYY-MM-DD 格式的日期。"),
        (r"Expected YYYY-MM-DD; (\S+) is probably meant\.", r"应为 YYYY-MM-DD 格式的日期，可能是 \1。"),
        (r"There is no such day; expected YYYY-MM-DD\.", "没有这一天；应为 YYYY-MM-DD 格式的日期。"),
        (r"Expected an id such as (\S+)\.", r"应为编号，例如 \1。"),
        (r"Not a valid (aware )?datetime\.", "应为带时区的 RFC 3339 时间。"),
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

_PHRASES_ZH = {
    f"Expected {english}.": f"应为{chinese}。"
    for english, chinese in (
        ("a BCP 47 tag such as zh-Hans or ko", " BCP 47 语言标签，例如 zh-Hans 或 ko"),
        ("a JSON pointer (RFC 6901)", " JSON 指针（RFC 6901）"),
        ('a decimal number as a string, such as "1200.00"', '字符串形式的十进制数，例如 "1200.00"'),
        ("a clause's id such as per_diem", "条款标识，例如 per_diem"),
        ("a number such as +82 2 1234 5678", "国际电话号码，例如 +82 2 1234 5678"),
        ("a party's key such as performer", "当事方标识，例如 performer"),
        ("a term's name such as per_diem", "条款变量名，例如 per_diem"),
        (
            "an ISO 3166 code of a country or its subdivision such as CN or US-CA",
            " ISO 3166 国家或地区代码，例如 CN 或 US-CA",
        ),
        ("an ISO 3166-1 alpha-2 code such as JP", " ISO 3166-1 两位字母代码，例如 JP"),
        ("an ISO 4217 code such as USD", " ISO 4217 货币代码，例如 USD"),
        ("an e-mail address", "电子邮件地址"),
        ("an https address", " https 网址"),
        ("64 lower-case hexadecimal digits", " 64 位小写十六进制数字"),
        ("the `next` of an earlier page", "之前某一页返回的 next"),
        ("the number as printed in the document", "证件上所印的号码"),
        ("the number as printed in the permit", "许可证上所印的号码"),
        ("the six digits that were sent", "所发送的六位数字"),
    )
}
_ANOTHERS_ID = re.compile(r"(\w{3}_)\.\.\. is the id of (.+); (.+) is expected\.")
_KINDS_ZH = {
    "an audition": "试镜",
    "a scan": "扫描件",
    "a booking": "档期预订",
    "a credential": "凭证",
    "a contract": "合同",
    "a document": "证件",
    "a day off": "休息日",
    "a calendar feed": "日历订阅",
    "a finding": "合规发现",
    "a hold": "档期保留",
    "a member": "成员",
    "a payment": "付款",
    "a place": "地点",
    "a permit": "许可证",
    "a production": "制作项目",
    "a person": "人员",
    "a role": "角色",
    "a schedule": "排期",
    "a studio": "工作室",
    "a submission": "应征",
    "a template": "模板",
}


def translate(text: str, language: str) -> str:
    """What was expected of a field, in the client's language."""
    if language == "zh":
        if mistaken := _ANOTHERS_ID.fullmatch(text):
            given, wanted = (_KINDS_ZH[mistaken[n]] for n in (2, 3))
            return f"{mistaken[1]}... 是{given}的编号，此处应为{wanted}的编号。"
        if (phrase := _PHRASES_ZH.get(text)) is not None:
            return phrase
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
        found["errors"] = [
            {"pointer": p, "detail": found["detail"] if t == problem.en else translate(t, language)}
            for p, t in problem.errors
        ]
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
