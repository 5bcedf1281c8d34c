"""Warnings: figures out of all proportion are flagged, never changed."""

from __future__ import annotations

from types import SimpleNamespace
from typing import Any

import pytest
import spacy

from claimlines.binding.scene import Scene
from claimlines.lexicon import Lexicon
from claimlines.names import names
from claimlines.plausibility import warnings_of


@pytest.fixture(scope="module")
def scene(nlp: spacy.Language) -> Scene:
    lexicon = Lexicon.load()
    return Scene(nlp("Acme sold vans for $3bn in 2024."), lexicon, names(lexicon, nlp))


def warned(scene: Scene, kind: str, **fields: Any) -> list[str]:
    """The warnings of a claim over the text's quantity, of that kind and with these fields."""
    quantity = SimpleNamespace(start=scene.text.index("$3bn"), end=scene.text.index(" in 2024"), kind=kind)
    whole = {"value": 1.0, "value_max": None, "unit": "1", "metric": "revenue", "aspect": "level", **fields}
    return warnings_of(scene, SimpleNamespace(place=SimpleNamespace(quantity=quantity)), whole)  # type: ignore[arg-type]


def limits() -> list[tuple[str, str, float]]:
    return [(*row[0].split(" "), float(row[1])) for row in Lexicon.load().rows("limits", 2)]  # type: ignore[misc]


@pytest.mark.parametrize(("metric", "unit", "limit"), limits())
def test_each_limit(scene: Scene, metric: str, unit: str, limit: float) -> None:
    kind = "count" if unit == "count" else "money" if len(unit) == 3 and unit.isupper() else unit
    fields = {"metric": metric, "unit": "van" if unit == "count" else unit}
    assert warned(scene, kind, value=limit, **fields) == []
    (warning,) = warned(scene, kind, value=limit * 1.01, **fields)
    assert warning.startswith("magnitude: '$3bn'")
    assert metric in warning


@pytest.mark.parametrize(
    ("unit", "hint"), [("CNY", "yi (10^8)"), ("JPY", "yi (10^8)"), ("USD", "check the scale word")]
)
def test_the_warning_says_what_may_have_happened(scene: Scene, unit: str, hint: str) -> None:
    (warning,) = warned(scene, "money", unit=unit, value=1e16)
    assert hint in warning


@pytest.mark.parametrize(
    ("kind", "fields"),
    [
        ("money", {"unit": "USD", "value": 1e16, "aspect": "change"}),
        ("money", {"unit": "USD", "value": 3e9}),
        ("money", {"unit": "XAF", "value": 1e16}),
        ("percent", {"unit": "%", "value": 900.0}),
        ("percent", {"unit": "%", "value": 100.0, "metric": "market_share"}),
        ("percent", {"unit": "%", "value": 140.0, "metric": "market_share", "aspect": "change"}),
        ("count", {"unit": "van", "value": 3.0, "value_max": 4.0, "metric": "units_sold"}),
    ],
)
def test_no_warning(scene: Scene, kind: str, fields: dict[str, Any]) -> None:
    assert warned(scene, kind, **fields) == []


@pytest.mark.parametrize("metric", ["market_share", "survey_share", "stake", "gross_margin", "probability"])
@pytest.mark.parametrize("aspect", ["level", "share"])
def test_more_than_the_whole(scene: Scene, metric: str, aspect: str) -> None:
    assert warned(scene, "percent", unit="%", value=140.0, metric=metric, aspect=aspect) == [
        "percent: 140 % of a whole"
    ]


def test_a_range_upside_down(scene: Scene) -> None:
    assert warned(scene, "count", value=5.0, value_max=3.0) == ["range: upper end below the lower"]


def test_the_claim_keeps_its_value_and_its_warning(nlp: spacy.Language) -> None:
    (found,) = nlp("Acme's revenue reached 5,000 billion yuan in 2024.")._.claims
    assert (found.value, found.unit) == (5e12, "CNY")
    assert [w.split(":")[0] for w in found.warnings] == ["magnitude"]
    (sober,) = nlp("Acme's revenue reached 5 billion yuan in 2024.")._.claims
    assert sober.warnings == []
