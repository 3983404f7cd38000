"""Errors as they travel: from a rule, over RPC, to an RFC 9457 problem."""

import re
from dataclasses import asdict, dataclass
from typing import Any

from marshmallow import ValidationError

from events.errors import RuleError


@dataclass(eq=False)  # not frozen: raising sets the traceback
class Problem(Exception):
    """What went wrong, ready for any language: `code` is the problem type's last segment, `errors` point at fields."""

    status: int
    code: str
    en: str
    zh: str = ""
    errors: tuple[tuple[str, str], ...] = ()  # JSON pointer, what was expected
    retry_after: int | None = None  # seconds
    foreign: bool = False  # another tenant's: an audit event, never told to the client

    def to_wire(self) -> dict[str, Any]:
        """The problem as JSON-ready values."""
        return asdict(self)

    @classmethod
    def from_wire(cls, wire: dict[str, Any]) -> "Problem":
        """The problem in parsed values."""
        return cls(**{**wire, "errors": tuple((p, t) for p, t in wire["errors"])})


def unavailable(service: str) -> Problem:
    """Nobody is there to answer."""
    return Problem(503, "service-unavailable", f"The {service} service is not there right now; repeat in a moment.",
                   f"{service} 服务暂不可用；请稍后重试。", retry_after=1)  # fmt: skip


def too_late(service: str) -> Problem:
    """No answer came before the deadline, or it was lost."""
    return Problem(504, "deadline-exceeded",
                   f"The {service} service did not answer in time; the outcome is unknown: repeat with the same Idempotency-Key.",
                   f"{service} 服务未能及时答复；结果未知，请使用相同的 Idempotency-Key 重试。")  # fmt: skip


def internal() -> Problem:
    """Something broke that the client cannot mend."""
    return Problem(
        500, "internal-error", "Something went wrong on our side; we have been told.", "系统内部错误，我们已收到通知。"
    )


class NotFound(RuleError):
    """There is no such thing, or it belongs to another tenant: the client is told both alike.

    The fact `foreign` says which, for the audit trail only.
    """

    status = 404
    en = "There is no {what} {id} here."
    zh = "此处没有编号为 {id} 的对象。"


class PersonForgotten(RuleError):
    """The key of the person's data was destroyed, because they asked to be forgotten."""

    status = 410
    en = "This person's data was erased; nobody can read it any more."
    zh = "该人员的数据已被删除，任何人都无法再读取。"


class VersionConflict(RuleError):
    """`If-Match` names a version that is not the current one."""

    status = 412
    en = "If-Match names version {given}, but the current version is {current}: read it again and repeat."
    zh = "If-Match 指定的版本为 {given}，当前版本为 {current}：请重新读取后再试。"


class NotVersioned(RuleError):
    """What several studios share has no version that one of them is told: each change of another would show in it."""

    status = 412
    en = "This has no version that If-Match could name: repeat without it."
    zh = "该对象没有可供 If-Match 指定的版本：请去掉该标头后重试。"


class KeyReused(RuleError):
    """An Idempotency-Key came again with another body."""

    status = 422
    en = "This Idempotency-Key was used before with another request; use a new key for a new request."
    zh = "该 Idempotency-Key 已用于另一个请求；新的请求请使用新的键。"


class KeyExpired(RuleError):
    """An Idempotency-Key came again after its answer was given up."""

    status = 409
    en = "This was done over {hours} hours ago under the same Idempotency-Key, and its answer is no longer kept. Nothing was done now."
    zh = "该请求已在 {hours} 多小时前以相同的 Idempotency-Key 执行过，当时的答复已不再保留；本次未作任何更改。"


class Busy(RuleError):
    """Too many writers at once on one thing; nothing was done."""

    status = 503
    en = "This is being changed by many requests at once; nothing was done, repeat with the same key."
    zh = "该对象正被大量请求同时修改；本次未作任何更改，请使用相同的键重试。"


class StoreUnavailable(RuleError):
    """The database did not answer, or not in time: the outcome of a write is unknown."""

    status = 503
    en = "The store does not answer; the outcome is unknown, repeat with the same Idempotency-Key."
    zh = "存储暂无响应；结果未知，请使用相同的 Idempotency-Key 重试。"


class OutboxOverdue(RuleError):
    """Events of this service have waited too long to be published: nothing more is accepted until they are."""

    status = 503
    en = "Earlier changes have waited over {limit:g} seconds to be told to the others; nothing was done, repeat later with the same key."
    zh = "先前的更改已超过 {limit:g} 秒未能通知其他服务；本次未作任何更改，请稍后使用相同的键重试。"


class WorkshopFull(RuleError):
    """Too much work of this kind is waiting; nothing was done."""

    status = 503
    en = "Too many documents are being worked on; nothing was done, repeat in a moment."
    zh = "正在处理的文件过多；本次未作任何处理，请稍后重试。"


class WorkLost(RuleError):
    """The process that does this work ended, or is too slow."""

    status = 503
    en = "The process that does this did not answer; repeat in a moment."
    zh = "处理该任务的进程未响应；请稍后重试。"


def slug(error: type[BaseException]) -> str:
    """`ContractAlreadyExecuted` -> `contract-already-executed`."""
    return re.sub(r"(?<!^)(?=[A-Z])", "-", error.__name__).lower()


def problem_of(error: RuleError) -> Problem:
    """The problem that a rule's error is."""
    pointers = error.faults or (((error.pointer, error.text("en")),) if error.pointer else ())
    retry_after = error.facts.get("retry_after", 1 if error.status == 503 else None)
    foreign = bool(error.facts.get("foreign"))
    return Problem(
        error.status, slug(type(error)), error.text("en"), error.text("zh"), pointers, retry_after, foreign=foreign
    )


def invalid(error: ValidationError, where: str = "") -> Problem:
    """A schema's refusal as a 422 that points at every field at fault."""
    messages = error.normalized_messages()  # type: ignore[no-untyped-call]
    found = tuple(_pointers(messages, where))
    return Problem(
        422, "invalid-request", "The request does not have the expected form.", "请求的格式不符合要求。", found[:100]
    )


def _pointers(messages: Any, path: str) -> list[tuple[str, str]]:
    if isinstance(messages, dict):
        found = []
        for key, value in messages.items():
            part = "" if key == "_schema" else "/" + str(key).replace("~", "~0").replace("/", "~1")
            found += _pointers(value, path + part)
        return found
    return [(path, str(message)) for message in messages]
