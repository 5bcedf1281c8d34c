"""Features of the small decisions about one quantity: is it a claim, its aspect and sign, its status."""

from __future__ import annotations

import re

from claimlines.binding.scene import Place, Scene
from claimlines.binding.words import around

__all__ = ["ASPECTS", "KEEP", "STATUSES", "aspect_facts", "keep_facts", "status_facts"]

ASPECTS = ("level", "share", "up", "down")
"""Classes of the aspect decision; ``up`` and ``down`` are changes with their sign."""

STATUSES = ("actual", "expected", "hypothetical")

KEEP = ("drop", "keep")
"""Classes of the decision whether a quantity is a claim."""

_FUTURE = re.compile(
    r"\b(?:will|would|shall|'ll|going to|set to|due to|expected to|expects? to|plans? to|aims? to|hopes? to|likely to)\b"
)
_OF_WHOLE = re.compile(r"\s*(?:of|share of|stake|slice)\b")
_MODAL = re.compile(r"\b(?:could|might|may|if|would)\b")


def _facts(scene: Scene, place: Place) -> list[str]:
    q = place.quantity
    words = around(scene, place)
    right2 = " ".join(words.right[:2])
    left2 = " ".join(words.left[:2][::-1])
    return [
        f"k={q.kind}", f"form={q.form}", f"r={words.right[0] if words.right else '$'}", f"r2={right2}",
        f"l={words.left[0] if words.left else '^'}", f"l2={left2}", f"v={words.verb}", f"p={words.prep}", f"h={words.head}",
    ]  # fmt: skip


def keep_facts(scene: Scene, place: Place, in_period: str) -> list[str]:
    """What tells whether a quantity is a claim.

    Args:
        in_period: kind of the period mention that covers the quantity, or empty.
    """
    q = place.quantity
    words = around(scene, place)
    facts = _facts(scene, place)
    facts += [f"n={w}" for w in words.near]
    unit = q.unit if q.kind != "count" else "count"
    facts += [
        f"u={unit}",
        f"u={unit}|l={words.left[0] if words.left else '^'}",
        f"u={unit}|r={words.right[0] if words.right else '$'}",
    ]
    facts.append(f"k={q.kind}|form={q.form}|scaled={q.scaled}")
    facts.append(f"inperiod={in_period}")
    facts.append(f"comp={q.comparator}")
    for note in ("definite", "weak", "signed", "implied", "range", "reference"):
        if q.notes.get(note):
            facts.append(f"note={note}|{q.kind}")
    if q.kind in {"count", "number"}:
        facts.append(f"small={q.value <= 10}|{q.form}")
        facts.append(f"noun={q.unit.split('/')[0].lower()}")
        facts.append(f"nonoun={q.unit == '1'}|{q.form}|big={abs(q.value) >= 1000}")
        orth = scene.tree.orth
        after = orth[place.end][:1] if place.end < len(orth) else ""
        facts.append(f"next={'upper' if after.isupper() else 'lower' if after.islower() else after}|{q.form}")
        left = orth[place.start - 1] if place.start else ""
        facts.append(
            f"prev={'upper' if left[:1].isupper() else 'digit' if left[:1].isdigit() else 'other'}|{q.form}|scaled={q.scaled}"
        )
        if place.start == scene.sentence(place.sentence)[0]:
            facts.append(f"first|{q.form}|nexttitle={after.isupper()}")
    if scene.heading_of and scene.heading_of[place.sentence] == -1 and place.sentence == 0:
        facts.append(f"title|{q.kind}|{q.form}")
    return facts


