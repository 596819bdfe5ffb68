"""Runs the accelerator's tests, and pages torn by the fuzzer, through a build that stops at the first memory fault.

`make test-asan` does it. The build has gcc's AddressSanitizer and UBSan in it and stands in a temporary folder; the one
that is used otherwise stays as it is.
"""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

from hypothesis import settings

from cleaners.native import ELSEWHERE, PLAIN, native
from flows.accelerate import ADVICE, CannotBuild, build, compiler

HERE = Path(__file__).parent
FLAGS = (
    "-std=c11", "-O1", "-g", "-fno-omit-frame-pointer", "-fPIC", "-shared", "-fsanitize=address,undefined",
    "-fno-sanitize-recover=all",
)  # fmt: skip
ROUNDS = 2  # of the fuzzer, 200 pages each
MOST_EXAMPLES = 60  # of a test: with every allocation watched, each takes ten times as long
DRAW = "draw"


def pytest_collection_modifyitems(items: list[Any]) -> None:
    """Have each test draw fewer examples, as a plugin of the run below."""
    inner = "_hypothesis_internal_use_settings"
    for item in items:
        if given := getattr(getattr(item, "obj", None), inner, None):
            setattr(item.obj, inner, settings(given, max_examples=min(MOST_EXAMPLES, given.max_examples)))


def library() -> str:
    """The file of AddressSanitizer's own allocator, which has to be loaded before Python. Raises CannotBuild."""
    asked = [*compiler(), "-print-file-name=libasan.so"]
    found = subprocess.run(asked, capture_output=True, text=True, check=False).stdout.strip()
    if not os.path.isabs(found):
        raise CannotBuild(f"{asked[0]} brings no libasan ({ADVICE})")
    return found


def draw() -> None:
    """Clean the pages that the fuzzer draws from its first seeds."""
    from hostile.fuzz import a_round

    if native is None or native.__file__ != os.environ[ELSEWHERE]:
        raise SystemExit("the sanitized accelerator was not loaded")
    for first in range(ROUNDS):
        a_round(first)


def main() -> int:
    """Build, run everything, and give the exit code of what failed first."""
    with TemporaryDirectory() as folder:
        try:
            place = build(FLAGS, Path(folder))
            surroundings = os.environ | {
                ELSEWHERE: str(place),
                PLAIN: "0",
                "LD_PRELOAD": library(),
                "PYTHONMALLOC": "malloc",  # Python's own pools would hide an overflow
                "ASAN_OPTIONS": "detect_leaks=0:abort_on_error=1:allocator_may_return_null=1:malloc_context_size=2",
                "UBSAN_OPTIONS": "print_stacktrace=1:halt_on_error=1",
                "PYTHONPATH": os.pathsep.join([str(HERE.parent), str(HERE)]),
            }
        except CannotBuild as why:
            print(f"no sanitized accelerator: {why}", file=sys.stderr)
            return 2
        tests = [str(path) for path in sorted(HERE.glob("test_native*.py"))]
        for words in (
            ["-m", "sanitized", DRAW],
            ["-m", "pytest", "-x", "-p", "no:cacheprovider", "-p", "sanitized", *tests],
        ):
            code = subprocess.run([sys.executable, *words], env=surroundings, check=False).returncode
            if code:
                return code if code > 0 else 1
    return 0


if __name__ == "__main__":
    sys.exit(draw() if sys.argv[1:] == [DRAW] else main())
