"""A log-linear ranker over named features.

Each candidate is a list of feature names; its score is the sum of their weights, and the
softmax over the candidates of one decision is its probability (conditional logit;
McFadden 1974). Weights are plain JSON, so that a choice can be read and argued with.
"""

from __future__ import annotations

import json
import math
from collections.abc import Sequence
from pathlib import Path

__all__ = ["Ranker", "Rankers"]


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


class Rankers:
    """All rankers of a model, read from a folder of JSON files."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self._loaded: dict[str, Ranker] = {}

    def use(self, rankers: dict[str, Ranker]) -> None:
        """Put rankers in place of those of the folder."""
        self._loaded.update(rankers)

    def __getitem__(self, name: str) -> Ranker:
        if name not in self._loaded:
            path = self.folder / f"{name}.json"
            weights: dict[str, float] = {}
            if path.is_file():
                weights = json.loads(path.read_text(encoding="utf-8"))["weights"]
            self._loaded[name] = Ranker(weights)
        return self._loaded[name]
