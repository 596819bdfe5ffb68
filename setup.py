"""Builds the C parts of cleaners/; all else that describes the package stands in pyproject.toml."""

from __future__ import annotations

import hashlib
from pathlib import Path

from setuptools import Extension, setup

SOURCES = sorted(Path("cleaners/_speedups").glob("*.c"))
DIGEST = hashlib.sha256(b"".join(path.read_bytes() for path in SOURCES)).hexdigest()[:16]

setup(
    ext_modules=[
        Extension(
            "cleaners._speedups._speedups",
            sources=["cleaners/_speedups/_speedups.c"],
            depends=[path.as_posix() for path in SOURCES],
            define_macros=[("COPYDESK_SOURCE", f'"{DIGEST}"')],  # by which the package knows its own build
            extra_compile_args=["-std=c11", "-O3"],
            optional=True,  # without a compiler, or on a free-threaded Python, the package is pure Python, and slower
        )
    ],
    # What an earlier build left in build/ may be of other sources with younger dates: it would go into the wheel, and
    # the package would then refuse it.
    options={"build_ext": {"force": True}},
)
