"""Makes the alliance office and its first API key: `python -m gateway.bootstrap`, once, before anybody can log in.

Prints one JSON object with the key, which is not kept. Ends with 1 when there is an office already.
"""

import json
import sys

import chassis.run  # noqa: F401  patches for eventlet first
from chassis import mongo
from chassis.cause import Cause, new_id
from chassis.documents import now
from chassis.outbox import Relay
from chassis.settings import Settings, read_key
from chassis.tracing import start, trace_id
from chassis.vault import Vault
from gateway import accounts
from gateway.repository import GatewayRepository


def main() -> int:
    """Create the office; returns the exit code."""
    config = Settings.from_environment("gateway")
    database = mongo.connect(config.mongo_url, config.database, "gateway-bootstrap")
    # Its events stay in the outbox; the running gateway's sweeper publishes them.
    relay = Relay("gateway", config.amqp_url)
    store = GatewayRepository("gateway", database, relay, Vault(database, read_key("CALLBOARD_MASTER_KEY")))
    store.ensure_indexes()
    if store.studios.select({"office": True}, 1):
        sys.stderr.write("callboard: there is an alliance office already\n")
        return 1
    trace = start()
    cause = Cause("operator", trace_id(trace), trace_id(trace), trace)
    studio, admitted = accounts.admit(new_id("stu"), "Alliance Office 联盟办公室", "Hengdian", office=True, at=now())
    member_id, secret = new_id("mbr"), accounts.make_secret("api_key")
    sealed = store.vault.seal(member_id, "Alliance Office")
    operator = accounts.Grantor("operator", frozenset(), outside=True)
    studio, added = accounts.add_member(studio, accounts.Member(member_id, sealed, ("office",)), operator)
    studio = store.studios.add(studio, [*admitted, *added], cause)
    credential, issued = accounts.issue(
        new_id("crd"), studio, member_id, "api_key", secret, now(), None, operator, False
    )
    store.credentials.add(credential, issued, cause)
    sys.stdout.write(json.dumps({"studio_id": studio.id, "member_id": member_id, "api_key": secret}) + "\n")
    return 0


if __name__ == "__main__":
    sys.exit(main())
