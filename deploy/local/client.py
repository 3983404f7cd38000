"""A studio's client of the public HTTP API: what `demo`, the account commands and the system tests speak with."""

from __future__ import annotations

import time
import uuid
from collections.abc import Callable, Iterator
from typing import Any, Self

import requests

from deploy.local.errors import StackError

RETRIABLE = (502, 503, 504)


class ApiProblem(StackError):
    """The API refused a request; `problem` is its RFC 9457 body."""

    def __init__(self, method: str, path: str, status: int, problem: dict[str, Any]) -> None:
        self.status = status
        self.problem = problem
        faults = "; ".join(f"{e['pointer']}: {e['detail']}" for e in problem.get("errors", []))
        text = f"{method} {path} answered {status}: {problem.get('detail', 'no detail')}"
        super().__init__(f"{text} {faults}".rstrip())


class Client:
    """Speaks for one member of one studio; a command carries an Idempotency-Key, so it is safely repeated."""

    def __init__(self, url: str, api_key: str | None = None, *, patience: float = 10.0) -> None:
        self.url = url
        self.patience = patience
        self.session = requests.Session()
        self.session.trust_env = False  # never through a proxy of the user: the platform is on this machine
        if api_key:
            self.session.headers["Authorization"] = f"Bearer {api_key}"

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.session.close()

    def request(self, method: str, path: str, **kwargs: Any) -> requests.Response:
        """One request; the answer whatever its status. Raises requests.RequestException."""
        kwargs.setdefault("timeout", 15)
        return self.session.request(method, self.url + path, **kwargs)

    def get(self, path: str, **query: Any) -> Any:
        """The answer's JSON; raises ApiProblem."""
        return self._checked("GET", path, params={k: v for k, v in query.items() if v is not None}).json()

    def command(self, method: str, path: str, body: Any = None, *, key: str | None = None) -> Any:
        """Do something once, however often the way there breaks, for `patience` seconds; raises ApiProblem."""
        headers = {"Idempotency-Key": key or uuid.uuid4().hex}
        return self._checked(method, path, json=body, headers=headers).json()

    def post(self, path: str, body: Any = None, *, key: str | None = None) -> Any:
        """`command` with POST."""
        return self.command("POST", path, body, key=key)

    def pages(self, path: str, **query: Any) -> Iterator[Any]:
        """Every item of a list, page by page."""
        cursor = None
        while True:
            page = self.get(path, **query, cursor=cursor)
            yield from page["items"]
            cursor = page["next"]
            if cursor is None:
                return

    def wait(self, path: str, done: Callable[[Any], bool], *, seconds: float = 20.0, **query: Any) -> Any:
        """The answer as soon as `done` holds of it (a 404 is "not yet"); raises StackError after `seconds`."""
        deadline = time.monotonic() + seconds
        while True:
            try:
                answer = self.get(path, **query)
                if done(answer):
                    return answer
            except ApiProblem as problem:
                if problem.status != 404:
                    raise
            if time.monotonic() > deadline:
                raise StackError(f"GET {path}: what was waited for did not come in {seconds:g} s")
            time.sleep(0.02)

    def _checked(self, method: str, path: str, **kwargs: Any) -> requests.Response:
        deadline = time.monotonic() + self.patience
        while True:
            try:
                response = self.request(method, path, **kwargs)
            except requests.RequestException as error:
                if time.monotonic() > deadline:
                    raise StackError(f"{method} {self.url}{path}: {type(error).__name__}: is Callboard up?") from None
                time.sleep(0.2)
                continue
            if response.ok:
                return response
            if response.status_code not in RETRIABLE or time.monotonic() > deadline:
                raise ApiProblem(method, path, response.status_code, _problem(response))
            time.sleep(0.2)


def _problem(response: requests.Response) -> dict[str, Any]:
    try:
        found = response.json()
    except ValueError:
        return {"detail": response.text[:200]}
    return found if isinstance(found, dict) else {}
