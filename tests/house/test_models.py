"""Rules for tables and their history."""

import re

import pytest
from django.apps import apps
from django.core.management import call_command
from django.db import models
from django.db.migrations.loader import MigrationLoader

from clinic.accounts.models import User
from tests.house.sources import APPS

OWN = [model for model in apps.get_models() if model.__module__.split(".")[0] in APPS]
LAYERS = {
    config.label: APPS.index(config.name.split(".")[0])
    for config in apps.get_app_configs()
    if config.name.split(".")[0] in APPS
}
every_model = pytest.mark.parametrize("model", OWN, ids=lambda model: model._meta.label)


@every_model
def test_constraints_are_named_after_their_model(model: type[models.Model]) -> None:
    words = {word.lower() for word in re.findall("[A-Z][a-z]+", model.__name__)}
    names = [rule.name for rule in [*model._meta.constraints, *model._meta.indexes]]
    assert [name for name in names if not name.startswith(tuple(words))] == []


@every_model
def test_people_who_left_traces_cannot_be_deleted(model: type[models.Model]) -> None:
    foreign = [field for field in model._meta.get_fields() if isinstance(field, models.ForeignKey)]
    careless = [
        field.name
        for field in foreign
        if field.related_model is User and field.remote_field.on_delete is not models.PROTECT
    ]
    assert careless == []


@every_model
def test_every_row_can_name_itself(model: type[models.Model]) -> None:
    assert model.__str__ is not models.Model.__str__


@every_model
def test_text_has_one_way_to_be_empty(model: type[models.Model]) -> None:
    fields = [
        field for field in model._meta.local_fields if isinstance(field, models.CharField | models.TextField)
    ]
    assert [field.name for field in fields if field.null] == []


@pytest.mark.django_db
def test_migrations_are_complete() -> None:
    call_command("makemigrations", check=True, dry_run=True, verbosity=0)


def test_migrations_never_depend_on_an_app_above() -> None:
    loader = MigrationLoader(None)
    offences = [
        f"{label}.{name} depends on {parent}"
        for (label, name), migration in loader.disk_migrations.items()
        for parent, _migration in migration.dependencies
        if label in LAYERS and parent in LAYERS and LAYERS[parent] > LAYERS[label]
    ]
    assert offences == []


def test_migrations_have_one_end_per_app() -> None:
    assert MigrationLoader(None).detect_conflicts() == {}
