"""Candidates for a quantity's period: those of the sentence, of the discourse, the article's day, and none."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass, field

from claimlines.binding.ranker import Feature, names_of
from claimlines.binding.scene import PeriodSpan, Place, Scene
from claimlines.binding.words import around, bucket
from claimlines.periods import calendar as cal
from claimlines.periods.base import base_interval, is_base

__all__ = ["PeriodCandidate", "period_candidates"]


@dataclass(slots=True)
class PeriodCandidate:
    """An interval (or None), the words that state it, and its features."""

    interval: str | None
    span: PeriodSpan | None
    relation: str
    marks: list[Feature] = field(default_factory=list)

    @property
    def features(self) -> list[str]:
        """The names of its features."""
        return names_of(self.marks)


def _relation(scene: Scene, place: Place, p: PeriodSpan) -> str:
    heads = scene.tree.head
    head = heads[p.root]
    if scene.tree.dep[head] == "prep" or scene.tree.pos[head] == "ADP":
        head = heads[head]
    if place.sentence not in scene.parsed:
        return "flat"
    if head == place.head or place.start <= head < place.end:
        return "child"
    if head == place.attach:
        return "attach"
    verbs = place.verbs
    if verbs and head == verbs[0]:
        return "verb"
    if len(verbs) > 1 and head == verbs[1]:
        return "verb1"
    if verbs:
        for subject in scene.verb_subjects(verbs[0]):
            if subject in {head, heads[head]}:
                return "subj"
    return "other"


def _dates(interval: str) -> tuple[dt.date, dt.date]:
    a, b = interval.split("/")
    return dt.date.fromisoformat(a), dt.date.fromisoformat(b)


def period_candidates(
    scene: Scene, place: Place, metric: str, aspect: str, status: str, previous: tuple[str | None, int] | None
) -> list[PeriodCandidate]:
    """The candidates for one quantity.

    Args:
        previous: interval chosen for the quantity before, and its sentence.
    """
    q = place.quantity
    anchor: dt.date | None = scene.doc._.anchor
    words = around(scene, place)
    out: dict[str | None, PeriodCandidate] = {}
    local = scene.periods.get(place.sentence, [])
    kind = {"money": "money", "percent": "percent", "count": "count"}.get(q.kind, "other")
    base_right = _base_after(scene, place, local)

    def add(interval: str | None, p: PeriodSpan | None, relation: str, features: list[Feature]) -> None:
        marks = [(_related, relation, kind, aspect, status), f"rel={relation}|m={metric}", *features]
        existing = out.get(interval)
        if existing is None:
            out[interval] = PeriodCandidate(interval, p, relation, marks)
        else:
            known = set(existing.features)
            existing.marks += [name for name in names_of(marks) if name not in known]
            if existing.span is None and p is not None:
                existing.span, existing.relation = p, relation

    resolved = [p for p in local if p.interval]
    ordered = sorted(resolved, key=lambda p: _gap(place, p))
    for rank, p in enumerate(ordered):
        relation = _relation(scene, place, p)
        side = "L" if p.end <= place.start else "R"
        gap = _gap(place, p)
        between = scene.quantities_between(p.start, place.start)
        features: list[Feature] = [
            (_beside, side, bucket(gap), min(rank, 3), min(between, 3), _punct(scene, place, p)), (_kind, p.period.kind, kind, p.role, status),
            f"{relation}|{side}|{p.period.kind}", f"kind={p.period.kind}|m={metric}", f"only={len(resolved) == 1}",
        ]  # fmt: skip
        if base_right:
            features.append("isbase")
        if "from" in words.left[:2] or "than" in words.left[:3] or "against" in words.left[:2]:
            features.append(f"fromleft|{side}|{bucket(gap)}")
        if anchor is not None and p.period.start is not None:
            features.append(f"future={p.period.start > anchor}|s={status}")
        if p.role == "since" and anchor is not None and p.period.start is not None and p.period.start < anchor:
            add(f"{p.period.start.isoformat()}/{anchor.isoformat()}", p, "since", features)
        if p.period.kind == "month" and p.role == "as_of" and p.period.end is not None:
            add(cal.day(p.period.end)[0].isoformat() + "/" + p.period.end.isoformat(), p, "monthend", features)
        add(p.interval, p, "in", features)
    bases = [p for p in local if p.interval is None and is_base(p.period)]
    near = min(bases, key=lambda p: _gap(place, p) + (0 if p.start >= place.end else 3), default=None)
    anaphor = near or next((p for p in local if p.interval is None and p.period.kind == "same"), None)
    for p in local:
        if p.interval is None and p.period.kind == "same":
            target = _antecedent(scene, p)
            if target is not None:
                side = "L" if p.end <= place.start else "R"
                add(target, p, "anaphor", [f"side={side}|{bucket(_gap(place, p))}|ana"])
    # "X, up from Y a year earlier": Y's period is a year before X's.
    if base_right or near is not None:
        now = (
            (previous[0] if previous is not None and place.sentence - previous[1] <= 1 else None)
            or (ordered[-1].interval if ordered else None)
            or _discourse(scene, place)
        )
        if now is not None:
            a, b = base_interval(_dates(now), near.text if near is not None else "")
            add(
                f"{a.isoformat()}/{b.isoformat()}",
                anaphor,
                "yearbefore",
                [
                    f"baseright={base_right}",
                    f"from={'from' in words.left[:2]}|{base_right}",
                    f"l={words.left[0] if words.left else '^'}",
                ],
            )
    if previous is not None and previous[0] is not None and place.sentence - previous[1] <= 3:
        add(
            previous[0],
            None,
            f"prev{min(place.sentence - previous[1], 2)}",
            [
                f"prev|local={bool(resolved)}",
                f"prev|par={_same_paragraph(scene, previous[1], place.sentence)}",
                f"prev|base={base_right}",
            ],
        )
    for back in (1, 2):
        for p in scene.periods.get(place.sentence - back, []):
            if p.interval and p.period.kind not in {"window"}:
                add(p.interval, p, f"back{back}", [f"back|{p.period.kind}", f"back|local={bool(resolved)}"])
    discourse = _discourse(scene, place)
    if discourse is not None:
        add(
            discourse,
            None,
            "discourse",
            [
                f"disc|local={bool(resolved)}",
                f"disc|v={words.verb}",
                f"disc|n={min(scene.period_salience.get(discourse, 0), 4)}",
            ],
        )
    if anchor is not None:
        day = f"{anchor.isoformat()}/{anchor.isoformat()}"
        tense = scene.tree.tag[place.verbs[0]] if place.verbs else "-"
        add(
            day,
            None,
            "today",
            [
                f"today|local={bool(resolved)}",
                f"today|v={words.verb}",
                f"today|t={tense}",
                f"today|m={metric}|local={bool(resolved)}",
            ],
        )
    unresolved = any(p.interval is None and p.period.kind not in {"window"} for p in local)
    add(
        None,
        None,
        "none",
        [
            f"none|local={bool(resolved)}",
            f"none|n={min(len(resolved), 3)}",
            f"none|m={metric}",
            f"none|anchor={anchor is not None}",
            f"none|unres={unresolved}",
            f"none|base={base_right}",
            f"none|v={words.verb}",
            f"none|s={status}|local={bool(resolved)}",
            f"none|k={q.kind}|local={bool(resolved)}",
        ],
    )
    return list(out.values())


def _related(relation: str, kind: str, aspect: str, status: str) -> list[str]:
    """How a period stands to a quantity of a kind, an aspect and a status."""
    return [f"rel={relation}", f"rel={relation}|k={kind}", f"rel={relation}|a={aspect}", f"rel={relation}|s={status}"]


def _beside(side: str, distance: str, rank: int, between: int, marks: str) -> list[str]:
    """Where a period of the sentence stands."""
    return [f"side={side}|{distance}", f"rank={rank}|{side}", f"btw={between}|{side}", f"comma={marks}|{side}"]


def _kind(period: str, kind: str, role: str, status: str) -> list[str]:
    """What kind of period it is, and its role."""
    return [
        f"kind={period}",
        f"kind={period}|k={kind}",
        f"role={role}|{period}",
        f"kind={period}|s={status}",
        f"role={role}|s={status}",
    ]


def _gap(place: Place, p: PeriodSpan) -> int:
    return max(p.start - place.end, place.start - p.end, 0)


def _punct(scene: Scene, place: Place, p: PeriodSpan) -> str:
    low, high = (p.end, place.start) if p.end <= place.start else (place.end, p.start)
    marks = {scene.tree.orth[i] for i in range(low, high) if scene.tree.punct[i]}
    return "heavy" if marks & _HEAVY else "comma" if "," in marks else "none"


_HEAVY = frozenset([";", ":", "-", "\u2013", "\u2014", "(", ")"])


def _base_after(scene: Scene, place: Place, local: list[PeriodSpan]) -> bool:
    """Whether words such as "a year earlier" follow at once."""
    return any(is_base(p.period) and p.interval is None and 0 <= p.start - place.end <= 3 for p in local)


def _antecedent(scene: Scene, p: PeriodSpan) -> str | None:
    """What "the quarter" or "the year" points back to."""
    text = p.text.lower()
    unit = next((unit for unit in ("quarter", "year", "month") if unit in text), "")
    at = next((i for i, other in enumerate(scene.all_periods) if other is p), 0) if len(scene.all_periods) <= 200 else 0
    for other in reversed(scene.all_periods[max(0, at - 50) : at]):
        if other.interval and other.period.kind == unit:
            return other.interval
    for other in scene.all_periods[:50]:
        if other.interval and other.period.kind == unit:
            return other.interval
    return None


def _discourse(scene: Scene, place: Place) -> str | None:
    """The interval an article is about: the most stated quarter or year, the earlier stated first."""
    found = scene.__dict__.get("_discourse")
    if found is None:
        counts = {i: n for i, n in scene.period_salience.items() if _long(i)}
        first = {p.interval: k for k, p in reversed(list(enumerate(scene.all_periods))) if p.interval}
        found = max(counts, key=lambda i: (counts[i], -first.get(i, 0)), default="")
        scene.__dict__["_discourse"] = found
    return found or None


def _long(interval: str) -> bool:
    a, b = _dates(interval)
    return 25 <= (b - a).days <= 366


def _same_paragraph(scene: Scene, a: int, b: int) -> bool:
    return a == b or "\n" not in scene.tree.slice(scene.sentence(a)[0], scene.sentence(b)[0]).rstrip("\n")