def aspect_facts(scene: Scene, place: Place, metric: str) -> list[str]:
    """What tells the aspect of a quantity, one of :data:`ASPECTS`."""
    q = place.quantity
    words = around(scene, place)
    facts = _facts(scene, place)
    name = metric if metric in scene.lexicon.metrics else "<own>"
    facts += [f"m={name}", f"m={name}|k={q.kind}", f"m={name}|c={q.change}"]
    facts += [
        f"c={q.change}",
        f"c={q.change}|k={q.kind}",
        f"cn={q.notes.get('change_noun')}|k={q.kind}",
        f"cn={q.notes.get('change_noun')}|cw={q.notes.get('change_word')}",
        f"ct={q.notes.get('change_to')}|k={q.kind}",
        f"cn={q.notes.get('change_noun')}|m={name}",
        f"cw={q.notes.get('change_word')}|k={q.kind}",
        f"c={q.change}|to={q.notes.get('to')}|k={q.kind}",
    ]
    facts += [f"n={w}|k={q.kind}" for w in words.near]
    facts += [f"signed={q.notes.get('signed')}|neg={q.value < 0}"]
    if q.kind == "percent":
        of = _OF_WHOLE.match(scene.text[q.end : q.end + 12])
        facts.append(f"of={bool(of)}|m={name}")
        facts.append(f"of={bool(of)}|v={words.verb}")
        facts.append(f"v={words.verb}|h={words.head}")
    if place.verbs and not q.change:
        direction = _direction(scene, words.verb)
        facts.append(f"vd={direction}|k={q.kind}|p={words.prep}")
        facts.append(f"vd={direction}|k={q.kind}|dep={scene.tree.dep[place.head]}")
    attach = _direction(scene, words.head)
    facts.append(f"hd={attach}|k={q.kind}|p={words.prep}")
    facts.append(f"half={q.form}|k={q.kind}")
    return facts


def _direction(scene: Scene, word: str) -> str:
    sets = scene.lexicon.contexts
    if word in sets["up"]:
        return "up"
    return "down" if word in sets["down"] else "-"


def status_facts(scene: Scene, place: Place, metric: str) -> list[str]:
    """What tells the status of a quantity, one of :data:`STATUSES`."""
    q = place.quantity
    words = around(scene, place)
    tree = scene.tree
    lower, dep = tree.lower, tree.dep
    start, end = scene.sentence(place.sentence)
    facts = [f"m={metric}", f"v={words.verb}", f"v2={words.verb2}", f"h={words.head}", f"k={q.kind}"]
    facts += [f"n={w}" for w in words.near]
    for depth, verb in enumerate(place.verbs[:3]):
        children = tree.children(verb)
        aux = sorted([lower[c] for c in children if dep[c] in {"aux", "auxpass"}])
        facts.append(f"t{depth}={tree.tag[verb]}|{'+'.join(aux)}")
        facts.append(f"lem={tree.lemma[verb].lower()}")
        if any(a in {"will", "'ll", "would", "shall", "wo"} for a in aux):
            facts.append(f"future{depth}")
        if any(a in {"could", "might", "may"} for a in aux):
            facts.append(f"modal{depth}")
        if "to" in aux:
            facts.append(f"to{depth}|{tree.lemma[tree.head[verb]].lower()}")
        for child in children:
            if dep[child] in {"mark", "advmod"} and lower[child] in {"if", "unless", "once", "when"}:
                facts.append(f"mark={lower[child]}")
    before = tree.slice(start, place.start).lower()
    after = tree.slice(place.end, end).lower()
    facts.append(f"fut={bool(_FUTURE.search(before))}")
    facts.append(f"mod={bool(_MODAL.search(before))}")
    facts += [f"lw={w}" for w in sorted(_CUES.intersection(_WORD.findall(before)[-12:]))]
    facts += [f"aw={w}" for w in sorted(_CUES.intersection(_WORD.findall(after)[:8]))]
    return facts


_WORD = re.compile(r"[a-z']+")

_CUES = frozenset(
    [
        "will",
        "would",
        "expect",
        "expected",
        "expects",
        "forecast",
        "forecasts",
        "plan",
        "plans",
        "planned",
        "planning",
        "target",
        "targets",
        "targeted",
        "aim",
        "aims",
        "aiming",
        "intend",
        "predict",
        "predicted",
        "predicts",
        "project",
        "projected",
        "guidance",
        "outlook",
        "hope",
        "hopes",
        "hoping",
        "seek",
        "goal",
        "could",
        "might",
        "may",
        "if",
        "likely",
        "upcoming",
        "proposed",
        "propose",
        "offer",
        "offered",
        "bid",
        "promise",
        "pledged",
        "pledge",
        "set",
        "due",
        "to",
        "by",
        "rumoured",
        "potential",
        "potentially",
        "next",
        "future",
        "eventually",
        "anticipated",
        "estimates",
        "estimated",
        "tipped",
        "until",
        "has",
        "have",
        "had",
        "was",
        "were",
        "reported",
        "said",
        "already",
        "now",
        "would",
    ]
)
