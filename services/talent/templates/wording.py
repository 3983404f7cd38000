"""A published version of a template at work: the terms of a contract in its clauses."""

from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal

from events.codecs import DECIMAL
from events.errors import RuleError
from services.talent import codes
from services.talent.bilingual import Bilingual
from services.talent.contracts.clauses import Clause
from services.talent.contracts.terms import Fee, TermContradictory, TermMissing, Terms, TermUnknown
from services.talent.templates import conditions, content, text, vocabulary
from services.talent.templates.content import Content, Language, TermDeclaration
from services.talent.templates.vocabulary import STANDARD, Kind, Value

LONGEST_CLAUSE = 50_000
"""Characters; clauses that include others twice, and these again, would grow without end."""


class ClauseTooLong(RuleError):
    """A clause with everything that it includes and names is longer than a clause can be."""

    status = 422
    en = "Clause {clause} would be longer than {most} characters."
    zh = "条款 {clause} 将超过 {most} 个字符。"


@dataclass(frozen=True)
class TemplateWording:
    """A version of a template by the name that documents pin, `tpl_.../1`; its content has passed `content.check`."""

    name: str
    content: Content

    @property
    def desk_allowed(self) -> bool:
        """Whether a person's signature may be entered at the studio's desk."""
        return self.content.desk == "allowed"

    def render(self, terms: Terms, production: Bilingual) -> tuple[Clause, ...]:
        """The clauses that apply, in their order; `production` is the title.

        Raises TermUnknown, TermMissing, TermContradictory, ClauseTooLong, each naming clause and term.
        """
        writer = _Writer(self.content, terms, production)
        return tuple(
            Clause(
                clause.id, writer.write(clause.id, "zh"), writer.write(clause.id, "en"), clause.title, clause.initials
            )
            for clause in self.content.clauses
            if not clause.fragment and conditions.holds(clause.when, writer.values)
        )


class _Writer:
    """Writes each clause once in each language, however often it is included."""

    def __init__(self, wording: Content, terms: Terms, production: Bilingual) -> None:
        self._parsed = content.parse(wording)
        self._clauses = {clause.id: clause for clause in wording.clauses}
        self._kinds: dict[str, Kind] = {name: term.kind for name, term in STANDARD.items()}
        self._kinds |= {declared.name: declared.kind for declared in wording.terms}
        self.values: dict[str, Value | None] = {n: term.read(terms, production) for n, term in STANDARD.items()}
        self.values |= _particulars(wording, terms)
        self._written: dict[tuple[str, Language], str] = {}

    def write(self, clause: str, language: Language) -> str:
        """A clause's text; empty when it does not apply."""
        key = (clause, language)
        if key not in self._written:
            self._written[key] = self._write(clause, language)
        return self._written[key]

    def _write(self, clause: str, language: Language) -> str:
        source = self._clauses[clause]
        if not conditions.holds(source.when, self.values):
            return ""
        if (broken := conditions.unmet(source.requires, self.values)) is not None:
            first = broken.any[0]
            wanted = f"{first.operator} {', '.join(first.values)}".strip()
            reason, reason_zh = f"the clause requires {wanted}", f"该条款要求 {wanted}"
            raise TermContradictory(clause=clause, term=first.term, reason=reason, reason_zh=reason_zh)
        parts = self._parsed[clause][language]
        told = {part.term: self._told(clause, part.term, language) for part in parts if part.term}
        written = text.fill(parts, told, lambda included: self.write(included, language))
        if len(written) > LONGEST_CLAUSE:
            raise ClauseTooLong(clause=clause, most=LONGEST_CLAUSE)
        return written

    def _told(self, clause: str, term: str, language: Language) -> str:
        value = self.values[term]
        if value is None:
            raise TermMissing(clause=clause, term=term)
        return vocabulary.written(value, language)


def _particulars(wording: Content, terms: Terms) -> Mapping[str, Value | None]:
    """The particulars that the template declares, as the contract has them; None for one that it may go without."""
    declared = {term.name: term for term in wording.terms}
    found: dict[str, Value | None] = {}
    for particular in terms.particulars:
        if particular.name not in declared:
            raise TermUnknown(clause="-", term=particular.name)
        if particular.name in found:
            raise _contradiction(wording, particular.name, "it is given twice", "重复给出")
        kind = declared[particular.name].kind
        value = _read(kind, particular.value)
        if value is None:
            raise _contradiction(
                wording, particular.name, f"{particular.value!r} is no {kind}", f"“{particular.value}”不符合类型 {kind}"
            )
        found[particular.name] = value
    for term in wording.terms:
        if term.required and term.name not in found:
            raise TermMissing(clause=_first_naming(wording, term), term=term.name)
    return {**dict.fromkeys(declared), **found}


def _contradiction(wording: Content, name: str, reason: str, reason_zh: str) -> TermContradictory:
    (declared,) = (term for term in wording.terms if term.name == name)
    return TermContradictory(clause=_first_naming(wording, declared), term=name, reason=reason, reason_zh=reason_zh)


def _first_naming(wording: Content, term: TermDeclaration) -> str:
    """The first clause that names a declared term; "-" when none does."""
    parsed = content.parse(wording)
    return next((c.id for c in wording.clauses if any(p.term == term.name for p in parsed[c.id]["en"])), "-")


def _read(kind: Kind, written: str) -> Value | None:
    """The value of a particular; None when the text is none of this kind. Money is written `USD 50.00`."""
    if kind != "money":
        return conditions.read(kind, written)
    currency, _, amount = written.partition(" ")
    if currency not in codes.CURRENCIES or not DECIMAL.fullmatch(amount) or amount.startswith("-"):
        return None
    return Fee(Decimal(amount), currency)
