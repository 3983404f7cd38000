"""What a template says: clauses in two languages under shared ids, and the particulars that its contracts have."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Annotated, Literal

from events.errors import RuleError
from events.shapes import Items, Paragraph, Text
from services.talent.bilingual import Bilingual
from services.talent.contracts.terms import TermName, TermUnknown
from services.talent.templates import conditions, text
from services.talent.templates.conditions import Condition
from services.talent.templates.text import BraceUnmatched, Part
from services.talent.templates.vocabulary import STANDARD, Kind

ClauseId = Annotated[
    str, Text(max=40, pattern="[a-z][a-z0-9_]*", expected="a clause's id such as per_diem", example="per_diem")
]
Language = Literal["zh", "en"]
LANGUAGES: tuple[Language, ...] = ("zh", "en")


class ClauseRepeated(RuleError):
    """Two clauses have the same id."""

    status = 422
    en = "There are two clauses with the id {clause}."
    zh = "有两个条款使用了相同的标识 {clause}。"


class TermRepeated(RuleError):
    """A declared term has the name of another one."""

    status = 422
    en = "There is another term with the name {term}."
    zh = "已存在名为 {term} 的条款项。"


class ClauseTextInvalid(RuleError):
    """A brace in a clause's text begins or ends nothing."""

    status = 422
    en = "Clause {clause} ({language}) has a brace at position {position} that is no placeholder: write {{{{ or }}}} for a brace."
    zh = "条款 {clause}（{language}）第 {position} 个字符处的花括号不构成占位符：如需花括号本身，请写 {{{{ 或 }}}}。"


class IncludedClauseUnknown(RuleError):
    """A clause includes one that the template does not have."""

    status = 422
    en = "Clause {clause} includes {included}, which the template does not have."
    zh = "条款 {clause} 引用了模板中不存在的条款 {included}。"


class IncludeCycle(RuleError):
    """A clause includes itself, by way of others."""

    status = 422
    en = "Clause {clause} includes itself: {path}."
    zh = "条款 {clause} 循环引用自身：{path}。"


class PlaceholdersDiffer(RuleError):
    """The Chinese and the English text of a clause do not name the same terms and clauses."""

    status = 422
    en = "Clause {clause} names {name} in {language} only."
    zh = "条款 {clause} 仅在 {language} 文本中使用了 {name}。"


@dataclass(frozen=True)
class TermDeclaration:
    """A particular that contracts of this template have beside the standard terms, and its kind."""

    name: TermName
    kind: Literal["text", "number", "money", "date", "boolean"]
    required: bool = True


@dataclass(frozen=True)
class TemplateClause:
    """A clause: its texts, when it applies, and what must hold of the terms where it does.

    The title heads the clause on paper; one without has its number only. A `fragment` is not a clause of the contract by itself: it
    stands where others include it. With `initials` the performer initials the clause on its own: a replica, a synthetic voice, nudity.
    """

    id: ClauseId
    zh: Paragraph
    en: Paragraph
    when: Condition = ()
    requires: Condition = ()
    fragment: bool = False
    title: Bilingual | None = None
    initials: bool = False


@dataclass(frozen=True)
class Content:
    """The wording of a template: its clauses in their order, and the particulars they can name.

    `desk` is whether a person's signature under it may be entered at the studio's desk.
    """

    clauses: Annotated[tuple[TemplateClause, ...], Items(min=1, max=100)]
    terms: Annotated[tuple[TermDeclaration, ...], Items(max=50)] = ()
    desk: Literal["allowed", "forbidden"] = "allowed"


Parsed = Mapping[str, Mapping[Language, tuple[Part, ...]]]
"""The parts of each clause's text, by its id and the language."""


def check(content: Content) -> None:
    """Raise the error of the first fault, which names clause and term, with its place."""
    kinds = _kinds(content)
    seen: set[str] = set()
    for nth, clause in enumerate(content.clauses):
        if clause.id in seen:
            raise ClauseRepeated(f"/clauses/{nth}/id", clause=clause.id)
        seen.add(clause.id)
    parsed = parse(content)
    for nth, clause in enumerate(content.clauses):
        at = f"/clauses/{nth}"
        _check_names(clause.id, parsed[clause.id], kinds, seen, at)
        conditions.check(clause.when, kinds, clause.id, f"{at}/when")
        conditions.check(clause.requires, kinds, clause.id, f"{at}/requires")
    for nth, clause in enumerate(content.clauses):
        if cycle := _cycle(clause.id, parsed):
            raise IncludeCycle(f"/clauses/{nth}", clause=clause.id, path=" → ".join(cycle))


def parse(content: Content) -> Parsed:
    """Every clause's text in parts; raises ClauseTextInvalid."""
    parsed = {}
    for nth, clause in enumerate(content.clauses):
        sides = {}
        for language in LANGUAGES:
            try:
                sides[language] = text.parse(clause.zh if language == "zh" else clause.en)
            except BraceUnmatched as error:
                at = f"/clauses/{nth}/{language}"
                raise ClauseTextInvalid(at, clause=clause.id, language=language, position=error.args[0] + 1) from None
        parsed[clause.id] = sides
    return parsed


def _kinds(content: Content) -> Mapping[str, Kind]:
    kinds: dict[str, Kind] = {name: term.kind for name, term in STANDARD.items()}
    for nth, declared in enumerate(content.terms):
        if declared.name in kinds:
            raise TermRepeated(f"/terms/{nth}/name", term=declared.name)
        kinds[declared.name] = declared.kind
    return kinds


def _check_names(
    clause: str,
    sides: Mapping[Language, tuple[Part, ...]],
    kinds: Mapping[str, Kind],
    clauses: set[str],
    at: str,
) -> None:
    for language in LANGUAGES:
        for part in sides[language]:
            if part.term and part.term not in kinds:
                raise TermUnknown(f"{at}/{language}", clause=clause, term=part.term)
            if part.clause and part.clause not in clauses:
                raise IncludedClauseUnknown(f"{at}/{language}", clause=clause, included=part.clause)
    names = {language: {n for p in sides[language] if (n := p.term or p.clause)} for language in LANGUAGES}
    for language, other in (("zh", "en"), ("en", "zh")):
        for name in sorted(names[language] - names[other]):  # type: ignore[index]  # both are languages
            raise PlaceholdersDiffer(f"{at}/{other}", clause=clause, name=name, language=language)


def _cycle(clause: str, parsed: Parsed) -> tuple[str, ...]:
    """The way from a clause by inclusions back to itself; empty when there is none."""
    ways: list[tuple[str, ...]] = [(clause,)]
    visited: set[str] = set()
    while ways:
        way = ways.pop()
        for included in _includes(parsed[way[-1]]):
            if included == clause:
                return (*way, clause)
            if included not in visited:
                visited.add(included)
                ways.append((*way, included))
    return ()


def _includes(sides: Mapping[Language, tuple[Part, ...]]) -> Iterator[str]:
    return (part.clause for part in sides["en"] if part.clause)  # both languages include the same
