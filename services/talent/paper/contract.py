"""A contract on paper: what the canonical document says, for eyes. The document itself stays what is signed."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from services.talent import codes
from services.talent.contracts.document import ContractDocument, NamedParty
from services.talent.contracts.terms import Instalment, Terms
from services.talent.paper.wording import Line, frame, label, line, own

NAME = label("演员聘用合同", "Performer’s Engagement Agreement")
_LABELS = {
    "parties": label("合同各方", "Parties"),
    "terms": label("主要条款一览", "Summary of terms"),
    "clauses": label("合同条款", "Clauses"),
    "signatures": label("签署", "Signatures"),
    "signature": label("签名", "Signature"),
    "date": label("日期", "Date"),
}
_PARTIES = {
    "performer": ("演员", "Performer"),
    "studio": ("制片方", "Studio"),
    "agent": ("经纪人", "Agent"),
    "guardian": ("监护人", "Guardian"),
    "witness": ("见证人", "Witness"),
    "sponsor": ("许可担保方", "Permit sponsor"),
}
_DUE = {
    "signature": "签署 on signature",
    "first_day": "首个工作日 first day",
    "hours_confirmed": "双方确认工时 hours confirmed by both",
    "wrap": "杀青 wrap",
}


@dataclass(frozen=True)
class Signed:
    """A party's signature as the paper shows it: the name as typed, when by the clock on the party's wall, and where that is."""

    name: str
    local_time: str
    time_zone: str


def contract_form(
    document: ContractDocument,
    sha256: str,
    drafted_at: datetime,
    signed: Mapping[str, Signed],
    certificate: Mapping[str, Any] | None = None,
) -> dict[str, Any]:
    """The data of the form `contract`; without signatures there is room for them. `sha256` is the document's."""
    return {
        **frame(
            f"{NAME['zh']} {NAME['en']} · {document.production}",
            document.studio_id,
            drafted_at,
            (f"{NAME['zh']} · {NAME['en']}", document.contract_id),
            f"SHA-256 of the canonical document 规范文本哈希值  {sha256}",
        ),
        "name": NAME,
        "number": f"{document.contract_id} · {document.template}",
        "labels": _LABELS,
        "production": own(document.production),
        "parties": [_party(party, document.studio_id) for party in document.parties],
        "terms": summary(document.terms),
        "clauses": [{"id": clause.id, "zh": clause.zh, "en": clause.en} for clause in document.clauses],
        "signing": [_signing(party, signed.get(party.key)) for party in document.parties],
        "certificate": certificate,
    }


def party_label(key: str) -> tuple[str, str]:
    """What a party is called in Chinese and English; one that we have no word for goes by its key."""
    return _PARTIES.get(key, (key, key))


def _party(party: NamedParty, studio_id: str) -> Line:
    number = party.person_id or (studio_id if party.key == "studio" else None)
    return line(*party_label(party.key), party.name, number)


def _signing(party: NamedParty, signed: Signed | None) -> dict[str, Any]:
    zh, en = party_label(party.key)
    return {
        "key": zh if zh == en else f"{zh} {en}",
        "name": own(party.name or ""),
        "signed": own(signed.name if signed else ""),
        "when": [signed.local_time, signed.time_zone] if signed else [""],
    }


def summary(terms: Terms) -> list[Line]:
    """The terms at a glance; what binds is the clauses."""
    dates = terms.work_dates
    rows = [
        line("角色", "Role", terms.role),
        line("作品编号", "Production", terms.production_id),
        line("集数", "Episodes", str(terms.episodes)),
        line("工作日", "Working days", f"{len(dates)} · {dates[0]}" + (f" … {dates[-1]}" if dates[1:] else "")),
        line("每日工时上限", "Hours a day at most", f"{terms.hours_cap} h"),
        line("最短休息", "Rest at least", f"{terms.rest_hours} h"),
        line("酬金（税前）", "Fee before tax", f"{terms.fee.currency} {terms.fee.amount:,f}"),
        line("付款", "Instalments", *map(_instalment, terms.instalments)),
    ]
    for number, grant in enumerate(terms.grants, start=1):
        rows.append(
            line(
                f"授权 {number}",
                f"Grant {number}",
                f"{', '.join(grant.media)} · {'独占 exclusive' if grant.exclusive else '非独占 non-exclusive'}",
                f"{_some(grant.territories)} · {_some(grant.languages)}",
                f"{grant.starts_on} … {grant.ends_on or '保护期 term of protection'}",
            )
        )
    consents = terms.consents
    rows += [
        line("配音", "Dubbing", _yes(consents.dubbing)),
        line("人工智能合成声音", "Synthetic voice", _yes(consents.ai_voice)),
        line("数字替身", "Digital replica", _yes(consents.replica)),
        line("利润分成", "Points", f"{terms.points.percent.normalize():f} %" if terms.points else None),
        line("适用法律", "Governing law", _law(terms.governing_law)),
        line("优先文本", "Prevailing text", "中文 Chinese" if terms.prevailing_language == "zh" else "英文 English"),
    ]
    return rows


def _instalment(part: Instalment) -> str:
    after_wrap = f"杀青后 {part.days} 天 {part.days} day(s) after wrap"
    due = str(part.due_on) if part.due_on else _DUE.get(part.trigger, after_wrap)
    return f"{part.percent.normalize():f} % · {due}"


def _some(names: Sequence[str], most: int = 24) -> str:
    return ", ".join(names[:most]) + (f" … ({len(names)})" if len(names) > most else "")


def _yes(given: bool) -> str:
    return "同意 consented" if given else "不同意 not consented"


def _law(jurisdiction: str) -> str:
    country = jurisdiction[:2]
    return f"{codes.territory_name(country, 'zh')} {codes.territory_name(country, 'en')} ({jurisdiction})"
