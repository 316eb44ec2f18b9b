"""The table of reasons why two readings are not compared: each row tried, and none left out."""

from dataclasses import replace
from typing import Any

import pytest

from reports.charts import (
    Difference,
    Status,
    Track,
    Verdict,
    change_between,
    is_sound,
    pool,
    refusals_between,
)
from reports.charts.comparability import PAIR_RULES, PHOTO_RULES
from reports.charts.wording import refusal_text, verdict_text
from tests.reports.test_charts import MODELS_LATER, measured

# One row a reason: what is changed in the later photo, and what is then said.
REFUSED = [
    ({"status": Status.FAILED, "n_vitiligo": None, "n_face": None}, Difference.NOT_MEASURED, "not measured"),
    ({"track": Track.RIGHT}, Difference.VIEW, "the views differ"),
    ({"modality": "visible"}, Difference.MODALITY, "the light differs"),
    ({"modality": ""}, Difference.MODALITY, "the light differs"),
    ({"skin_condition": "make_up"}, Difference.MAKE_UP, "make-up (2026-02-03)"),
    ({"skin_condition": "sunscreen"}, Difference.SUNSCREEN, "sunscreen (2026-02-03)"),
    ({"skin_condition": "camouflage"}, Difference.CAMOUFLAGE, "camouflage (2026-02-03)"),
    ({"skin_condition": "unknown"}, Difference.SKIN_UNKNOWN, "skin condition not recorded (2026-02-03)"),
    ({"quality_passed": False}, Difference.QUALITY_FAILED, "did not pass the quality check (2026-02-03)"),
    ({"quality_warned": True}, Difference.QUALITY_WARNED, "gave a warning (2026-02-03)"),
    ({"release": MODELS_LATER}, Difference.RELEASE, "the model release differs"),
    ({"release": ""}, Difference.RELEASE, "the model release differs"),
]


class TestComparability:
    @pytest.mark.parametrize(("changes", "difference", "words"), REFUSED)
    def test_refuses_with_the_reason(
        self, changes: dict[str, Any], difference: Difference, words: str
    ) -> None:
        first, later = measured(Track.LEFT, 0, 40), replace(measured(Track.LEFT, 1, 1), **changes)
        (refusal,) = refusals_between(first, later)
        assert refusal.difference is difference
        assert words in refusal_text(refusal)
        (other_way,) = refusals_between(later, first)
        assert other_way.difference is difference

    @pytest.mark.parametrize(("changes", "difference", "words"), REFUSED)
    def test_a_refused_change_is_shown_and_never_called_one(
        self, changes: dict[str, Any], difference: Difference, words: str
    ) -> None:
        later = replace(measured(Track.LEFT, 1, 1), **changes)
        change = change_between(measured(Track.LEFT, 0, 40), later, sdc95=1.1)
        if difference is Difference.NOT_MEASURED:
            assert change is None
            return
        assert change is not None
        assert change.points == pytest.approx(-39)
        assert (change.differences, change.verdict) == ((difference,), Verdict.NOT_COMPARABLE)
        assert verdict_text(change).startswith("not comparable: ")
        assert words in verdict_text(change)

    def test_every_reason_has_its_row(self) -> None:
        assert {difference for _changes, difference, _words in REFUSED} == set(Difference)
        assert set(PHOTO_RULES) | set(PAIR_RULES) == set(Difference)
        assert not set(PHOTO_RULES) & set(PAIR_RULES)

    def test_like_photos_are_compared(self) -> None:
        assert refusals_between(measured(Track.LEFT, 0, 40), measured(Track.LEFT, 1, 1)) == ()

    def test_names_every_reason_in_order(self) -> None:
        later = measured(Track.LEFT, 1, 1, modality="visible", quality_passed=False, release=MODELS_LATER)
        found = refusals_between(measured(Track.LEFT, 0, 40), later)
        assert [refusal.difference for refusal in found] == [
            Difference.MODALITY,
            Difference.QUALITY_FAILED,
            Difference.RELEASE,
        ]

    def test_two_unclean_visits_do_not_make_a_pair(self) -> None:
        pair = [measured(Track.LEFT, visit, 10, skin_condition="make_up") for visit in (0, 1)]
        (refusal,) = refusals_between(*pair)
        assert refusal_text(refusal) == "make-up (2026-01-03, 2026-02-03)"

    def test_pooled_values_keep_the_conditions_of_their_views(self) -> None:
        views = [measured(track, 1, 10) for track in (Track.LEFT, Track.FRONT, Track.RIGHT)]
        views[2] = replace(views[2], quality_warned=True)
        (pooled,) = pool(views)
        assert pooled.quality_warned
        assert not is_sound(pooled)
