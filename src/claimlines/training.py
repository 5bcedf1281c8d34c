"""Training of the rankers: ``python -m claimlines.training GOLD.jsonl ...``.

Each decision is a conditional logit over candidates with L2 regularisation, fitted by
L-BFGS from zero, so that the same data give the same weights. A decision's gold may
accept several candidates: the objective is the log of their summed probability.
Cross-validation is by article.
"""

from __future__ import annotations

import argparse
import datetime as dt
import json
import zlib
from collections import Counter
from collections.abc import Collection, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import numpy as np
from scipy.optimize import minimize
from scipy.sparse import csr_matrix
from spacy.language import Language

from claimlines.binding.aspect import ASPECTS, STATUSES, aspect_features, keep_features, status_features
from claimlines.binding.component import Binder, period_over
from claimlines.binding.metric import metric_candidates
from claimlines.binding.period import period_candidates
from claimlines.binding.ranker import Ranker
from claimlines.binding.scene import Scene
from claimlines.binding.subject import subject_candidates
from claimlines.evaluation import metric_ok, normal_name, read_gold
from claimlines.lexicon import models_dir
from claimlines.pipeline import load, make_doc

STRENGTH = {"keep": 1.0, "metric": 1.0, "aspect": 1.0, "status": 1.5, "subject": 1.0, "period": 1.0}
"""L2 strength of each decision, chosen by cross-validation."""

MIN_COUNT = 2


@dataclass
class Decision:
    """One choice: features of the candidates, and which of them are right."""

    article: str
    candidates: list[list[str]]
    right: list[bool]
    weight: float = 1.0


@dataclass
class Data:
    """All decisions, by name."""

    decisions: dict[str, list[Decision]] = field(default_factory=lambda: {k: [] for k in STRENGTH})
    oracle: Counter[str] = field(default_factory=Counter)
    total: Counter[str] = field(default_factory=Counter)

    def add(self, name: str, article: str, candidates: Sequence[list[str]], right: list[bool], weight: float) -> None:
        """Add a decision that has a right candidate."""
        self.total[name] += 1
        if any(right):
            self.oracle[name] += 1
            if not all(right):
                self.decisions[name].append(Decision(article, list(candidates), right, weight))


def gold_for(scene_quantity: Any, claims: list[dict[str, Any]]) -> dict[str, Any] | None:
    """The gold claim of a quantity: overlapping, with its value up to the sign."""
    q = scene_quantity
    for c in claims:
        if q.start < c["end"] and c["start"] < q.end:
            values = {abs(c["value"]), abs(c["value_max"])} if c.get("value_max") is not None else {abs(c["value"])}
            mine = {abs(q.value), abs(q.value_max)} if q.value_max is not None else {abs(q.value)}
            if len(values) == len(mine) and all(abs(a - b) <= 1e-6 * max(1, a) for a, b in zip(sorted(values), sorted(mine), strict=True)):
                return c
    return None


def scenes(nlp: Language, articles: list[dict[str, Any]]) -> list[tuple[dict[str, Any], Scene]]:
    """The articles with all layers but the last."""
    binder: Binder = nlp.get_pipe("claimlines_binder")  # type: ignore[assignment]
    out = []
    for article in articles:
        published = dt.date.fromisoformat(article["published"]) if article.get("published") else None
        doc = make_doc(nlp, article["text"], published, article.get("title"))
        for name, component in nlp.pipeline:
            if name == "claimlines_binder":
                break
            doc = component(doc)
        out.append((article, Scene(doc, binder.lexicon, binder.names)))
    return out


def priors(staged: list[tuple[dict[str, Any], Scene]], registry: Collection[str], most: int = 14) -> dict[str, list[str]]:
    """The most frequent registered metrics of each kind of quantity."""
    kinds: dict[str, Counter[str]] = {}
    for article, scene in staged:
        for place in scene.places:
            gold = gold_for(place.quantity, article["claims"])
            if gold is not None and gold["metric"] in registry:
                kinds.setdefault(place.quantity.kind, Counter())[gold["metric"]] += 1
    return {k: sorted((m for m, n in c.items() if n > 1), key=lambda m: (-c[m], m))[:most] for k, c in sorted(kinds.items())}


