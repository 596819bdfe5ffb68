"""The hottest loops in C, built when the package is built, and what loads them.

Each has a twin in Python that gives the same, named `_py_…` and beside the function that calls either: in cleaners/read
(html_walk, nesting), cleaners/judge (words, lexicon, trees, block_arrays, character_counts, neighbourhood, features,
containers), cleaners/rules (phrases) and cleaners/text (credit_hints). C holds mechanics: numbers and characters with a
meaning are handed in, or listed in _shared.c and compared by tests/cleaners/_speedups/test_shared.py.
"""

from __future__ import annotations

import hashlib
import importlib
import importlib.util
import os
import sys
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from types import ModuleType

HERE = Path(__file__).parent
NAME = "cleaners._speedups._speedups"
ELSEWHERE = "COPYDESK_SPEEDUPS"  # in the environment: the file of another build, used in place of the usual one
PURE = "COPYDESK_PURE"  # set to 1 in the environment: Python alone, which gives the same and takes longer


def digest() -> str:
    """16 hex of the C sources."""
    return hashlib.sha256(b"".join(path.read_bytes() for path in sorted(HERE.glob("*.c")))).hexdigest()[:16]


def load() -> ModuleType | None:
    """The extension module; None where it is missing, unwanted, or was built from other sources than those here."""
    if os.environ.get(PURE) == "1":
        return None
    try:
        built = _imported(os.environ.get(ELSEWHERE))
    except ImportError:
        return None
    return built if getattr(built, "SOURCE", None) == digest() else None


def _imported(elsewhere: str | None) -> ModuleType:
    if not elsewhere or NAME in sys.modules:
        return importlib.import_module(NAME)
    spec = importlib.util.spec_from_file_location(NAME, elsewhere)
    if spec is None or spec.loader is None:
        raise ImportError(f"{elsewhere} is no extension module")
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    sys.modules[NAME] = module
    return module


speedups = load()
