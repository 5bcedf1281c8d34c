"""Candidates for a quantity's metric, with their features.

Evidence for a metric, the strongest first: its noun governs the quantity or is governed
with it; a verb that carries it; the counted noun; the unit; a noun of the sentence or of
the one before; the heading. Without any, the noun itself makes the slug.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field

from claimlines.binding.ranker import Feature, names_of
from claimlines.binding.scene import Place, Scene
from claimlines.binding.words import around, bucket
from claimlines.lexicon import Lexicon, plural, singular
from claimlines.metrics import MetricMention

__all__ = ["OWN", "MetricCandidate", "label_of", "metric_candidates", "metric_facts", "metric_labels"]

_LIMIT = 16
_RELATIVES = {
    "percent": {"percent", "pp", "share"},
    "pp": {"pp", "percent"},
    "bp": {"pp", "percent"},
    "count": {"count", "number"},
    "number": {"number", "count"},
}
_FALLBACK = {
    "money": "price",
    "percent": "survey_share",
    "pp": "interest_rate",
    "x": "performance_gain",
    "duration": "duration",
    "storage": "storage_capacity",
    "length": "length",
}
_UNIT_METRICS = {
    "mAh": "battery_capacity", "nit": "brightness", "lm": "brightness", "megapixel": "camera_resolution", "parameter": "model_parameters",
    "ppi": "pixel_density", "fps": "refresh_rate", "bit": "bit_width", "mpg": "fuel_economy", "hp": "power_output", "N*m": "torque",
    "ft*lbf": "torque", "TFLOPS": "compute_performance", "PFLOPS": "compute_performance", "TOPS": "compute_performance",
}  # fmt: skip


@dataclass(slots=True)
class MetricCandidate:
    """A slug, the words that suggest it, and its features."""

    slug: str
    mention: MetricMention | None
    relation: str
    marks: list[Feature] = field(default_factory=list)

    @property
    def features(self) -> list[str]:
        """The names of its features."""
        return names_of(self.marks)


def _fits(kinds: frozenset[str], kind: str) -> bool:
    return bool(kinds & _RELATIVES.get(kind, {kind}))


def _relation(scene: Scene, place: Place, m: MetricMention) -> str:
    """How a metric's words stand to the quantity."""
    noun = place.quantity.notes.get("noun_token")
    if noun is not None and m.start <= noun < m.end:
        return "noun"
    if m.start < place.end and place.start < m.end:
        return "inside"
    if place.sentence not in scene.parsed:
        return "before" if m.end <= place.start else "after"
    if noun is not None and place.end <= m.start <= noun:
        return "nounmod"
    tree = scene.tree
    dep, heads, lower = tree.dep, tree.head, tree.lower
    token = scene.root(m.start, m.end)
    head = heads[token]
    own, verbs = place.head, place.verbs
    if m.kind == "verb":
        if verbs and token == verbs[0]:
            return "verb0s" if dep[own] in {"nsubj", "nsubjpass"} else f"verb0{_arg(scene, place)}"
        if token in verbs[1:]:
            return "verb1"
        if head == own or heads[own] == token:
            return "acl"
        return "verbx"
    if place.attach == token or m.start <= place.attach < m.end:
        return "attach" + ("_" + place.prep if place.prep in {"of", "to", "at", "in", "for", "on"} else "")
    if head == own or place.start <= head < place.end:
        return "child"
    if dep[head] == "prep" and (heads[head] == own or place.start <= heads[head] < place.end):
        return "childprep_" + (lower[head] if lower[head] in {"of", "in", "for", "on", "to"} else "x")
    if verbs:
        verb = verbs[0]
        if head == verb:
            return {"nsubj": "subj", "nsubjpass": "subj", "dobj": "obj", "attr": "obj"}.get(dep[token], "verbarg")
        for subject in scene.verb_subjects(verb):
            if m.start <= subject < m.end:
                return "subj"
            if subject in {head, heads[head]}:
                return "subjmod"
        if dep[head] in {"dobj", "attr", "pobj"} and heads[head] == verb:
            return "objmod"
        if token in _ancestors(heads, own):
            return "ancestor"
        if verb in _ancestors(heads, token):
            return "clause"
    return "sentence"


def _arg(scene: Scene, place: Place) -> str:
    if scene.tree.dep[place.head] in {"dobj", "attr", "oprd", "npadvmod", "pobj"}:
        return "_" + (place.prep or "o")[:4]
    return ""


def _ancestors(heads: list[int], token: int, limit: int = 8) -> list[int]:
    out = []
    for _ in range(limit):
        up = heads[token]
        if up == token:
            break
        token = up
        out.append(token)
    return out


def _related(relation: str, between: int, kind: str) -> list[str]:
    """How a metric's words stand to a quantity."""
    return [f"rel={relation}", f"rel={relation}|b={between}", f"rel={relation}|k={kind}"]


def _phrase(phrase: str, slug: str, kind: str, relation: str) -> list[str]:
    """The words themselves."""
    return [f"ph={phrase}|{slug}|{kind}", f"ph={phrase}|{relation}"]