def collect(binder: Binder, staged: list[tuple[dict[str, Any], Scene]], data: Data, weight: float = 1.0) -> None:
    """Decisions of the gold articles, each made with the gold answers of those before it."""
    for article, scene in staged:
        metric_before = subject_before = period_before = None
        for place in scene.places:
            q = place.quantity
            gold = gold_for(q, article["claims"])
            overlap = any(q.start < c["end"] and c["start"] < q.end and c.get("optional") for c in article["claims"])
            if gold is None and overlap:
                continue
            optional = gold is not None and gold.get("optional")
            if not optional:
                data.add("keep", article["doc"], keep_features(scene, place, period_over(scene, place)), [gold is None, gold is not None], weight)
            if gold is None:
                continue
            w = weight * (0.5 if optional else 1.0)
            doc_id = article["doc"]
            earlier = metric_before[0] if metric_before is not None and place.sentence - metric_before[1] <= 1 else None
            metrics = metric_candidates(scene, place, binder.priors, earlier)
            right = [metric_ok(gold, c.slug) for c in metrics]
            data.add("metric", doc_id, [c.features for c in metrics], right, w)
            exact = [c.slug for c in metrics if c.slug == gold["metric"]]
            accepted = [c.slug for c, ok in zip(metrics, right, strict=True) if ok]
            slug = exact[0] if exact else accepted[0] if accepted else gold["metric"]
            aspects = {gold["aspect"], *gold.get("aspect_alts", ())}
            labels = [a in aspects and a in {"level", "share"} or a in {"up", "down"} and "change" in aspects for a in ASPECTS]
            if "change" in aspects:
                negative = gold["value"] < 0
                labels = [ok and (a not in {"up", "down"} or (a == "down") == negative) and not (negative and a in {"level", "share"} and not q.value < 0) for a, ok in zip(ASPECTS, labels, strict=True)]
            data.add("aspect", doc_id, aspect_features(scene, place, slug), labels, w)
            aspect = ASPECTS[labels.index(True)] if True in labels else "level"
            statuses = {gold["status"], *gold.get("status_alts", ())}
            data.add("status", doc_id, status_features(scene, place, slug), [s in statuses for s in STATUSES], w)
            accepted_names = {normal_name(a) for a in [gold["subject"], *gold.get("subject_alts", ())]}
            subjects = subject_candidates(scene, place, slug, aspect, subject_before)
            ok = [normal_name(c.name) in accepted_names for c in subjects]
            data.add("subject", doc_id, [c.features for c in subjects], ok, w)
            intervals = {gold["period"], *gold.get("period_alts", ())}
            periods = period_candidates(scene, place, slug, aspect, gold["status"], period_before)
            ok_period = [c.interval in intervals for c in periods]
            if gold["period"] is not None and any(c.interval == gold["period"] for c in periods):
                ok_period = [c.interval == gold["period"] or (hit and c.interval is not None) for c, hit in zip(periods, ok_period, strict=True)]
            data.add("period", doc_id, [c.features for c in periods], ok_period, w)
            metric_before = (slug, place.sentence)
            named = [c.name for c, hit in zip(subjects, ok, strict=True) if hit]
            subject_before = (named[0] if named else gold["subject"], place.sentence)
            period_before = (gold["period"], place.sentence)


