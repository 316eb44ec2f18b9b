"""The project's own files, as the house rules read them."""

import ast
from collections.abc import Iterator
from functools import cache
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
APPS = ("clinic", "patients", "imaging", "analysis", "reports")


@cache
def files(*suffixes: str) -> tuple[Path, ...]:
    """Files of the apps, templates, static assets and tests, with one of the suffixes."""
    folders = [ROOT / name for name in (*APPS, "templates", "static", "tests")]
    found = (path for folder in folders for path in folder.rglob("*") if path.suffix in suffixes)
    return tuple(sorted(path for path in found if "weights" not in path.parts))


def python_files(*, tests: bool = False) -> Iterator[Path]:
    for path in files(".py"):
        if tests or path.relative_to(ROOT).parts[0] != "tests":
            yield path


@cache
def tree(path: Path) -> ast.Module:
    return ast.parse(path.read_text(), str(path))


def name_of(path: Path) -> str:
    return str(path.relative_to(ROOT))


def imported_modules(path: Path) -> Iterator[tuple[str, int]]:
    """Every module a file imports, at whatever depth and however lazily, with the line."""
    package = path.relative_to(ROOT).parent.parts
    for node in ast.walk(tree(path)):
        if isinstance(node, ast.Import):
            for alias in node.names:
                yield alias.name, node.lineno
        elif isinstance(node, ast.ImportFrom):
            base = package[: len(package) - node.level + 1] if node.level else ()
            module = ".".join([*base, *([node.module] if node.module else [])])
            yield module, node.lineno
            for alias in node.names:
                yield f"{module}.{alias.name}", node.lineno
