"""The person whom a contract binds has to be the party that signs it, where the contract reaches as far as the person."""

from events.errors import RuleError
from services.talent.contracts.document import ContractDocument
from services.talent.people.files import Names
from services.talent.signing import names


class PersonNotParty(RuleError):
    """Clauses that a person initials on their own bind somebody who is no party."""

    status = 422
    en = (
        "The clauses {clauses} need the initials of the person themselves, and the contract has no party `performer`: "
        "somebody else cannot agree to them. Draft it with that party, or without these consents."
    )
    zh = "条款 {clauses} 须由演员本人签注，而合同未列演员（performer）为签署方，他人不得代为同意。请将其列为签署方，或删去相关授权。"


class PersonByAnotherKey(RuleError):
    """A party has the person's name, but not the key by which the person signs by link."""

    status = 422
    en = (
        "This is the name of the person whom the contract is about, who signs as the party `performer`, not as {party}."
    )
    zh = "此为合同所涉演员本人的姓名；本人应以 performer 一方签署，而非 {party}。"


def require_person(document: ContractDocument, person_id: str, person: Names) -> None:
    """Raise PersonNotParty or PersonByAnotherKey unless the person signs what only they can agree to, and under their key."""
    known = [name for name in (person.legal, person.stage, person.chinese) if name]
    for position, party in enumerate(document.parties):
        if party.person_id is None and party.name is not None and names.matches(party.name, known):
            raise PersonByAnotherKey(f"/parties/{position}/name", party=party.key)
    wanted = [clause.id for clause in document.clauses if clause.initials]
    if wanted and not any(party.person_id == person_id for party in document.parties):
        raise PersonNotParty("/parties", clauses=", ".join(wanted))
