"""The base of every named error that a rule raises, with its text in the languages we answer in."""

from typing import Any, ClassVar


class RuleError(Exception):
    """A request that a rule refuses; subclasses name what is wrong.

    `status` is the HTTP status that fits, `en` and `zh` are templates filled from the keyword arguments,
    `pointer` is the JSON pointer (RFC 6901) of the field at fault, when one field is; `faults` are the pointers of several,
    each with what is wrong there in English.
    """

    status: ClassVar[int] = 409
    en: ClassVar[str] = ""
    zh: ClassVar[str] = ""

    def __init__(self, pointer: str = "", **facts: Any) -> None:
        self.pointer = pointer
        self.faults: tuple[tuple[str, str], ...] = ()
        self.facts = facts
        super().__init__(self.en.format(**facts))

    def text(self, language: str) -> str:
        """The message in `language` ("en" or "zh")."""
        return (self.zh if language == "zh" and self.zh else self.en).format(**self.facts)
