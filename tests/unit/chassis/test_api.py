"""Operations, pages, cursors, and what makes two requests the same."""

from dataclasses import dataclass
from typing import get_type_hints

import pytest

from chassis.api import (
    Api,
    CursorInvalid,
    Operation,
    command_id,
    decode_cursor,
    encode_cursor,
    fingerprint,
    page,
    page_of,
)


@dataclass(frozen=True)
class View:
    """Something listed."""

    name: str


@pytest.mark.parametrize("position", ["", "a", "ab", "abc", "ctr_01J|2026-01-01", "场次 12A"])
def test_a_cursor_leads_back_to_its_position(position: str) -> None:
    """Every position survives, and the cursor needs no escaping in a URL."""
    cursor = encode_cursor(position)
    assert decode_cursor(cursor) == position
    assert cursor.replace("-", "").replace("_", "").isalnum() or not cursor


def test_no_cursor_is_the_beginning() -> None:
    """A list without cursor starts at the first item."""
    assert decode_cursor(None) is None


@pytest.mark.parametrize("cursor", ["a", "gICA", "____w"])
def test_a_cursor_of_somebody_elses_making_is_refused(cursor: str) -> None:
    """What is not ours is a 422 at the parameter, never a 500."""
    with pytest.raises(CursorInvalid) as refused:
        decode_cursor(cursor)
    assert (refused.value.status, refused.value.pointer) == (422, "/cursor")


@pytest.mark.parametrize(("found", "shown", "following"), [("", "", None), ("ab", "ab", None), ("abc", "ab", "b")])
def test_a_page_knows_whether_there_is_another(found: str, shown: str, following: str | None) -> None:
    """One item more than the limit is read; it is not shown, and the cursor is the last shown item's position."""
    made = page(View, [View(name) for name in found], 2, lambda view: view.name)
    assert [view.name for view in made.items] == list(shown)
    assert decode_cursor(made.next) == following


def test_a_pages_shape_is_made_once() -> None:
    """The page of a shape is one class, named after it, whose fields have types."""
    assert page_of(View) is page_of(View)
    assert page_of(View).__name__ == "ViewPage"
    assert get_type_hints(page_of(View)) == {"items": tuple[View, ...], "next": str | None}


def test_an_operation_knows_its_parameters() -> None:
    """The names in the path's braces, in order."""
    operation = Operation("sign", "command", "POST", "/v1/contracts/{contract_id}/parties/{party}", "Sign.")
    assert operation.parameters() == ("contract_id", "party")


def test_an_operation_is_declared_once() -> None:
    """Two operations of one name would hide each other."""
    operation = Operation("sign", "command", "POST", "/v1/signatures", "Sign.")
    with pytest.raises(TypeError, match="talent declares an operation twice"):
        Api("talent", "Talent", (operation, operation))


def test_a_request_is_told_apart_by_operation_path_and_body() -> None:
    """Any difference makes another fingerprint; the order of the path's parameters makes none."""
    path = {"a": "1", "b": "2"}
    same = fingerprint("sign", path, b"{}")
    assert same == fingerprint("sign", {"b": "2", "a": "1"}, b"{}")
    others = {
        fingerprint("seal", path, b"{}"),
        fingerprint("sign", {"a": "2", "b": "1"}, b"{}"),
        fingerprint("sign", path, b"{ }"),
    }
    assert len(others | {same}) == 4


def test_a_key_belongs_to_one_studio_operation_and_path() -> None:
    """The same Idempotency-Key elsewhere is another command."""
    ids = {
        command_id(tenant, operation, {"id": path}, key)
        for tenant in ("stu_1", "stu_2")
        for operation in ("sign", "seal")
        for path in ("1", "2")
        for key in ("k", "l")
    }
    assert len(ids) == 16
