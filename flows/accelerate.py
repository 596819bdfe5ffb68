"""This file builds the accelerator beside its source: `python -m flows.accelerate`, as the first run does."""

from __future__ import annotations

import os
import shlex
import shutil
import subprocess
import sys
import sysconfig
from collections.abc import Sequence
from pathlib import Path

from cleaners.native import PLAIN, SOURCE, digest, native
from flows.progress import say

FLAGS = ("-std=c11", "-O3", "-DNDEBUG", "-fPIC", "-shared", "-Wall", "-Wextra")
ADVICE = "on Debian and Ubuntu: apt install gcc python3-dev"


class CannotBuild(Exception):
    """Something that building takes is not there, or refused."""


def build(flags: Sequence[str] = FLAGS, folder: Path | None = None) -> Path:
    """Compile the accelerator and put it in its place in one step; gives the place. Raises CannotBuild.

    Its place is beside its source, or in another folder, from where only who sets cleaners.native.ELSEWHERE uses it.
    """
    headers = Path(sysconfig.get_path("include"))
    if not (headers / "Python.h").is_file():
        raise CannotBuild(f"Python's headers are missing ({ADVICE})")
    place: Path = (folder or SOURCE.parent) / ("_native" + sysconfig.get_config_var("EXT_SUFFIX"))
    fresh = place.with_name(f".{place.name}.{os.getpid()}")
    command = [*compiler(), *flags, f"-I{headers}", f'-DWINNOW_SOURCE="{digest()}"', str(SOURCE), "-o", str(fresh)]
    try:
        try:
            done = subprocess.run(command, capture_output=True, text=True, check=False)
            if done.returncode:
                first = next((line for line in done.stderr.splitlines() if "error" in line), done.stderr.strip()[:200])
                raise CannotBuild(f"{command[0]} says: {first}")
            fresh.replace(place)
        finally:
            fresh.unlink(missing_ok=True)  # a read-only disk refuses even what is not there
    except OSError as error:
        raise CannotBuild(str(error)) from error
    return place


def compiler() -> list[str]:
    """The C compiler's command: $CC, else the one that Python was built with, else the system's. Raises CannotBuild."""
    for command in (os.environ.get("CC"), sysconfig.get_config_var("CC"), "cc", "gcc", "clang"):
        words = shlex.split(command or "")
        if words and shutil.which(words[0]):
            return words
    raise CannotBuild(f"there is no C compiler ({ADVICE})")


def build_missing() -> None:
    """Build the accelerator where it is missing or old; takes 1.5 s, once. Says in one line what stands in the way.

    Never fails: without the accelerator everything works, and takes longer.
    """
    if native is None and os.environ.get(PLAIN) != "1":
        try:
            build()
        except CannotBuild as why:
            say(f"Winnow goes on without its accelerator, only slower: {why}.\n", sys.stderr)


if __name__ == "__main__":
    build_missing()
