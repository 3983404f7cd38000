"""What of a request's path may stand in a record."""

import secrets
from typing import Any

import pytest

from chassis.api import Operation
from chassis.cause import new_id
from gateway.routes import PREFIXES, apis, ids_in

PUBLIC = [o for table in apis() for o in table.operations if o.public and o.parameters()]


@pytest.mark.parametrize("operation", PUBLIC, ids=lambda operation: operation.name)
def test_a_record_holds_no_token(operation: Operation) -> None:
    """Of the parameters of every public operation only ids of a known form are kept."""
    ids = {name: new_id(PREFIXES[name]) for name in operation.parameters() if name in PREFIXES}
    others: dict[str, Any] = {
        name: secrets.token_urlsafe(32) for name in operation.parameters() if name not in PREFIXES
    }
    assert ids_in({**others, **ids}) == " ".join(ids.values())


def test_an_id_of_an_unknown_prefix_is_left_out() -> None:
    """Only prefixes that name a parameter are ids; one of another form is none."""
    contract = new_id("ctr")
    assert ids_in({"a": contract, "b": new_id("zzz"), "c": contract.lower(), "d": f"{contract}x"}) == contract
