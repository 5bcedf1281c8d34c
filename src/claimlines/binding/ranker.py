"""A log-linear ranker over named features.

Each candidate is a list of feature names; its score is the sum of their weights, and the
softmax over the candidates of one decision is its probability (conditional logit;
McFadden 1974). Weights are plain JSON, so that a choice can be read and argued with.

Features that depend on the same few values come as a *group*: a tuple of the function that
names them and its arguments. Naming them is most of the work of a choice, and the same
groups come again and again (a relation with a metric, a head noun with its class), so a
ranker names and sums a group once and then knows its score. Training spells groups out
(:func:`names_of`): each feature is defined in one place, the function.
"""

from __future__ import annotations

import json
import math
from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path
from typing import Any

import numpy as np

__all__ = ["Feature", "LabelTable", "Ranker", "Rankers", "names_of"]

Feature = str | tuple[Any, ...]
"""The name of a feature, or a group: a function that names features, and its arguments."""

_REMEMBERED = 1 << 16
"""Groups whose score a ranker remembers."""


def names_of(features: Iterable[Feature]) -> list[str]:
    """The names of all features, groups spelt out."""
    names: list[str] = []
    for feature in features:
        if isinstance(feature, str):
            names.append(feature)
        else:
            names += feature[0](*feature[1:])
    return names


class Ranker:
    """Weights of one decision."""

    def __init__(self, weights: dict[str, float]) -> None:
        self.weights = weights
        self._groups: dict[tuple[Any, ...], float] = {}

    def score(self, features: Sequence[Feature]) -> float:
        """The score of one candidate."""
        weights, groups = self.weights, self._groups
        total = 0.0
        for feature in features:
            if type(feature) is tuple:
                known = groups.get(feature)
                total += self._score_group(feature) if known is None else known
            elif feature in weights:
                total += weights[feature]
        return total

    def _score_group(self, group: tuple[Any, ...]) -> float:
        if len(self._groups) >= _REMEMBERED:
            self._groups.clear()
        get = self.weights.get
        found = self._groups[group] = sum([get(name, 0.0) for name in names_of([group])])
        return found

    def probabilities(self, candidates: Sequence[Sequence[Feature]]) -> list[float]:
        """Probability of each candidate; an empty list for none."""
        if not candidates:
            return []
        return softmax([self.score(c) for c in candidates])

    def best(self, candidates: Sequence[Sequence[Feature]]) -> tuple[int, float]:
        """Index and probability of the best candidate; the first wins a tie.

        Raises:
            ValueError: there are no candidates.
        """
        return softmax_best([self.score(c) for c in candidates])

    def reasons(self, features: Sequence[Feature], count: int = 3) -> str:
        """The features that weighed most, for a claim's evidence."""
        names = set(names_of(features))
        weighed = sorted(((self.weights.get(f, 0.0), f) for f in names), key=lambda p: (-abs(p[0]), p[1]))
        return " ".join(f"{name}:{weight:+.1f}" for weight, name in weighed[:count] if weight)


class LabelTable:
    """The weights of facts for each of a few labels, as rows of one matrix.

    Features named ``label|fact`` say the same of a quantity for every label. Summing the rows
    of its facts scores all labels at once; building a name for each pair took most of a run.
    """

    def __init__(self, weights: Mapping[str, float], labels: Sequence[str]) -> None:
        self.labels = list(labels)
        self.index = {label: i for i, label in enumerate(self.labels)}
        rows: dict[str, int] = {}
        cells: list[tuple[int, int, float]] = []
        bias = np.zeros(len(self.labels), dtype=np.float32)
        for name, weight in weights.items():
            label, bar, fact = name.partition("|")
            column = self.index.get(label)
            if column is None:
                continue
            if bar:
                cells.append((rows.setdefault(fact, len(rows)), column, weight))
            else:
                bias[column] = weight
        self._rows = rows
        self._bias = bias
        self._matrix = np.zeros((len(rows), len(self.labels)), dtype=np.float32)
        for row, column, weight in cells:
            self._matrix[row, column] = weight

    def scores(self, facts: Sequence[str]) -> np.ndarray:
        """The score of each label; shape ``(labels,)``."""
        found = [row for row in map(self._rows.get, facts) if row is not None]
        if not found:
            return self._bias
        total: np.ndarray = np.add.reduce(self._matrix.take(found, axis=0), axis=0)
        return total + self._bias

    def best(self, facts: Sequence[str]) -> tuple[int, float]:
        """Index and probability of the best label; the first wins a tie."""
        return softmax_best(self.scores(facts).tolist())


def softmax(scores: Sequence[float]) -> list[float]:
    """Scores as probabilities.

    Raises:
        ValueError: there are no scores.
    """
    top = max(scores)
    exps = [math.exp(s - top) for s in scores]
    total = sum(exps)
    return [e / total for e in exps]


def softmax_best(scores: Sequence[float]) -> tuple[int, float]:
    """Index of the highest score (the first of equals) and its probability among all.

    Raises:
        ValueError: there are no scores.
    """
    top = max(scores)
    # Equal sums of weights differ in their last bits by the order of their terms, which must decide nothing.
    index = next(i for i, score in enumerate(scores) if score >= top - _EQUAL)
    return index, 1.0 / sum([math.exp(score - top) for score in scores])


_EQUAL = 1e-9


class Rankers:
    """All rankers of a model, read from a folder of JSON files."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self._loaded: dict[str, Ranker] = {}
        self._tables: dict[str, LabelTable] = {}

    def use(self, rankers: dict[str, Ranker]) -> None:
        """Put rankers in place of those of the folder."""
        self._loaded.update(rankers)
        self._tables.clear()

    def table(self, name: str, labels: Sequence[str]) -> LabelTable:
        """The weights of a ranker that chooses among labels."""
        if name not in self._tables:
            self._tables[name] = LabelTable(self[name].weights, labels)
        return self._tables[name]

    def __getitem__(self, name: str) -> Ranker:
        if name not in self._loaded:
            path = self.folder / f"{name}.json"
            weights: dict[str, float] = {}
            if path.is_file():
                weights = json.loads(path.read_text(encoding="utf-8"))["weights"]
            self._loaded[name] = Ranker(weights)
        return self._loaded[name]
