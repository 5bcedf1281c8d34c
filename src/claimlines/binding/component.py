"""Component ``claimlines_claims``: binds each quantity and leaves ``doc._.claims``."""

from __future__ import annotations

import json
import re
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from spacy.language import Language
from spacy.tokens import Doc

from claimlines.binding.aspect import ASPECTS, KEEP, STATUSES, aspect_facts, keep_facts, status_facts
from claimlines.binding.belief import Belief, choose
from claimlines.binding.metric import MetricCandidate, label_of, metric_candidates, metric_facts, metric_labels
from claimlines.binding.period import PeriodCandidate, period_candidates
from claimlines.binding.ranker import Rankers, softmax_best
from claimlines.binding.scene import Place, Scene
from claimlines.binding.subject import SubjectCandidate, SubjectCandidates
from claimlines.lexicon import Lexicon, models_dir
from claimlines.names import names

__all__ = ["Binder", "Binding"]

if not Doc.has_extension("bindings"):
    Doc.set_extension("bindings", default=None)


@dataclass(slots=True)
class Binding:
    """What was chosen for one quantity, and how sure each choice is."""

    place: Place
    keep: float
    metric: MetricCandidate
    metric_p: float
    aspect: str
    aspect_p: float
    subject: SubjectCandidate
    subject_p: float
    period: PeriodCandidate
    period_p: float
    status: str
    status_p: float


class Binder:
    """Chooses metric, aspect, status, subject and period for each quantity, in reading order."""

    def __init__(
        self,
        nlp: Language,
        name: str = "claimlines_binder",
        *,
        weights: str = "",
        lexicon: Sequence[str] = (),
        threshold: float = 0.5,
    ) -> None:
        self.name = name
        self.lexicon = Lexicon.load(tuple(lexicon))
        self.names = names(self.lexicon, nlp)
        self.rankers = Rankers(Path(weights) if weights else models_dir() / "weights")
        self.threshold = threshold
        self.priors = self.read_priors()
        self.metric_labels = metric_labels(self.lexicon)

    def read_priors(self) -> dict[str, list[str]]:
        """Metrics to try for each kind of quantity, the most frequent of the training data first."""
        path = self.rankers.folder / "priors.json"
        if not path.is_file():
            return {}
        found: dict[str, list[str]] = json.loads(path.read_text(encoding="utf-8"))
        return found

    def __call__(self, doc: Doc) -> Doc:
        scene = Scene(doc, self.lexicon, self.names)
        doc._.bindings = self.bind(scene)
        doc.user_data["claimlines_scene"] = scene
        return doc

    @staticmethod
    def _restates(scene: Scene, first: Place, second: Place) -> bool:
        """Whether the second quantity is the first in another unit: ``$12.9bn (£10bn)``, ``7 miles (11 km)``."""
        a, b = first.quantity, second.quantity
        if (
            a.kind != b.kind
            or a.kind in {"count", "number", "percent", "x", "duration"}
            or a.unit.split("/")[0] == b.unit.split("/")[0]
        ):
            return False
        return bool(_RESTATED.fullmatch(scene.text[a.end : b.start])) and (a.value_max is None) == (b.value_max is None)

    @staticmethod
    def _carry_unit(place: Place, slug: str, units: dict[str, tuple[str, int]]) -> None:
        """Note for a count without a noun what the last count of the same metric counted."""
        q = place.quantity
        q.notes.pop("carried_unit", None)
        if q.kind not in {"count", "number"}:
            return
        if q.unit in {"", "1"}:
            known = units.get(slug)
            if known is not None and place.sentence - known[1] <= _CARRY:
                q.notes["carried_unit"] = known[0]
        elif q.kind == "count":
            units[slug] = (q.unit, place.sentence)

    def choose_metric(
        self, scene: Scene, place: Place, candidates: list[MetricCandidate]
    ) -> tuple[MetricCandidate, float]:
        """The best metric, by the evidence for each candidate and by what stands around the quantity."""
        table = self.rankers.table("metric", self.metric_labels)
        around = table.scores(metric_facts(scene, place)).tolist()
        ranker = self.rankers["metric"]
        index = table.index
        scores = [around[index[label_of(scene, c.slug)]] + ranker.score(c.marks) for c in candidates]
        i, p = softmax_best(scores)
        return candidates[i], p

    def bind(self, scene: Scene) -> list[Binding]:
        """The bindings of all kept quantities."""
        out: list[Binding] = []
        units: dict[str, tuple[str, int]] = {}
        metric_before: tuple[str, int] | None = None
        belief: Belief | None = None
        period_before: tuple[str | None, int] | None = None
        keeps = self.rankers.table("keep", KEEP)
        aspects = self.rankers.table("aspect", ASPECTS)
        statuses = self.rankers.table("status", STATUSES)
        for place in scene.places:
            chosen, p = keeps.best(keep_facts(scene, place, period_over(scene, place)))
            keep = p if KEEP[chosen] == "keep" else 1.0 - p
            if keep < self.threshold:
                continue
            if out and self._restates(scene, out[-1].place, place):
                first = out[-1]
                copy = Binding(place, keep, first.metric, first.metric_p, first.aspect, first.aspect_p, first.subject, first.subject_p, first.period, first.period_p, first.status, first.status_p)  # fmt: skip
                out.append(copy)
                continue
            earlier = metric_before[0] if metric_before is not None and place.sentence - metric_before[1] <= 1 else None
            metrics = metric_candidates(scene, place, self.priors, earlier)
            metric, metric_p = self.choose_metric(scene, place, metrics)
            a, aspect_p = aspects.best(aspect_facts(scene, place, metric.slug))
            s, status_p = statuses.best(status_facts(scene, place, metric.slug))
            found = SubjectCandidates(scene, place, metric.slug, metric.mention)
            subject, subject_p, belief = choose(found, self.rankers["subject"], belief)
            periods = period_candidates(scene, place, metric.slug, ASPECTS[a], STATUSES[s], period_before)
            k, period_p = self.rankers["period"].best([c.marks for c in periods])
            self._carry_unit(place, metric.slug, units)
            metric_before = (metric.slug, place.sentence)
            period_before = (periods[k].interval, place.sentence)
            # A long article has as many bindings as figures: what they were chosen by is not kept.
            metric.marks, subject.marks, periods[k].marks, place.around = [], [], [], None
            out.append(
                Binding(
                    place,
                    keep,
                    metric,
                    metric_p,
                    ASPECTS[a],
                    aspect_p,
                    subject,
                    subject_p,
                    periods[k],
                    period_p,
                    STATUSES[s],
                    status_p,
                )
            )
        return out


_RESTATED = re.compile(r"[ ]?[(;,][ ]?(?:or |about |around |roughly |approximately |some |then )*|[ ]?/[ ]?")
_CARRY = 6
"""Sentences over which a bare number takes the counted noun of the last claim of its metric."""


def period_over(scene: Scene, place: Place) -> str:
    """The kind of the period mention that covers a quantity, or an empty string."""
    for p in scene.periods.get(place.sentence, ()):
        if p.start < place.end and place.start < p.end:
            return p.period.kind
    return ""


@Language.factory(
    "claimlines_binder",
    default_config={"weights": "", "lexicon": [], "threshold": 0.5},
    requires=["doc.spans", "token.dep"],
    assigns=["doc._.bindings"],
)
def make_binder(nlp: Language, name: str, weights: str, lexicon: list[str], threshold: float) -> Binder:
    """Factory of :class:`Binder`."""
    return Binder(nlp, name, weights=weights, lexicon=lexicon, threshold=threshold)