def fit(decisions: list[Decision], strength: float, min_count: int = MIN_COUNT) -> dict[str, float]:
    """Weights of one ranker.

    Args:
        decisions: the training data.
        strength: L2 strength per weight.
        min_count: features seen on fewer candidates are left out.

    Returns:
        Feature to weight, without those that round to zero.
    """
    counts: Counter[str] = Counter(f for d in decisions for c in d.candidates for f in set(c))
    vocabulary = {f: i for i, f in enumerate(sorted(f for f, n in counts.items() if n >= min_count))}
    rows: list[int] = []
    columns: list[int] = []
    owner: list[int] = []
    good: list[bool] = []
    weights = np.array([d.weight for d in decisions])
    row = 0
    for k, d in enumerate(decisions):
        for features, hit in zip(d.candidates, d.right, strict=True):
            for f in set(features):
                i = vocabulary.get(f)
                if i is not None:
                    rows.append(row)
                    columns.append(i)
            owner.append(k)
            good.append(hit)
            row += 1
    order = np.lexsort((np.array(columns), np.array(rows)))
    x = csr_matrix((np.ones(len(rows)), (np.array(rows)[order], np.array(columns)[order])), shape=(row, len(vocabulary)))
    own = np.array(owner)
    hit_mask = np.array(good)
    n = len(decisions)
    starts = np.searchsorted(own, np.arange(n))

    def objective(w: np.ndarray) -> tuple[float, np.ndarray]:
        s = x @ w
        top = np.maximum.reduceat(s, starts)
        e = np.exp(s - top[own])
        total = np.add.reduceat(e, starts)
        hit = np.add.reduceat(e * hit_mask, starts)
        p = e / total[own]
        p_hit = e * hit_mask / hit[own]
        loss = -(weights * (np.log(hit) - np.log(total))).sum() + 0.5 * strength * (w @ w)
        gradient = x.T @ ((p - p_hit) * weights[own]) + strength * w
        return float(loss), gradient

    result = minimize(objective, np.zeros(len(vocabulary)), jac=True, method="L-BFGS-B", options={"maxiter": 200})
    return {f: round(float(result.x[i]), 3) for f, i in vocabulary.items() if abs(result.x[i]) >= 0.004}


def accuracy(decisions: list[Decision], weights: dict[str, float]) -> float:
    """Share of decisions whose best candidate is right."""
    ranker = Ranker(weights)
    return sum(d.right[ranker.best(d.candidates)[0]] for d in decisions) / max(1, len(decisions))


def fold_of(article: str, folds: int) -> int:
    """A stable fold of an article."""
    return zlib.crc32(article.encode()) % folds


def save(folder: Path, name: str, weights: dict[str, float], note: dict[str, Any]) -> None:
    """Write a ranker's weights as sorted JSON."""
    folder.mkdir(parents=True, exist_ok=True)
    body = {"note": note, "weights": dict(sorted(weights.items()))}
    (folder / f"{name}.json").write_text(json.dumps(body, ensure_ascii=False, indent=0, separators=(",", ":")) + "\n", encoding="utf-8")


def main(argv: Sequence[str] | None = None) -> int:
    """Train all rankers on the gold files named."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("gold", nargs="+", type=Path)
    parser.add_argument("--folds", type=int, default=5)
    parser.add_argument("--out", type=Path, default=models_dir() / "weights")
    parser.add_argument("--base", default="en_core_web_sm")
    args = parser.parse_args(argv)
    nlp = load(args.base)
    binder: Binder = nlp.get_pipe("claimlines_binder")  # type: ignore[assignment]
    data = Data()
    staged = [pair for path in args.gold for pair in scenes(nlp, read_gold(path))]
    binder.priors = priors(staged, binder.lexicon.metrics)
    args.out.mkdir(parents=True, exist_ok=True)
    (args.out / "priors.json").write_text(json.dumps(binder.priors, indent=1) + "\n", encoding="utf-8")
    collect(binder, staged, data)
    for name, decisions in data.decisions.items():
        print(f"{name}: oracle {data.oracle[name]}/{data.total[name]} = {data.oracle[name] / data.total[name]:.3f}, decisions {len(decisions)}", flush=True)
        held = 0.0
        for fold in range(args.folds):
            train = [d for d in decisions if fold_of(d.article, args.folds) != fold]
            test = [d for d in decisions if fold_of(d.article, args.folds) == fold]
            held += accuracy(test, fit(train, STRENGTH[name])) * len(test)
        weights = fit(decisions, STRENGTH[name])
        print(f"  cross-validated accuracy {held / len(decisions):.3f}, on all {accuracy(decisions, weights):.3f}, {len(weights)} features", flush=True)
        save(args.out, name, weights, {"decisions": len(decisions), "cv_accuracy": round(held / len(decisions), 4), "folds": args.folds})
    return 0


if __name__ == "__main__":
    raise SystemExit(main())
