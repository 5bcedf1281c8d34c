"""Word vectors and classes: what belongs together lies together."""

from __future__ import annotations

import numpy as np

from claimlines.vectors import vectors


def test_words_alike_lie_closer_than_others() -> None:
    def cosine(a: str, b: str) -> float:
        x, y = vectors().vector(a), vectors().vector(b)
        assert x is not None and y is not None
        return float(x @ y / np.linalg.norm(x) / np.linalg.norm(y))

    assert cosine("phone", "handset") > cosine("phone", "revenue") + 0.2
    assert cosine("profit", "earnings") > cosine("profit", "battery") + 0.2


def test_classes_of_known_and_unknown_words() -> None:
    known = vectors()
    assert known.fine("phone") == known.fine("handset")
    assert known.coarse("qqzzx") == "c-" and known.fine("qqzzx") == "f-" and known.vector("qqzzx") is None
    assert known.vector("phone").shape == (known.size,)  # type: ignore[union-attr]
