"""Scoring: each rule of the claim specification, and agreement with the reference scorer."""

from __future__ import annotations

import importlib.util
import json
import random
from pathlib import Path
from types import ModuleType
from typing import Any

import pytest

from claimlines.evaluation import align, as_record, evaluate_file, field_ok, normal_name, read_gold, score, table

Record = dict[str, Any]
SHARED = Path(__file__).resolve().parents[2] / "shared"


def claim(**fields: Any) -> Record:
    """A claim, gold or predicted: 40 stores of Acme in 2024, at [10, 19)."""
    made: Record = {
        "quote": "40 stores", "start": 10, "end": 19, "value": 40.0, "value_max": None, "comparator": "=", "unit": "store", "metric": "stores",
        "aspect": "level", "subject": "Acme", "period": "2024-01-01/2024-12-31", "status": "actual", "optional": False,
    }  # fmt: skip
    return {**made, **fields}


def articles(*claims: Record) -> list[Record]:
    return [{"doc": "d", "text": "x" * 200, "claims": list(claims)}]


def counts(gold: list[Record], found: list[Record]) -> tuple[int, int, int, int]:
    """Gold, predicted, matched by value, right in the whole tuple."""
    result = score(articles(*gold), {"d": found})
    return result.gold, result.predicted, result.right["value"], result.right["tuple"]


class TestMatching:
    @pytest.mark.parametrize(
        ("found", "matches"),
        [
            ({}, True),
            ({"start": 18, "end": 30}, True),
            ({"start": 0, "end": 11}, True),
            ({"start": 19, "end": 30}, False),
            ({"start": 0, "end": 10}, False),
            ({"value": 40.00001}, True),
            ({"value": 40.001}, False),
            ({"value": -40.0}, False),
            ({"value": None}, False),
            ({"value_max": 50.0}, False),
        ],
    )
    def test_spans_overlap_and_values_are_equal(self, found: Record, matches: bool) -> None:
        assert counts([claim()], [claim(**found)])[2] == matches

    @pytest.mark.parametrize(
        ("found", "matches"),
        [({}, True), ({"value_max": None}, False), ({"value_max": 61.0}, False), ({"value": 41.0}, False)],
    )
    def test_both_ends_of_a_range(self, found: Record, matches: bool) -> None:
        assert counts([claim(value_max=60.0)], [claim(**{"value_max": 60.0, **found})])[2] == matches

    def test_the_tolerance_is_relative(self) -> None:
        assert counts([claim(value=3e12)], [claim(value=3e12 + 1e6)])[2] == 1
        assert counts([claim(value=3e12)], [claim(value=3e12 + 1e7)])[2] == 0

    def test_each_gold_claim_once(self) -> None:
        assert counts([claim()], [claim(), claim()]) == (1, 2, 1, 1)

    def test_each_predicted_claim_once(self) -> None:
        assert counts([claim(), claim()], [claim()]) == (2, 1, 1, 1)

    def test_the_pair_that_agrees_most_goes_first(self) -> None:
        poor, good = claim(subject="Zeta", unit="shop"), claim()
        matched, missed, spurious = align([claim()], [poor, good])
        assert [p for _, p in matched] == [good]
        assert (missed, spurious) == ([], [poor])

    def test_an_accepted_value(self) -> None:
        assert counts([claim(value_alts=[41.0])], [claim(value=41.0)])[2] == 1


