"""What of a request's path may stand in a record."""

import secrets
from typing import Any

import pytest

from chassis.api import Operation
from chassis.cause import new_id
from chassis.errors import Problem
from gateway.routes import PREFIXES, Routes, apis, ids_in, not_here

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


@pytest.fixture(scope="module")
def routes() -> Routes:
    """Every operation's."""
    return Routes(apis())


@pytest.mark.parametrize(
    ("path", "meant"),
    [
        ("/v1/contract", "/v1/contracts"),
        ("/v1/contracts/", "/v1/contracts"),
        ("/v1/peple/{prs}", "/v1/people/{person_id}"),
        ("/v1/contract/{ctr}/signatures", "/v1/contracts/{contract_id}/signatures"),
        ("/v1/nothing/like/it", None),
        ("/wp-login.php", None),
        ("/v1/contract" + "s" * 5_000, None),
    ],
)
def test_a_path_that_is_nearly_right_is_known(routes: Routes, path: str, meant: str | None) -> None:
    """With the parameters' names where ids were given."""
    given = path.format(prs=new_id("prs"), ctr=new_id("ctr"))
    with pytest.raises(Problem) as refused:
        routes.match("GET", given)
    assert (refused.value.status, refused.value.code) == (404, "not-found")
    assert routes.nearest(given) == meant


def test_a_suggestion_is_in_both_languages() -> None:
    """And nothing is suggested where nothing is near."""
    problem = not_here("/v1/contracts")
    assert problem.en == "There is nothing at this address. /v1/contracts is probably meant."
    assert problem.zh == "该地址没有任何内容。可能是 /v1/contracts。"
    assert not_here().en == "There is nothing at this address."


def test_an_id_of_something_else_in_a_path_is_named(routes: Routes) -> None:
    """By its form alone: whether there is such a contract is not looked up."""
    with pytest.raises(Problem) as refused:
        routes.match("GET", f"/v1/people/{new_id('ctr')}")
    problem = refused.value
    assert (problem.status, problem.code) == (404, "id-of-something-else")
    assert problem.en == "ctr_... is the id of a contract; a person is expected."
    assert problem.zh == "ctr_... 是合同的编号，此处应为人员的编号。"


def test_what_is_no_id_in_a_path_is_not_found(routes: Routes) -> None:
    """As is what has no kind."""
    for value in ("aiko", new_id("zzz"), new_id("prs").lower()):
        with pytest.raises(Problem) as refused:
            routes.match("GET", f"/v1/people/{value}")
        assert refused.value.code == "not-found"
