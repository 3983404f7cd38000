"""Every secret that a suite used, and where a stack left one: in a database, the broker's files or a log."""

import base64
import json
import re
import zlib
from collections.abc import Iterator
from typing import Any

import bson
import requests
from pymongo import MongoClient

from deploy.local.mailbox.letters import Letters
from deploy.local.rabbitmq import NODE
from deploy.local.stack import Stack

_TOKEN = re.compile(r"/(?:public/[a-z]+|sign|my)/([A-Za-z0-9_-]{43})")
_RUN = re.compile(rb"[A-Za-z0-9_.-]{43,}")
_NAMES = ("secret", "access_token", "client_secret")
_SEARCHED_AS_VALUE = 16
"""A shorter secret (a code, the number of a passport) is looked for as a whole value: its digits may stand in anything."""


class Secrets:
    """What was sent and received that nobody may keep: keys, tokens, links, sessions, codes, numbers of passports."""

    def __init__(self) -> None:
        self.used = set[str]()

    def watch(self, patch: Any) -> None:
        """Learn from every request of `requests` from now on; `patch` is a monkeypatch."""
        send = requests.Session.send

        def sent(session: requests.Session, request: requests.PreparedRequest, **kwargs: Any) -> requests.Response:
            response = send(session, request, **kwargs)
            self._learn(request, response)
            return response

        patch.setattr(requests.Session, "send", sent)

    def read(self, letters: Letters) -> None:
        """Learn what letters brought: links and codes."""
        for letter in letters.all():
            self.used |= {*_TOKEN.findall(letter.text), *re.findall(r"(?m)^\s*(\d{6})\s*$", letter.text)}

    def _learn(self, request: requests.PreparedRequest, response: requests.Response) -> None:
        scheme, _, credentials = request.headers.get("Authorization", "").partition(" ")
        if scheme == "Basic":
            credentials = base64.b64decode(credentials).decode().partition(":")[2]
        self.used |= {credentials} - {""}
        self.used |= set(_TOKEN.findall(request.url or "")) | set(_TOKEN.findall(response.text))
        self.used |= {cookie.value for cookie in response.cookies if cookie.value}
        for body in (request.body, response.content):
            try:
                self.used |= set(_in_json(json.loads(body or b"null")))
            except ValueError:
                continue

    def left_in(self, stack: Stack) -> set[tuple[str, str]]:
        """Where a secret is: the place, and its first characters."""
        found = set[tuple[str, str]]()
        for place, content in _files(stack):
            found |= {(place, secret[:8]) for secret in self._in_bytes(content)}
        for place, document in _documents(stack):
            found |= {(place, secret[:8]) for secret in self._in_document(document)}
        return found

    def _in_bytes(self, content: bytes) -> set[str]:
        long = {secret for secret in self.used if len(secret) >= _SEARCHED_AS_VALUE}
        runs = {run.decode() for run in _RUN.findall(content)}
        sizes = {len(secret) for secret in long}
        return {
            run[at : at + size]
            for run in runs
            for size in sizes
            for at in range(len(run) - size + 1)
            if run[at : at + size] in long
        }

    def _in_document(self, value: Any) -> set[str]:
        if isinstance(value, dict):
            return set().union(*(self._in_document(inner) for inner in (*value.keys(), *value.values())))
        if isinstance(value, list):
            return set().union(*map(self._in_document, value))
        if isinstance(value, bytes):
            return self._in_bytes(value) | (self._in_bytes(unpacked) if (unpacked := _unpacked(value)) else set())
        if isinstance(value, str):
            return ({value} & self.used) | (
                self._in_bytes(value.encode()) if len(value) >= _SEARCHED_AS_VALUE else set()
            )
        return set()


def _in_json(value: Any) -> Iterator[str]:
    if isinstance(value, dict):
        yield from (value[name] for name in _NAMES if isinstance(value.get(name), str))
        if value.get("kind") in ("passport", "national_id") and isinstance(value.get("number"), str):
            yield value["number"]
        if isinstance(value.get("code"), str) and value["code"].isdigit():
            yield value["code"]
        for inner in value.values():
            yield from _in_json(inner)
    elif isinstance(value, list):
        for inner in value:
            yield from _in_json(inner)


def _files(stack: Stack) -> Iterator[tuple[str, bytes]]:
    for folder in (stack.home.logs, stack.home.data(NODE)):
        for file in folder.rglob("*"):
            if file.is_file():
                yield str(file.relative_to(stack.home.path)), file.read_bytes()


def _documents(stack: Stack) -> Iterator[tuple[str, Any]]:
    """Every document of every database, the oplog's with them."""
    with MongoClient[Any](stack.mongo_url()) as client:
        for database in client.list_database_names():
            for collection in client[database].list_collection_names(filter={"type": "collection"}):
                if collection.startswith(("system.", "replset.")):  # the server's own, which not even root reads
                    continue
                for batch in client[database][collection].find_raw_batches():
                    for document in bson.decode_all(batch):
                        yield f"{database}.{collection}", document


def _unpacked(value: bytes) -> bytes:
    try:
        return zlib.decompress(value)
    except zlib.error:
        return b""
