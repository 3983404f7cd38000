"""Rule files as text: JSON that knows on which line each value stands, so that a bad rule is refused with its line."""

import json
import re
from typing import Any

from services.compliance.conditions import Path

_TOKEN = re.compile(r'\s*([{}\[\],:]|"(?:[^"\\]|\\.)*"|[^\s{}\[\],:"]+)')


class RuleFileInvalid(ValueError):
    """A rule file that is refused: its name, the line, and the reason."""

    def __init__(self, file: str, line: int, reason: str) -> None:
        self.line = line
        self.reason = reason
        super().__init__(f"{file}:{line}: {reason}")


def parse(file: str, text: str) -> tuple[Any, dict[Path, int]]:
    """The JSON value in a file and the line of every value in it, by path; raises RuleFileInvalid."""
    try:
        value = json.loads(text, object_pairs_hook=_unique)
    except json.JSONDecodeError as error:
        raise RuleFileInvalid(file, error.lineno, f"not JSON: {error.msg}") from error
    except _Repeated as error:
        raise RuleFileInvalid(file, _last_line(text, error.key), f"{error.key} is given twice") from error
    return value, _Lines(text).found


class _Repeated(ValueError):
    def __init__(self, key: str) -> None:
        self.key = key
        super().__init__(key)


def _unique(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    made: dict[str, Any] = {}
    for key, value in pairs:
        if key in made:
            raise _Repeated(key)
        made[key] = value
    return made


def _last_line(text: str, key: str) -> int:
    return text.count("\n", 0, text.rindex(json.dumps(key, ensure_ascii=False))) + 1


class _Lines:
    """Walks text that is known to be JSON."""

    def __init__(self, text: str) -> None:
        self._text = text
        self._at = 0
        self.found: dict[Path, int] = {}
        self._value(())

    def _next(self) -> tuple[str, int]:
        match = _TOKEN.match(self._text, self._at)
        assert match, "the text was parsed before"
        self._at = match.end()
        return match[1], self._text.count("\n", 0, match.start(1)) + 1

    def _value(self, path: Path) -> None:
        symbol, self.found[path] = self._next()
        if symbol in "{[":
            self._members(path, symbol)

    def _members(self, path: Path, opening: str) -> None:
        nth = 0
        while True:
            before = self._at
            symbol, _ = self._next()
            if symbol in "}]":
                return
            if symbol == ",":
                continue
            if opening == "{":
                self._next()
                self._value((*path, json.loads(symbol)))
            else:
                self._at = before
                self._value((*path, nth))
                nth += 1
