"""Tells the language of a text, offline, with py3langid's model and the page's own statement as a hint."""

from __future__ import annotations

import hashlib
import os
import shutil
from contextlib import suppress
from functools import lru_cache
from pathlib import Path
from typing import Any, BinaryIO

import numpy as np
import numpy.typing as npt
import xxhash
from py3langid.langid import MODEL_DIR, MODEL_FILE, LanguageIdentifier
from py3langid.modelio import load_model

from cleaners._speedups import speedups

TEXT_READ = 1_200  # characters, at 0.8 ms a thousand; more changed no answer on 118 pages in 30 languages
_GLANCE = 300  # characters, read first; where the model is this sure of them, 1,200 changed none of 908 answers
_CLEAR = 0.95
_SHORT = 60  # letters; below, the model errs on one text in ten and the page's own statement is the better guess
_SURE = 0.8
_GUESS = 0.1  # below it the model names any language: "hi" and "ok" are Serbian at 0.02, "Hallo Welt" is German at 0.16
_FOLDER = Path(__file__).parent
_PROOF = 16  # bytes at the end of the kept model: a hash of all that stands before
_AT_ONCE = 1 << 20  # bytes
_HINT_SCORE = 0.6  # for a language that the page states and the text neither bears out nor refutes


class _InC(LanguageIdentifier):  # type: ignore[misc]  # the library is untyped
    """The library's classifier with its innermost step done by the accelerator: the same sum of the same numbers."""

    __slots__ = ("_automaton",)

    def __init__(self, parts: npt.NDArray[Any]) -> None:
        super().__init__(
            parts["scores"], parts["priors"], parts["labels"].tolist(), parts["moves"].data, (), norm_probs=True, tk_row=()
        )  # fmt: skip
        self._automaton = parts["moves"], parts["rows"], parts["features"]

    def _raw_score(self, text: bytes) -> npt.NDArray[np.float32]:
        places, counts = np.empty(len(text), np.int64), np.empty(len(text), np.float32)
        found = speedups.visits(text, *self._automaton, places, counts)  # type: ignore[union-attr]
        if not found:
            return np.zeros(len(self.nb_classes), np.float32)
        scores = np.empty((found, len(self.nb_classes)), np.float32)
        speedups.widen(self.nb_ptc, places[:found], scores)  # type: ignore[union-attr]
        summed: npt.NDArray[np.float32] = np.log1p(counts[:found]) @ scores + self.nb_pc
        return summed


@lru_cache(maxsize=1)
def _model() -> LanguageIdentifier:
    """The model for ISO 639-1 languages: 0.02 s where it is kept unpacked, else 0.7 s and 120 MB."""
    parts = _kept()
    if parts is None:
        parts = _unpacked()
    return _py_model(parts) if speedups is None else _InC(parts)


def _py_model(parts: npt.NDArray[Any]) -> LanguageIdentifier:
    return LanguageIdentifier(
        parts["scores"], parts["priors"], parts["labels"].tolist(), parts["moves"].data,
        parts["features"].tolist(), norm_probs=True, tk_row=parts["rows"].tolist(),
    )  # fmt: skip


def _unpacked() -> npt.NDArray[Any]:
    """The library's model as one record, without the languages that ISO 639-1 has no code for."""
    scores, priors, labels, moves, rows, features = load_model(Path(MODEL_DIR, MODEL_FILE))
    two_letters = [column for column, label in enumerate(labels) if len(label) == 2]
    parts = {
        "scores": np.take(scores, two_letters, axis=1), "priors": priors[two_letters],
        "labels": np.array(labels)[two_letters], "moves": np.asarray(moves), "rows": np.asarray(rows),
        "features": np.asarray(features, np.int32),
    }  # fmt: skip
    kinds = [(name, part.dtype, part.shape) for name, part in parts.items()]
    record = np.zeros((), np.dtype(kinds, align=True))
    for name, part in parts.items():
        record[name] = part
    return record


