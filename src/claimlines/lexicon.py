"""The words the stages know: tables under ``models/lexicon``, extensible by the user.

A table is a tab-separated file; lines that start with ``#`` are comments. A user's
folder may hold files of the same names: their rows are added to ours, and a row with
the same key (first column) replaces ours.
"""

from __future__ import annotations

import csv
import functools
import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path

__all__ = ["Lexicon", "Metric", "PhraseTable", "Unit", "models_dir", "singular"]


class LexiconError(ValueError):
    """A table of the lexicon cannot be read; the message says which line and why."""


def models_dir() -> Path:
    """The folder of lexicon, configuration and weights.

    In an installed package it lies inside it; in a checkout it is the top-level
    ``models/``.
    """
    here = Path(__file__).resolve().parent
    inside = here / "models"
    return inside if inside.is_dir() else here.parents[1] / "models"


@dataclass(frozen=True, slots=True)
class Unit:
    """A unit of measure: ``symbol`` as claims write it, and its ``dimension``."""

    symbol: str
    dimension: str


@dataclass(frozen=True, slots=True)
class Metric:
    """One entry of the metric registry.

    Attributes:
        slug: name used in claims.
        kinds: kinds of quantity it admits: ``money``, ``percent``, ``x``, ``count``,
            ``number`` or a dimension of the unit table.
        nouns: phrases that name it.
        verbs: lemmas whose object is the quantity; a trailing ``<`` marks verbs whose
            subject is.
        counted: nouns whose count it is.
    """

    slug: str
    kinds: frozenset[str]
    nouns: tuple[str, ...]
    verbs: tuple[str, ...]
    counted: tuple[str, ...]


class PhraseTable:
    """Longest-match lookup of phrases in a list of words, in one pass.

    Phrases are kept by their first word; a lookup costs one dictionary access a word
    and, where that hits, one slice a candidate length.
    """

    def __init__(self, phrases: Iterable[tuple[tuple[str, ...], str]]) -> None:
        self._by_first: dict[str, dict[tuple[str, ...], list[str]]] = {}
        self._lengths: dict[str, list[int]] = {}
        for words, value in phrases:
            if not words:
                continue
            values = self._by_first.setdefault(words[0], {}).setdefault(words, [])
            if value not in values:
                values.append(value)
        for first, entries in self._by_first.items():
            self._lengths[first] = sorted({len(w) for w in entries}, reverse=True)

    def find(self, words: list[str], overlapping: bool = False) -> Iterator[tuple[int, int, list[str]]]:
        """Yield ``(start, end, values)`` of the longest phrases in ``words``."""
        i, n = 0, len(words)
        while i < n:
            entries = self._by_first.get(words[i])
            step = 1
            if entries is not None:
                for length in self._lengths[words[i]]:
                    if i + length > n:
                        continue
                    values = entries.get(tuple(words[i : i + length]))
                    if values:
                        yield i, i + length, values
                        step = 1 if overlapping else length
                        break
            i += step


_IRREGULAR = {
    "people": "person", "men": "man", "women": "woman", "children": "child", "feet": "foot",
    "teeth": "tooth", "mice": "mouse", "geese": "goose", "data": "data", "media": "media",
    "series": "series", "species": "species", "lenses": "lens", "buses": "bus", "gases": "gas",
    "analyses": "analysis", "indices": "index", "matrices": "matrix", "vertices": "vertex",
    "movies": "movie", "cookies": "cookie", "selfies": "selfie", "zombies": "zombie", "aircraft": "aircraft",
    "wives": "wife", "lives": "life", "knives": "knife", "halves": "half", "leaves": "leaf", "shelves": "shelf",
    "news": "news", "headquarters": "headquarters", "premises": "premise", "houses": "house", "heroes": "hero",
    "businesses": "business", "viruses": "virus", "caches": "cache", "headaches": "headache", "calories": "calorie",
    "batteries": "battery", "staff": "staff", "personnel": "personnel", "spacecraft": "spacecraft",
    "databases": "database", "databases'": "database", "cases": "case", "licenses": "license", "licences": "licence",
    "phases": "phase", "purchases": "purchase", "releases": "release", "increases": "increase", "leases": "lease",
    "warehouses": "warehouse", "courses": "course", "nurses": "nurse", "horses": "horse", "responses": "response",
    "expenses": "expense", "glasses": "glass", "axes": "axe", "bonuses": "bonus", "statuses": "status",
    "stimuli": "stimulus", "nuclei": "nucleus", "criteria": "criterion", "phenomena": "phenomenon", "gbps": "gbps",
}  # fmt: skip

_SAME = frozenset(noun for noun, base in _IRREGULAR.items() if noun == base)
"""Nouns whose plural is the same."""


@functools.lru_cache(maxsize=65536)
def singular(noun: str) -> str:
    """The singular of an English noun (case of the input is kept): ``"batteries"`` -> ``"battery"``."""
    low = noun.lower()
    if low in _IRREGULAR:
        base = _IRREGULAR[low]
        return base if noun.islower() else noun[: len(base)] if low.startswith(base) else base
    if len(low) <= 3 and not (low.endswith("s") and noun[:-1].isupper()):
        return noun[:-1] if low in {"pcs", "tvs", "cds", "evs"} else noun
    if noun.endswith("s") and noun[:-1].isupper():
        return noun[:-1]
    if low.endswith(("ss", "us", "is", "ics")):
        return noun
    if low.endswith("ies"):
        return noun[:-3] + "y"
    if low.endswith(("ches", "shes", "sses", "xes", "zzes")):
        return noun[:-2]
    if low.endswith("men") and len(low) > 4:
        return noun[:-2] + "an"
    if low.endswith("s"):
        return noun[:-1]
    return noun


