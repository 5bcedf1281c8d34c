"""Training of the rankers: ``python -m claimlines.training GOLD.jsonl ...``.

Each decision is a conditional logit over candidates with L2 regularisation, fitted by
L-BFGS from zero, so that the same data give the same weights. A decision's gold may
accept several candidates: the objective is the log of their summed probability.
Cross-validation is by article: articles of the press and articles written for training
fall into folds of their own, so that each is judged by rankers that saw all of the other kind.
"""

from __future__ import annotations

import argparse
import datetime as dt
import json
import multiprocessing
import zlib
from collections import Counter
from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import numpy as np
from scipy.optimize import minimize
from scipy.sparse import csr_matrix
from spacy.language import Language

from claimlines.binding.aspect import ASPECTS, KEEP, STATUSES, aspect_facts, keep_facts, status_facts
from claimlines.binding.component import Binder, Binding, period_over
from claimlines.binding.metric import label_of, metric_candidates, metric_facts
from claimlines.binding.period import period_candidates
from claimlines.binding.ranker import Ranker
from claimlines.binding.scene import Scene
from claimlines.binding.subject import subject_candidates
from claimlines.claims import confidence_inputs, fields_of
from claimlines.evaluation import TUPLE, align, field_ok, metric_ok, normal_name, read_gold, score, table
from claimlines.lexicon import models_dir
from claimlines.pipeline import load, make_doc
from claimlines.records import Quantity

Staged = tuple[dict[str, Any], Scene]
"""A gold article and its layers."""

STRENGTH = {"keep": 1.0, "metric": 1.5, "aspect": 1.0, "status": 2.0, "subject": 4.0, "period": 5.0}
"""L2 strength of each decision, chosen by cross-validation."""

MIN_COUNT = 2

FROM_GOLD = frozenset(["keep", "subject"])
"""Rankers trained on gold answers alone: one leans on no other, the other on likely subjects by their weight."""

PRESS_WEIGHT = 3.0
"""Weight of a decision in an article of the press, beside one in an article written for training."""

GOLD_WEIGHT = 0.5
"""Weight of decisions made with gold answers before them, beside those made with a model's."""


@dataclass
class Decision:
    """One choice: features of the candidates, and which of them are right.

    Where the candidates are labels, ``facts`` say the same of all: each stands for the
    features ``label|fact`` of every label.
    """

    article: str
    candidates: Sequence[Sequence[str]]
    right: list[bool]
    weight: float = 1.0
    labels: Sequence[str] = ()
    facts: Sequence[str] = ()


@dataclass
class Data:
    """All decisions, by name."""

    decisions: dict[str, list[Decision]] = field(default_factory=lambda: {k: [] for k in STRENGTH})
    oracle: Counter[str] = field(default_factory=Counter)
    total: Counter[str] = field(default_factory=Counter)

    def add(self, name: str, decision: Decision) -> None:
        """Add a decision that has a right candidate."""
        self.total[name] += 1
        if any(decision.right):
            self.oracle[name] += 1
            if not all(decision.right):
                self.decisions[name].append(decision)

    def label(
        self, name: str, article: str, labels: Sequence[str], facts: list[str], right: list[bool], weight: float
    ) -> None:
        """Add a decision among labels."""
        self.add(name, Decision(article, [[label] for label in labels], right, weight, labels, facts))


def gold_for(scene_quantity: Any, claims: list[dict[str, Any]]) -> dict[str, Any] | None:
    """The gold claim of a quantity: overlapping, with its value up to the sign."""
    q = scene_quantity
    for c in claims:
        if q.start < c["end"] and c["start"] < q.end:
            values = {abs(c["value"]), abs(c["value_max"])} if c.get("value_max") is not None else {abs(c["value"])}
            mine = {abs(q.value), abs(q.value_max)} if q.value_max is not None else {abs(q.value)}
            if len(values) == len(mine) and all(
                abs(a - b) <= 1e-6 * max(1, a) for a, b in zip(sorted(values), sorted(mine), strict=True)
            ):
                return c
    return None


def scenes(nlp: Language, articles: list[dict[str, Any]]) -> list[Staged]:
    """The articles with all layers but the last."""
    binder: Binder = nlp.get_pipe("claimlines_binder")  # type: ignore[assignment]
    out = []
    for article in articles:
        published = dt.date.fromisoformat(article["published"]) if article.get("published") else None
        doc = make_doc(nlp, article["text"], published, article.get("title"))
        for name, component in nlp.pipeline:
            if name == "claimlines_binder":  # the layers before it are what it is trained on
                break
            doc = component(doc)
        out.append((article, Scene(doc, binder.lexicon, binder.names)))
    return out


