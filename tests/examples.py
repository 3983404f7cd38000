"""Requests that work: the operations' own examples with ids and dates filled in, for every suite that speaks HTTP."""

from collections.abc import Sequence
from datetime import date, timedelta
from typing import Any

from gateway.routes import apis

EXAMPLES = {
    operation.name: operation.example for table in apis() for operation in table.operations if operation.example
}


def person() -> dict[str, Any]:
    """A person without an identity document: each one registered is somebody else."""
    return {key: value for key, value in EXAMPLES["register_person"].items() if key != "document"}


def legal_details() -> dict[str, Any]:
    """What a studio is in law."""
    details: dict[str, Any] = EXAMPLES["set_legal_details"]
    return details


def permit() -> dict[str, Any]:
    """A work permit that holds everywhere, from today for 700 days."""
    today = date.today()
    period = {"valid_from": str(today), "valid_until": str(today + timedelta(days=700))}
    return {**EXAMPLES["record_permit"], **period, "places": []}


def contract(production_id: str, person_id: str, days: Sequence[str] | None = None) -> dict[str, Any]:
    """A draft for a person of a production: three days, a month from now, unless told otherwise."""
    first = date.today() + timedelta(days=30)
    terms = {
        **EXAMPLES["draft_contract"]["terms"],
        "production_id": production_id,
        "person_id": person_id,
        "work_dates": list(days or [str(first + timedelta(days=n)) for n in range(3)]),
    }
    return {**EXAMPLES["draft_contract"], "terms": terms}


def dispatch() -> dict[str, Any]:
    """Sixty days to sign."""
    return {"expires_on": str(date.today() + timedelta(days=60))}


def at_desk() -> dict[str, Any]:
    """Like `dispatch`, with the performer's signature entered at the studio's desk."""
    return {**dispatch(), "at_desk": ["performer"]}


def between_companies(production_id: str, person_id: str) -> dict[str, Any]:
    """A draft whose parties are no people, so that each signs with the studio's credential: an agency, then the studio."""
    drafted = contract(production_id, person_id)
    studio = drafted["parties"][-1]
    agency = {"key": "agency", "name": "星桥经纪", "address": "中国上海市静安区南京西路1266号"}
    return {**drafted, "parties": [agency, studio]}


def signature(drafted: Any, party: str) -> dict[str, Any]:
    """A party's signature under the document as it is on file; a person's is entered with a reason."""
    reason = {"reason": "Signed on paper at the studio."} if party == "performer" else {}
    return {
        **reason,
        "party": party,
        "name": "한서연",
        "time_zone": "Asia/Seoul",
        "document_sha256": drafted["document_sha256"],
    }
