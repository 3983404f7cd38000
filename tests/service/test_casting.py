"""From a role to the draft of a contract, on a real database."""

from collections.abc import Iterator
from dataclasses import replace
from typing import Any

import orjson
import pytest
import time_machine

from chassis.documents import now
from chassis.errors import NotFound
from events.errors import RuleError
from events.schemas import load
from services.talent.casting.roles import candidates
from services.talent.casting.roles.api import MatchesQuery, NewRole, RolesQuery, RoleView
from services.talent.casting.roles.calls import CastingCall, RoleStateConflict
from services.talent.casting.roles.matching import AgeWanted, LanguageWanted, Requirements, SkillWanted
from services.talent.casting.submissions.api import (
    ACCEPT_OFFER,
    MAKE_OFFER,
    NewSubmission,
    Passing,
    RoleHold,
    Selection,
    SubmissionsQuery,
    SubmissionView,
)
from services.talent.casting.submissions.lifecycle import (
    AlreadySubmitted,
    CallNotOpen,
    NoAgent,
    NotInvited,
    SubmissionStateConflict,
)
from services.talent.casting.submissions.offers import OfferedTerms
from services.talent.contracts.api import ContractsQuery
from services.talent.contracts.clauses import PERFORMER
from services.talent.contracts.terms import Particular, TermMissing, TermUnknown
from services.talent.service import Talent
from services.talent.templates.api import TemplateView
from services.talent.templates.versions import TemplateChoice, VersionNotPublished
from tests.service.castings import day, read, role, selected, somebody, submitted
from tests.service.place import Place
from tests.service.talents import PRODUCTION, STUDIO, call, example, make
from tests.service.test_talent_timers import told
from tests.service.test_templates import published, saying

ASKED = Requirements(
    age=AgeWanted(20, 35), languages=(LanguageWanted("ko", "C1"),), skills=(SkillWanted("cello"), SkillWanted("judo"))
)


@pytest.fixture
def talent(place: Place, monkeypatch: pytest.MonkeyPatch) -> Talent:
    """The service on a database of its own."""
    return make(place, monkeypatch)


@pytest.fixture
def today() -> Iterator[time_machine.Traveller]:
    """A clock that a test moves; it goes on between two moves."""
    with time_machine.travel(now()) as clock:
        yield clock


def offered(template: str | None = None, **particulars: str) -> OfferedTerms:
    """The terms of the example, with particulars, for the first version of a template if one is named."""
    named = tuple(Particular(name, value) for name, value in particulars.items())
    choice = TemplateChoice(template, 1) if template else None
    return replace(load(OfferedTerms, example(MAKE_OFFER)), particulars=named, template=choice)


def types(talent: Talent, collection: Any) -> list[str]:
    """What is told of a collection, in order."""
    return [kind.removeprefix("talent.").removesuffix(".v1") for kind, _ in told(talent, collection)]


def test_from_the_call_to_the_draft_of_a_contract(talent: Talent) -> None:
    """Submitted, selected, held, offered, accepted: each step an event, and the contract says what was offered."""
    person = somebody(talent)
    submission = selected(talent, role(talent, ASKED), person)
    path = {"submission_id": submission}
    held = read(SubmissionView, talent.hold_for_role(call(RoleHold(day(40), day(42)), **path)))
    (hold,) = talent.store.calendar(person).holds
    assert (held.state, held.hold_id, hold.production_id) == ("held", hold.id, PRODUCTION)
    talent.make_offer(call(offered(), **path))
    done = read(SubmissionView, talent.accept_offer(call(key="once", **path)))
    contract = talent.store.contracts.get(done.contract_id, STUDIO)
    assert (contract.state, contract.terms.person_id, contract.terms.role) == ("draft", person, "The heiress")
    assert contract.terms.fee == offered().fee
    assert types(talent, talent.store.submissions) == [
        "submission.made",
        "submission.selected",
        "submission.held",
        "offer.made",
        "offer.accepted",
    ]


def test_an_accepted_offer_makes_one_contract(talent: Talent) -> None:
    """Also when the process died after drafting and the client asks again, with another key."""
    submission = selected(talent, role(talent), somebody(talent))
    path = {"submission_id": submission}
    talent.make_offer(call(offered(), **path))
    before = talent.store.submissions.get(submission, STUDIO)
    first = talent._draft_contract_for(call(key="lost", **path), before, before.terms)  # type: ignore[arg-type]
    done = read(SubmissionView, talent.accept_offer(call(key="again", **path)))
    assert done.contract_id == first
    assert len(talent.store.list_contracts(STUDIO, ContractsQuery())) == 1