def priors(staged: list[Staged], registry: Collection[str], most: int = 14) -> dict[str, list[str]]:
    """The most frequent registered metrics of each kind of quantity."""
    kinds: dict[str, Counter[str]] = {}
    for article, scene in staged:
        for place in scene.places:
            gold = gold_for(place.quantity, article["claims"])
            if gold is not None and gold["metric"] in registry:
                kinds.setdefault(place.quantity.kind, Counter())[gold["metric"]] += 1
    return {
        k: sorted((m for m, n in c.items() if n > 1), key=lambda m: (-c[m], m))[:most] for k, c in sorted(kinds.items())
    }


Chain = Mapping[tuple[str, int], Binding]
"""What a model chose for the quantity of an article that begins at an offset."""


def collect(
    binder: Binder, staged: list[Staged], data: Data, weight: float = 1.0, chain: Chain | None = None
) -> None:
    """Decisions of the gold articles, each made with the gold answers of those before it.

    Args:
        weight: of each decision in the objective.
        chain: answers of a model that has not seen the article. Given, the decisions are made
            with those in place of the gold ones, and only the ones that lean on others are
            taken: a ranker so trained knows how far to trust what was chosen before (DAgger;
            Ross, Gordon and Bagnell 2011).
    """
    for article, scene in staged:
        metric_before: tuple[str, int] | None = None
        subject_before: tuple[str | None, int] | None = None
        period_before: tuple[str | None, int] | None = None
        for place in scene.places:
            q = place.quantity
            gold = gold_for(q, article["claims"])
            overlap = any(q.start < c["end"] and c["start"] < q.end and c.get("optional") for c in article["claims"])
            if gold is None and overlap:
                continue
            optional = gold is not None and gold.get("optional")
            doc_id = article["doc"]
            made = chain.get((doc_id, q.start)) if chain is not None else None
            if chain is not None and made is None:
                continue
            if not optional and made is None:
                facts = keep_facts(scene, place, period_over(scene, place))
                data.label("keep", doc_id, KEEP, facts, [gold is None, gold is not None], weight)
            if gold is None:
                continue
            w = weight * (0.5 if optional else 1.0)
            earlier = metric_before[0] if metric_before is not None and place.sentence - metric_before[1] <= 1 else None
            metrics = metric_candidates(scene, place, binder.priors, earlier)
            right = [metric_ok(gold, c.slug) for c in metrics]
            evidence = [c.features for c in metrics]
            labels = [label_of(scene, c.slug) for c in metrics]
            data.add("metric", Decision(doc_id, evidence, right, w, labels, metric_facts(scene, place)))
            exact = [c.slug for c in metrics if c.slug == gold["metric"]]
            accepted = [c.slug for c, ok in zip(metrics, right, strict=True) if ok]
            slug = exact[0] if exact else accepted[0] if accepted else gold["metric"]
            if made is not None:
                slug = made.metric.slug
            accepts = aspect_labels(gold, q)
            data.label("aspect", doc_id, ASPECTS, aspect_facts(scene, place, slug), accepts, w)
            aspect = made.aspect if made is not None else ASPECTS[accepts.index(True)] if True in accepts else "level"
            statuses = {gold["status"], *gold.get("status_alts", ())}
            data.label("status", doc_id, STATUSES, status_facts(scene, place, slug), [s in statuses for s in STATUSES], w)
            status = made.status if made is not None else gold["status"]
            names_ok = {normal_name(a) for a in [gold["subject"], *gold.get("subject_alts", ())]}
            mention = next((c.mention for c in metrics if c.slug == slug), None)
            subjects = subject_candidates(scene, place, slug, aspect, subject_before, mention)
            ok = [normal_name(c.name) in names_ok for c in subjects]
            data.add("subject", Decision(doc_id, [c.features for c in subjects], ok, w))
            intervals = {gold["period"], *gold.get("period_alts", ())}
            periods = period_candidates(scene, place, slug, aspect, status, period_before)
            ok_period = [c.interval in intervals for c in periods]
            if gold["period"] is not None and any(c.interval == gold["period"] for c in periods):
                ok_period = [hit and c.interval is not None for c, hit in zip(periods, ok_period, strict=True)]
            data.add("period", Decision(doc_id, [c.features for c in periods], ok_period, w))
            metric_before = (slug, place.sentence)
            named = [c.name for c, hit in zip(subjects, ok, strict=True) if hit]
            subject_before = (named[0] if named else gold["subject"], place.sentence)
            period_before = (gold["period"], place.sentence)
            if made is not None:
                metric_before = (made.metric.slug, place.sentence)
                subject_before = (made.subject.name, place.sentence)
                period_before = (made.period.interval, place.sentence)


