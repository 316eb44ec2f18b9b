"""Make the next batches while the network learns from the last one."""

from collections.abc import Callable, Iterable, Iterator
from typing import TypeVar

import cv2
import torch
from torch.utils.data import DataLoader, IterableDataset

Batch = TypeVar("Batch")

AHEAD = 3
"""Batches that wait at most."""


class _Epoch(IterableDataset[Batch]):
    def __init__(self, batches: Callable[[int], Iterable[Batch]], epoch: int) -> None:
        self.batches, self.epoch = batches, epoch

    def __iter__(self) -> Iterator[Batch]:
        yield from self.batches(self.epoch)


def made_ahead(batches: Callable[[int], Iterable[Batch]], epoch: int) -> Iterator[Batch]:
    """The batches of an epoch, in their order, made by one process of its own.

    One process, so that the batches are those that `batches(epoch)` gives anywhere else: chance comes from
    the epoch and not from who draws. The process is forked, which shares the pictures without copying them:
    call this from a program that runs no threads besides.
    """
    loader = DataLoader(
        _Epoch(batches, epoch),
        batch_size=None,
        num_workers=1,
        prefetch_factor=AHEAD,
        worker_init_fn=_one_thread,
        multiprocessing_context="fork",
    )
    return iter(loader)


def _one_thread(_: int) -> None:
    """The maker of batches shares the machine with the training and takes one core of it."""
    torch.set_num_threads(1)
    cv2.setNumThreads(1)