def _kept() -> npt.NDArray[Any] | None:
    """The record as `keep_unpacked` left it: read where and when it is looked at, and shared by all processes.

    None where it is not there, cannot be read, or is not what was written: a damaged one would tell wrong languages or
    break on every page.
    """
    place = _place()
    try:
        facts = os.stat(place)
        if not place.is_file() or not _proven(place, facts.st_size, (facts.st_ino, facts.st_mtime_ns)):
            return None
        return np.asarray(np.load(place, mmap_mode="r", allow_pickle=False))
    except (OSError, ValueError, EOFError):
        return None


@lru_cache(maxsize=1)
def _proven(place: Path, size: int, _take: tuple[int, int]) -> bool:
    """True when the file bears out its proof; takes 0.02 s, so that it is asked once of each take of it."""
    with open(place, "rb") as file:
        return size > _PROOF and _proof(file, size - _PROOF) == file.read(_PROOF)


def _proof(file: BinaryIO, size: int) -> bytes:
    """The hash of the next bytes of a file: read, for mapped memory counts as that of the process once it is seen."""
    digest = xxhash.xxh3_128()
    while size > 0 and (part := file.read(min(size, _AT_ONCE))):
        digest.update(part)
        size -= len(part)
    return digest.digest()


@lru_cache(maxsize=1)
def _place() -> Path:
    """Where the record is kept, named after all that it depends on: the library's file and this one."""
    digest = hashlib.sha256(Path(MODEL_DIR, MODEL_FILE).read_bytes() + Path(__file__).read_bytes())
    return _FOLDER / f"_language-{digest.hexdigest()[:16]}.npy"


def keep_unpacked() -> None:
    """Keep the model beside this file in a form that needs no unpacking, 64 MB, unless it is there already.

    Any number of processes may do so at once. Where the folder cannot be written, every process unpacks for itself.
    """
    if _kept() is not None:
        return
    for old in _FOLDER.glob("_language-*.npy*"):  # damaged, of another version, or left by a process that was stopped
        with suppress(OSError):
            if old.is_dir() and not old.is_symlink():
                shutil.rmtree(old)
            else:
                old.unlink(missing_ok=True)
    with suppress(OSError):
        place = _place()
        fresh = place.with_suffix(f".npy.{os.getpid()}")
        try:
            with open(fresh, "w+b") as file:
                np.save(file, _unpacked())
                size = file.tell()
                file.seek(0)
                file.write(_proof(file, size))
                file.flush()
                os.fsync(file.fileno())
            fresh.replace(place)
        finally:
            fresh.unlink(missing_ok=True)


def identify(text: str, hint: str | None = None) -> tuple[str, float]:
    """ISO 639-1 code of the text's language and a score from 0 to 1; ("und", 0.0) for a text too short to tell.

    `hint` is the language the page states. It decides where the text is short or the model in doubt, and only there:
    templates state the wrong language more often than the model errs. The model is langid.py's (Lui and Baldwin 2012).
    """
    language, probability, letters = _read(text[:_GLANCE])
    if len(text) > _GLANCE and (letters < _SHORT or probability < _CLEAR):
        language, probability, letters = _read(text[:TEXT_READ])
    if not letters:
        return "und", 0.0
    stated = hint.strip()[:2].lower() if hint else ""
    doubtful = letters < _SHORT or probability < _SURE
    if doubtful and len(stated) == 2 and stated != language:
        return stated, _HINT_SCORE
    if letters < _SHORT and probability < _GUESS and stated != language:
        return "und", 0.0
    return language, round(probability, 2)  # further digits differ between processors


def _read(sample: str) -> tuple[str, float, int]:
    """The model's answer, its probability, and how many letters there were to go by."""
    letters = sum(map(str.isalpha, sample))
    if not letters:
        return "und", 0.0, 0
    language, probability = _model().classify(sample)
    return str(language), float(probability), letters
