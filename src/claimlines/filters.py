"""Filters of articles: by language, and of the same or nearly the same text."""

from __future__ import annotations

import hashlib
import re
from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal

if TYPE_CHECKING:
    import rensa

__all__ = ["Duplicate", "DuplicateIndex", "Signature", "language_of", "signature_of"]

PERMUTATIONS = 128
BANDS = 16
SEED = 20
SHINGLE = 3
SIMILAR = 0.8
JUDGED = 4000  # characters; a language shows in fewer
TOO_SHORT = 40  # letters; below that identifiers guess

WORD = re.compile(r"\w+")


def language_of(text: str) -> str | None:
    """ISO 639-1 code of the language of ``text``, or None if it is too short to tell."""
    from py3langid import langid

    sample = text[:JUDGED]
    if sum(map(str.isalpha, sample)) < TOO_SHORT:
        return None
    language, _ = langid.classify(sample)
    return str(language)


@dataclass(frozen=True, slots=True)
class Signature:
    """What of a text is compared with others.

    Attributes:
        exact: digest of its words, without regard to case, punctuation and spacing.
        near: MinHash of its three-word shingles, in rensa's serialised form, hexadecimal.
    """

    exact: str
    near: str


def signature_of(text: str) -> Signature:
    """The signature of a text; the same on every machine."""
    import rensa

    words = WORD.findall(text.casefold())
    exact = hashlib.blake2b(" ".join(words).encode("utf-8", "surrogatepass"), digest_size=16).hexdigest()
    sketch = rensa.RMinHash(num_perm=PERMUTATIONS, seed=SEED)
    last = max(1, len(words) - SHINGLE + 1)
    for start in range(0, last, 10_000):  # in pieces: the shingles of a book are many times its size
        sketch.update([" ".join(words[at : at + SHINGLE]) for at in range(start, min(start + 10_000, last))])
    return Signature(exact, sketch.__getstate__().hex())


@dataclass(frozen=True, slots=True)
class Duplicate:
    """``of`` is the id of the first article with the same, or nearly the same, text."""

    kind: Literal["duplicate", "near_duplicate"]
    of: str


class DuplicateIndex:
    """The texts seen so far. Memory grows with the number of articles: about 2 kB for each."""

    def __init__(self) -> None:
        import rensa

        self._exact: dict[bytes, int] = {}
        self._ids: list[str] = []
        self._sketches: list[rensa.RMinHash] = []
        self._lsh = rensa.RMinHashLSH(threshold=SIMILAR, num_perm=PERMUTATIONS, num_bands=BANDS)

    def add(self, signature: Signature, id: str) -> Duplicate | None:
        """What earlier article this one repeats, if any; else it is entered as a new one."""
        key = bytes.fromhex(signature.exact)
        if (first := self._exact.get(key)) is not None:
            return Duplicate("duplicate", self._ids[first])
        sketch = _sketch(signature.near)
        for candidate in sorted(self._lsh.query(sketch)):
            if sketch.jaccard(self._sketches[candidate]) >= SIMILAR:
                self._exact[key] = candidate
                return Duplicate("near_duplicate", self._ids[candidate])
        number = len(self._ids)
        self._exact[key] = number
        self._ids.append(id)
        self._sketches.append(sketch)
        self._lsh.insert(number, sketch)
        return None


def _sketch(state: str) -> rensa.RMinHash:
    import rensa

    sketch = rensa.RMinHash(num_perm=PERMUTATIONS, seed=SEED)
    sketch.__setstate__(bytes.fromhex(state))
    return sketch
