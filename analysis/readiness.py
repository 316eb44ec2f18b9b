"""Whether this clinic can measure faces at all, for `/health/ready`. Reads cards; loads no network."""

import json
from pathlib import Path

from django.conf import settings

from analysis.models import ModelRelease


def missing_releases() -> str:
    """The steps that have no release with weights, in a few words; empty when every step has one."""
    cards = [card for card in Path(settings.WEIGHTS_DIR).glob("*/card.json") if has_weights(card.parent)]
    installed = {json.loads(card.read_text()).get("task") for card in cards}
    missing = sorted(task.value for task in ModelRelease.FACE_TASKS if task.value not in installed)
    return f"none installed for {', '.join(missing)}" if missing else ""


def has_weights(folder: Path) -> bool:
    return (folder / "weights.safetensors").is_file()
