"""The library names views and lights without Django; the clinic's choices must be the same words."""

from analysis.vision import terms
from imaging.models import Modality, View


def test_views_are_the_same_words_in_the_same_order() -> None:
    assert [view.value for view in terms.View] == View.values


def test_every_light_is_known_to_the_library() -> None:
    assert {light.value for light in terms.Modality} == set(Modality.values)
