"""The digital phantom: a made-up head with exact truth, in three views, over months, under several lights."""

from analysis.vision.phantom.person import Person
from analysis.vision.phantom.photo import take_photo
from analysis.vision.phantom.scene import Scene
from analysis.vision.phantom.truth import Photograph, Truth
from analysis.vision.phantom.vitiligo import Vitiligo

__all__ = ["Person", "Photograph", "Scene", "Truth", "Vitiligo", "take_photo"]