def test_an_offer_with_contradictory_terms_is_refused(talent: Talent) -> None:
    """Before anybody hears of it: the error is the contract's own."""
    submission = selected(talent, role(talent), somebody(talent))
    wrong = load(OfferedTerms, {**example(MAKE_OFFER), "hours_cap": 16})
    with pytest.raises(Exception, match="do not fit into a day"):
        talent.make_offer(call(wrong, submission_id=submission))
    assert talent.store.submissions.get(submission, STUDIO).state == "selected"


def test_a_contract_is_drafted_from_the_template_that_was_offered(talent: Talent) -> None:
    """Role, person, terms and template: the submission says all of them, and the document is in the template's words."""
    template = published(talent, "{role}, with {hotel}")
    path = {"submission_id": selected(talent, role(talent), somebody(talent))}
    made = read(SubmissionView, talent.make_offer(call(offered(template=template, hotel="the Grand"), **path)))
    assert made.template == TemplateChoice(template, 1)
    assert talent.get_submission(call(**path)).body.template == made.template
    done = read(SubmissionView, talent.accept_offer(call(**path)))
    document = talent.store.document(talent.store.contracts.get(done.contract_id, STUDIO))
    assert document.template == f"{template}/1"
    assert document.clauses[0].en == "The heiress, with the Grand"


def test_what_cannot_become_a_contract_is_not_offered(talent: Talent) -> None:
    """A term that the wording does not know or does not get, a version that is not published: as when a contract is drafted."""
    template = published(talent, "with {hotel}")
    draft = read(TemplateView, talent.draft_template(call(saying("with {hotel}")))).template_id
    path = {"submission_id": selected(talent, role(talent), somebody(talent))}
    refused: list[tuple[OfferedTerms, type[RuleError]]] = [
        (offered(hotel="the Grand"), TermUnknown),
        (offered(template=template), TermMissing),
        (offered(template=draft, hotel="the Grand"), VersionNotPublished),
    ]
    for terms, error in refused:
        with pytest.raises(error):
            talent.make_offer(call(terms, **path))
        assert error in MAKE_OFFER.errors and error in ACCEPT_OFFER.errors
    assert talent.store.submissions.get(path["submission_id"], STUDIO).state == "selected"
    assert talent.store.list_contracts(STUDIO, ContractsQuery()) == []


def test_another_offer_takes_the_place_of_an_open_one(talent: Talent) -> None:
    """The contract is the last offer's, also when one from the first was drafted by a process that died before it said so."""
    path = {"submission_id": selected(talent, role(talent), somebody(talent))}
    talent.make_offer(call(offered(), **path))
    first = talent.store.submissions.get(path["submission_id"], STUDIO)
    lost = talent._draft_contract_for(call(key="lost", **path), first, first.terms)  # type: ignore[arg-type]
    talent.make_offer(call(replace(offered(), episodes=60), **path))
    assert types(talent, talent.store.submissions)[-2:] == ["offer.made", "offer.made"]
    done = read(SubmissionView, talent.accept_offer(call(**path)))
    assert done.contract_id != lost
    assert talent.store.contracts.get(done.contract_id, STUDIO).terms.episodes == 60


def test_an_offer_of_before_there_were_templates_is_accepted(talent: Talent) -> None:
    """It is stored without one, and drafted in the built-in wording."""
    path = {"submission_id": selected(talent, role(talent), somebody(talent))}
    talent.make_offer(call(offered(), **path))
    fields = {"template": "", "offers": ""}
    talent.store.submissions.collection.update_one({"_id": path["submission_id"]}, {"$unset": fields})
    done = read(SubmissionView, talent.accept_offer(call(**path)))
    contract = talent.store.contracts.get(done.contract_id, STUDIO)
    assert talent.store.document(contract).template == PERFORMER.name


@pytest.mark.parametrize("step", ["pass", "withdraw", "decline"])
def test_what_was_held_is_released_when_it_comes_to_nothing(talent: Talent, step: str) -> None:
    """Passed over, withdrawn or declined: the person's days are free again."""
    person = somebody(talent)
    path = {"submission_id": selected(talent, role(talent), person)}
    talent.hold_for_role(call(RoleHold(day(40), day(42)), **path))
    if step == "pass":
        talent.pass_submission(call(Passing(), **path))
    elif step == "withdraw":
        talent.withdraw_submission(call(**path))
    else:
        talent.make_offer(call(offered(), **path))
        talent.decline_offer(call(**path))
    assert talent.store.calendar(person).holds == ()