def aspect_labels(gold: Mapping[str, Any], q: Quantity) -> list[bool]:
    """Which classes of :data:`ASPECTS` the gold claim accepts, with the sign its value has."""
    aspects = {gold["aspect"], *gold.get("aspect_alts", ())}
    negative = gold["value"] < 0
    labels = []
    for aspect in ASPECTS:
        if aspect in {"up", "down"}:
            labels.append("change" in aspects and (aspect == "down") == negative)
        else:
            labels.append(aspect in aspects and not (negative and q.value >= 0))
    return labels


class Problem:
    """The decisions of one ranker as one sparse matrix, so that folds only select its rows."""

    def __init__(self, decisions: list[Decision], min_count: int = MIN_COUNT) -> None:
        self.articles = [d.article for d in decisions]
        # A feature's key is its name or, of a fact with a label, the pair: millions of names need not be built.
        counts: Counter[str | tuple[str, str]] = Counter()
        for d in decisions:
            counts.update({f for c in d.candidates for f in c})
            counts.update((label, fact) for label in set(d.labels) for fact in set(d.facts))
        kept = [key for key, n in counts.items() if n >= min_count]
        names = ["|".join(key) if isinstance(key, tuple) else key for key in kept]
        order = sorted(range(len(kept)), key=names.__getitem__)
        self.names = [names[i] for i in order]
        index = {kept[i]: column for column, i in enumerate(order)}
        columns: list[int] = []
        pointers = [0]
        for d in decisions:
            facts = list(set(d.facts))
            for i, features in enumerate(d.candidates):
                row = {index[f] for f in features if f in index}
                if d.labels:
                    label = d.labels[i]
                    row.update(index[label, fact] for fact in facts if (label, fact) in index)
                columns += sorted(row)
                pointers.append(len(columns))
        self.x = csr_matrix(
            (np.ones(len(columns)), np.array(columns, dtype=np.int32), np.array(pointers)),
            shape=(len(pointers) - 1, len(self.names)),
        )
        sizes = np.array([len(d.candidates) for d in decisions])
        self.owner = np.repeat(np.arange(len(decisions)), sizes)
        self.hit = np.array([r for d in decisions for r in d.right])
        self.weight = np.array([d.weight for d in decisions])

    def fit(self, strength: float, keep: Callable[[str], bool] = lambda article: True) -> dict[str, float]:
        """Weights from the articles that ``keep`` accepts.

        Args:
            strength: L2 strength per weight.

        Returns:
            Feature to weight, without those that round to zero.
        """
        chosen = np.array([keep(a) for a in self.articles])
        rows = chosen[self.owner]
        x = self.x[rows]
        owner = (np.cumsum(chosen) - 1)[self.owner[rows]]
        hit_mask = self.hit[rows]
        weight = self.weight[chosen]
        starts = np.searchsorted(owner, np.arange(len(weight)))
        transposed = x.T.tocsr()

        def objective(w: np.ndarray) -> tuple[float, np.ndarray]:
            s = x @ w
            e = np.exp(s - np.maximum.reduceat(s, starts)[owner])
            total = np.add.reduceat(e, starts)
            hit = np.add.reduceat(e * hit_mask, starts)
            loss = -(weight * (np.log(hit) - np.log(total))).sum() + 0.5 * strength * (w @ w)
            gradient = transposed @ ((e / total[owner] - e * hit_mask / hit[owner]) * weight[owner]) + strength * w
            return float(loss), gradient

        result = minimize(objective, np.zeros(x.shape[1]), jac=True, method="L-BFGS-B", options={"maxiter": 120})
        return {f: round(float(v), 3) for f, v in zip(self.names, result.x, strict=True) if abs(v) >= 0.01}


def assigned(groups: Iterable[tuple[Iterable[str], bool]], folds: int) -> dict[str, int]:
    """A stable fold of each article.

    Args:
        groups: names of articles, and whether they are of the press.
        folds: how many folds each of the two kinds has.
    """
    return {
        article: zlib.crc32(article.encode()) % folds + (0 if press else folds)
        for articles, press in groups
        for article in articles
    }