def metric_candidates(
    scene: Scene, place: Place, priors: dict[str, list[str]], previous: str | None
) -> list[MetricCandidate]:
    """The candidates for one quantity.

    Args:
        scene: the article.
        place: the quantity.
        priors: slugs to try for each kind of quantity, most frequent first.
        previous: metric chosen for the quantity before in the same paragraph, if any.
    """
    q = place.quantity
    lexicon = scene.lexicon
    found: dict[str, MetricCandidate] = {}
    evidence: dict[str, list[Feature]] = {}
    best_distance: dict[str, int] = {}

    def add(slug: str, relation: str, mention: MetricMention | None, distance: int, between: int) -> None:
        candidate = found.get(slug)
        marks = evidence.setdefault(slug, [])
        if candidate is None or not any(m[0] is _related and m[1] == relation for m in marks):
            marks.append((_related, relation, min(between, 3), q.kind))
        if mention is not None:
            marks.append((_phrase, mention.phrase, slug, q.kind, relation))
        if candidate is None or distance < best_distance[slug]:
            best_distance[slug] = distance
            found[slug] = MetricCandidate(slug, mention, relation)
        marks.append(f"d={bucket(distance)}|{'v' if mention and mention.kind == 'verb' else 'n'}")

    for offset in (0, -1):
        index = place.sentence + offset
        if index < 0:
            continue
        mentions = scene.metrics.get(index, ())
        if len(mentions) > _LIMIT:
            mentions = sorted(mentions, key=lambda m: abs(m.start - place.start))[:_LIMIT]
        for m in mentions:
            relation = _relation(scene, place, m) if offset == 0 else "prevverb" if m.kind == "verb" else "prev"
            distance = m.start - place.end if m.start >= place.end else place.start - m.end
            between = scene.quantities_between(m.start, place.start)
            for slug in m.slugs:
                if _fits(lexicon.metrics[slug].kinds, q.kind):
                    add(slug, relation, m, distance, between)
    heading = scene.heading_of[place.sentence]
    if heading >= 0:
        for m in scene.metrics.get(heading, ()):
            for slug in m.slugs:
                if m.kind == "noun" and _fits(lexicon.metrics[slug].kinds, q.kind):
                    add(slug, "heading", m, 30, 3)
    noun = q.unit.split("/")[0] if q.kind == "count" else ""
    if noun:
        slugs = (
            lexicon.counted_nouns.get(noun)
            or lexicon.counted_nouns.get(noun.lower())
            or lexicon.counted_nouns.get(noun.split(" ")[-1])
            or []
        )
        for slug in slugs:
            add(slug, "counted", None, 1, 0)
    if q.unit in _UNIT_METRICS:
        add(_UNIT_METRICS[q.unit], "unit", None, 1, 0)
    if previous is not None and (previous not in lexicon.metrics or _fits(lexicon.metrics[previous].kinds, q.kind)):
        add(previous, "previous", None, 20, 1)
    prior: Feature = (_related, "prior", 3, q.kind)
    for slug in priors.get(q.kind, ()):
        if slug not in found:
            found[slug] = MetricCandidate(slug, None, "prior")
            evidence[slug] = [prior, _FAR]
            best_distance[slug] = 40
    own = _own_slug(scene, place, noun)
    if own is not None and own not in lexicon.metrics:
        add(own, "own", None, 2, 0)
    if not found:
        add(_FALLBACK.get(q.kind, "number"), "fallback", None, 40, 3)
    minimum = min(best_distance.values())
    for slug, candidate in found.items():
        candidate.marks = evidence[slug]
        if best_distance[slug] == minimum:
            candidate.marks.append(f"closest|{candidate.relation}")
    return list(found.values())


_FAR = f"d={bucket(40)}|n"

OWN = "<own>"
"""The label of all slugs that are not of the registry."""


def label_of(scene: Scene, slug: str) -> str:
    """The label of a slug: itself, or :data:`OWN`."""
    return slug if slug in scene.lexicon.metrics else OWN


def metric_labels(lexicon: Lexicon) -> list[str]:
    """All labels of the metric decision."""
    return [*lexicon.metrics, OWN]


def metric_facts(scene: Scene, place: Place) -> list[str]:
    """What tells the metric of a quantity, whatever the candidate."""
    q = place.quantity
    words = around(scene, place)
    unit = q.unit if q.kind != "money" else "money" + ("/" + q.unit.split("/", 1)[1] if "/" in q.unit else "")
    facts = [q.kind, f"u={unit}", f"v={words.verb}", f"v2={words.verb2}", f"h={words.head}", f"p={words.prep}|{q.kind}"]
    facts += [f"w={w}" for w in words.window]
    facts += [f"n={w}" for w in words.near]
    if words.left:
        facts.append(f"l={words.left[0]}")
    if words.right:
        facts.append(f"r={words.right[0]}")
    if q.kind == "count":
        facts.append(f"noun={q.unit.split('/')[0].lower()}")
    if q.change:
        facts.append("chg")
    size = len(str(int(abs(q.value)))) if abs(q.value) < 1e15 else 16
    facts.append(f"mag={size}|{q.kind}")
    return facts


def _own_slug(scene: Scene, place: Place, noun: str) -> str | None:
    """The slug that the text's own noun makes: ``polygons`` of 5,000 polygons, ``churn_reserve`` of a churn reserve of 5 %."""
    if noun:
        return plural(re.sub(r"[^a-z0-9_]", "", noun.lower().replace(" ", "_").replace("-", "_")))
    token, tree = place.attach, scene.tree
    if tree.pos[token] == "NOUN" and token != place.head and tree.lower[token].isalpha():
        parts = [
            tree.lower[t]
            for t in tree.children(token)
            if t < token and tree.dep[t] in {"compound", "amod"} and tree.alpha[t] and tree.pos[t] in {"NOUN", "ADJ"}
        ][-2:]
        return re.sub(r"[^a-z0-9_]", "", "_".join([*parts, singular(tree.lower[token])]))
    return None
