"""This file finds the accelerator, the hottest loops in C, where it was built: `python -m flows.accelerate`."""

from __future__ import annotations

import hashlib
import importlib
import importlib.util
import os
import sys
from pathlib import Path
from typing import TYPE_CHECKING

from cleaners.page import Block

if TYPE_CHECKING:
    from types import ModuleType

SOURCE = Path(__file__).with_name("_native.c")
PARTS = (
    "_native.c", "_walk.c", "_trees.c", "_evidence.c", "_phrases.c", "_credits.c", "_language.c", "_nesting.c",
    "_survey.c",
)  # fmt: skip
ELSEWHERE = (
    "WINNOW_NATIVE"  # in the environment: the file of another build of it, which is used in place of the usual one
)
PLAIN = "WINNOW_PURE"  # set to 1 in the environment: Python alone, which gives the same and takes longer


def digest() -> str:
    """16 hex of the accelerator's source."""
    return hashlib.sha256(b"".join(SOURCE.with_name(part).read_bytes() for part in PARTS)).hexdigest()[:16]


def load() -> ModuleType | None:
    """The accelerator; None where it is missing, unwanted, or was built from another source than the one here."""
    if os.environ.get(PLAIN) == "1":
        return None
    try:
        built = _imported(os.environ.get(ELSEWHERE))
    except ImportError:
        return None
    fits = (
        all(SOURCE.with_name(part).is_file() for part in PARTS)
        and getattr(built, "SOURCE", None) == digest()
        and built.BLOCK_FIELDS.split() == [*Block._fields]
    )
    return built if fits else None


def _imported(elsewhere: str | None) -> ModuleType:
    name = "cleaners._native"
    if not elsewhere or name in sys.modules:
        return importlib.import_module(name)
    spec = importlib.util.spec_from_file_location(name, elsewhere)
    if spec is None or spec.loader is None:
        raise ImportError(f"{elsewhere} is no extension module")
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    sys.modules[name] = module
    return module


native = load()
