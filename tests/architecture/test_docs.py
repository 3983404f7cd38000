"""The documents point at what exists: links, anchors, paths, commands, alerts."""

import importlib.util
import re
import subprocess
from functools import cache
from pathlib import Path

import pytest
import yaml

from deploy.local.cli import main as launcher
from tests.architecture.checkout import CHECKOUT, PACKAGES, files

DOCUMENTS = [path for path in files() if path.suffix == ".md"]
_LINK = re.compile(r"(?<!!)\[[^\]]*\]\(([^)\s]+)\)")
_CODE = re.compile(r"`([^`\n]+)`")
_FENCE = re.compile(r"^```.*?^```", re.MULTILINE | re.DOTALL)
_PATH = re.compile(rf"(?:{'|'.join(PACKAGES)}|tests|docs|\.ci)/[\w./-]+")
every_document = pytest.mark.parametrize("document", DOCUMENTS, ids=lambda path: str(path.relative_to(CHECKOUT)))


@cache
def anchors(document: Path) -> frozenset[str]:
    """The anchors of a document's headings, as GitHub makes them."""
    text = _FENCE.sub("", document.read_text(encoding="utf-8"))
    titles = re.findall(r"^#+ +(.+)$", text, re.MULTILINE)
    slugs = (re.sub(r"[^\w\- ]", "", title.lower().replace("`", "")).strip().replace(" ", "-") for title in titles)
    return frozenset(slugs)


def ignored(path: str) -> bool:
    """Whether git ignores a path: it is made when the platform runs."""
    return subprocess.run(["git", "check-ignore", "-q", f"{path}/"], cwd=CHECKOUT, check=False).returncode == 0


@every_document
def test_every_link_leads_somewhere(document: Path) -> None:
    """A link to a file of ours finds the file, and its anchor a heading in it."""
    broken = []
    for link in _LINK.findall(_FENCE.sub("", document.read_text(encoding="utf-8"))):
        if re.match(r"[a-z]+:", link):
            continue
        name, _, anchor = link.partition("#")
        target = (document.parent / name).resolve() if name else document
        if not target.exists() or (anchor and anchor not in anchors(target)):
            broken.append(link)
    assert broken == []


@every_document
def test_every_path_that_is_named_exists(document: Path) -> None:
    """A path in code quotes is a file or folder of the checkout; `<x>`, `*` and `...` stand for many."""
    named = {
        path.rstrip("/.")
        for code in _CODE.findall(document.read_text(encoding="utf-8"))
        if not re.search(r"[<*{]|\.\.\.", code)
        for path in _PATH.findall(code)
        if code.startswith(path)
    }
    assert sorted(path for path in named if not (CHECKOUT / path).exists() and not ignored(path)) == []


@every_document
def test_every_command_that_is_named_exists(document: Path) -> None:
    """`./callboard x` is a command of the launcher, `python -m x` a module."""
    text = document.read_text(encoding="utf-8")
    with launcher.make_context("callboard", ["--help"], resilient_parsing=True) as context:
        commands = set(launcher.list_commands(context))
    assert {name for name in re.findall(r"\./callboard ([a-z][a-z-]*)", text) if name not in commands} == set()
    modules = set(re.findall(r"python -m ([a-z_.]+[a-z_])", text))
    assert {name for name in modules if importlib.util.find_spec(name) is None} == set()


def test_every_alert_has_its_section_in_the_runbook() -> None:
    """Whoever is woken by an alert finds what to do behind its link."""
    rules = yaml.safe_load((CHECKOUT / "deploy/prometheus/rules/alerts.yml").read_text(encoding="utf-8"))
    urls = {rule["annotations"]["runbook_url"] for group in rules["groups"] for rule in group["rules"]}
    known = anchors(CHECKOUT / "docs" / "runbook.md")
    assert {url for url in urls if url.removeprefix("docs/runbook.md#") not in known} == set()


def test_every_decision_is_in_the_list() -> None:
    """The list of decisions links each record once."""
    folder = CHECKOUT / "docs" / "decisions"
    linked = _LINK.findall((folder / "README.md").read_text(encoding="utf-8"))
    records = {path.name for path in folder.glob("[0-9]*.md")}
    assert records == {link for link in linked if link[0].isdigit()}


def test_the_readme_begins_with_the_commands_that_matter() -> None:
    """A newcomer pastes two lines before reading anything else."""
    text = (CHECKOUT / "README.md").read_text(encoding="utf-8")
    assert 0 < text.index("./callboard up") < text.index("./callboard demo") < text.index("## ")
