"""A contract on paper: what the canonical document says, for eyes. The document itself stays what is signed."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from services.talent import codes
from services.talent.bilingual import Bilingual, counted
from services.talent.contracts import clauses
from services.talent.contracts.document import ContractDocument, NamedParty
from services.talent.contracts.terms import Grant, Instalment, Terms
from services.talent.paper.wording import Line, both, frame, label, line, on_the_wall, own

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
_DETAILS = {
    "form": Bilingual("组织形式", "Form"),
    "registration_number": Bilingual("登记号码", "Registration no."),
    "address": Bilingual("地址", "Address"),
    "signatory": Bilingual("签署人", "Signatory"),
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
    title = document.production
    called = _titled(title).zh if title.zh == title.en else f"{_titled(title).zh} {title.en}"
    studio = next((party.name for party in document.parties if party.key == "studio"), None)
    return {
        **frame(
            f"{NAME['zh']} {NAME['en']} · {called}",
            studio or "Callboard",
            drafted_at,
            (f"{NAME['zh']} · {NAME['en']}", called),
            f"合同编号 Contract no. {document.contract_id} · {document.template}",
            f"文本 SHA-256 of the text  {sha256}",
        ),
        "name": NAME,
        "labels": _LABELS,
        "production": both(_titled(title)),
        "parties": [_party(party) for party in document.parties],
        "terms": summary(document.terms, title),
        "clauses": [_clause(clause) for clause in document.clauses],
        "signing": [_signing(party, signed.get(party.key)) for party in document.parties],
        "certificate": certificate,
    }


def party_label(key: str) -> tuple[str, str]:
    """What a party is called in Chinese and English; one that we have no word for goes by its key."""
    return _PARTIES.get(key, (key, key))


def _titled(title: Bilingual) -> Bilingual:
    return title if title.zh == title.en else Bilingual(f"《{title.zh}》", title.en)


def _clause(clause: clauses.Clause) -> dict[str, Any]:
    title = label(clause.title.zh, clause.title.en) if clause.title else None
    return {"title": title, "zh": clause.zh, "en": clause.en}


def _party(party: NamedParty) -> dict[str, Any]:
    details = [
        (label(name.zh, name.en), own(value)) for key, name in _DETAILS.items() if (value := getattr(party, key))
    ]
    return {"role": label(*party_label(party.key)), "name": own(party.name or "—", party.language), "details": details}


def _signing(party: NamedParty, signed: Signed | None) -> dict[str, Any]:
    return {
        "role": label(*party_label(party.key)),
        "name": own(party.name or "", party.language),
        "signatory": own(party.signatory or ""),
        "signed": own(signed.name if signed else "", party.language),
        "when": [on_the_wall(signed.local_time), signed.time_zone] if signed else [""],
    }


def summary(terms: Terms, title: Bilingual) -> list[Line]:
    """The terms at a glance, in words; what binds is the clauses."""
    fee, consents, points, kill_fee = terms.fee, terms.consents, terms.points, terms.kill_fee
    currency = Bilingual(codes.currency_name(fee.currency, "zh"), codes.currency_name(fee.currency, "en"))
    rows = [
        line("作品", "Production", _titled(title)),
        line("角色", "Role", terms.role),
        line("集数", "Episodes", str(terms.episodes)),
        line("工作日", "Working days", _days(terms)),
        line("每日工时上限", "Hours a day at most", _hours(terms.hours_cap)),
        line("最短休息", "Rest between days", _hours(terms.rest_hours)),
        line("酬金（税前）", "Fee before tax", Bilingual(f"{fee.currency} {fee.amount:,f} {currency.zh}", currency.en)),
        line("付款", "Payment", *map(_instalment, terms.instalments)),
    ]
    for number, grant in enumerate(terms.grants, start=1):
        of = f" {number}" if len(terms.grants) > 1 else ""
        rows.append(line(f"授权{of}", f"Grant of rights{of}", *_grant(grant)))
    rows += [
        line("配音", "Dubbing", _given(consents.dubbing)),
        line("合成声音", "Synthetic voice", _given(consents.ai_voice)),
        line("数字替身", "Digital replica", _given(consents.replica)),
        line("利润分成", "Profit share", f"{clauses.percent(points.percent)} %" if points else _NONE),
    ]
    if kill_fee:
        rows.append(line("解约金", "Kill fee", f"{clauses.percent(kill_fee.percent)} %"))
    law = terms.governing_law
    return [
        *rows,
        line(
            "适用法律",
            "Governing law",
            Bilingual(codes.jurisdiction_name(law, "zh"), codes.jurisdiction_name(law, "en")),
        ),
        line("优先文本", "Prevailing text", _PREVAILING[terms.prevailing_language]),
    ]


_NONE = Bilingual("无", "None")
_PREVAILING = {"zh": Bilingual("中文", "Chinese"), "en": Bilingual("英文", "English")}


def _days(terms: Terms) -> Bilingual:
    first, last, number = terms.work_dates[0], terms.work_dates[-1], len(terms.work_dates)
    zh, en = clauses.date_zh(first), clauses.date_en(first)
    if number > 1:
        zh, en = f"{zh}至 {clauses.date_zh(last)}", f"{en} to {clauses.date_en(last)}"
    return Bilingual(f"{number} 天：{zh}", f"{counted(number, 'day')}: {en}")


def _hours(number: int) -> Bilingual:
    return Bilingual(f"{number} 小时", counted(number, "hour"))


def _instalment(part: Instalment) -> Bilingual:
    when, share = clauses.due(part), clauses.percent(part.percent)
    return Bilingual(f"{share}%，{when.zh}", f"{share} % {when.en}")


def _grant(grant: Grant) -> list[str]:
    """What is granted, first in Chinese and then in English, each on a line of its own: the lists may be long."""
    said = clauses.granted(grant)
    kind = Bilingual("独占", "Exclusive") if grant.exclusive else Bilingual("非独占", "Non-exclusive")
    return [
        f"{kind.zh}：{said.media.zh}；{said.territories.zh}；{said.languages.zh}；{said.term.zh}",
        f"{kind.en}: {said.media.en}; {said.territories.en}; {said.languages.en}; {said.term.en}",
    ]


def _given(given: bool) -> Bilingual:
    return Bilingual("同意", "Consented") if given else Bilingual("不同意", "Not consented")