def test_a_step_that_is_refused_releases_nothing(talent: Talent) -> None:
    """Who has an offer cannot be passed over: the hold stays."""
    person = somebody(talent)
    path = {"submission_id": selected(talent, role(talent), person)}
    talent.hold_for_role(call(RoleHold(day(40), day(42)), **path))
    talent.make_offer(call(offered(), **path))
    with pytest.raises(SubmissionStateConflict):
        talent.pass_submission(call(Passing(), **path))
    assert len(talent.store.calendar(person).holds) == 1


def test_who_can_be_submitted(talent: Talent, today: time_machine.Traveller) -> None:
    """Once, while the call is open, when invited if it is by invitation, through an agent when there is one."""
    invited, other = somebody(talent), somebody(talent, agent=None)
    by_invitation = role(talent, called=CastingCall("invited", day(3), (invited,)))
    submitted(talent, by_invitation, invited)
    with pytest.raises(AlreadySubmitted):
        submitted(talent, by_invitation, invited)
    with pytest.raises(NotInvited):
        submitted(talent, by_invitation, other)
    open_to_all = role(talent)
    with pytest.raises(NoAgent):
        talent.submit_person(call(NewSubmission(other, "agent"), role_id=open_to_all))
    talent.submit_person(call(NewSubmission(invited, "agent"), role_id=open_to_all))
    today.shift(11 * 86_400)
    with pytest.raises(CallNotOpen):
        submitted(talent, open_to_all, other)


def test_a_call_closes_when_its_last_day_is_over(talent: Talent, today: time_machine.Traveller) -> None:
    """By itself, once, the day after; it can be opened again."""
    role_id = role(talent)
    today.shift(10 * 86_400)
    talent.close_calls()
    assert talent.store.roles.get(role_id, STUDIO).state == "open"
    today.shift(86_400)
    for _ in range(2):
        talent.close_calls()
    assert types(talent, talent.store.roles).count("call.closed") == 1
    with pytest.raises(RoleStateConflict):
        talent.close_call(call(role_id=role_id))
    talent.open_call(call(CastingCall("open", day(3)), role_id=role_id))


def test_who_is_invited_must_be_on_file(talent: Talent) -> None:
    """Somebody whom the studio does not know is a 404, and nobody is called."""
    with pytest.raises(NotFound):
        role(talent, called=CastingCall("invited", day(3), ("prs_01JD8Z5R8T1W4Y7A0C3E6G9JKM",)))


def test_notes_are_sealed_and_ratings_stay_in_the_studio(talent: Talent) -> None:
    """No note is stored in clear, none is in an event or a list; a note names its member."""
    path = {"submission_id": submitted(talent, role(talent), somebody(talent)).submission_id}
    talent.select_submission(call(Selection(5, "Moved us to tears."), key="k", **path))
    talent.pass_submission(call(Passing("Too tall after all."), **path))
    texts = [note.text for note in talent.list_notes(call(**path)).body.notes]
    assert texts == ["Moved us to tears.", "Too tall after all."]
    stored = list(talent.store.submissions.collection.find())
    assert "tears" not in repr(stored)
    assert all("rating" not in data for _, data in told(talent, talent.store.submissions))


def test_people_who_fit_are_found_best_first_and_explained(talent: Talent) -> None:
    """Those who speak the language and are about of the age; each requirement says why."""
    best = somebody(talent, skills=["cello", "judo"])
    good = somebody(talent)
    somebody(talent, languages=[{"tag": "en", "level": "native"}])
    somebody(talent, birth_date="1950-01-01")
    role_id = role(talent, ASKED)
    found = talent.find_matches(call(query=MatchesQuery(), role_id=role_id)).body.items
    assert [one.person_id for one in found] == [best, good]
    assert [term.verdict for term in found[1].match.terms] == ["met", "met", "met", "not"]
    assert found[0].match.score == 100 > found[1].match.score
    few = talent.find_matches(call(query=MatchesQuery(score_from=100, limit=1), role_id=role_id)).body.items
    assert [one.person_id for one in few] == [best]
    talent.store.vault.destroy(f"{best}.{STUDIO}")
    left = talent.find_matches(call(query=MatchesQuery(), role_id=role_id)).body.items
    assert [one.person_id for one in left] == [good]


