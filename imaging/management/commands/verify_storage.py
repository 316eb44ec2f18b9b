"""Compare the private files with the rows that name them."""

from __future__ import annotations

from argparse import ArgumentParser
from typing import Any

from django.core.management.base import BaseCommand, CommandError
from tqdm import tqdm

from imaging.integrity import check_file, expected_files, find_orphans
from imaging.models import private_storage


class Command(BaseCommand):
    help = "Checks that every stored file exists and is unaltered; lists files that belong to nothing."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--remove-orphans", action="store_true", help="delete what belongs to nothing")

    def handle(self, *, remove_orphans: bool, **_options: Any) -> None:
        expected = list(expected_files())
        broken = [found for stored in tqdm(expected, unit="file") if (found := check_file(stored))]
        orphans = list(find_orphans({stored.name for stored in expected}))
        for finding in [*broken, *orphans]:
            self.stdout.write(str(finding))
        if remove_orphans:
            for orphan in orphans:
                private_storage().delete(orphan.name)
        if broken:
            raise CommandError(f"{len(broken)} of {len(expected)} files are missing or altered.")
        self.stdout.write(f"{len(expected)} files are as they were stored; {len(orphans)} belong to nothing.")
