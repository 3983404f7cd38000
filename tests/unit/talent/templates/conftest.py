"""What the tests of templates share: clauses written briefly."""

from collections.abc import Callable
from typing import Any

import pytest

from events.schemas import load
from services.talent.templates.content import Content


@pytest.fixture(scope="session")
def written() -> Callable[..., Content]:
    """Makes a template's content: `written(fee="{fee}", ...)`, each text in both languages; a dict says more."""

    def make(terms: list[dict[str, Any]] | None = None, **clauses: Any) -> Content:
        full = [
            {"id": name, "zh": said, "en": said} if isinstance(said, str) else {"id": name, **said}
            for name, said in clauses.items()
        ]
        return load(Content, {"clauses": full, "terms": terms or []})

    return make
