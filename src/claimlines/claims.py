"""Component ``claimlines_claims``: records from bindings, in ``doc._.claims``."""

from __future__ import annotations

import datetime as dt
import json
import math
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

from spacy.language import Language
from spacy.tokens import Doc

from claimlines.attribution import attribution
from claimlines.binding.component import Binding
from claimlines.binding.ranker import Rankers
from claimlines.binding.scene import Scene
from claimlines.lexicon import Lexicon, models_dir
from claimlines.names import names
from claimlines.plausibility import warnings_of
from claimlines.records import Claim, claim_id
from claimlines.surface import OffsetMap

__all__ = ["Claims", "fields_of"]

for _extension, _default in (("claims", None), ("meta", None), ("offsets", None), ("source_text", None)):
    if not Doc.has_extension(_extension):
        Doc.set_extension(_extension, default=_default)


def fields_of(scene: Scene, b: Binding) -> dict[str, Any]:
    """The normalised fields of a binding's claim."""
    q = b.place.quantity
    value, top = q.value, q.value_max
    aspect = "change" if b.aspect in {"up", "down"} else b.aspect
    if b.aspect == "down":
        value, top = (-abs(value), None) if top is None else (-abs(top), -abs(value))
    elif b.aspect == "up":
        value = abs(value) if top is None else value
    unit = q.unit
    if unit in {"", "1"} and q.kind in {"count", "number"}:
        metric = scene.lexicon.metrics.get(b.metric.slug)
        if q.notes.get("carried_unit"):
            unit = q.notes["carried_unit"]
        elif metric is not None and "count" in metric.kinds and "number" not in metric.kinds and metric.counted:
            unit = metric.counted[0]
    interval = b.period.interval
    return {
        "subject": b.subject.name, "metric": b.metric.slug, "value": value, "value_max": top, "unit": unit or "1", "period": interval,
        "comparator": q.comparator, "aspect": aspect, "status": b.status,
    }  # fmt: skip


class Claims:
    """Makes the records."""

    def __init__(
        self, nlp: Language, name: str = "claimlines_claims", *, weights: str = "", lexicon: Sequence[str] = ()
    ) -> None:
        self.name = name
        self.lexicon = Lexicon.load(tuple(lexicon))
        self.names = names(self.lexicon, nlp)
        folder = Path(weights) if weights else models_dir() / "weights"
        self.rankers = Rankers(folder)
        path = folder / "confidence.json"
        self.calibration: dict[str, float] = (
            json.loads(path.read_text(encoding="utf-8"))["weights"] if path.is_file() else {}
        )

    def __call__(self, doc: Doc) -> Doc:
        bindings: list[Binding] = doc._.bindings or []
        scene = doc.user_data.pop("claimlines_scene", None) or Scene(doc, self.lexicon, self.names)
        meta: Mapping[str, Any] = doc._.meta or {}
        doc._.claims = [self.record(scene, b, meta) for b in bindings]
        return doc

    def record(self, scene: Scene, b: Binding, meta: Mapping[str, Any]) -> Claim:
        """The record of one binding; offsets are those of the text as it was given."""
        doc, tree = scene.doc, scene.tree
        offsets: OffsetMap = doc._.offsets or OffsetMap()
        source: str = doc._.source_text if doc._.source_text is not None else scene.text
        q = b.place.quantity
        fields = fields_of(scene, b)
        start, end = offsets.span(q.start, q.end)

        def place_of(first: int, last: int) -> tuple[int | None, int | None, str | None]:
            if first < 0 or last <= first:
                return None, None, None
            s, e = offsets.span(tree.idx[first], tree.idx[last - 1] + len(tree.orth[last - 1]))
            return s, e, source[s:e]

        mention = b.metric.mention
        metric_start, metric_end, metric_text = (
            place_of(mention.start, mention.end) if mention is not None else (None, None, None)
        )
        subject_start, subject_end, subject_text = place_of(b.subject.start, b.subject.end)
        period_start, period_end, period_text = (
            place_of(b.period.span.start, b.period.span.end)
            if b.period.span is not None
            else (None, None, None)
        )
        first, last = scene.sentence(b.place.sentence)
        while last - 1 > first and tree.space[last - 1]:
            last -= 1
        while first < last - 1 and tree.space[first]:
            first += 1
        sentence_start, sentence_end, sentence = place_of(first, last)
        interval = fields["period"]
        ends = [dt.date.fromisoformat(part) for part in interval.split("/")] if interval else [None, None]
        article = str(meta.get("id", ""))
        return Claim(
            **fields,
            attribution=attribution(scene, b.place, fields["subject"]),
            period_start=ends[0],
            period_end=ends[1],
            quantity_text=source[start:end],
            metric_text=metric_text,
            subject_text=subject_text,
            period_text=period_text,
            start=start,
            end=end,
            metric_start=metric_start,
            metric_end=metric_end,
            subject_start=subject_start,
            subject_end=subject_end,
            period_text_start=period_start,
            period_text_end=period_end,
            sentence=sentence or "",
            sentence_start=sentence_start or 0,
            sentence_end=sentence_end or 0,
            article_id=article,
            title=meta.get("title"),
            published=doc._.published,
            url=meta.get("url"),
            source=meta.get("source"),
            confidence=self.confidence(b),
            warnings=warnings_of(scene, b, fields),
            evidence=self.evidence(b),
            claim_id=claim_id(article, start, end, tuple(fields.values())),
        )

    def confidence(self, b: Binding) -> float:
        """Probability that the whole tuple is right: a logistic over the log-odds of the choices."""
        z = self.calibration.get("bias", 0.0)
        for name, p in confidence_inputs(b).items():
            z += self.calibration.get(name, 1.0 if not self.calibration else 0.0) * p
        return round(1.0 / (1.0 + math.exp(-z)), 3)

    def evidence(self, b: Binding) -> dict[str, str]:
        """For each field, what bound it."""
        return {
            "metric": f"{b.metric.relation} p={b.metric_p:.2f}",
            "subject": f"{b.subject.relation} p={b.subject_p:.2f}",
            "period": f"{b.period.relation} p={b.period_p:.2f}",
            "aspect": f"p={b.aspect_p:.2f}",
            "status": f"p={b.status_p:.2f}",
            "quantity": f"{b.place.quantity.form} p={b.keep:.2f}",
        }


def confidence_inputs(b: Binding) -> dict[str, float]:
    """What the confidence is a function of: the log of each choice's probability."""

    def log(p: float) -> float:
        return math.log(max(p, 1e-4))

    return {
        "keep": log(b.keep),
        "metric": log(b.metric_p),
        "aspect": log(b.aspect_p),
        "subject": log(b.subject_p),
        "period": log(b.period_p),
        "lowest": min(log(p) for p in (b.metric_p, b.subject_p, b.period_p)),
    }


@Language.factory(
    "claimlines_claims",
    default_config={"weights": "", "lexicon": []},
    requires=["doc._.bindings"],
    assigns=["doc._.claims"],
)
def make_claims(nlp: Language, name: str, weights: str, lexicon: list[str]) -> Claims:
    """Factory of :class:`Claims`."""
    return Claims(nlp, name, weights=weights, lexicon=lexicon)
