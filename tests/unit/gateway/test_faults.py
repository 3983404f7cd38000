"""What a page behind a personal link says when something is wrong: in four languages, whatever the code."""

import json
from importlib.resources import files

import pytest

from chassis.errors import slug
from events.errors import RuleError
from gateway.routes import apis

PAGES = ("/public/signing/", "/public/portal/")
TEXT = (files("gateway") / "assets" / "door-faults.js").read_text()
FAULTS = json.loads(TEXT[TEXT.index("{") : TEXT.rindex("}") + 1])
GENERAL = ("offline", "unreadable", "invalid-request", "rate-limited", "overloaded")
"""Of the page itself, and of the gateway before it knows an operation."""


def answers() -> dict[str, type[RuleError]]:
    """Every error that an operation of these pages declares, by its code."""
    operations = [o for api in apis() for o in api.operations if o.path.startswith(PAGES)]
    return {slug(error): error for operation in operations for error in operation.errors}


@pytest.mark.parametrize("code", [*GENERAL, *sorted(answers())])
def test_every_code_has_four_languages(code: str) -> None:
    """Japanese and Korean in the page; Chinese and English there, or in what the server answers."""
    error = answers().get(code)
    said = {"zh": error.zh, "en": error.en} if error else {}
    assert all((said | FAULTS.get(code, {})).get(language) for language in ("zh", "en", "ja", "ko"))
