"""All that a studio holds on a person, on paper: whatever the export answers is shown, also what is added to it later."""

from collections.abc import Iterator, Mapping
from datetime import datetime
from typing import Any

from services.talent.paper.field_names import CHINESE
from services.talent.paper.wording import Line, frame, label, line, own, utc

_NAME = label("个人数据副本", "Copy of Personal Data")
_NOTE = label(
    "本文件载有该机构就您持有的全部个人数据（《个人信息保护法》第四十五条，GDPR 第 15 条与第 20 条）。“—”表示未持有该项数据。",
    "This paper has all the personal data that the studio holds on you (PIPL art. 45; GDPR art. 15 and 20). "
    "A dash means that nothing is held.",
)
_SCALARS = (str, int, float, bool, type(None))


def person_form(held: Mapping[str, Any], at: datetime) -> dict[str, Any]:
    """The data of the form `person`; `held` is JSON-ready and has the `person` with names and id."""
    person = held["person"]
    return {
        **frame(
            f"{_NAME['zh']} {_NAME['en']}",
            "Callboard",
            at,
            (f"{_NAME['zh']} · {_NAME['en']}", person["person_id"]),
            f"{utc(at)}",
        ),
        "name": _NAME,
        "who": own(person["names"]["legal"]),
        "note": _NOTE,
        "sections": list(_sections(held)),
    }


def _sections(held: Mapping[str, Any]) -> Iterator[dict[str, Any]]:
    """One section for each thing held, and for each of several things of a kind."""
    for name, value in held.items():
        if isinstance(value, Mapping) or (
            isinstance(value, list) and all(isinstance(item, _SCALARS) for item in value)
        ):
            yield _section(name, name, value)
        elif isinstance(value, list):
            for number, item in enumerate(value, start=1):
                yield _section(f"{name} {number}", name, item)


def _section(title: str, name: str, value: Any) -> dict[str, Any]:
    number = title.removeprefix(name)
    clauses = value.get("document", {}).get("clauses", []) if isinstance(value, Mapping) and name == "contracts" else []
    return {
        "title": label(CHINESE.get(name, "") + number, _words(name) + number),
        "facts": list(_facts(value, "", skip="document.clauses")),
        "clauses": [{"title": c.get("title") or label("", ""), "zh": c["zh"], "en": c["en"]} for c in clauses],
    }


def _facts(value: Any, path: str, skip: str) -> Iterator[Line]:
    """A line for each leaf; short lists are one line."""
    if path == skip:
        return
    if isinstance(value, Mapping):
        for name, item in value.items():
            yield from _facts(item, f"{path}.{name}" if path else name, skip)
    elif isinstance(value, list) and not all(isinstance(item, _SCALARS) for item in value):
        for number, item in enumerate(value, start=1):
            yield from _facts(item, f"{path}.{number}", skip)
    else:
        parts = path.split(".")
        values = value if isinstance(value, list) else [value]
        shown = ", ".join(_text(item) for item in values if item is not None)
        yield line(CHINESE.get(parts[-1], ""), " · ".join(map(_words, parts)), shown or None)


def _text(value: Any) -> str:
    return {True: "是 yes", False: "否 no"}[value] if isinstance(value, bool) else str(value)


def _words(name: str) -> str:
    return name.replace("_", " ")
