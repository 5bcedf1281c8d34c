"""Words that stand in a telling relation to a quantity, by the parse."""

from __future__ import annotations

from claimlines.binding.scene import Place, Scene
from claimlines.metrics import MetricMention
from claimlines.names import Mention

__all__ = ["coarse", "kind_of", "roles", "subject_kinds"]

_NOMINAL = frozenset(["NOUN", "PROPN"])
_NOUN_PREPOSITIONS = frozenset(["of", "in", "for", "at", "by", "from", "among", "on", "with", "to"])
_VERB_PREPOSITIONS = frozenset(["in", "for", "at", "of", "among", "by", "from", "on", "to", "with", "across"])


def roles(scene: Scene, place: Place, metric: MetricMention | None = None) -> dict[int, str]:
    """Tokens that stand in a telling relation to the quantity, and which."""
    if place.sentence not in scene.parsed:
        return {}
    tree = scene.tree
    dep, pos, lower, heads, children = tree.dep, tree.pos, tree.lower, tree.head, tree.children
    start, end = scene.sentence(place.sentence)
    first, last = place.start, place.end
    found: dict[int, str] = {}

    def put(token: int, role: str) -> None:
        if token not in found and start <= token < end and not first <= token < last:
            found[token] = role

    def expand(token: int, role: str) -> None:
        put(token, role)
        for child in children(token):
            relation = dep[child]
            if relation == "poss":
                put(child, role + "_poss")
            elif relation in {"compound", "nmod"} or (relation == "amod" and pos[child] in _NOMINAL):
                put(child, role + ("_comp" if pos[child] == "PROPN" else "_ncomp"))
            elif relation == "prep":
                if lower[child] in _NOUN_PREPOSITIONS:
                    for p in children(child):
                        if dep[p] == "pobj":
                            put(p, f"{role}_{lower[child]}")
                            for g in children(p):
                                if dep[g] == "poss":
                                    put(g, f"{role}_{lower[child]}_poss")
            elif relation in {"appos", "conj"} and pos[child] in _NOMINAL:
                put(child, role + "_" + relation)

    for depth, verb in enumerate(place.verbs[:3]):
        for subject in scene.verb_subjects(verb):
            expand(subject, f"subj{depth}")
        for child in children(verb):
            relation = dep[child]
            if relation == "agent":
                for p in children(child):
                    if dep[p] == "pobj":
                        put(p, f"agent{depth}")
            elif relation == "dobj" and depth == 0:
                expand(child, "obj")
            elif relation == "prep" and depth < 2 and lower[child] in _VERB_PREPOSITIONS:
                for p in children(child):
                    if dep[p] == "pobj":
                        put(p, f"vprep{depth}_{lower[child]}")
    if metric is not None and start <= metric.start < end and metric.kind == "noun":
        # What owns the metric's own noun: "the margin of the unit", "Acme's sales".
        expand(scene.root(metric.start, metric.end), "met")
    expand(place.head, "own")
    if place.attach != place.head:
        expand(place.attach, "att")
    token = place.head
    for _ in range(4):
        if heads[token] == token or pos[heads[token]] in {"VERB", "AUX"}:
            break
        token = heads[token]
        if pos[token] in _NOMINAL:
            expand(token, "up")
    for i in range(max(start, first - 6), min(end, last + 8)):
        if pos[i] in _NOMINAL and i not in found and not first <= i < last and dep[i] != "compound":
            found[i] = "nearL" if i < first else "nearR"
    return found


def subject_kinds(scene: Scene, place: Place) -> str:
    """What the nearest clauses have as subjects: names, groups, metrics, pronouns, descriptions."""
    if place.sentence not in scene.parsed:
        return "flat"
    out = []
    for verb in place.verbs[:2]:
        subjects = scene.verb_subjects(verb)
        out.append(kind_of(scene, place, subjects[0]) if subjects else "none")
    return "+".join(out) or "noverb"


def coarse(kinds: str) -> str:
    """The nearest clause's subject as one of few classes: does the sentence itself say whose the figure is?"""
    first = kinds.split("+")[0]
    if first.endswith("_src"):
        return "source"
    if first in {"org", "product", "place", "person", "name"}:
        return "name"
    if first.startswith("metric_of"):
        return "owned" if not first.endswith("pron") else "ref"
    if first.startswith("desc") or first == "pron":
        return "ref" if "_of_" not in first or first.endswith("pron") else "owned"
    if first.startswith("metric"):
        return "metric"
    if first.startswith(("group", "nps")):
        return "group"
    return "np" if first.startswith("np") else "none"


def kind_of(scene: Scene, place: Place, token: int) -> str:
    """A subject in one word; of a metric noun also what owns it."""
    tree = scene.tree
    mentions = scene.mentions.get(place.sentence, [])
    m = _mention_at(mentions, token)
    if m is not None:
        return m.kind + ("_src" if m.entity in scene.sources else "")
    if tree.pos[token] == "PRON":
        return "pron"
    owner = ""
    for child in tree.children(token):
        if tree.dep[child] in {"poss", "compound", "nmod", "amod"}:
            m = _mention_at(mentions, child)
            if m is not None:
                owner = "_of_" + m.kind
            if tree.dep[child] == "poss" and tree.pos[child] == "PRON":
                owner = "_of_pron"
    if token in scene.metric_tokens(place.sentence):
        return "metric" + owner
    lemma = tree.lemma[token].lower()
    group = scene.names.groups.get(lemma)
    if group and tree.tag[token] == "NNS":
        return "group" + owner
    described = scene.names.descriptors.get(lemma)
    if described:
        return f"desc_{described}{owner}"
    return ("nps" if tree.tag[token] == "NNS" else "np") + owner


def _mention_at(mentions: list[Mention], token: int) -> Mention | None:
    """The mention that a token belongs to; mentions do not overlap."""
    return next((m for m in mentions if m.start <= token < m.end), None)
