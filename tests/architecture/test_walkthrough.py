"""docs/adding-a-service.md is true: its code is written into packages of its own and used."""

import importlib
import re
import sys
from collections.abc import Iterator
from datetime import date
from pathlib import Path
from typing import Any

import pytest
from openapi_spec_validator import OpenAPIV31SpecValidator

import events
import services
from chassis.handlers import declarations
from chassis.topology import HandlerQueue
from events.envelope import REGISTRY
from events.schemas import load
from gateway.openapi import build
from tests.architecture.checkout import CHECKOUT

_BLOCK = re.compile(r"^```python\n# (?P<path>\S+)\n(?P<code>.*?)^```", re.MULTILINE | re.DOTALL)
TODAY = date(2027, 2, 1)


@pytest.fixture(scope="module")
def wardrobe(tmp_path_factory: pytest.TempPathFactory) -> Iterator[dict[str, Any]]:
    """The modules of the page by their paths, importable as if they were in the checkout."""
    folder = tmp_path_factory.mktemp("wardrobe")
    text = (CHECKOUT / "docs" / "adding-a-service.md").read_text(encoding="utf-8")
    names = []
    for match in _BLOCK.finditer(text):
        file = folder / match["path"]
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_text(match["code"], encoding="utf-8")
        names.append(str(Path(match["path"]).with_suffix("")).replace("/", "."))
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(events, "__path__", [*events.__path__, str(folder / "events")])
        patch.setattr(services, "__path__", [*services.__path__, str(folder / "services")])
        yield {name.rpartition(".")[2]: importlib.import_module(name) for name in names}
    REGISTRY.pop("wardrobe.fitting.planned.v1")
    for name in [name for name in sys.modules if name.startswith(("services.wardrobe", "events.wardrobe"))]:
        del sys.modules[name]


def test_its_rule_returns_state_and_event(wardrobe: dict[str, Any]) -> None:
    """A planned fitting and the event that tells of it; a day in the past is refused by name."""
    fittings = wardrobe["fittings"]
    wanted = load(fittings.NewFitting, wardrobe["api"].PLAN_FITTING.example)
    fitting, told = fittings.plan("fit_01J9ZW5N3Q8V7Y2K4M6P8R0T1V", "stu_1", wanted, TODAY)
    assert fitting == fittings.Fitting("fit_01J9ZW5N3Q8V7Y2K4M6P8R0T1V", "stu_1", 0, wanted.person_id, wanted.day)
    assert [(event.fitting_id, event.day) for event in told] == [(fitting.id, wanted.day)]
    with pytest.raises(fittings.FittingInThePast):
        fittings.plan("fit_01J9ZW5N3Q8V7Y2K4M6P8R0T1V", "stu_1", wanted, date(2028, 1, 1))


def test_its_handler_has_the_queue_that_the_page_names(wardrobe: dict[str, Any]) -> None:
    """The queue is named after the service and the method, and bound to what the handler hears."""
    assert declarations(wardrobe["service"].Wardrobe) == (
        HandlerQueue("fit_talent", (("talent", "contract.signed.v1"),), single_active=False),
    )


def test_its_operation_is_documented_by_itself(wardrobe: dict[str, Any]) -> None:
    """The table of operations alone gives a valid OpenAPI document."""
    document = build((wardrobe["api"].API,), "http://127.0.0.1:8080")
    assert [error.message for error in OpenAPIV31SpecValidator(document).iter_errors()] == []
    assert document["paths"]["/v1/fittings"]["post"]["operationId"] == "plan_fitting"
