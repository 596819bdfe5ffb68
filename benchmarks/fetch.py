"""Fetches one commit of a public repository with git, and of that only the folders that are asked for."""

from __future__ import annotations

import os
import shutil
import subprocess
from collections.abc import Sequence
from pathlib import Path
from typing import NamedTuple

# What servers answer when the address is right and the commit is not there; git has no exit code of its own for it.
_NO_SUCH_COMMIT = ("not our ref", "unadvertised object", "couldn't find remote ref", "no such remote ref")
_REPOSITORY_OF_CALLER = ("GIT_DIR", "GIT_WORK_TREE", "GIT_INDEX_FILE", "GIT_OBJECT_DIRECTORY", "GIT_COMMON_DIR")


class DataError(Exception):
    """A set cannot be built. The message is one line: the set, what is wrong and where, and what to do next."""


class GitMissing(DataError):
    """git is not installed, so that no set at all can be fetched."""


class Origin(NamedTuple):
    """Where a source stands: a URL or a folder that git can fetch from, and the 40 hex digits of a commit."""

    remote: str
    commit: str


def fetch(name: str, origin: Origin, folders: Sequence[str], to: Path) -> Path:
    """Check out these folders of a commit into `to`, without any history; gives `to` back.

    Servers that allow it (GitHub does) send nothing but these folders. Links are written as the files git keeps them
    as, so that no page is read from elsewhere on this machine. Raises DataError, with `name` as the set's.
    """
    if shutil.which("git") is None:
        raise GitMissing("git is not installed: install it (apt install git, brew install git) and run this again")
    to.mkdir(parents=True, exist_ok=True)
    _git(to, name, "init", "--quiet", "--template=")
    for key, value in (("core.symlinks", "false"), ("core.autocrlf", "false"), ("core.sparseCheckout", "true")):
        _git(to, name, "config", key, value)
    (to / ".git" / "info").mkdir(exist_ok=True)
    (to / ".git" / "info" / "sparse-checkout").write_text("".join(f"/{folder}\n" for folder in folders), "utf-8")
    _git(to, name, "remote", "add", "--", "origin", origin.remote)
    fetched = _run(to, "fetch", "--quiet", "--depth=1", "--no-tags", "--filter=blob:none", "origin", origin.commit)
    if fetched.returncode:
        raise DataError(_why_not_fetched(name, origin, fetched.stderr))
    _git(to, name, "checkout", "--quiet", "--detach", origin.commit)
    return to


def _why_not_fetched(name: str, origin: Origin, said: str) -> str:
    if any(sign in said for sign in _NO_SUCH_COMMIT):
        return (
            f"{name}: {origin.remote} has no commit {origin.commit} that it gives away: "
            f"give another with --from {name}={origin.remote}#COMMIT"
        )
    return (
        f"{name}: cannot fetch from {origin.remote} (git: {_told(said)}): check the address and the network, "
        f"or give a copy with --from {name}=FOLDER"
    )


def _git(folder: Path, name: str, *arguments: str) -> None:
    """Run git, which is not expected to fail; raises DataError with what it said."""
    done = _run(folder, *arguments)
    if done.returncode:
        raise DataError(f"{name}: git {arguments[0]} failed in {folder} (git: {_told(done.stderr)}): run this again")


def _run(folder: Path, *arguments: str) -> subprocess.CompletedProcess[str]:
    """Run git in its own repository, even where this is started by a hook of another; it asks for no password."""
    environment = {key: value for key, value in os.environ.items() if key not in _REPOSITORY_OF_CALLER}
    environment |= {"LC_ALL": "C", "GIT_TERMINAL_PROMPT": "0"}
    return subprocess.run(
        ["git", *arguments], cwd=folder, env=environment, stdin=subprocess.DEVNULL, capture_output=True,
        text=True, errors="replace", check=False,
    )  # fmt: skip


def _told(said: str) -> str:
    lines = [line.strip() for line in said.splitlines() if line.strip()]
    told = [line for line in lines if line.startswith(("fatal:", "error:"))]
    return (told or lines or ["nothing"])[0]
