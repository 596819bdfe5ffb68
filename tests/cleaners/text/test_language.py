"""The language model that is kept unpacked: damage is noticed, and mended where that is possible."""

from __future__ import annotations

import errno
import os
from collections.abc import Callable
from functools import partial
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from cleaners.text import language


def small_model() -> np.ndarray[Any, Any]:
    """Stands in for the model, which takes a second to unpack."""
    record = np.zeros((), np.dtype([("scores", np.float32, (300, 7)), ("priors", np.float32, (7,))]))
    record["scores"] = np.arange(2_100).reshape(300, 7)
    return record


@pytest.fixture
def kept(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Where a small model is kept unpacked."""
    monkeypatch.setattr(language, "_unpacked", small_model)
    monkeypatch.setattr(language, "_FOLDER", tmp_path)
    monkeypatch.setattr(language, "_place", lambda: tmp_path / "_language-new.npy")
    language.keep_unpacked()
    return tmp_path / "_language-new.npy"


def flip(file: Path, place: int) -> None:
    """Turn one bit."""
    content = bytearray(file.read_bytes())
    content[place] ^= 1 << place % 8
    file.write_bytes(content)


def folder_in_place(file: Path) -> None:
    file.unlink()
    (file / "within").mkdir(parents=True)


def link_to_nowhere(file: Path) -> None:
    file.unlink()
    file.symlink_to("nowhere")


@pytest.mark.parametrize(
    "damage",
    [
        *(partial(flip, place=place) for place in (0, 9, 100, 127, 128, 5_000, -17, -16, -1)),
        lambda file: file.write_bytes(b""),
        lambda file: file.write_bytes(b"half"),
        lambda file: file.write_bytes(b"garbage" * 2_000),
        lambda file: file.write_bytes(file.read_bytes()[:-1]),
        lambda file: file.write_bytes(file.read_bytes()[:-16]),
        lambda file: file.write_bytes(file.read_bytes()[:5_000]),
        lambda file: file.write_bytes(file.read_bytes() + b"x"),
        lambda file: file.write_bytes(bytes(file.stat().st_size)),
        folder_in_place,
        link_to_nowhere,
    ],
)
def test_a_kept_model_that_is_damaged_is_not_used_and_made_again(kept: Path, damage: Callable[[Path], None]) -> None:
    damage(kept)
    assert language._kept() is None
    language.keep_unpacked()
    again = language._kept()
    assert again is not None and again == small_model() and [path.name for path in kept.parent.iterdir()] == [kept.name]


def test_a_kept_model_that_is_whole_stays(kept: Path) -> None:
    before = kept.stat()
    os.utime(kept, (1, 1))  # restored from a backup
    language.keep_unpacked()
    assert language._kept() == small_model() and kept.stat().st_ino == before.st_ino


def test_a_damaged_model_that_cannot_be_made_again_harms_nobody(kept: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """As in a folder that belongs to somebody else: every process unpacks for itself."""
    flip(kept, 5_000)

    def refuse(*_: object, **__: object) -> None:
        raise PermissionError(errno.EACCES, "permission denied")

    monkeypatch.setattr(Path, "unlink", refuse)
    monkeypatch.setattr(Path, "replace", refuse)
    monkeypatch.setattr(language, "open", lambda path, how: refuse() if "w" in how else path.open(how), raising=False)
    language.keep_unpacked()
    assert language._kept() is None
    monkeypatch.setattr(language, "speedups", None)
    monkeypatch.setattr(language, "_py_model", lambda parts: parts)
    language._model.cache_clear()
    assert language._model() == small_model()
    language._model.cache_clear()


def test_several_processes_may_make_it_at_once(kept: Path) -> None:
    flip(kept, 5_000)
    children = []
    for _ in range(6):
        child = os.fork()
        if not child:
            code = 1
            try:
                language.keep_unpacked()
                found = language._kept()
                code = 0 if found is None or found == small_model() else 2  # None: another was just removing its own
            finally:
                os._exit(code)
        children.append(child)
    assert [os.waitstatus_to_exitcode(os.waitpid(child, 0)[1]) for child in children] == [0] * 6
    assert language._kept() == small_model() and [path.name for path in kept.parent.iterdir()] == [kept.name]
