"""reports -> analysis -> imaging -> patients -> clinic, and never upward."""

import subprocess
import sys

import pytest

from tests.house.sources import APPS, ROOT, imported_modules, name_of, python_files

# The one place that must know every app.
COMPOSITION = {"clinic/urls.py"}
PURE = ("analysis/vision", "imaging/intake", "reports/charts", "reports/pdf", "reports/agreement")


def is_pure(name: str) -> bool:
    return any(name == f"{package}.py" or name.startswith(f"{package}/") for package in PURE)


def test_no_app_imports_from_above() -> None:
    offences = [
        f"{name_of(path)}:{line} imports {module}"
        for path in python_files()
        if name_of(path) not in COMPOSITION
        for module, line in imported_modules(path)
        if module.split(".")[0] in APPS
        and APPS.index(module.split(".")[0]) > APPS.index(path.relative_to(ROOT).parts[0])
    ]
    assert offences == []


def test_pure_packages_name_no_django() -> None:
    offences = [
        f"{name_of(path)}:{line} imports {module}"
        for path in python_files()
        if is_pure(name_of(path))
        for module, line in imported_modules(path)
        if module.split(".")[0] in {"django", "rest_framework", "django_tasks", "environs"}
    ]
    assert offences == []


def test_vision_knows_nothing_of_the_clinic() -> None:
    offences = [
        f"{name_of(path)}:{line} imports {module}"
        for path in python_files()
        if name_of(path).startswith("analysis/vision/")
        for module, line in imported_modules(path)
        if module.split(".")[0] in APPS and not module.startswith("analysis.vision")
    ]
    assert offences == []


@pytest.mark.slow
def test_pure_packages_import_where_there_is_no_django() -> None:
    """What the names promise, tried: also whatever they import in turn."""
    modules = [
        name_of(path).removesuffix(".py").removesuffix("/__init__").replace("/", ".")
        for path in python_files()
        if is_pure(name_of(path))
    ]
    program = "\n".join(
        [
            "import importlib, sys",
            "sys.modules['django'] = None",
            f"list(map(importlib.import_module, {modules}))",
        ]
    )
    done = subprocess.run([sys.executable, "-c", program], cwd=ROOT, capture_output=True, text=True)
    assert done.returncode == 0, done.stderr
