"""What holds for every source file: documented, and naming nothing that belongs elsewhere."""

import ast
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.architecture.checkout import CHECKOUT, files, python_files

REGISTRIES = tuple(
    ".".join(parts)
    for parts in (
        ("pypi", "org"),
        ("pythonhosted", "org"),
        ("debian", "org"),
        ("archive", "ubuntu", "com"),
        ("npmjs", "org"),
        ("npmjs", "com"),
        ("yarnpkg", "com"),
    )
)
"""Built from parts, so that this file names none of them."""
VAGUE = {"utils", "util", "helpers", "helper", "common", "misc", "shared", "base", "core", "manager"}


def undocumented(path: Path) -> Iterator[str]:
    """The public definitions of a module that have no docstring, as `line name`."""
    tree = ast.parse(path.read_text(encoding="utf-8"))
    if ast.get_docstring(tree) is None:
        yield "1 (module)"
    stack: list[ast.Module | ast.ClassDef] = [tree]
    while stack:
        for node in stack.pop().body:
            if not isinstance(node, ast.ClassDef | ast.FunctionDef) or node.name.startswith("_"):
                continue
            if ast.get_docstring(node) is None:
                yield f"{node.lineno} {node.name}"
            if isinstance(node, ast.ClassDef):
                stack.append(node)


@pytest.mark.parametrize("path", python_files(), ids=lambda path: str(path.relative_to(CHECKOUT)))
def test_every_public_definition_says_what_it_promises(path: Path) -> None:
    """A module, a public class, a public function or method has a docstring."""
    assert list(undocumented(path)) == []


@pytest.mark.parametrize("path", python_files(), ids=lambda path: str(path.relative_to(CHECKOUT)))
def test_a_module_is_named_after_a_concept(path: Path) -> None:
    """No drawer for whatever has no place."""
    assert path.stem not in VAGUE


def test_no_file_names_a_package_registry() -> None:
    """Where packages come from is the business of the machine that installs them."""
    found = []
    for path in files():
        text = path.read_bytes().decode("utf-8", errors="ignore").lower()
        found += [f"{path.relative_to(CHECKOUT)}: {host}" for host in REGISTRIES if host in text]
    assert found == []
