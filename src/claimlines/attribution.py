"""Who says so: the source of a claim, where the sentence names one."""

from __future__ import annotations

import re

from claimlines.binding.scene import Place, Scene
from claimlines.names import Mention

__all__ = ["attribution"]

_ACCORDING = re.compile(
    r"(?:according to|as per|per|data from|figures from|research (?:from|by)|(?:study|survey|report|poll|analysis) (?:by|from)|cited by|estimates? (?:from|by))\s+(?:\w+\s+){0,4}$",
    re.IGNORECASE,
)


def attribution(scene: Scene, place: Place, subject: str | None) -> str | None:
    """The name of the source of a quantity's claim, or None.

    Looked for, in this order: a name after "according to" and its like; the subject of a
    verb of saying that governs the quantity; a name that a verb of saying follows or
    precedes at the edge of the sentence.
    """
    tree = scene.tree
    start, end = scene.sentence(place.sentence)
    local = scene.mentions.get(place.sentence, [])
    for m in local:
        if _ACCORDING.search(tree.slice(max(start, m.start - 7), m.start) + " "):
            return _name(scene, m)
    say = scene.lexicon.cues["say"]
    for verb in place.verbs:
        if tree.lemma[verb].lower() in say:
            for child in tree.children(verb):
                if tree.dep[child] == "nsubj" and start <= child < end:
                    found = _at(local, child)
                    if found is not None:
                        return _name(scene, found)
    for m in local:
        before = tree.lemma[m.start - 1].lower() if m.start > start else ""
        after = tree.lemma[m.end].lower() if m.end < end else ""
        if before in {"say", "add", "tell"} or after in {
            "say",
            "add",
            "note",
            "predict",
            "forecast",
            "estimate",
            "reckon",
            "warn",
        }:
            return _name(scene, m)
    return None


def _at(mentions: list[Mention], token: int) -> Mention | None:
    return next((m for m in mentions if m.start <= token < m.end), None)


def _name(scene: Scene, m: Mention) -> str:
    return (
        scene.entities[m.entity].name
        if 0 <= m.entity < len(scene.entities) and scene.entities[m.entity].kind != "place"
        else m.name
    )
