"""What every peer has of its own: the rule of signing, and the documents that come of it.

The peers differ in how a request, a call and an event travel, and in nothing else: they store, say and show the same.
Pure, and nothing but the standard library: each peer runs it in its own environment.
"""

import hashlib
import json
from collections.abc import Iterator, Mapping
from datetime import UTC, datetime
from pathlib import Path
from typing import Any
from uuid import uuid4
from zoneinfo import ZoneInfo

Document = dict[str, Any]

EVENT_TYPE = "talent.contract.signed.v1"
MEMBER = "mbr_01J9ZW5N3Q8V7Y2K4M6P8R0T1V"
"""Who enters the signatures: our gateway takes it from the credential."""
SAMPLE = Path(__file__).parents[2] / "events" / "samples" / f"{EVENT_TYPE}.json"


class ContractUnknown(Exception):
    """There is no such contract: 404."""


class SignatureRefused(Exception):
    """The contract cannot be signed so: 409."""


def now() -> datetime:
    """The time as MongoDB keeps it: UTC, whole milliseconds."""
    moment = datetime.now(UTC)
    return moment.replace(microsecond=moment.microsecond // 1000 * 1000)


def sign(contract: Document | None, request: Mapping[str, str], at: datetime) -> tuple[Document, Document]:
    """The filter and the update of the one write that adds a signature; the last one executes the contract.

    The filter names the version that was read, so that of two signatures at once the second finds nothing to update.
    Raises ContractUnknown, SignatureRefused.
    """
    if contract is None:
        raise ContractUnknown("there is no such contract")
    if request["document_sha256"] != contract["paper"]["sha256"]:
        raise SignatureRefused("the document has changed")
    if any(signature["party"] == request["party"] for signature in contract["signatures"]):
        raise SignatureRefused(f"{request['party']} has already signed")
    executed = len(contract["signatures"]) + 1 == len(contract["parties"])
    signature = {
        "party": request["party"],
        "signed_at": at,
        "local_time": at.astimezone(ZoneInfo(request["time_zone"])).isoformat(timespec="seconds"),
        "time_zone": request["time_zone"],
        "document_sha256": request["document_sha256"],
        "evidence": request["name"].encode(),
        "authentication": "desk",
        "recorded_by": MEMBER,
        "name_differs": False,
        "dispute": None,
    }
    return {"_id": contract["_id"], "version": contract["version"]}, {
        "$push": {"signatures": signature},
        "$set": {"state": "executed" if executed else "partially_signed"},
        "$inc": {"version": 1},
    }


def view(contract: Document) -> Document:
    """The contract as it is shown, ready for JSON."""
    signed = {signature["party"]: signature for signature in contract["signatures"]}
    terms, closing = contract["terms"], contract["closing"]
    outstanding = [party["key"] for party in contract["parties"] if party["key"] not in signed]
    return {
        "contract_id": contract["_id"],
        "studio_id": contract["tenant"],
        "state": contract["state"],
        "terms": {
            **terms,
            "fee": {**terms["fee"], "amount": str(terms["fee"]["amount"])},
            "instalments": [{**part, "percent": str(part["percent"])} for part in terms["instalments"]],
            "points": terms["points"] and {**terms["points"], "percent": str(terms["points"]["percent"])},
        },
        "parties": [{**party, "signature": _shown(signed.get(party["key"]))} for party in contract["parties"]],
        "next_party": outstanding[0] if outstanding and contract["state"] in ("sent", "partially_signed") else None,
        "document_sha256": contract["paper"]["sha256"],
        "drafted_at": _text(contract["drafted_at"]),
        "expires_on": contract["expires_on"],
        "closing": closing and {"by": closing["by"], "at": _text(closing["at"]), "recorded_by": closing["recorded_by"]},
        "template": contract["paper"]["template"],
        **{name: contract[name] for name in ("amends", "renews", "amendments", "termination")},
        "disputed": any(signature["dispute"] for signature in contract["signatures"]),
        "warnings": [],
    }


def contract_signed(contract: Document) -> Document:
    """The event of an executed contract: the same envelope and the same data as ours."""
    terms, last = contract["terms"], contract["signatures"][-1]
    consents, trace = terms["consents"], uuid4().hex
    return {
        "specversion": "1.0",
        "id": f"evt_{uuid4().hex}",
        "source": "/callboard/talent",
        "type": EVENT_TYPE,
        "subject": contract["_id"],
        "time": _text(last["signed_at"]),
        "datacontenttype": "application/json",
        "tenant": contract["tenant"],
        "actor": last["party"],
        "aggregateid": contract["_id"],
        "aggregateversion": contract["version"],
        "correlationid": trace,
        "causationid": trace,
        "traceparent": f"00-{trace}-{trace[:16]}-01",
        "data": {
            "contract_id": contract["_id"],
            "production_id": terms["production_id"],
            "person_id": terms["person_id"],
            "role": terms["role"],
            "episodes": terms["episodes"],
            "work_dates": terms["work_dates"],
            "hours_cap": terms["hours_cap"],
            "rest_hours": terms["rest_hours"],
            "fee": str(terms["fee"]["amount"]),
            "currency": terms["fee"]["currency"],
            "grants": terms["grants"],
            "dubbing_consent": consents["dubbing"],
            "ai_voice_consent": consents["ai_voice"],
            "replica_consent": consents["replica"],
            "points": str(terms["points"]["percent"]) if terms["points"] else "0",
            "document_sha256": last["document_sha256"],
            "party": last["party"],
            "signed_at": _text(last["signed_at"]),
            "authentication": last["authentication"],
            "recorded_by": last["recorded_by"],
        },
    }


def entry(event: Document, body: bytes, at: datetime) -> Document:
    """The ledger's entry for an event; `body` is its JSON."""
    return {
        "contract_id": event["subject"],
        "event_id": event["id"],
        "type": event["type"],
        "sha256": hashlib.sha256(body).hexdigest(),
        "body": body,
        "at": at,
    }


def booking(event: Document, at: datetime) -> tuple[Document, Document]:
    """The filter and the update (an upsert) of the one write that books the days of an executed contract."""
    contract = event["data"]
    booked = {
        "id": f"bkg_{contract['contract_id'][4:]}",
        "person_id": contract["person_id"],
        "contract_id": contract["contract_id"],
        "role": contract["role"],
        "days": [{"date": day, "country": "CN", "places": ["Hengdian"]} for day in contract["work_dates"]],
        "agreed": "confirmed",
        "holds": [],
        "status": "confirmed",
        "booked_at": at,
        "changed_at": at,
        "contract_version": event["aggregateversion"],
    }
    return {"_id": contract["production_id"]}, {"$push": {"bookings": booked}}


def prepared_events(count: int) -> Iterator[Document]:
    """Events of so many contracts, each as long as a real one: the golden sample with ids of its own."""
    sample = json.loads(SAMPLE.read_text())
    for number in range(count):
        contract_id, event_id = f"ctr_{number:026d}", f"evt_{number:026d}"
        data = {**sample["data"], "contract_id": contract_id}
        yield {**sample, "id": event_id, "subject": contract_id, "aggregateid": contract_id, "data": data}


def _shown(signature: Document | None) -> Document | None:
    if signature is None:
        return None
    told = ("local_time", "time_zone", "document_sha256", "authentication", "recorded_by", "name_differs")
    shown = {name: signature[name] for name in told}
    return {"signed_at": _text(signature["signed_at"]), **shown, "disputed_at": None}


def _text(moment: datetime) -> str:
    return moment.replace(tzinfo=None).isoformat(timespec="microseconds") + "Z"