def read_table(path: Path) -> Iterator[list[str]]:
    """Rows of a tab-separated table without its comments.

    Raises:
        LexiconError: the file is not UTF-8.
    """
    try:
        with path.open(encoding="utf-8", newline="") as file:
            for row in csv.reader(file, delimiter="\t", quoting=csv.QUOTE_NONE):
                if row and not row[0].startswith("#") and any(row):
                    yield row
    except UnicodeDecodeError as error:
        raise LexiconError(f"{path}: not UTF-8 ({error.reason} at byte {error.start})") from error


def _split(cell: str) -> tuple[str, ...]:
    return tuple(part.strip() for part in cell.split("|") if part.strip())


def words_of(phrase: str) -> tuple[str, ...]:
    """The words of a phrase as the matcher sees them (lower case, hyphens and slashes apart)."""
    return tuple(re.findall(r"[a-z0-9&.+']+|[-/%]", phrase.lower()))


@dataclass
class Lexicon:
    """All tables, read once. Use :meth:`load`."""

    folders: tuple[Path, ...]
    tables: Mapping[str, dict[str, list[str]]] = field(repr=False, default_factory=dict)

    @classmethod
    @functools.lru_cache(maxsize=8)
    def load(cls, extra: tuple[str, ...] = ()) -> Lexicon:
        """Read our tables and then those of the user's folders, in order.

        Args:
            extra: folders with tables of the same names.

        Raises:
            LexiconError: a folder does not exist or a table is malformed.
        """
        folders = [models_dir() / "lexicon"]
        for name in extra:
            folder = Path(name)
            if not folder.is_dir():
                raise LexiconError(f"lexicon folder {name!r} does not exist")
            folders.append(folder)
        return cls(tuple(folders))

    @functools.cache  # noqa: B019  (lexicons live as long as the process)
    def rows(self, name: str, width: int = 1) -> list[list[str]]:
        """Rows of table ``name`` (without ``.tsv``), each padded to ``width`` cells."""
        merged: dict[str, list[str]] = {}
        for folder in self.folders:
            path = folder / f"{name}.tsv"
            if path.is_file():
                for row in read_table(path):
                    merged[row[0]] = row + [""] * (width - len(row))
        return list(merged.values())

    def __hash__(self) -> int:
        return hash(self.folders)

    @functools.cached_property
    def contexts(self) -> dict[str, frozenset[str]]:
        """The word sets of ``contexts.tsv`` by name."""
        return {row[0]: frozenset(_split(row[1])) for row in self.rows("contexts", 2)}

    @functools.cached_property
    def cues(self) -> dict[str, frozenset[str]]:
        """The word sets of ``cues.tsv`` by name."""
        return {row[0]: frozenset(_split(row[1])) for row in self.rows("cues", 2)}

    @functools.cached_property
    def limits(self) -> dict[tuple[str, str], float]:
        """The largest plausible value of a metric in a unit or kind."""
        keys = ((row[0].split(" "), row[1]) for row in self.rows("limits", 2))
        return {(metric, unit): float(limit) for (metric, unit), limit in keys}

    @functools.cached_property
    def metrics(self) -> dict[str, Metric]:
        """The metric registry by slug."""
        return {
            slug: Metric(slug, frozenset(kinds.split()), _split(nouns), _split(verbs), _split(counted))
            for slug, kinds, nouns, verbs, counted in (row[:5] for row in self.rows("metrics", 5))
        }

    @functools.cached_property
    def metric_phrases(self) -> PhraseTable:
        """Metric nouns, plural and singular, to slugs."""
        return PhraseTable(
            (variant, metric.slug)
            for metric in self.metrics.values()
            for noun in metric.nouns
            for variant in plural_variants(words_of(noun))
        )

    @functools.cached_property
    def metric_verbs(self) -> dict[str, list[str]]:
        """Verb lemma to the slugs it carries; a key ending in ``<`` is for its subject."""
        table: dict[str, list[str]] = {}
        for metric in self.metrics.values():
            for verb in metric.verbs:
                table.setdefault(verb, []).append(metric.slug)
        return table

    @functools.cached_property
    def counted_nouns(self) -> dict[str, list[str]]:
        """Counted noun to the slugs its count may be."""
        table: dict[str, list[str]] = {}
        for metric in self.metrics.values():
            for noun in metric.counted:
                table.setdefault(noun, []).append(metric.slug)
        return table


def plural(noun: str) -> str:
    """The regular plural of a lower-case noun: ``"battery"`` -> ``"batteries"``; a plural stays."""
    if singular(noun) != noun or noun in _SAME or noun.endswith("people"):
        return noun
    if noun.endswith("y") and noun[-2:-1] not in "aeiou":
        return noun[:-1] + "ies"
    return noun + ("es" if noun.endswith(("s", "x", "ch", "sh")) else "s")


def plural_variants(words: tuple[str, ...]) -> Iterator[tuple[str, ...]]:
    """The phrase itself and with its last word in the other number."""
    yield words
    if not words:
        return
    last = words[-1]
    if not last[-1:].isalpha():
        return
    one = singular(last)
    if one != last:
        yield (*words[:-1], one)
    elif last not in _SAME:
        yield (*words[:-1], plural(last))
