"""A YAML file that people edit, read strictly: a fault is one line with the file, the place in it and what was expected.

Nothing is guessed: only `true`, `false`, `null` and whole numbers are more than text, so that NO is Norway and 18000.00
stays an exact decimal.
"""

from __future__ import annotations

import dataclasses
import re
import typing
from collections.abc import Iterator
from pathlib import Path
from typing import Any, TypeVar

import yaml
from marshmallow import ValidationError

from deploy.local.errors import StackError
from events.codecs import bare_type, optional
from events.schemas import load

T = TypeVar("T")
_UNKNOWN = "Unknown field."
"""How marshmallow puts it."""


class FileInvalid(StackError):
    """A file of the demo does not say what it should."""


class _Plain(yaml.SafeLoader):
    """YAML without YAML 1.1's surprises."""


_Plain.yaml_implicit_resolvers = {}
_Plain.add_implicit_resolver("tag:yaml.org,2002:bool", re.compile("true|false"), list("tf"))
_Plain.add_implicit_resolver("tag:yaml.org,2002:int", re.compile("-?(0|[1-9][0-9]*)$"), list("-0123456789"))
_Plain.add_implicit_resolver("tag:yaml.org,2002:null", re.compile("null$|~$|$"), ["n", "~", ""])


class YamlFile:
    """One file, parsed. Raises FileInvalid."""

    def __init__(self, path: Path) -> None:
        self.path = path
        try:
            loader = _Plain(path.read_text(encoding="utf-8"))
            self._root: Any = loader.get_single_node()
            self._refuse_repeated_keys(self._root)
            self._data = loader.construct_document(self._root) if self._root else None
        except OSError as error:
            raise FileInvalid(f"{path.name}: cannot be read: {error.strerror}") from None
        except UnicodeDecodeError:
            raise FileInvalid(f"{path.name}: is not UTF-8") from None
        except yaml.reader.ReaderError as error:
            raise FileInvalid(f"{path.name}: is not YAML: {error.reason}") from None
        except yaml.MarkedYAMLError as error:
            line = error.problem_mark.line + 1 if error.problem_mark else 1
            raise FileInvalid(f"{path.name}:{line}: is not YAML: {error.problem}") from None
        if self._root is None:
            raise FileInvalid(f"{path.name}: is empty")

    def load(self, shape: type[T]) -> T:
        """The file as a shape (see `events.shapes`); raises FileInvalid for the first fault."""
        try:
            return load(shape, self._data)
        except ValidationError as error:
            faults = _faults(error.normalized_messages(), ())  # type: ignore[no-untyped-call]
            # A misspelt key is also a missing one: what was written says more than what was not.
            place, text = min(faults, key=lambda fault: fault[1] != _UNKNOWN)
            if text == _UNKNOWN:
                text = f"there is no such key; expected one of {', '.join(_keys(shape, place[:-1]))}"
            raise self.fault(text, *place) from None

    def fault(self, text: str, *place: str | int) -> FileInvalid:
        """The error that `text` is wrong at a place in the file, given as the keys and positions that lead there."""
        return FileInvalid(f"{self.path.name}:{self._line(place)}: {' / '.join(map(str, place)) or 'file'}: {text}")

    def _line(self, place: tuple[str | int, ...]) -> int:
        """The line, counted from 1, of a place, or of the last part of it that is there."""
        node, line = self._root, self._root.start_mark.line
        for part in place:
            if isinstance(node, yaml.MappingNode):
                found = next(((key, value) for key, value in node.value if key.value == str(part)), None)
                if found is None:
                    break
                node, line = found[1], found[0].start_mark.line
            elif isinstance(node, yaml.SequenceNode) and str(part).isdecimal() and int(part) < len(node.value):
                node = node.value[int(part)]
                line = node.start_mark.line
            else:
                break
        return int(line) + 1

    def _refuse_repeated_keys(self, node: Any) -> None:
        if isinstance(node, yaml.SequenceNode):
            for item in node.value:
                self._refuse_repeated_keys(item)
        elif isinstance(node, yaml.MappingNode):
            seen = set()
            for key, value in node.value:
                if not isinstance(key, yaml.ScalarNode) or key.value in seen:
                    line, name = key.start_mark.line + 1, key.value if isinstance(key, yaml.ScalarNode) else "key"
                    raise FileInvalid(f"{self.path.name}:{line}: {name}: expected a plain key that is given once")
                seen.add(key.value)
                self._refuse_repeated_keys(value)


def _faults(messages: Any, place: tuple[str | int, ...]) -> Iterator[tuple[tuple[str | int, ...], str]]:
    """The faults that marshmallow found, each with its place."""
    if isinstance(messages, dict):
        for key, value in messages.items():
            yield from _faults(value, place if key == "_schema" else (*place, key))
    else:
        for message in messages:
            yield place, str(message)


def _keys(shape: Any, place: tuple[str | int, ...]) -> list[str]:
    """The keys that a shape allows at a place."""
    for part in place:
        if isinstance(part, int):
            (shape, *_) = typing.get_args(shape)
        else:
            shape = typing.get_type_hints(shape, include_extras=True)[part]
        shape = bare_type(shape)[0]
        shape = bare_type(optional(shape) or shape)[0]
    return [field.name for field in dataclasses.fields(shape)]
