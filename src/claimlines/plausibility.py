"""Doubts about a claim that a careful reader would have.

Translations multiply numbers: Chinese counts in wan (10^4) and yi (10^8), and both are
regularly rendered as million and billion. A figure that is out of all proportion for
its metric is flagged, never changed.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from claimlines.binding.component import Binding
from claimlines.binding.scene import Scene

__all__ = ["warnings_of"]


def warnings_of(scene: Scene, b: Binding, fields: Mapping[str, Any]) -> list[str]:
    """The warnings of one claim, each a short code and its reason."""
    out: list[str] = []
    value = abs(float(fields["value"]))
    limits = scene.lexicon.limits
    unit = str(fields["unit"]).split("/")[0]
    kind = b.place.quantity.kind
    key = unit if kind == "money" else "count" if kind == "count" else kind
    limit = limits.get((str(fields["metric"]), key)) or limits.get(("*", key))
    if limit is not None and fields["aspect"] == "level" and value > limit:
        text = scene.text[b.place.quantity.start : b.place.quantity.end]
        out.append(
            f"magnitude: {text!r} is above what any {fields['metric']} in {key} has been ({limit:.3g}); "
            + (
                "yi (10^8) may have been translated as billion"
                if unit in {"CNY", "JPY", "KRW", "TWD"}
                else "check the scale word"
            )
        )
    if (
        kind == "percent"
        and fields["aspect"] in {"level", "share"}
        and value > 100
        and fields["metric"]
        in {
            "market_share",
            "survey_share",
            "penetration_rate",
            "gross_margin",
            "stake",
            "probability",
            "accuracy",
            "adoption_rate",
        }
    ):
        out.append(f"percent: {value:g} % of a whole")
    if fields["value_max"] is not None and fields["value_max"] < fields["value"]:
        out.append("range: upper end below the lower")
    return out
