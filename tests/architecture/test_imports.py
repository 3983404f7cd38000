"""Who may import whom: the contracts of pyproject.toml, and what the pure parts may use at all."""

import subprocess
import sys
from pathlib import Path

import grimp
import pytest

from tests.architecture.checkout import CHECKOUT, PACKAGES

STORING = {"gaps", "log", "sequencer", "verify"}
ENTRYPOINTS = {"service", "bindery", "api", "repository", "views", "publication"}
PURE_LIBRARIES = {
    "anyascii",
    "asn1crypto",
    "babel",
    "jinja2",
    "cryptography",
    "icalendar",
    "langcodes",
    "orjson",
    "pyhanko",
    "pyhanko_certvalidator",
    "python_calamine",
    "rfc8785",
    "segno",
    "typst",
}


@pytest.fixture(scope="module")
def graph() -> grimp.ImportGraph:
    """Every import of the product, third parties included."""
    return grimp.build_graph(*PACKAGES, include_external_packages=True, cache_dir=None)


def foreign(graph: grimp.ImportGraph, module: str) -> set[str]:
    """The top-level names outside the standard library that a module imports."""
    imported = {name.partition(".")[0] for name in graph.find_modules_directly_imported_by(module)}
    return imported - set(sys.stdlib_module_names)


def test_the_contracts_of_imports_hold() -> None:
    """import-linter finds no import that the architecture forbids."""
    linter = Path(sys.executable).parent / "lint-imports"
    done = subprocess.run([linter, "--no-cache"], cwd=CHECKOUT, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stdout[done.stdout.find("Broken contracts") :]


def test_events_need_marshmallow_and_the_kernel(graph: grimp.ImportGraph) -> None:
    """What the services say to each other can be read by a program that has nothing else of ours installed."""
    used = {name: foreign(graph, name) for name in graph.modules if name.split(".")[0] == "events"}
    assert {
        name: names - {"events", "kernel", "marshmallow"}
        for name, names in used.items()
        if names - {"events", "kernel", "marshmallow"}
    } == {}


def test_the_kernel_needs_small_pure_libraries_only(graph: grimp.ImportGraph) -> None:
    """What everybody may use brings nothing with it that reads, writes or waits."""
    used = {
        name: foreign(graph, name) - {"kernel", "anyascii", "ulid"}
        for name in graph.modules
        if name.split(".")[0] == "kernel"
    }
    assert used and {name: names for name, names in used.items() if names} == {}


def test_rules_need_small_pure_libraries_only(graph: grimp.ImportGraph) -> None:
    """A rule depends on events, on other rules and on libraries that do no input or output."""
    rules = [
        name
        for name in graph.modules
        if name.startswith("services.")
        and name.count(".") >= 2
        and name.rpartition(".")[2] not in STORING | ENTRYPOINTS
    ]
    allowed = {"kernel", "events", "services", *PURE_LIBRARIES}
    assert len(rules) > 20
    assert {name: foreign(graph, name) - allowed for name in rules if foreign(graph, name) - allowed} == {}


def test_what_makes_paper_is_in_processes_of_its_own(graph: grimp.ImportGraph) -> None:
    """Typesetter and PDF library take three times the memory of a service: no service and no gateway loads them."""
    loads = {"services.talent.paper.bindery", "services.talent.paper.checking"}
    for library in ("pyhanko", "typst"):
        users = graph.find_downstream_modules(library)
        assert loads & users
        assert {name for name in users if not name.startswith("services.talent.paper.")} == set(), library


def test_what_reads_workbooks_is_in_a_process_of_its_own(graph: grimp.ImportGraph) -> None:
    """The library ends its process when a small file says that it is huge: no service and no gateway loads it."""
    assert graph.find_downstream_modules("python_calamine") == {"services.talent.bulk.unpacking"}
