"""Static files that other packages bring, served by the application under names of our choice."""

from collections.abc import Iterable, Iterator
from importlib.util import find_spec
from pathlib import Path
from typing import Any

from django.contrib.staticfiles.finders import BaseFinder
from django.contrib.staticfiles.utils import matches_patterns
from django.core.checks import CheckMessage, Error
from django.core.files.storage import FileSystemStorage, Storage
from whitenoise.storage import CompressedManifestStaticFilesStorage

# The name under which we serve it: the package that brings it, and where it lies in there.
PACKAGED = {"vendor/plotly.min.js": ("plotly", "package_data/plotly.min.js")}


def package_folder(package: str) -> Path:
    spec = find_spec(package)
    if spec is None or spec.origin is None:
        raise ModuleNotFoundError(package)
    return Path(spec.origin).parent


class PackagedStorage(FileSystemStorage):
    """One file of an installed package, seen under its public name."""

    prefix = ""

    def path(self, name: str) -> str:
        package, inside = PACKAGED[name]
        return str(package_folder(package) / inside)


class PackageFinder(BaseFinder):
    """Finds exactly the files named in PACKAGED: the rest of those packages is nobody's business."""

    storage = PackagedStorage()

    def check(self, **_kwargs: Any) -> list[CheckMessage]:
        return [
            Error(f"{name} is missing from the installed {package}.", id="vititrack.E010")
            for name, (package, _inside) in PACKAGED.items()
            if not Path(self.storage.path(name)).is_file()
        ]

    def find(self, path: str, find_all: bool = False, **_kwargs: Any) -> Any:
        if path not in PACKAGED:
            return []
        found = self.storage.path(path)
        return [found] if find_all else found

    def list(self, ignore_patterns: Iterable[str] | None) -> Iterator[tuple[str, Storage]]:
        for name in PACKAGED:
            if not matches_patterns(name, list(ignore_patterns or [])):
                yield name, self.storage


class HashedModules(CompressedManifestStaticFilesStorage):  # type: ignore[misc]  # whitenoise is untyped
    """Our ES modules import one another by their hashed names: no page mixes two versions of them.

    The bundles that packages bring stay as they are: they import nothing, and may only look as if they did.
    """

    patterns = (
        *CompressedManifestStaticFilesStorage.patterns,
        ("js/*.js", CompressedManifestStaticFilesStorage._js_module_import_aggregation_patterns[1]),
    )
