"""Runs the tests of the C parts, and pages torn by the fuzzer, through a build that stops at the first memory fault.

`make test-asan` does it. The build has gcc's AddressSanitizer and UBSan in it and stands in a temporary folder; the one
that is used otherwise stays as it is.
"""

from __future__ import annotations

import os
import shlex
import shutil
import subprocess
import sys
import sysconfig
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

from hypothesis import settings

from cleaners._speedups import ELSEWHERE, PURE, digest, speedups
from running import HOME, PATHS

TESTS = HOME / "tests/cleaners/_speedups"
FLAGS = (
    "-std=c11", "-O1", "-g", "-fno-omit-frame-pointer", "-fPIC", "-shared", "-fsanitize=address,undefined",
    "-fno-sanitize-recover=all",
)  # fmt: skip
ROUNDS = 2  # of the fuzzer, 200 pages each
MOST_EXAMPLES = 60  # of a test: with every allocation watched, each takes ten times as long
DRAW = "draw"


class CannotBuild(Exception):
    """Something that building takes is not there, or refused."""


def build(folder: Path) -> Path:
    """Compile the C parts with the sanitizers in them into a folder; gives the file. Raises CannotBuild."""
    place = folder / ("_speedups" + sysconfig.get_config_var("EXT_SUFFIX"))
    source = HOME / "cleaners/_speedups/_speedups.c"
    command = [
        *compiler(), *FLAGS, f"-I{sysconfig.get_path('include')}", f'-DCOPYDESK_SOURCE="{digest()}"', str(source),
        "-o", str(place),
    ]  # fmt: skip
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    if done.returncode:
        raise CannotBuild(f"{command[0]} says: {done.stderr.strip()[:500]}")
    return place


def compiler() -> list[str]:
    """The C compiler's command: $CC, else the system's. Raises CannotBuild."""
    words = shlex.split(os.environ.get("CC", "gcc"))
    if not words or not shutil.which(words[0]):
        raise CannotBuild("there is no C compiler (on Debian and Ubuntu: apt install gcc python3-dev)")
    return words


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
        raise CannotBuild(f"{asked[0]} brings no libasan (on Debian and Ubuntu: apt install gcc)")
    return found


def draw() -> None:
    """Clean the pages that the fuzzer draws from its first seeds."""
    from hostile.fuzz import a_round

    if speedups is None or speedups.__file__ != os.environ[ELSEWHERE]:
        raise SystemExit("the sanitized build was not loaded")
    for first in range(ROUNDS):
        a_round(first)


def main() -> int:
    """Build, run everything, and give the exit code of what failed first."""
    with TemporaryDirectory() as folder:
        try:
            place = build(Path(folder))
            surroundings = os.environ | {
                ELSEWHERE: str(place),
                PURE: "0",
                "LD_PRELOAD": library(),
                "PYTHONMALLOC": "malloc",  # Python's own pools would hide an overflow
                "ASAN_OPTIONS": "detect_leaks=0:abort_on_error=1:allocator_may_return_null=1:malloc_context_size=2",
                "UBSAN_OPTIONS": "print_stacktrace=1:halt_on_error=1",
                "PYTHONPATH": PATHS,
            }
        except CannotBuild as why:
            print(f"no sanitized build: {why}", file=sys.stderr)
            return 2
        tests = [str(path) for path in sorted(TESTS.glob("test_*.py"))]
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
