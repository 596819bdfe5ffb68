"""Tells the language of a text, offline, with py3langid's model and the page's own statement as a hint."""

from __future__ import annotations

import hashlib
import io
import lzma
import sys
from functools import lru_cache
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt
from py3langid.langid import MODEL_DIR, MODEL_FILE, LanguageIdentifier

from cleaners.text import language_cache as model_cache

TEXT_READ = 1_200  # characters, at 0.8 ms a thousand; more changed no answer on 118 pages in 30 languages
_GLANCE = 300  # characters, read first; where the model is this sure of them, 1,200 changed none of 908 answers
_CLEAR = 0.95
_SHORT = 60  # letters; below, the model errs on one text in ten and the page's own statement is the better guess
_SURE = 0.8
_GUESS = 0.1  # below it the model names any language: "hi" and "ok" are Serbian at 0.02, "Hallo Welt" is German at 0.16
_HINT_SCORE = 0.6  # for a language that the page states and the text neither bears out nor refutes


@lru_cache(maxsize=1)
def _model() -> LanguageIdentifier:
    """The model for ISO 639-1 languages: 0.02 s where the cache has it unpacked, else 0.7 s and 250 MB."""
    parts = model_cache.load(_cached_as())
    if parts is None:
        parts = _unpacked()
    return _classifier(parts)


def _classifier(parts: npt.NDArray[Any]) -> LanguageIdentifier:
    """The library's classifier on tables that stay where they are, so that processes share them."""
    classifier = LanguageIdentifier(
        parts["scores"], parts["priors"], parts["labels"].tolist(), parts["moves"].data, parts["features"].data,
        norm_probs=True, tk_row=(),
    )  # fmt: skip
    classifier._rowbase = parts["rows"].data  # of its own rows it makes a list of 100,000 numbers
    return classifier


def _unpacked() -> npt.NDArray[Any]:
    """The library's model as one record, without the languages that ISO 639-1 has no code for.

    What the library would do with its numbers on every page is done here: its scores have 16 bits, which numpy widens
    one by one, a third of the time that a page's language took; rows are told by where they begin, each 256 moves long.
    The library's own reader would unpack through a temporary file, outside all folders that Copydesk may write to.
    """
    with lzma.open(Path(MODEL_DIR, MODEL_FILE)) as file:
        archive = io.BytesIO(file.read())
    with np.load(archive, allow_pickle=False) as data:
        labels = data["classes"]
        two_letters = [column for column, label in enumerate(labels.tolist()) if len(label) == 2]
        parts = {
            "scores": np.take(data["ptc"], two_letters, axis=1).astype(np.float32), "priors": data["pc"][two_letters],
            "labels": labels[two_letters], "moves": data["nextmove"], "features": data["out_feat"],
            "rows": data["nextmove_row"].astype(np.uint32) << 8,
        }  # fmt: skip
    kinds = [(name, part.dtype, part.shape) for name, part in parts.items()]
    record = np.zeros((), np.dtype(kinds, align=True))
    for name, part in parts.items():
        record[name] = part
    return record


@lru_cache(maxsize=1)
def _cached_as() -> str:
    """The record's name in the cache, made of all that it depends on: the library's file, this one, the byte order."""
    digest = hashlib.sha256(Path(MODEL_DIR, MODEL_FILE).read_bytes() + Path(__file__).read_bytes())
    return f"language-{digest.hexdigest()[:16]}-{sys.byteorder}"


def fill_cache() -> None:
    """Leave the model unpacked in the user's cache folder, 87 MB, unless it is there already."""
    model_cache.save(_cached_as(), _unpacked)


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
