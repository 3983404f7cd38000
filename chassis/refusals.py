"""Answers that need no entrypoint: to what is no request, and to what comes when there is no room or time for it."""

from http import HTTPStatus

import orjson
from werkzeug.wrappers import Response

from chassis import tracing
from chassis.errors import Problem


def respond(problem: Problem) -> Response:
    """Return the problem in English: which language the client speaks is not known, or costs too much to find out."""
    trace = tracing.trace_id(tracing.start())
    members = {
        "type": f"/docs/problems#{problem.code}",
        "title": HTTPStatus(problem.status).phrase,
        "status": problem.status,
        "detail": problem.en,
        "code": problem.code,
        "trace_id": trace,
    }
    response = Response(orjson.dumps(members), problem.status, content_type="application/problem+json")
    response.headers["Cache-Control"] = "no-store"
    response.headers["X-Content-Type-Options"] = "nosniff"
    response.headers["Trace-Id"] = trace
    if problem.retry_after is not None:
        response.headers["Retry-After"] = str(problem.retry_after)
    return response


def malformed(status: int, code: str, reason: str) -> Problem:
    """What came is no request that everybody reads alike."""
    return Problem(status, code, f"This is not an acceptable HTTP request: {reason}.")


def too_slow() -> Problem:
    """The head of a request did not come in time."""
    return Problem(408, "request-too-slow", "The request came too slowly.")


def overloaded() -> Problem:
    """There is no place for the request."""
    said = "Too many requests are waiting; nothing was done, repeat the request."
    return Problem(503, "overloaded", said, "等待处理的请求过多；未执行任何操作，请重试。", retry_after=1)


def stopping() -> Problem:
    """Another copy, or this one started anew, answers in a second."""
    said = "This process is stopping; nothing was done, repeat the request."
    return Problem(503, "stopping", said, retry_after=1)


def too_late() -> Problem:
    """Nobody knows whether it was done."""
    said = "There was no answer in time; the outcome is unknown: repeat with the same Idempotency-Key."
    return Problem(504, "deadline-exceeded", said)


def broken() -> Problem:
    """Something that nobody foresaw."""
    return Problem(500, "internal-error", "Something went wrong on our side; we have been told.")