def save(folder: Path, name: str, weights: dict[str, float], note: dict[str, Any]) -> None:
    """Write a ranker's weights as sorted JSON."""
    folder.mkdir(parents=True, exist_ok=True)
    body = {"note": note, "weights": dict(sorted(weights.items()))}
    (folder / f"{name}.json").write_text(
        json.dumps(body, ensure_ascii=False, indent=0, separators=(",", ":")) + "\n", encoding="utf-8"
    )


def problems(data: Data) -> dict[str, Problem]:
    """All decisions as matrices."""
    return {name: Problem(decisions) for name, decisions in data.decisions.items()}


def _fit(job: tuple[str, int]) -> tuple[tuple[str, int], dict[str, float]]:
    """Fit one ranker without one fold (-1: none); runs in a forked process, which shares what the parent set."""
    name, fold = job
    return job, _PROBLEMS[name].fit(STRENGTH[name], lambda article: _FOLDS[article] != fold)


_PROBLEMS: dict[str, Problem] = {}
_FOLDS: dict[str, int] = {}


def fits(made: Mapping[str, Problem], folds: Mapping[str, int]) -> dict[tuple[str, int], dict[str, float]]:
    """Weights of each ranker without each fold, and (fold -1) of all articles."""
    _PROBLEMS.clear()
    _PROBLEMS.update(made)
    _FOLDS.clear()
    _FOLDS.update(folds)
    jobs = [(name, fold) for name in made for fold in (-1, *sorted(set(folds.values())))]
    with multiprocessing.get_context("fork").Pool() as pool:
        return dict(pool.map(_fit, jobs, chunksize=1))


def held_out(
    binder: Binder, staged: list[Staged], weights: Mapping[tuple[str, int], dict[str, float]], folds: Mapping[str, int]
) -> dict[tuple[str, int], Binding]:
    """Bindings of every article by rankers that have not seen it."""
    out: dict[tuple[str, int], Binding] = {}
    for fold in sorted(set(folds.values())):
        binder.rankers.use({name: Ranker(w) for (name, k), w in weights.items() if k == fold})
        for article, scene in staged:
            if folds[article["doc"]] == fold:
                for b in binder.bind(scene):
                    out[article["doc"], b.place.quantity.start] = b
    return out


def predictions(staged: list[Staged], chain: Chain) -> dict[str, list[dict[str, Any]]]:
    """Claims to score, by article, from bindings."""
    out: dict[str, list[dict[str, Any]]] = {}
    for article, scene in staged:
        rows = []
        for place in scene.places:
            b = chain.get((article["doc"], place.quantity.start))
            if b is not None:
                rows.append(
                    {**fields_of(scene, b), "start": place.quantity.start, "end": place.quantity.end, "binding": b}
                )
        out[article["doc"]] = rows
    return out


def calibrate(
    staged: list[Staged], predicted: Mapping[str, list[dict[str, Any]]]
) -> tuple[dict[str, float], list[tuple[float, bool]]]:
    """A logistic from the choices' probabilities to whether the whole tuple is right, on held-out bindings.

    Returns:
        Its weights, and the pairs of confidence and truth that it gives.
    """
    inputs: list[dict[str, float]] = []
    truth: list[bool] = []
    for article, _ in staged:
        matched, _, spurious = align(article["claims"], predicted[article["doc"]])
        optional = [g for g in article["claims"] if g.get("optional")]
        for gold, p in matched:
            if not gold.get("optional"):
                inputs.append(confidence_inputs(p["binding"]))
                truth.append(all(field_ok(f, gold, p) for f in TUPLE))
        for p in spurious:
            if not any(p["start"] < g["end"] and g["start"] < p["end"] for g in optional):
                inputs.append(confidence_inputs(p["binding"]))
                truth.append(False)
    names_ = sorted(inputs[0])
    x = np.array([[1.0, *(row[n] for n in names_)] for row in inputs])
    y = np.array(truth, dtype=float)

    def objective(w: np.ndarray) -> tuple[float, np.ndarray]:
        z = x @ w
        p = 1 / (1 + np.exp(-z))
        loss = -(y * np.log(p + 1e-12) + (1 - y) * np.log(1 - p + 1e-12)).sum() + 0.5 * (w[1:] ** 2).sum()
        return float(loss), x.T @ (p - y) + np.concatenate([[0.0], w[1:]])

    w = minimize(objective, np.zeros(x.shape[1]), jac=True, method="L-BFGS-B").x
    confidence = 1 / (1 + np.exp(-(x @ w)))
    weights = {"bias": round(float(w[0]), 4), **{n: round(float(v), 4) for n, v in zip(names_, w[1:], strict=True)}}
    return weights, list(zip(confidence.tolist(), truth, strict=True))


