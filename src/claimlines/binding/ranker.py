"""A log-linear ranker over named features.

Each candidate is a list of feature names; its score is the sum of their weights, and the
softmax over the candidates of one decision is its probability (conditional logit;
McFadden 1974). Weights are plain JSON, so that a choice can be read and argued with.
"""

from __future__ import annotations

import json
import math
from collections.abc import Mapping, Sequence
from pathlib import Path

import numpy as np

__all__ = ["LabelTable", "Ranker", "Rankers"]


class Ranker:
    """Weights of one decision."""

    def __init__(self, weights: dict[str, float]) -> None:
        self.weights = weights

    def score(self, features: Sequence[str]) -> float:
        """The score of one candidate."""
        get = self.weights.get
        return sum(get(f, 0.0) for f in features)

    def probabilities(self, candidates: Sequence[Sequence[str]]) -> list[float]:
        """Probability of each candidate; an empty list for none."""
        if not candidates:
            return []
        scores = [self.score(c) for c in candidates]
        top = max(scores)
        exps = [math.exp(s - top) for s in scores]
        total = sum(exps)
        return [e / total for e in exps]

    def best(self, candidates: Sequence[Sequence[str]]) -> tuple[int, float]:
        """Index and probability of the best candidate; the first wins a tie.

        Raises:
            ValueError: there are no candidates.
        """
        probabilities = self.probabilities(candidates)
        index = max(range(len(probabilities)), key=probabilities.__getitem__)
        return index, probabilities[index]

    def reasons(self, features: Sequence[str], count: int = 3) -> str:
        """The features that weighed most, for a claim's evidence."""
        weighed = sorted(((self.weights.get(f, 0.0), f) for f in set(features)), key=lambda p: (-abs(p[0]), p[1]))
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
        rows = self._rows
        found = [rows[fact] for fact in facts if fact in rows]
        if not found:
            return self._bias
        total: np.ndarray = self._matrix[found].sum(axis=0) + self._bias
        return total

    def best(self, facts: Sequence[str]) -> tuple[int, float]:
        """Index and probability of the best label; the first wins a tie."""
        return softmax_best(self.scores(facts).tolist())


def softmax_best(scores: Sequence[float]) -> tuple[int, float]:
    """Index of the highest score (the first of equals) and its probability among all."""
    index = max(range(len(scores)), key=scores.__getitem__)
    top = scores[index]
    return index, 1.0 / sum(math.exp(s - top) for s in scores)


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
