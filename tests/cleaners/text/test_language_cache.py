"""The user's cache folder: where it is, damage is noticed and repaired, and versions side by side leave each other alone."""

from __future__ import annotations

import errno
import os
from collections.abc import Callable
from functools import partial
from pathlib import Path
from typing import Any, BinaryIO

import numpy as np
import pytest
from py3langid.langid import MODEL_DIR, MODEL_FILE
from py3langid.modelio import load_model

from cleaners.text import language, language_cache

LONG_AGO = 1  # seconds since 1970
LINE = "The mayor resigned, said die Zeitung, nachdem der Rat ihren Haushalt abgelehnt hatte, and on Monday."


def small_model() -> np.ndarray[Any, Any]:
    """Stands in for the model, which takes a second to unpack."""
    record = np.zeros((), np.dtype([("scores", np.float32, (300, 7)), ("priors", np.float32, (7,))]))
    record["scores"] = np.arange(2_100).reshape(300, 7)
    return record


def never() -> np.ndarray[Any, Any]:
    raise AssertionError("it is there already")


@pytest.fixture
def cache(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A cache folder that is not there yet."""
    monkeypatch.setenv(language_cache.FOLDER, str(tmp_path / "cache"))
    return tmp_path / "cache"


@pytest.fixture
def saved(cache: Path) -> Path:
    """The file of a small model."""
    language_cache.save("small", small_model)
    return cache / "copydesk-small.npy"


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
    ("surroundings", "expected"),
    [
        ({"COPYDESK_CACHE": "/a/b", "XDG_CACHE_HOME": "/x", "HOME": "/h"}, "/a/b"),
        ({"COPYDESK_CACHE": "", "XDG_CACHE_HOME": "/x", "HOME": "/h"}, "/x/copydesk"),
        ({"XDG_CACHE_HOME": "", "HOME": "/h"}, "/h/.cache/copydesk"),
        ({"HOME": "/h"}, "/h/.cache/copydesk"),
    ],
)
def test_where_the_folder_is(surroundings: dict[str, str], expected: str, monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("COPYDESK_CACHE", "XDG_CACHE_HOME", "HOME"):
        monkeypatch.delenv(name, raising=False)
    for name, value in surroundings.items():
        monkeypatch.setenv(name, value)
    assert language_cache.folder() == Path(expected)


def test_a_relative_folder_is_that_of_where_the_process_started(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv(language_cache.FOLDER, "cache")
    assert language_cache.folder() == tmp_path / "cache"


def test_a_user_without_a_home_has_none(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(language_cache.platformdirs, "user_cache_path", lambda *_, **__: Path("~/.cache/copydesk"))
    monkeypatch.delenv(language_cache.FOLDER, raising=False)
    assert language_cache.folder() is None
    language_cache.save("small", never)
    assert language_cache.load("small") is None


def test_nothing_is_written_until_something_is_saved(cache: Path) -> None:
    assert language_cache.load("small") is None and not cache.exists()


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
def test_a_damaged_file_is_not_used_and_made_again(saved: Path, damage: Callable[[Path], None]) -> None:
    damage(saved)
    assert language_cache.load("small") is None
    language_cache.save("small", small_model)
    assert language_cache.load("small") == small_model()
    assert [path.name for path in saved.parent.iterdir()] == [saved.name]


def test_a_whole_file_stays_and_is_marked_as_used(saved: Path) -> None:
    before = saved.stat()
    language_cache.save("small", never)
    assert saved.stat().st_mtime_ns == before.st_mtime_ns, "used today: nothing to mark"
    os.utime(saved, (LONG_AGO, LONG_AGO))
    language_cache.save("small", never)
    assert saved.stat().st_ino == before.st_ino and saved.stat().st_mtime > LONG_AGO
    assert language_cache.load("small") == small_model()


def test_versions_side_by_side_leave_each_other_alone(saved: Path) -> None:
    language_cache.save("other", small_model)
    assert language_cache.load("small") == small_model() == language_cache.load("other")


@pytest.mark.parametrize(
    ("name", "goes"),
    [
        ("copydesk-gone.npy", True),
        ("copydesk-gone.0123456789abcdef.part", True),
        ("gone.npy", False),  # COPYDESK_CACHE may be a folder with more in it
        ("copydesk.txt", False),
        ("articles.part", False),
    ],
)
def test_what_nobody_used_for_long_goes_where_it_is_ours(cache: Path, name: str, goes: bool) -> None:
    cache.mkdir()
    (cache / name).write_bytes(b"left over")
    os.utime(cache / name, (LONG_AGO, LONG_AGO))
    language_cache.save("small", small_model)
    assert (cache / name).exists() is not goes


@pytest.mark.parametrize("name", ["copydesk-other.npy", "copydesk-other.0123456789abcdef.part"])
def test_what_another_process_uses_or_writes_stays(cache: Path, name: str) -> None:
    cache.mkdir()
    (cache / name).write_bytes(b"of now")
    language_cache.save("small", small_model)
    assert (cache / name).read_bytes() == b"of now"


def test_a_process_that_has_a_file_mapped_keeps_it_when_the_file_goes(saved: Path) -> None:
    mapped = language_cache.load("small")
    os.utime(saved, (LONG_AGO, LONG_AGO))
    language_cache.save("other", small_model)
    assert not saved.exists() and mapped == small_model()


def fill_up(file: BinaryIO, _: Any) -> None:
    """Write some of what is asked for, to a disk that is full then."""
    file.write(b"half")
    raise OSError(errno.ENOSPC, "no space left")


def test_a_full_disk_leaves_nothing_lying_about(cache: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(language_cache.np, "save", fill_up)
    language_cache.save("small", small_model)
    assert language_cache.load("small") is None and list(cache.iterdir()) == []


def test_a_folder_that_cannot_be_made_is_no_error(cache: Path) -> None:
    cache.write_text("a file where the folder should be")
    language_cache.save("small", never)
    assert language_cache.load("small") is None


def test_a_damaged_file_of_somebody_else_harms_nobody(saved: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    flip(saved, 5_000)

    def refuse(*_: object, **__: object) -> None:
        raise PermissionError(errno.EACCES, "permission denied")

    monkeypatch.setattr(Path, "unlink", refuse)
    monkeypatch.setattr(Path, "replace", refuse)
    language_cache.save("small", small_model)
    assert language_cache.load("small") is None


def test_several_processes_may_make_it_at_once(saved: Path) -> None:
    flip(saved, 5_000)
    children = []
    for _ in range(6):
        child = os.fork()
        if not child:
            code = 1
            try:
                language_cache.save("small", small_model)
                found = language_cache.load("small")
                code = 0 if found is None or found == small_model() else 2  # None: another was just removing its own
            finally:
                os._exit(code)
        children.append(child)
    assert [os.waitstatus_to_exitcode(os.waitpid(child, 0)[1]) for child in children] == [0] * 6
    assert language_cache.load("small") == small_model() and [path.name for path in saved.parent.iterdir()] == [
        saved.name
    ]


def test_the_language_model_gives_the_same_from_the_cache_and_without(cache: Path) -> None:
    language._model.cache_clear()
    scores = language._model().rank(LINE)
    assert not cache.exists(), "who asks for a language alone writes nothing"
    language.fill_cache()
    assert [path.name for path in cache.iterdir()] == [f"copydesk-{language._cached_as()}.npy"]
    language._model.cache_clear()
    assert language_cache.load(language._cached_as()) is not None and language._model().rank(LINE) == scores
    language._model.cache_clear()


@pytest.mark.slow
def test_the_model_is_the_one_that_the_library_reads() -> None:
    """The library leaves the languages in that ISO 639-1 has no code for."""
    scores, priors, labels, moves, rows, features = load_model(Path(MODEL_DIR, MODEL_FILE))
    two_letters = [column for column, label in enumerate(labels) if len(label) == 2]
    parts = language._unpacked()
    assert parts["labels"].tolist() == [labels[column] for column in two_letters] and 100 < len(two_letters) < len(
        labels
    )
    for name, expected in (
        ("scores", scores[:, two_letters].astype(np.float32)),
        ("priors", priors[two_letters]),
        ("moves", np.asarray(moves)),
        ("rows", np.asarray(rows, np.uint32) << 8),
        ("features", np.asarray(features, np.int32)),
    ):
        assert parts[name].dtype == expected.dtype and np.array_equal(parts[name], expected), name
