"""Candidates for a quantity's period: those of the sentence, of the discourse, the article's day, and none."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass, field

from claimlines.binding.scene import PeriodSpan, Place, Scene
from claimlines.binding.words import around, bucket
from claimlines.periods import calendar as cal
from claimlines.records import Period

__all__ = ["PeriodCandidate", "period_candidates"]


@dataclass(slots=True)
class PeriodCandidate:
    """An interval (or None), the words that state it, and its features."""

    interval: str | None
    span: PeriodSpan | None
    relation: str
    features: list[str] = field(default_factory=list)


def _relation(scene: Scene, place: Place, p: PeriodSpan) -> str:
    token = p.span.root
    head = token.head
    if head.dep_ == "prep" or head.pos_ == "ADP":
        head = head.head
    if place.sentence not in scene.parsed:
        return "flat"
    if head.i == place.head.i or place.span.start <= head.i < place.span.end:
        return "child"
    if head.i == place.attach.i:
        return "attach"
    if place.verbs and head.i == place.verbs[0].i:
        return "verb"
    if place.verbs and len(place.verbs) > 1 and head.i == place.verbs[1].i:
        return "verb1"
    if place.verbs:
        for subject in scene.verb_subjects(place.verbs[0]):
            if head.i == subject.i or head.head.i == subject.i:
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
    _start, _end = scene.sentence(place.sentence)
    local = scene.periods.get(place.sentence, [])
    kind = {"money": "money", "percent": "percent", "count": "count"}.get(q.kind, "other")
    base_right = _base_after(scene, place, local)

    def add(interval: str | None, p: PeriodSpan | None, relation: str, features: list[str]) -> None:
        marks = [
            f"rel={relation}",
            f"rel={relation}|m={metric}",
            f"rel={relation}|k={kind}",
            f"rel={relation}|a={aspect}",
            f"rel={relation}|s={status}",
            *features,
        ]
        existing = out.get(interval)
        if existing is None:
            out[interval] = PeriodCandidate(interval, p, relation, marks)
        else:
            existing.features += [m for m in marks if m not in existing.features]
            if existing.span is None and p is not None:
                existing.span, existing.relation = p, relation

    resolved = [p for p in local if p.period.interval]
    ordered = sorted(resolved, key=lambda p: _gap(place, p))
    for rank, p in enumerate(ordered):
        relation = _relation(scene, place, p)
        side = "L" if p.span.end <= place.span.start else "R"
        gap = _gap(place, p)
        between = scene.quantities_between(p.span.start, place.span.start)
        features = [
            f"side={side}|{bucket(gap)}", f"kind={p.period.kind}", f"kind={p.period.kind}|k={kind}", f"rank={min(rank, 3)}|{side}", f"btw={min(between, 3)}|{side}",
            f"role={p.role}|{p.period.kind}", f"{relation}|{side}|{p.period.kind}", f"kind={p.period.kind}|m={metric}", f"only={len(resolved) == 1}",
            f"comma={_punct(scene, place, p)}|{side}", f"kind={p.period.kind}|s={status}", f"role={p.role}|s={status}",
        ]  # fmt: skip
        if base_right:
            features.append("isbase")
        if "from" in words.left[:2] or "than" in words.left[:3] or "against" in words.left[:2]:
            features.append(f"fromleft|{side}|{bucket(gap)}")
        if anchor is not None and p.period.start is not None:
            features.append(f"future={p.period.start > anchor}|s={status}")
        interval = p.period.interval
        if p.role == "since" and anchor is not None and p.period.start is not None and p.period.start < anchor:
            add(f"{p.period.start.isoformat()}/{anchor.isoformat()}", p, "since", features)
        if p.period.kind == "month" and p.role == "as_of" and p.period.end is not None:
            add(cal.day(p.period.end)[0].isoformat() + "/" + p.period.end.isoformat(), p, "monthend", features)
        add(interval, p, "in", features)
    anaphor = next((p for p in local if p.period.interval is None and p.period.kind in {"same", "base"}), None)
    for p in local:
        if p.period.interval is None and p.period.kind == "same":
            target = _antecedent(scene, p)
            if target is not None:
                add(
                    target.interval,
                    p,
                    "anaphor",
                    [f"side={'L' if p.span.end <= place.span.start else 'R'}|{bucket(_gap(place, p))}|ana"],
                )
    # "X, up from Y a year earlier": Y's period is a year before X's.
    if base_right or (anaphor is not None and anaphor.period.kind == "base"):
        now = (
            (previous[0] if previous is not None and place.sentence - previous[1] <= 1 else None)
            or (ordered[-1].period.interval if ordered else None)
            or _discourse(scene, place)
        )
        if now is not None:
            a, b = cal.shift_years(_dates(now), -1)
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
            if p.period.interval and p.period.kind not in {"window"}:
                add(p.period.interval, p, f"back{back}", [f"back|{p.period.kind}", f"back|local={bool(resolved)}"])
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
        tense = place.verbs[0].tag_ if place.verbs else "-"
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
    unresolved = any(p.period.interval is None and p.period.kind not in {"window"} for p in local)
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


def _gap(place: Place, p: PeriodSpan) -> int:
    return max(p.span.start - place.span.end, place.span.start - p.span.end, 0)


def _punct(scene: Scene, place: Place, p: PeriodSpan) -> str:
    low, high = (p.span.end, place.span.start) if p.span.end <= place.span.start else (place.span.end, p.span.start)
    marks = {t.text for t in scene.doc[low:high] if t.is_punct}
    return "heavy" if marks & {";", ":", "-", "\u2013", "\u2014", "(", ")"} else "comma" if "," in marks else "none"


def _base_after(scene: Scene, place: Place, local: list[PeriodSpan]) -> bool:
    """Whether words such as "a year earlier" follow at once."""
    for p in local:
        if p.period.kind == "base" and p.period.interval is None and 0 <= p.span.start - place.span.end <= 3:
            return True
    return False


def _antecedent(scene: Scene, p: PeriodSpan) -> Period | None:
    """What "the quarter" or "the year" points back to."""
    unit = (
        "quarter"
        if "quarter" in p.span.text.lower()
        else "year"
        if "year" in p.span.text.lower()
        else "month"
        if "month" in p.span.text.lower()
        else ""
    )
    at = next((i for i, other in enumerate(scene.all_periods) if other is p), 0) if len(scene.all_periods) <= 200 else 0
    for other in reversed(scene.all_periods[max(0, at - 50) : at]):
        if other.period.interval and other.period.kind == unit:
            return other.period
    for other in scene.all_periods[:50]:
        if other.period.interval and other.period.kind == unit:
            return other.period
    return None


def _discourse(scene: Scene, place: Place) -> str | None:
    """The interval an article is about: the most stated quarter or year, the earlier stated first."""
    found = scene.__dict__.get("_discourse")
    if found is None:
        counts = {i: n for i, n in scene.period_salience.items() if _long(i)}
        first = {p.period.interval: k for k, p in reversed(list(enumerate(scene.all_periods))) if p.period.interval}
        found = max(counts, key=lambda i: (counts[i], -first.get(i, 0)), default="")
        scene.__dict__["_discourse"] = found
    return found or None


def _long(interval: str) -> bool:
    a, b = _dates(interval)
    return 25 <= (b - a).days <= 366


def _same_paragraph(scene: Scene, a: int, b: int) -> bool:
    return "\n" not in scene.doc[scene.sentence(a)[0] : scene.sentence(b)[0]].text.rstrip("\n") or a == b
