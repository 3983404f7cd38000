"""Messages that no handler can do anything with, each kind bad in its own way."""

import json
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from amqp import Channel, Message

from chassis.cause import new_id
from deploy.local.home import CHECKOUT

LEDGER, BOOKING, RIGHTS = (
    "compliance.append_to_ledger",
    "production.book_talent",
    "distribution.register_rights",
)
CALENDAR, PAY = "talent.book_days", "talent.keep_pay_clocks"
SAMPLE: dict[str, Any] = json.loads((CHECKOUT / "events/samples/talent.contract.signed.v1.json").read_text())
LAST_ATTEMPT = {"callboard-attempts": 9}
"""The header of a message that has failed nine times: the climb there takes hours."""


@dataclass(frozen=True)
class Poison:
    """A kind of poison: what its message is, its headers, and which queues park it with which words."""

    name: str
    body: Callable[[str], bytes]
    headers: dict[str, Any]
    parked_by: dict[str, str]

    def publish(self, channel: Channel) -> str:
        """Publish one as talent publishes an executed contract; its message id."""
        message_id = new_id("evt")
        message = Message(
            self.body(message_id), delivery_mode=2, message_id=message_id, application_headers=self.headers
        )
        channel.basic_publish(message, "talent.events", "contract.signed.v1")
        return message_id


def _event(message_id: str, **attributes: Any) -> dict[str, Any]:
    """The sample of an executed contract as an event of its own; its production does not exist, and it grants nothing."""
    data = SAMPLE["data"] | {"grants": []}
    return (
        SAMPLE
        | {
            "id": message_id,
            "subject": f"ctr_{message_id[4:]}",
            "aggregateid": message_id,
            "aggregateversion": 1,
            "data": data,
        }
        | attributes
    )


def _cut_off(message_id: str) -> bytes:
    return json.dumps(_event(message_id)).encode()[:-1]


def _wrong_schema(message_id: str) -> bytes:
    return json.dumps(_event(message_id, data={"contract_id": 7})).encode()


def _too_large(message_id: str) -> bytes:
    return json.dumps(_event(message_id, aggregateversion=2**64 - 1)).encode()


TYPED = (BOOKING, RIGHTS, CALENDAR, PAY)
MALFORMED = Poison("malformed", _cut_off, {}, dict.fromkeys((LEDGER, *TYPED), "the body is not JSON"))
WRONG_SCHEMA = Poison("wrong schema", _wrong_schema, {}, dict.fromkeys(TYPED, "Not a valid string"))
"""The ledger records it: it takes events for what they are, not for what they say."""
UNKNOWN = {BOOKING: "has no production"}
CLIMBING = Poison("always failing, at first", _too_large, {}, UNKNOWN)
"""The database takes no version of 64 bits: the ledger's handler fails whenever it tries, and sends it up the delays."""
FAILING = Poison(
    "always failing, at last",
    _too_large,
    LAST_ATTEMPT,
    UNKNOWN | {LEDGER: "OverflowError", CALENDAR: "OverflowError", PAY: "There is no contract"},
)
KINDS = (MALFORMED, WRONG_SCHEMA, CLIMBING, FAILING)
