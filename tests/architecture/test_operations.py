"""Every operation is declared as the house declares operations."""

import re
from typing import Any

import pytest

from chassis.api import Operation
from events.schemas import load
from gateway.routes import PREFIXES, apis
from gateway.scopes import ALL, OFFICE, ROLES

OPERATIONS = [operation for table in apis() for operation in table.operations]
every_operation = pytest.mark.parametrize("operation", OPERATIONS, ids=lambda operation: operation.name)


def test_names_and_addresses_are_unique() -> None:
    """A name is the entrypoint's and the OpenAPI id, an address leads to one operation."""
    assert len({operation.name for operation in OPERATIONS}) == len(OPERATIONS)
    assert len({(operation.method, operation.path) for operation in OPERATIONS}) == len(OPERATIONS)


@every_operation
def test_it_is_public_or_needs_a_known_scope(operation: Operation) -> None:
    """Nothing is open by omission, and every scope is one that a role can have."""
    assert operation.public != bool(operation.scope)
    if operation.scope:
        assert operation.scope in ALL
        assert operation.scope in frozenset().union(OFFICE, *ROLES.values())


@every_operation
def test_its_example_can_be_sent(operation: Operation) -> None:
    """What the documentation shows as a body is accepted by the operation's own schema."""
    assert (operation.request is None) == (operation.example is None)
    if operation.request is not None:
        assert load(operation.request, operation.example) is not None


@every_operation
def test_its_method_fits_its_kind(operation: Operation) -> None:
    """Queries are safe to repeat and have no body but a file to be looked at; commands are named as imperatives."""
    if operation.kind == "query":
        assert operation.method == ("POST" if operation.upload else "GET")
        assert operation.request is None
    else:
        assert operation.method != "GET"
        assert not operation.public or operation.path.startswith("/public/"), "open to everybody without saying so"
        assert not operation.name.startswith(("get_", "list_", "find_"))


@every_operation
def test_its_path_can_be_checked(operation: Operation) -> None:
    """Each parameter has a form, so that a wrong one is a 404 before any service is asked."""
    assert re.fullmatch(r"(/[a-z0-9.{}_-]+)+", operation.path)
    for name in operation.parameters():
        assert name in PREFIXES or name in operation.path_pattern


@every_operation
def test_it_says_what_it_does_and_what_can_go_wrong(operation: Operation) -> None:
    """A summary without a full stop, and a docstring and a message in both languages for every error."""
    assert operation.summary and not operation.summary.endswith(".")
    for error in operation.errors:
        assert error.__doc__
        assert error.en and error.zh
        assert 400 <= error.status < 600


@every_operation
def test_it_answers_with_a_documented_form(operation: Operation) -> None:
    """JSON has a shape; what is not JSON is bytes of a named media type."""
    if operation.media_type == "application/json":
        assert operation.response is not None and _documented(operation.response)
    else:
        assert operation.response is None


def _documented(shape: Any) -> bool:
    return bool(shape.__doc__) and not shape.__doc__.startswith(f"{shape.__name__}(")