class TestFields:
    @pytest.mark.parametrize(
        ("name", "gold", "found", "right"),
        [
            ("unit", {}, {"unit": "store"}, True),
            ("unit", {}, {"unit": "shop"}, False),
            ("unit", {"unit_alts": ["shop"]}, {"unit": "shop"}, True),
            ("unit", {"unit": "%"}, {"unit": "percent"}, True),
            ("unit", {"unit": "%"}, {"unit": "per cent"}, True),
            ("unit", {"unit": "%"}, {"unit": "pp"}, False),
            ("unit", {"unit": "1"}, {"unit": ""}, True),
            ("unit", {"unit": "1"}, {"unit": None}, True),
            ("unit", {"unit": "USD"}, {"unit": "EUR"}, False),
            ("unit", {"unit": "USD/month"}, {"unit": "USD / month"}, True),
            ("unit", {"unit": "app_store"}, {"unit": "app store"}, True),
            ("metric", {}, {}, True),
            ("metric", {}, {"metric": "revenue"}, False),
            ("metric", {"metric_alts": ["revenue"]}, {"metric": "revenue"}, True),
            ("metric", {}, {"metric": None}, False),
            # Outside the registry the head noun decides; inside it does not.
            ("metric", {"metric": "bezel_width"}, {"metric": "frame_width"}, True),
            ("metric", {"metric": "bezel_width"}, {"metric": "bezel_widths"}, True),
            ("metric", {"metric": "bezel_width"}, {"metric": "bezel_colour"}, False),
            ("metric", {"metric": "gross_profit"}, {"metric": "odd_profit"}, False),
            ("metric", {"metric": "odd_profit"}, {"metric": "gross_profit"}, False),
            # The aspect belongs to the metric.
            ("metric", {}, {"aspect": "change"}, False),
            ("metric", {"aspect_alts": ["change"]}, {"aspect": "change"}, True),
            ("metric", {}, {"aspect": None}, True),
            ("metric", {"aspect": "share"}, {"aspect": None}, False),
            ("subject", {}, {"subject": "acme"}, True),
            ("subject", {}, {"subject": "Acme Inc."}, True),
            ("subject", {}, {"subject": "the Acme Group"}, True),
            ("subject", {}, {"subject": "Acme's"}, True),
            ("subject", {}, {"subject": "Acme’s"}, True),
            ("subject", {}, {"subject": "Acme Robotics"}, False),
            ("subject", {}, {"subject": None}, False),
            ("subject", {"subject": None}, {"subject": None}, True),
            ("subject", {"subject": None}, {"subject": "Acme"}, False),
            ("subject", {"subject_alts": ["Zeta", None]}, {"subject": "Zeta plc"}, True),
            ("subject", {"subject_alts": ["Zeta", None]}, {"subject": None}, True),
            ("period", {}, {"period": "2024-01-01/2024-12-30"}, False),
            ("period", {}, {"period": None}, False),
            ("period", {"period_alts": [None]}, {"period": None}, True),
            ("period", {"period": None}, {"period": None}, True),
            ("status", {}, {"status": "expected"}, False),
            ("status", {"status_alts": ["expected"]}, {"status": "expected"}, True),
            ("comparator", {}, {"comparator": "~"}, False),
            ("comparator", {"comparator_alts": ["~"]}, {"comparator": "~"}, True),
        ],
    )
    def test_right_or_wrong(self, name: str, gold: Record, found: Record, right: bool) -> None:
        assert field_ok(name, claim(**gold), claim(**found)) is right

    def test_a_wrong_field_spoils_the_tuple_alone(self) -> None:
        for name, value in (("unit", "shop"), ("metric", "revenue"), ("subject", "Zeta"), ("period", None)):
            result = score(articles(claim()), {"d": [claim(**{name: value})]})
            assert (result.right["value"], result.right["tuple"]) == (1, 0)
            assert result.right[f"value+{name}"] == 0
            others = {"unit", "metric", "subject", "period", "status", "comparator"} - {name}
            assert all(result.right[f"value+{other}"] == 1 for other in others)

    def test_status_and_comparator_are_no_part_of_the_tuple(self) -> None:
        assert counts([claim()], [claim(status="expected", comparator=">")])[3] == 1

    @pytest.mark.parametrize(
        ("name", "expected"),
        [
            ("The Acme Company, Inc.", "acme"),
            ("Acme  Robotics Ltd", "acme robotics"),
            ("its iPhone", "iphone"),
            (None, ""),
            ("S&P 500", "s&p 500"),
        ],
    )
    def test_names_for_comparison(self, name: str | None, expected: str) -> None:
        assert normal_name(name) == expected


class TestOptional:
    def test_found_or_not_it_counts_on_neither_side(self) -> None:
        gold = [claim(optional=True)]
        assert counts(gold, []) == (0, 0, 0, 0)
        assert counts(gold, [claim()]) == (0, 0, 0, 0)

    def test_nor_with_another_value_at_its_place(self) -> None:
        assert counts([claim(optional=True)], [claim(value=7.0)]) == (0, 0, 0, 0)

    def test_elsewhere_it_is_spurious(self) -> None:
        assert counts([claim(optional=True)], [claim(start=50, end=59)]) == (0, 1, 0, 0)


class TestRows:
    def test_precision_recall_f1(self) -> None:
        gold = [claim(), claim(start=30, end=39), claim(start=50, end=59), claim(start=70, end=79)]
        found = [claim(), claim(start=30, end=39, subject="Zeta"), claim(start=90, end=99)]
        result = score(articles(*gold), {"d": found})
        assert result.row("value") == pytest.approx((2 / 3, 2 / 4, 4 / 7))
        assert result.row("tuple") == pytest.approx((1 / 3, 1 / 4, 2 / 7))

    def test_nothing_found_and_nothing_to_find(self) -> None:
        assert score(articles(claim()), {}).row("value") == (0.0, 0.0, 0.0)
        assert score([], {}).row("tuple") == (0.0, 0.0, 0.0)

    def test_stated_periods(self) -> None:
        gold = [
            claim(), claim(start=30, end=39), claim(start=50, end=59, period=None), claim(start=70, end=79, period_alts=[None]),
        ]  # fmt: skip
        found = [{**g, "period": None} for g in gold[1:]] + [gold[0]]
        result = score(articles(*gold), {"d": found})
        assert (result.stated, result.stated_recall) == (2, 0.5)

    def test_claims_of_unknown_articles_are_left_out(self) -> None:
        assert score(articles(claim()), {"other": [claim()]}).predicted == 0

    def test_mistakes_are_told(self) -> None:
        gold = [claim(), claim(start=50, end=59, quote="50 stores")]
        result = score(articles(*gold), {"d": [claim(subject="Zeta"), claim(start=90, end=99)]})
        told = table(result, 10)
        assert "subject: 'Zeta', gold 'Acme'" in told
        assert "'50 stores'\tmissed" in told
        assert "spurious: stores = 40.0 store" in told
        assert table(result).count("\n") + 1 == 2 + len(result.names) + 1
        assert as_record(result)["scores"]["value"]["recall"] == 0.5


