"""`manage.py weights`: what is installed, what others published, and how to bring it in."""

from argparse import ArgumentParser
from pathlib import Path
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError

from analysis.vision.catalogue import PUBLISHED, SAM, UnknownCheckpoint, how_to_get, import_checkpoint
from analysis.vision.releases import ReleaseUnusable, read_release


class Command(BaseCommand):
    """Thin: everything is done by `analysis.vision.releases` and `analysis.vision.catalogue`."""

    help = "List the installed releases and the published checkpoints, or import a checkpoint's file."
    requires_system_checks = ()

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--weights", type=Path, default=settings.WEIGHTS_DIR, help="folder of releases")
        actions = parser.add_subparsers(dest="action", required=True, parser_class=ArgumentParser)
        actions.add_parser("list", help="installed releases, then published checkpoints")
        importing = actions.add_parser("import", help="make a release of a published checkpoint")
        importing.add_argument("file", type=Path, help="the downloaded file, unchanged")

    def handle(self, *_args: Any, action: str, weights: Path, **options: Any) -> None:
        if action == "list":
            self._list(weights)
        else:
            self._import(options["file"], weights)

    def _list(self, weights: Path) -> None:
        self.stdout.write(f"Installed in {weights}:")
        for folder in sorted(path for path in weights.glob("*") if path.is_dir()):
            self.stdout.write(f"  {describe(folder)}")
        self.stdout.write("Published by others, known by their sha256:")
        for one in PUBLISHED:
            self.stdout.write(f"  {one.name}  {one.task}  {one.sha256}  {one.licence}\n    {one.address}")
        if not (weights / SAM.name).is_dir():
            self.stdout.write(f"The SAM-guided U-Net cannot be chosen: {how_to_get(SAM)}")

    def _import(self, file: Path, weights: Path) -> None:
        try:
            release = import_checkpoint(file, weights)
        except (UnknownCheckpoint, ReleaseUnusable, OSError) as error:
            raise CommandError(str(error)) from error
        self.stdout.write(f"{release.name} is installed in {release.folder}, sha256 {release.sha256}.")


def describe(folder: Path) -> str:
    """A release in a line, or why it cannot be used."""
    try:
        release = read_release(folder)
    except ReleaseUnusable as error:
        return f"{folder.name}  unusable: {error}"
    return f"{release.name}  {release.card.task}  {release.sha256}"