def reliability(pairs: list[tuple[float, bool]]) -> str:
    """A table of confidence against truth."""
    lines = ["confidence   claims   tuple right"]
    for low in (0.0, 0.2, 0.4, 0.6, 0.8):
        part = [ok for c, ok in pairs if low <= c < low + 0.2 + (low == 0.8)]
        if part:
            lines.append(f"{low:.1f} to {low + 0.2:.1f}  {len(part):8d}   {sum(part) / len(part):10.2f}")
    return "\n".join(lines)


def main(argv: Sequence[str] | None = None) -> int:
    """Train all rankers on the gold files named, print the cross-validated scores, write the weights."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("gold", nargs="+", type=Path)
    parser.add_argument("--press", nargs="*", type=Path, default=[], help="gold articles of the press, which weigh more")
    parser.add_argument("--folds", type=int, default=5)
    parser.add_argument("--rounds", type=int, default=1, help="rounds of training on the rankers' own choices")
    parser.add_argument("--out", type=Path, default=models_dir() / "weights")
    parser.add_argument("--base", default="en_core_web_sm")
    parser.add_argument("--errors", type=Path, help="write the cross-validated mistakes there")
    parser.add_argument("--no-save", action="store_true")
    args = parser.parse_args(argv)
    files = [path for path in (*args.gold, *args.press) if path.is_file()]
    nlp = load(args.base)
    binder: Binder = nlp.get_pipe("claimlines_binder")  # type: ignore[assignment]
    groups = [scenes(nlp, read_gold(path)) for path in files]
    staged = [pair for group in groups for pair in group]
    binder.priors = priors(staged, binder.lexicon.metrics)
    weighed = [(group, PRESS_WEIGHT if path in args.press else 1.0) for path, group in zip(files, groups, strict=True)]
    data = Data()
    for group, weight in weighed:
        collect(binder, group, data, weight)
    for name in STRENGTH:
        print(
            f"{name}: {data.total[name]} decisions, a right candidate in {data.oracle[name] / max(1, data.total[name]):.3f}",
            flush=True,
        )
    folds = assigned(
        [([a["doc"] for a, _ in group], path in args.press) for path, group in zip(files, groups, strict=True)], args.folds
    )
    weights = fits(problems(data), folds)
    chain = held_out(binder, staged, weights, folds)
    for _ in range(args.rounds):
        # What was chosen before is sometimes wrong: half the weight goes to decisions that see it so.
        mixed = Data()
        for group, weight in weighed:
            collect(binder, group, mixed, GOLD_WEIGHT * weight)
            collect(binder, group, mixed, weight, chain)
        again = {n: p for n, p in problems(mixed).items() if n not in FROM_GOLD}
        weights = {key: value for key, value in weights.items() if key[0] in FROM_GOLD} | fits(again, folds)
        chain = held_out(binder, staged, weights, folds)
    predicted = predictions(staged, chain)
    cv: dict[str, Any] = {}
    log = []
    for path, group in zip(files, groups, strict=True):
        result = score([a for a, _ in group], predicted)
        print(f"\n{args.folds}-fold cross-validation by article, {path}\n{table(result)}", flush=True)
        cv[path.name] = {name: round(result.row(name)[2], 4) for name in result.names}
        log += result.mistakes
    # Confidence is to hold for the press, where there is some to measure it on.
    press = [pair for path, group in zip(files, groups, strict=True) if path in args.press for pair in group]
    calibration, pairs = calibrate(press or staged, predicted)
    print("\n" + reliability(pairs))
    if args.errors:
        args.errors.write_text("".join(f"{d}\t{q!r}\t{w}\n" for d, q, w in log), encoding="utf-8")
    if not args.no_save:
        args.out.mkdir(parents=True, exist_ok=True)
        for name in STRENGTH:
            save(args.out, name, weights[name, -1], {"decisions": len(data.decisions[name])})
        save(args.out, "confidence", calibration, {"claims": len(pairs)})
        (args.out / "priors.json").write_text(json.dumps(binder.priors, indent=1) + "\n", encoding="utf-8")
        note = {
            "trained_on": {path.name: len(group) for path, group in zip(files, groups, strict=True)},
            "folds": args.folds,
            "cross_validated_f1": cv,
        }
        (args.out / "training.json").write_text(json.dumps(note, indent=1) + "\n", encoding="utf-8")
    return 0


if __name__ == "__main__":
    raise SystemExit(main())
