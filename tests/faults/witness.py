"""What can be seen and done from outside a running platform, with the administrator's rights on its database and broker."""

import json
from base64 import b64encode
from typing import Any
from urllib.parse import quote
from urllib.request import Request, urlopen

from pymongo import MongoClient

from deploy.local.rabbitmq import ADMIN, VHOST
from deploy.local.stack import Stack, service_of

LEDGER = "compliance"


def lease_holder(stack: Stack) -> str:
    """The copy of compliance that appends to the ledger: the one whose log says that it took the present epoch."""
    with MongoClient[dict[str, Any]](stack.mongo_url(), timeoutMS=20_000) as client:
        head = client[LEDGER]["ledger_head"].find_one({"_id": "head"}) or {"epoch": 0}
    copies = [name for name in stack.processes if service_of(name) == LEDGER]
    for name in copies:
        for line in reversed(stack.log(name).read_text(encoding="utf-8").splitlines()):
            if '"ledger_lease_taken"' in line:
                if json.loads(line)["epoch"] == head["epoch"]:
                    return name
                break
    return copies[0]


def entries(stack: Stack, kind: str) -> int:
    """How many entries of a type of event the ledger has."""
    with MongoClient[dict[str, Any]](stack.mongo_url(), timeoutMS=20_000) as client:
        return client[LEDGER]["ledger_entries"].count_documents({"type": kind})


def refuse(stack: Stack, database: str, collection: str, refused: bool) -> None:
    """Make the database refuse (or no longer refuse) every write to a collection."""
    validator = {"the rig": "refuses"} if refused else {}
    with MongoClient[dict[str, Any]](stack.mongo_url(), timeoutMS=20_000) as client:
        client[database].command("collMod", collection, validator=validator)


def unbind(stack: Stack, exchange: str) -> int:
    """Take every queue off an exchange, so that nothing published to it goes anywhere; returns how many there were."""
    vhost = quote(VHOST, safe="")
    found = _management(stack, "GET", f"exchanges/{vhost}/{exchange}/bindings/source")
    for binding in found:
        queue, key = quote(binding["destination"], safe=""), quote(binding["properties_key"], safe="")
        _management(stack, "DELETE", f"bindings/{vhost}/e/{exchange}/q/{queue}/{key}")
    return len(found)


def tap(stack: Stack, exchange: str, routing_key: str, queue: str) -> None:
    """Make a queue that gets a copy of what is published to an exchange from now on."""
    vhost = quote(VHOST, safe="")
    _management(stack, "PUT", f"queues/{vhost}/{queue}", {"durable": True})
    _management(stack, "POST", f"bindings/{vhost}/e/{exchange}/q/{queue}", {"routing_key": routing_key})


def repeat(stack: Stack, queue: str, to: str, count: int) -> int:
    """Publish up to `count` messages of a tapped queue once more, to the queue `to` only; returns how many there were."""
    vhost = quote(VHOST, safe="")
    asked = {"count": count, "ackmode": "ack_requeue_false", "encoding": "base64"}
    messages = _management(stack, "POST", f"queues/{vhost}/{queue}/get", asked)
    for message in messages:
        again = {"routing_key": to, "properties": message["properties"], "payload": message["payload"]}
        again["payload_encoding"] = message["payload_encoding"]
        _management(stack, "POST", f"exchanges/{vhost}/amq.default/publish", again)
    return len(messages)


def _management(stack: Stack, method: str, path: str, body: Any = None) -> Any:
    user = b64encode(f"{ADMIN}:{stack.rabbitmq.admin_password}".encode()).decode()
    headers = {"Authorization": f"Basic {user}", "Content-Type": "application/json"}
    data = None if body is None else json.dumps(body).encode()
    request = Request(f"{stack.rabbitmq.management_url}/{path}", data, headers, method=method)
    with urlopen(request, timeout=20) as answer:
        text = answer.read()
    return json.loads(text) if text else None