def test_a_role_that_asks_for_skills_alone_finds_who_has_most_of_them(talent: Talent) -> None:
    """All of them first, then all but one, then one, then none; never more than are asked for."""
    people = [
        somebody(talent, skills=skills) for skills in ([], ["cello"], ["judo", "cello"], ["dance", "judo", "cello"])
    ]
    wanted = Requirements(skills=tuple(SkillWanted(skill) for skill in ("cello", "judo", "dance")))
    role_id = role(talent, wanted)
    found = talent.find_matches(call(query=MatchesQuery(), role_id=role_id)).body.items
    assert [one.person_id for one in found] == people[::-1]
    assert [one.match.score for one in found] == [100, 66, 33, 0]
    two = talent.store.best_of(STUDIO, candidates.wanted(wanted, now().date()), 2)
    assert [file.person_id for file in two] == [people[3], people[2]]


def test_a_role_asks_for_something_else_before_anybody_is_called(talent: Talent) -> None:
    """What fits then fits otherwise, and is told requirement by requirement; under an open call nothing changes any more."""
    made = read(RoleView, talent.describe_role(call(NewRole(PRODUCTION, "The heiress", Requirements()))))
    path = {"role_id": made.role_id}
    assert read(RoleView, talent.revise_role(call(ASKED, **path))).requirements == ASKED
    talent.open_call(call(CastingCall("open", day(10)), **path))
    with pytest.raises(RoleStateConflict):
        talent.revise_role(call(Requirements(), **path))
    submission = submitted(talent, made.role_id, somebody(talent, skills=["cello"])).submission_id
    fits = talent.explain_match(call(submission_id=submission)).body
    assert [term.verdict for term in fits.terms] == ["met", "met", "met", "not"] and 0 < fits.score < 100


def test_submissions_are_listed_by_what_is_asked_page_by_page(talent: Talent) -> None:
    """Oldest or best first, each once; by role, state, score and rating; a foreign role is a 404."""
    role_id = role(talent, ASKED)
    people = [somebody(talent, skills=skills) for skills in ([], ["cello"], ["cello", "judo"], ["judo"])]
    made = [submitted(talent, role_id, person) for person in people]
    talent.select_submission(call(Selection(5), submission_id=made[0].submission_id))
    submitted(talent, role(talent), people[0])

    def listed(**which: Any) -> list[str]:
        gathered: list[str] = []
        cursor = None
        while True:
            answer = talent.list_submissions(call(query=SubmissionsQuery(limit=1, cursor=cursor, **which)))
            gathered += [s.submission_id for s in answer.items]
            if (cursor := answer.next) is None:
                return gathered

    ids = [one.submission_id for one in made]
    assert listed(role_id=role_id) == ids
    assert listed(role_id=role_id, order="best") == [ids[2], ids[1], ids[3], ids[0]]
    assert listed(role_id=role_id, state="selected") == listed(rating_from=5) == [ids[0]]
    assert listed(role_id=role_id, score_from=100) == [ids[2]]
    assert len(listed(person_id=people[0])) == 2
    assert listed(production_id=PRODUCTION, by="agent") == []
    with pytest.raises(NotFound):
        listed(role_id="rol_01JD8Z5A3F6H9KBN2QS5VX8Z1D")


def test_roles_are_listed_by_production_and_state(talent: Talent) -> None:
    """A production of nobody's is a 404."""
    opened = role(talent)
    assert [r.role_id for r in talent.list_roles(call(query=RolesQuery(PRODUCTION, "open"))).items] == [opened]
    assert talent.list_roles(call(query=RolesQuery(state="draft"))).items == ()
    with pytest.raises(NotFound):
        talent.list_roles(call(query=RolesQuery("prd_01JD8Z5A3F6H9KBN2QS5VX8Z1D")))


def test_an_answer_comes_again_to_the_same_key(talent: Talent) -> None:
    """A repeated hold is placed once and answered alike."""
    person = somebody(talent)
    wanted = call(RoleHold(day(40), day(42)), key="h", submission_id=selected(talent, role(talent), person))
    first, second = talent.hold_for_role(wanted), talent.hold_for_role(wanted)
    assert (second.replayed, orjson.loads(second.body)) == (True, orjson.loads(first.body))
    assert len(talent.store.calendar(person).holds) == 1
