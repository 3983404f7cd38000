"""The text of a clause: words with named placeholders `{term}` and inclusions `{>clause}`; `{{` and `}}` are braces."""

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass

_TOKEN = re.compile(r"\{\{|\}\}|\{(>?)([a-z][a-z0-9_]{0,39})\}|[{}]")


class BraceUnmatched(ValueError):
    """A brace that begins or ends nothing; the argument is its position."""


@dataclass(frozen=True)
class Part:
    """A piece of a text: words as they are, a term's name, or an included clause's id."""

    words: str = ""
    term: str = ""
    clause: str = ""


def parse(text: str) -> tuple[Part, ...]:
    """The parts of a clause's text; raises BraceUnmatched."""
    parts, end = [], 0
    for token in _TOKEN.finditer(text):
        parts.append(Part(words=text[end : token.start()]))
        if token[0] in ("{{", "}}"):
            parts.append(Part(words=token[0][0]))
        elif token[2] is None:
            raise BraceUnmatched(token.start())
        else:
            parts.append(Part(clause=token[2]) if token[1] else Part(term=token[2]))
        end = token.end()
    parts.append(Part(words=text[end:]))
    return tuple(part for part in parts if part != Part())


def fill(parts: tuple[Part, ...], terms: Mapping[str, str], include: Callable[[str], str]) -> str:
    """The text with the terms' values and the included clauses in their places."""
    return "".join(
        terms[part.term] if part.term else include(part.clause) if part.clause else part.words for part in parts
    )
