"""Scores predicted claims against gold claims.

The definitions are those of the claim specification: a predicted claim matches a gold
claim when their quantity spans overlap and the values are equal (relative tolerance
1e-6; both ends of a range); each gold claim is matched at most once, the pairs that
agree on most fields first; then each field is right or wrong on its own. Matches with
optional gold claims count on neither side.
"""

from __future__ import annotations

import functools
import json
import re
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import jsonlines

from claimlines.lexicon import Lexicon

__all__ = ["FIELDS", "Score", "align", "field_ok", "read_gold", "score", "table"]

FIELDS = ("unit", "metric", "subject", "period", "status", "comparator")
TUPLE = ("unit", "metric", "subject", "period")

_LEGAL = re.compile(
    r"\b(inc|incorporated|corp|corporation|co|company|ltd|limited|plc|llc|lp|ag|sa|se|nv|gmbh|oyj|ab|group|holdings?|technologies|the)\b\.?"
)

Record = Mapping[str, Any]


@functools.lru_cache(maxsize=100_000)
def normal_name(name: str | None) -> str:
    """A name for comparison: without case, legal suffixes, leading articles and possessives."""
    if name is None:
        return ""
    s = name.lower().replace("\u2019", "'")
    s = re.sub(r"'s?\b", "", s)
    s = re.sub(r"[^\w\s.+&-]", " ", s)
    s = _LEGAL.sub(" ", s)
    s = re.sub(r"^(a|an|its|their|his|her|our)\s+", "", s.strip())
    return re.sub(r"[\s.]+", " ", s).strip()


def normal_unit(unit: str | None) -> str:
    """A unit for comparison."""
    s = (unit or "").strip()
    low = s.lower()
    if low in {"percent", "per cent", "pct"}:
        return "%"
    if low in {"", "1", "number", "dimensionless"}:
        return "1"
    if s.isupper() and len(s) == 3:
        return s
    return "/".join(re.sub(r"[\s_]+", " ", p.strip()) for p in s.split("/"))


def _head(slug: str) -> str:
    return slug.rsplit("_", 1)[-1].rstrip("s")


@functools.cache
def _registry() -> frozenset[str]:
    return frozenset(Lexicon.load().metrics) - {"income", "coverage"}


def metric_ok(gold: Record, slug: str | None) -> bool:
    """Whether a slug names the gold metric: equal, an accepted alternative, or outside the registry with its head noun."""
    accepted = [gold["metric"], *gold.get("metric_alts", ())]
    if slug in accepted:
        return True
    registry = _registry()
    if slug is None or slug in registry:
        return False
    return any(a not in registry and _head(a) == _head(slug) for a in accepted)


def aspect_ok(gold: Record, aspect: str | None) -> bool:
    """Whether an aspect is accepted."""
    return (aspect or "level") in [gold["aspect"], *gold.get("aspect_alts", ())]


def subject_ok(gold: Record, subject: str | None) -> bool:
    """Whether a name is an accepted subject."""
    found = normal_name(subject)
    return any(found == normal_name(a) for a in [gold["subject"], *gold.get("subject_alts", ())])


def field_ok(name: str, gold: Record, predicted: Record) -> bool:
    """Whether one field of a matched pair is right."""
    if name == "unit":
        return normal_unit(predicted.get("unit")) in {
            normal_unit(u) for u in [gold["unit"], *gold.get("unit_alts", ())]
        }
    if name == "metric":
        return metric_ok(gold, predicted.get("metric")) and aspect_ok(gold, predicted.get("aspect"))
    if name == "subject":
        return subject_ok(gold, predicted.get("subject"))
    return predicted.get(name) in [gold[name], *gold.get(f"{name}_alts", ())]


def same_number(a: float | None, b: float | None) -> bool:
    """Equal within a relative tolerance of 1e-6; None equals only None."""
    if a is None or b is None:
        return a is None and b is None
    return abs(float(a) - float(b)) <= 1e-6 * max(1.0, abs(float(a)), abs(float(b)))


def value_ok(gold: Record, predicted: Record) -> bool:
    """Whether the values agree, both ends for a range."""
    values = [gold["value"], *gold.get("value_alts", ())]
    return any(same_number(v, predicted.get("value")) for v in values) and same_number(
        gold.get("value_max"), predicted.get("value_max")
    )


def align(
    gold: Sequence[Record], predicted: Sequence[Record]
) -> tuple[list[tuple[Record, Record]], list[Record], list[Record]]:
    """Greedy one-to-one matching, the pairs that agree on most fields first.

    Returns:
        Matched pairs ``(gold, predicted)``, unmatched gold, unmatched predicted.
    """
    pairs = []
    for i, g in enumerate(gold):
        for j, p in enumerate(predicted):
            if p["start"] < g["end"] and g["start"] < p["end"] and value_ok(g, p):
                pairs.append((-sum(field_ok(f, g, p) for f in FIELDS), i, j))
    pairs.sort()
    used_gold: set[int] = set()
    used_predicted: set[int] = set()
    matched = []
    for _, i, j in pairs:
        if i not in used_gold and j not in used_predicted:
            used_gold.add(i)
            used_predicted.add(j)
            matched.append((gold[i], predicted[j]))
    missed = [g for i, g in enumerate(gold) if i not in used_gold]
    spurious = [p for j, p in enumerate(predicted) if j not in used_predicted]
    return matched, missed, spurious


