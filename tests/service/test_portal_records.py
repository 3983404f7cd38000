"""One's own records on a performer's page: contracts that were sent, days, documents, and all data."""

import pytest

from chassis.errors import NotFound
from events.schemas import load
from services.talent.contracts.api import Dispatch
from services.talent.paper.sealed import ContractNotSealed
from services.talent.portal.records.api import OnlyThePerson, OwnContractsQuery
from services.talent.service import Talent
from tests import examples
from tests.mailbox import Mailbox
from tests.service.castings import somebody
from tests.service.place import Place
from tests.service.portals import entered
from tests.service.talents import call, draft, make
from tests.service.visitors import body, visit, writing


@pytest.fixture
def talent(place: Place, monkeypatch: pytest.MonkeyPatch, mailbox: Mailbox) -> Talent:
    """The service, which writes letters."""
    return writing(make(place, monkeypatch), monkeypatch, mailbox)


def test_contracts_are_shown_once_they_were_sent(talent: Talent, mailbox: Mailbox) -> None:
    """A draft is the studio's own; one that is out has no paper yet; another's is not there at all."""
    person = somebody(talent)
    drafted, sent = draft(talent, person), draft(talent, person)
    foreign = draft(talent, somebody(talent))
    for contract in (sent, foreign):
        talent.send_contract(call(load(Dispatch, examples.dispatch()), contract_id=contract))
    token, cookie = entered(talent, mailbox, person)
    found = body(talent.list_own_contracts(visit(token, cookie=cookie, query=OwnContractsQuery())))["items"]
    assert [(one["contract_id"], one["state"], one["sealed"]) for one in found] == [(sent, "sent", False)]
    for contract, refusal in ((drafted, NotFound), (foreign, NotFound), (sent, ContractNotSealed)):
        with pytest.raises(refusal):
            talent.download_own_contract(visit(token, cookie=cookie, contract_id=contract))


def test_all_data_is_the_persons_alone(talent: Talent, mailbox: Mailbox) -> None:
    """An agent sees the days and documents, and cannot have everything."""
    person = somebody(talent)
    token, cookie = entered(talent, mailbox, person, "agent")
    assert set(body(talent.get_own_records(visit(token, cookie=cookie)))) == {"days", "papers"}
    with pytest.raises(OnlyThePerson):
        talent.export_own_data(visit(token, cookie=cookie))
