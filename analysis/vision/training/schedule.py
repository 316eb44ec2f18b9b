"""The learning rate over a training."""

import math


def warmup_cosine(done: float, warmup: float, *, floor: float = 0.01) -> float:
    """The factor on the base rate when the share `done` (0 to 1) of the training has passed.

    It rises linearly over the first `warmup`, then follows half a cosine down to `floor`
    (Loshchilov and Hutter, 2017).
    """
    if done < warmup:
        return max(floor, done / warmup)
    remaining = (min(done, 1.0) - warmup) / max(1e-9, 1.0 - warmup)
    return floor + (1.0 - floor) * 0.5 * (1.0 + math.cos(math.pi * remaining))
