"""Word vectors and word classes: what a ranker learns of one word serves for its neighbours.

``models/weights/vectors.npz`` is made by ``training/make_vectors.py``. Classes of words as
features of linear models: Miller, Guinness and Zamanian (2004), "Name tagging with word
clusters and discriminative training".
"""

from __future__ import annotations

import functools
from pathlib import Path

import numpy as np

from claimlines.lexicon import models_dir

__all__ = ["Vectors", "vectors"]


class Vectors:
    """Vectors of the most frequent English words, and their classes."""

    def __init__(self, path: Path) -> None:
        self._path = path
        with np.load(path) as data:
            words = str(data["words"]).split("\n")
            self._index = {word: i for i, word in enumerate(words)}
            self._coarse = [f"c{k}" for k in data["classes64"].tolist()]
            self._fine = [f"f{k}" for k in data["classes512"].tolist()]

    @functools.cached_property
    def _table(self) -> np.ndarray:
        # The classes are what the rankers read: the vectors are unpacked only for who asks for them.
        with np.load(self._path) as data:
            table: np.ndarray = data["vectors"].astype(np.float32) * data["scale"]
            return table

    @property
    def size(self) -> int:
        """The number of dimensions."""
        return int(self._table.shape[1])

    def coarse(self, word: str) -> str:
        """The class of a lower-case word among 64, or ``c-`` for one unknown."""
        i = self._index.get(word)
        return "c-" if i is None else self._coarse[i]

    def fine(self, word: str) -> str:
        """The class of a lower-case word among 512, or ``f-`` for one unknown."""
        i = self._index.get(word)
        return "f-" if i is None else self._fine[i]

    def vector(self, word: str) -> np.ndarray | None:
        """The vector of a lower-case word, shape ``(size,)``, or None for one unknown."""
        i = self._index.get(word)
        return None if i is None else self._table[i]


@functools.lru_cache(maxsize=1)
def vectors() -> Vectors:
    """The vectors of ``models/weights``, read once a process."""
    return Vectors(models_dir() / "weights" / "vectors.npz")
