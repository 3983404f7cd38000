"""`./callboard studio` and `./callboard api-key`: accounts, through the public API with the alliance office's key."""

from __future__ import annotations

import json
import subprocess
import sys
from typing import Any

import click

from deploy.local import terminal
from deploy.local.client import Client
from deploy.local.credentials import Credentials
from deploy.local.errors import NotRunning, StackError
from deploy.local.home import CHECKOUT
from deploy.local.stack import GATEWAY, Stack

OFFICE = "office.json"


def running_stack() -> Stack:
    """The stack of this home, which must run. Raises NotRunning."""
    from deploy.local.cli import stack_of_home

    stack = stack_of_home()
    if stack.supervisor() is None:
        raise NotRunning("Callboard does not run: ./callboard up")
    return stack.attach()


def office_key(stack: Stack) -> str:
    """The alliance office's API key; the office is made the first time."""
    path = stack.home.credentials / OFFICE
    if not path.exists():
        command = (sys.executable, "-m", "gateway.bootstrap")
        made = subprocess.run(
            command, env=stack.environment(GATEWAY), cwd=CHECKOUT, capture_output=True, text=True, check=False
        )
        if made.returncode != 0:
            raise StackError(f"the alliance office could not be made: {made.stderr.strip().splitlines()[-1:]}")
        Credentials(stack.home.credentials).write(OFFICE, made.stdout)
    key: str = json.loads(path.read_text(encoding="utf-8"))["api_key"]
    return key


def admit_studio(
    office: Client, name: str, city: str, members: dict[str, list[str]], legal_details: Any = None
) -> dict[str, Any]:
    """A studio with members and an API key for each: `{"studio_id", "members": {name: {"member_id", "api_key"}}}`.

    The office adds the first member, who adds the others and sets the legal details, when they are given: it takes a producer.
    """
    studio = office.post("/v1/studios", {"name": name, "city": city})
    path = f"/v1/studios/{studio['studio_id']}"
    (first, first_roles), *others = members.items()
    people = {first: _add_member(office, path, first, first_roles)}
    with Client(office.url, people[first]["api_key"]) as producer:
        for member, roles in others:
            people[member] = _add_member(producer, path, member, roles)
        if legal_details is not None:
            producer.command("PUT", "/v1/legal-details", legal_details)
    return {"studio_id": studio["studio_id"], "name": name, "members": people}


def _add_member(by: Client, path: str, name: str, roles: list[str]) -> dict[str, Any]:
    """Add a member with an API key of their own."""
    view = by.post(f"{path}/members", {"name": name, "roles": roles})
    member_id = view["members"][-1]["member_id"]
    issued = by.post(f"{path}/credentials", {"member_id": member_id, "kind": "api_key"})
    return {"member_id": member_id, "api_key": issued["secret"], "roles": roles}


@click.group()
def studio() -> None:
    """Studios: the tenants of the platform."""


@studio.command("create")
@click.argument("name")
@click.option("--city", required=True, help="Where the studio is.")
@click.option("--producer", default="Producer", show_default=True, help="The first member's name.")
def create_studio(name: str, city: str, producer: str) -> None:
    """Admit a studio with one producer, and show the producer's API key (once)."""
    stack = running_stack()
    with Client(stack.gateway_url, office_key(stack)) as office:
        made = admit_studio(office, name, city, {producer: ["producer"]})
    member = made["members"][producer]
    terminal.out.print(f"Studio      {made['studio_id']}  {name}")
    terminal.out.print(f"Producer    {member['member_id']}  {producer}")
    terminal.out.print(f"API key     {member['api_key']}  (shown this once)")


@click.group("api-key")
def api_key() -> None:
    """API keys of members."""


@api_key.command("create")
@click.argument("studio_id")
@click.argument("member_id")
@click.option("--expires-at", help="RFC 3339 time, for example 2030-01-01T00:00:00Z.")
def create_key(studio_id: str, member_id: str, expires_at: str | None) -> None:
    """Issue an API key to a studio's first member who has none that works, and show it (once).

    The other members get theirs from the first one: POST /v1/studios/STUDIO_ID/credentials.
    """
    stack = running_stack()
    with Client(stack.gateway_url, office_key(stack)) as office:
        body = {"member_id": member_id, "kind": "api_key", "expires_at": expires_at}
        issued = office.post(f"/v1/studios/{studio_id}/credentials", body)
    terminal.out.print(f"Credential  {issued['credential_id']}")
    terminal.out.print(f"API key     {issued['secret']}  (shown this once)")


@api_key.command("revoke")
@click.argument("studio_id")
@click.argument("credential_id")
def revoke_key(studio_id: str, credential_id: str) -> None:
    """Revoke an API key; it stops working within five seconds."""
    stack = running_stack()
    with Client(stack.gateway_url, office_key(stack)) as office:
        office.post(f"/v1/studios/{studio_id}/credentials/{credential_id}/revocation")
    terminal.out.print(f"Revoked     {credential_id}")