@dataclass
class Score:
    """Counts of an evaluation; rows are read with :meth:`row`."""

    articles: int = 0
    gold: int = 0
    predicted: int = 0
    stated: int = 0
    right: Counter[str] = field(default_factory=Counter)
    mistakes: list[tuple[str, str, str]] = field(default_factory=list)

    @property
    def names(self) -> list[str]:
        """The rows of the table, in order."""
        return ["value", *(f"value+{f}" for f in FIELDS), "tuple"]

    def row(self, name: str) -> tuple[float, float, float]:
        """Precision, recall and F1 of a row."""
        r = self.right[name]
        precision = r / self.predicted if self.predicted else 0.0
        recall = r / self.gold if self.gold else 0.0
        return precision, recall, 2 * precision * recall / (precision + recall) if precision + recall else 0.0

    @property
    def stated_recall(self) -> float:
        """Recall of the periods that the text itself states."""
        return self.right["stated"] / self.stated if self.stated else 0.0


def _stated(gold: Record) -> bool:
    return gold["period"] is not None and None not in gold.get("period_alts", ())


def score(articles: Iterable[Record], predicted: Mapping[str, Sequence[Record]]) -> Score:
    """Score predictions, claims by article id, against gold articles."""
    out = Score()
    for article in articles:
        out.articles += 1
        gold, found = article["claims"], predicted.get(article["doc"], [])
        matched, missed, spurious = align(gold, found)
        scored = [(g, p) for g, p in matched if not g.get("optional")]
        missed = [g for g in missed if not g.get("optional")]
        optional = [g for g in gold if g.get("optional")]
        spurious = [p for p in spurious if not any(p["start"] < g["end"] and g["start"] < p["end"] for g in optional)]
        out.gold += len(scored) + len(missed)
        out.predicted += len(scored) + len(spurious)
        out.stated += sum(_stated(g) for g in gold if not g.get("optional"))
        for g, p in scored:
            ok = {f: field_ok(f, g, p) for f in FIELDS}
            out.right["value"] += 1
            for f in FIELDS:
                out.right[f"value+{f}"] += ok[f]
            out.right["tuple"] += all(ok[f] for f in TUPLE)
            if _stated(g):
                out.right["stated"] += ok["period"]
            wrong = [f for f in TUPLE if not ok[f]]
            if wrong:
                shown = "; ".join(
                    f"{f}: {p.get(f)!r}{'/' + str(p.get('aspect')) if f == 'metric' else ''}, gold {g[f]!r}{'/' + g['aspect'] if f == 'metric' else ''}"
                    for f in wrong
                )
                out.mistakes.append((article["doc"], g["quote"], shown))
        out.mistakes += [(article["doc"], g["quote"], "missed") for g in missed]
        out.mistakes += [
            (
                article["doc"],
                article["text"][p["start"] : p["end"]],
                f"spurious: {p.get('metric')} = {p.get('value')} {p.get('unit')}",
            )
            for p in spurious
        ]
    return out


def table(result: Score, errors: int = 0) -> str:
    """The scores as text: the same lines as the reference scorer prints."""
    lines = [
        f"{result.articles} articles, {result.gold} gold claims, {result.predicted} predicted",
        f"{'':18}{'P':>7}{'R':>7}{'F1':>7}",
    ]
    for name in result.names:
        p, r, f1 = result.row(name)
        lines.append(f"{name:18}{p:7.3f}{r:7.3f}{f1:7.3f}")
    lines.append(f"recall of the {result.stated} periods that the text states: {result.stated_recall:.3f}")
    lines += [f"{doc}\t{quote!r}\t{what}" for doc, quote, what in result.mistakes[:errors]]
    return "\n".join(lines)


def read_gold(path: Path) -> list[dict[str, Any]]:
    """Gold articles of a JSONL file.

    Raises:
        ValueError: a line is no JSON object with ``doc``, ``text`` and ``claims``; the message names it.
    """
    articles = []
    with path.open(encoding="utf-8") as file:
        for number, line in enumerate(file, 1):
            if not line.strip():
                continue
            try:
                article: dict[str, Any] = jsonlines.Reader([line]).read(type=dict)
            except jsonlines.InvalidLineError as error:
                raise ValueError(f"{path}, line {number}: not a gold article ({error})") from error
            missing = {"doc", "text", "claims"} - set(article)
            if missing:
                raise ValueError(f"{path}, line {number}: lacks {', '.join(sorted(missing))}")
            articles.append(article)
    return articles


def evaluate_file(gold: Path, predicted: Path | None = None, base: str = "en_core_web_sm") -> Score:
    """Score a file of claims, or the claims extracted now, against a file of gold articles.

    Raises:
        ValueError: a line of either file is not what it should be.
        OSError: a file cannot be read, or the base pipeline is not installed.
    """
    articles = read_gold(gold)
    found: dict[str, list[dict[str, Any]]] = {}
    if predicted is not None:
        with predicted.open(encoding="utf-8") as file:
            for number, line in enumerate(file, 1):
                if line.strip():
                    try:
                        claim = json.loads(line)
                        found.setdefault(claim["article_id"], []).append(claim)
                    except (json.JSONDecodeError, KeyError, TypeError) as error:
                        raise ValueError(f"{predicted}, line {number}: not a claim ({error!r})") from error
    else:
        from claimlines.pipeline import extract_article, load
        from claimlines.records import Article

        nlp = load(base)
        for a in articles:
            article = Article(id=a["doc"], text=a["text"], title=a.get("title"), published=a.get("published"))
            found[a["doc"]] = [claim.model_dump(mode="json") for claim in extract_article(nlp, article)]
    return score(articles, found)


def as_record(result: Score) -> dict[str, Any]:
    """The scores as plain data."""
    rows = {n: dict(zip(("precision", "recall", "f1"), result.row(n), strict=True)) for n in result.names}
    return {
        "articles": result.articles, "gold": result.gold, "predicted": result.predicted, "scores": rows,
        "stated_periods": {"gold": result.stated, "recall": result.stated_recall},
    }  # fmt: skip