class TestFiles:
    @pytest.mark.parametrize(
        ("line", "message"),
        [
            ("{", "line 2: not a gold article"),
            ("7", "line 2: not a gold article"),
            ('{"doc": "d"}', "line 2: lacks claims, text"),
        ],
    )
    def test_a_bad_line_is_named(self, tmp_path: Path, line: str, message: str) -> None:
        path = tmp_path / "gold.jsonl"
        path.write_text("\n" + line + "\n", encoding="utf-8")
        with pytest.raises(ValueError, match=message):
            read_gold(path)

    def test_predicted_claims_from_a_file(self, tmp_path: Path) -> None:
        gold, found = tmp_path / "gold.jsonl", tmp_path / "found.jsonl"
        gold.write_text(json.dumps(articles(claim())[0]) + "\n", encoding="utf-8")
        found.write_text(json.dumps({**claim(), "article_id": "d"}) + "\n\n", encoding="utf-8")
        assert evaluate_file(gold, found).row("tuple") == (1.0, 1.0, 1.0)
        found.write_text("\n" + json.dumps(claim()) + "\n", encoding="utf-8")
        with pytest.raises(ValueError, match="line 2: not a claim"):
            evaluate_file(gold, found)


# Agreement with the reference ----------------------------------------------------------


@pytest.fixture(scope="module")
def reference() -> ModuleType:
    path = SHARED / "tools" / "score_claims.py"
    if not path.is_file():
        pytest.skip("the reference scorer (../shared/tools/score_claims.py) is not here")
    spec = importlib.util.spec_from_file_location("score_claims", path)
    assert spec is not None and spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


def perturbed(article: Record, rng: random.Random) -> list[Record]:
    """The gold claims of an article with mistakes of every kind."""
    out: list[Record] = []
    for gold in article["claims"]:
        found = {**gold}
        for _ in range(rng.choice([0, 0, 1, 1, 2, 4])):
            kind = rng.randrange(14)
            if kind == 0:
                found["start"], found["end"] = gold["start"] + rng.randint(-4, 4), gold["end"] + rng.randint(0, 4)
            elif kind == 1:
                found["value"] = gold["value"] * rng.choice([1.0000001, 1.00001, -1, 1000])
            elif kind == 2:
                found["value_max"] = rng.choice([None, gold["value"] * 2])
            elif kind == 3:
                found["unit"] = rng.choice(["percent", "", "USD", "pp", "1", *gold.get("unit_alts", [])])
            elif kind == 4:
                found["metric"] = rng.choice(
                    [
                        "revenue",
                        "odd_" + gold["metric"],
                        gold["metric"] + "s",
                        "income",
                        "coverage",
                        None,
                        *gold.get("metric_alts", []),
                    ]
                )
            elif kind == 5:
                found["aspect"] = rng.choice(["level", "change", "share", None])
            elif kind == 6:
                found["subject"] = rng.choice(
                    [None, f"The {gold['subject']} Inc.", f"{gold['subject']}’s", "Acme", *gold.get("subject_alts", [])]
                )
            elif kind == 7:
                found["period"] = rng.choice([None, "2024-01-01/2024-12-31", *gold.get("period_alts", [])])
            elif kind == 8:
                found["status"] = rng.choice(["actual", "expected", "hypothetical"])
            elif kind == 9:
                found["comparator"] = rng.choice(["=", "~", ">", "<="])
            elif kind == 10:
                found.pop(rng.choice(["unit", "metric", "aspect", "subject", "period", "status", "value_max"]), None)
            elif kind == 11:
                out.append({**found, "subject": "Acme"})
            elif kind == 12:
                out.append({**found, "start": gold["end"], "end": gold["end"] + 3})
            else:
                found["start"] = -1
        if found["start"] >= 0:
            out.append(found)
    rng.shuffle(out)
    return out


@pytest.mark.parametrize("seed", range(4))
def test_agrees_with_the_reference(reference: ModuleType, seed: int) -> None:
    path = SHARED / "gold" / "dev.jsonl"
    if not path.is_file():
        pytest.skip("the gold articles (../shared/gold/dev.jsonl) are not here")
    gold = read_gold(path)
    rng = random.Random(seed)
    found = {a["doc"]: perturbed(a, rng) for a in gold}
    theirs, _ = reference.score(gold, found)
    ours = as_record(score(gold, found))
    assert 0.2 < ours["scores"]["tuple"]["f1"] < 0.95, "the mistakes are many, and not all"
    assert ours == theirs
