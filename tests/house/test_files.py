"""Rules of style that a reviewer should not have to look for."""

import ast
import re

import pytest

from tests.house.sources import files, name_of, python_files, tree

LONGEST = 400
DRAWERS = {"utils", "helpers", "common", "misc"}


def test_no_file_is_longer_than_anyone_reads() -> None:
    lengths = {
        name_of(path): len(path.read_text().splitlines()) for path in files(".py", ".js", ".css", ".html")
    }
    assert {name: length for name, length in lengths.items() if length > LONGEST} == {}


def test_no_module_is_a_drawer() -> None:
    assert [name_of(path) for path in files(".py") if {path.stem, path.parent.name} & DRAWERS] == []


def goes_on(handler: ast.ExceptHandler) -> bool:
    """Whether the error ends here; cleaning up and raising it again is no catch."""
    last = handler.body[-1]
    return not (isinstance(last, ast.Raise) and last.exc is None)


def test_nothing_catches_everything() -> None:
    offences = [
        f"{name_of(path)}:{node.lineno}"
        for path in python_files(tests=True)
        for node in ast.walk(tree(path))
        if isinstance(node, ast.ExceptHandler)
        and (node.type is None or getattr(node.type, "id", "") in {"Exception", "BaseException"})
        and goes_on(node)
    ]
    assert offences == []


def test_weights_load_strictly_and_safely() -> None:
    forbidden = {"load_state_dict": "strict", "load": "weights_only"}
    offences = [
        f"{name_of(path)}:{node.lineno}"
        for path in python_files(tests=True)
        for node in ast.walk(tree(path))
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute)
        for keyword in node.keywords
        if keyword.arg == forbidden.get(node.func.attr, "-")
        and isinstance(keyword.value, ast.Constant)
        and keyword.value.value is False
    ]
    assert offences == []


@pytest.mark.parametrize(
    "word", ["csrf_" + "exempt", "mark_" + "safe", "TO" + "DO", "FIX" + "ME", "NotImplemented" + "Error"]
)
def test_no_shortcut_and_no_promise(word: str) -> None:
    sources = files(".py", ".js", ".css", ".html")
    assert [name_of(path) for path in sources if re.search(rf"\b{word}\b", path.read_text())] == []


# What a strict content policy would block, and what would leave the house.
TEMPLATE_OFFENCES = {
    "inline script": re.compile(r"<script(?![^>]*\bsrc=)(?![^>]*type=\"application/json\")", re.I),
    "inline style": re.compile(r"<style\b|\sstyle=", re.I),
    "inline handler": re.compile(r"\son[a-z]+=", re.I),
    "htmx code in an attribute": re.compile(r"\shx-on|hx-vals=[\"']js:|javascript:", re.I),
    "unescaped output": re.compile(r"\|\s*safe\b|autoescape off", re.I),
    "a stranger": re.compile(r"(?:src|href|action)=[\"'](?:https?:)?//", re.I),
}


@pytest.mark.parametrize("offence", sorted(TEMPLATE_OFFENCES))
def test_templates_keep_the_content_policy(offence: str) -> None:
    pattern = TEMPLATE_OFFENCES[offence]
    offences = [
        f"{name_of(path)}:{number} {line.strip()}"
        for path in files(".html")
        for number, line in enumerate(path.read_text().splitlines(), 1)
        if pattern.search(line)
    ]
    assert offences == []
