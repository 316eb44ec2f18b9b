"""Lets torchvision be imported beside a torch build that its compiled operators were not made for.

The CPU wheel of torch and the torchvision wheel of PyPI do not match: torchvision's C++ library cannot be
loaded, and its Python side then fails while it registers shape functions for operators that nobody defined.
We use torchvision's networks and transforms, never its compiled operators, so their schemas are all that is
missing. Calling one of them still fails.

Import this module before any part of torchvision.
"""

import importlib.util
from pathlib import Path

import torch

SCHEMAS = {
    "nms": "nms(Tensor dets, Tensor scores, float iou_threshold) -> Tensor",
    "qnms": "qnms(Tensor dets, Tensor scores, float iou_threshold) -> Tensor",
}
# A schema lives as long as the library object that defined it.
LIBRARY = torch.library.Library("torchvision", "FRAGMENT")  # type: ignore[no-untyped-call]


def load_compiled_operators() -> bool:
    """Load torchvision's own C++ library if it fits this torch; whether it did."""
    package = importlib.util.find_spec("torchvision")
    if package is None or package.origin is None:
        raise ModuleNotFoundError("torchvision is not installed")
    for library in sorted(Path(package.origin).parent.glob("_C*.so")):
        try:
            torch.ops.load_library(str(library))  # type: ignore[no-untyped-call]
        except OSError:
            continue
        return True
    return False


def define_missing_schemas() -> list[str]:
    """Define what torchvision's import needs and its library did not bring; the names that were defined."""
    load_compiled_operators()
    missing = [name for name in SCHEMAS if not hasattr(torch.ops.torchvision, name)]
    for name in missing:
        LIBRARY.define(SCHEMAS[name])  # type: ignore[no-untyped-call]
    return missing


DEFINED = define_missing_schemas()
