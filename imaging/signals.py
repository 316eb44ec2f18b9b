"""What imaging tells the apps above it, which it may not import."""

from django.dispatch import Signal

photo_placed = Signal()
"""A photograph now fills a slot: it was stored, or moved there. Sent with `photo` and `user` inside the
transaction that did it, so that what a receiver writes stands or falls with the photograph."""
