"""The log-linear ranker: probabilities over candidates, from weights that can be read."""

from __future__ import annotations

import json
import math
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from claimlines.binding.ranker import Ranker, Rankers

FEATURES = st.lists(st.sampled_from("abcdefg"), max_size=5)
WEIGHTS = st.dictionaries(st.sampled_from("abcdefg"), st.floats(-50, 50))


def test_a_score_is_the_sum_of_its_weights() -> None:
    ranker = Ranker({"near": 1.5, "far": -2.0})
    assert ranker.score(["near", "far", "unknown"]) == -0.5
    assert ranker.score([]) == 0.0


def test_probabilities_are_a_softmax() -> None:
    ranker = Ranker({"x": math.log(3)})
    assert ranker.probabilities([["x"], []]) == pytest.approx([0.75, 0.25])


def test_nothing_to_choose_from() -> None:
    assert Ranker({"x": 1.0}).probabilities([]) == []
    with pytest.raises(ValueError, match="empty"):
        Ranker({"x": 1.0}).best([])


@pytest.mark.parametrize(
    ("candidates", "index"),
    [([["a"], ["b"]], 1), ([["b"], ["a"]], 0), ([["a"], ["a"]], 0), ([[], ["zzz"]], 0), ([["b", "c"], ["b"]], 1)],
)
def test_best_is_the_highest_and_the_first_of_equals(candidates: list[list[str]], index: int) -> None:
    ranker = Ranker({"a": -1.0, "b": 2.0, "c": -0.5})
    found, probability = ranker.best(candidates)
    assert found == index
    assert probability == max(ranker.probabilities(candidates))


def test_large_weights_do_not_overflow() -> None:
    assert Ranker({"x": 5000.0, "y": -5000.0}).probabilities([["x"], ["y"]]) == [1.0, 0.0]


@settings(deadline=None, derandomize=True, max_examples=100)
@given(weights=WEIGHTS, candidates=st.lists(FEATURES, min_size=1, max_size=6), shift=st.floats(-10, 10))
def test_properties(weights: dict[str, float], candidates: list[list[str]], shift: float) -> None:
    ranker = Ranker(weights)
    found = ranker.probabilities(candidates)
    assert sum(found) == pytest.approx(1.0)
    assert all(0.0 <= p <= 1.0 for p in found)
    scores = [ranker.score(c) for c in candidates]
    assert found[scores.index(max(scores))] == max(found)
    shifted = Ranker({**weights, "all": shift}).probabilities([[*c, "all"] for c in candidates])
    assert shifted == pytest.approx(found, abs=1e-9), "what all share decides nothing"


def test_reasons_name_what_weighed_most() -> None:
    ranker = Ranker({"big": -3.0, "mid": 2.0, "small": 0.1, "none": 0.0})
    assert ranker.reasons(["small", "mid", "big", "none"], 2) == "big:-3.0 mid:+2.0"
    assert ranker.reasons(["none", "unknown"]) == ""
    assert ranker.reasons(["big", "big"]) == "big:-3.0"


class TestFolder:
    def test_reads_weights_by_name(self, tmp_path: Path) -> None:
        (tmp_path / "metric.json").write_text(json.dumps({"note": {}, "weights": {"x": 2.0}}), encoding="utf-8")
        rankers = Rankers(tmp_path)
        assert rankers["metric"].best([[], ["x"]])[0] == 1
        assert rankers["metric"] is rankers["metric"]

    def test_a_ranker_that_is_not_there_prefers_none(self, tmp_path: Path) -> None:
        assert Rankers(tmp_path)["metric"].probabilities([["x"], ["y"]]) == [0.5, 0.5]

    def test_others_can_be_put_in_place(self, tmp_path: Path) -> None:
        (tmp_path / "metric.json").write_text(json.dumps({"weights": {"x": 2.0}}), encoding="utf-8")
        rankers = Rankers(tmp_path)
        assert rankers["metric"].score(["x"]) == 2.0
        rankers.use({"metric": Ranker({"x": -2.0})})
        assert rankers["metric"].score(["x"]) == -2.0
