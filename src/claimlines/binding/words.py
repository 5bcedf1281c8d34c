"""Word features that the rankers share: what stands around a quantity."""

from __future__ import annotations

import re
from functools import cache

from claimlines.binding.scene import Place, Scene

__all__ = ["Around", "around", "bucket"]

_NUMBER = re.compile(r"\d")


@cache
def bucket(distance: int) -> str:
    """A distance in tokens as one of eight classes."""
    distance = abs(distance)
    for limit, name in ((1, "1"), (2, "2"), (3, "3"), (5, "5"), (8, "8"), (13, "13"), (21, "21")):
        if distance <= limit:
            return name
    return "far"


class Around:
    """Lemmas around a quantity, computed once a place."""

    __slots__ = ("head", "left", "near", "prep", "right", "verb", "verb2", "window")

    def __init__(self, scene: Scene, place: Place) -> None:
        doc = scene.doc
        start, end = scene.sentence(place.sentence)
        span = place.span
        self.left = [_word(doc[i]) for i in range(max(start, span.start - 4), span.start)][::-1]
        self.right = [_word(doc[i]) for i in range(span.end, min(end, span.end + 4))]
        window = [
            doc[i] for i in range(max(start, span.start - 9), min(end, span.end + 7)) if not span.start <= i < span.end
        ]
        self.window = sorted({_word(t) for t in window if t.is_alpha and not t.is_stop})
        self.near = sorted(
            {
                _word(doc[i])
                for i in range(max(start, span.start - 3), min(end, span.end + 3))
                if not span.start <= i < span.end and not doc[i].is_space
            }
        )
        self.verb = place.verbs[0].lemma_.lower() if place.verbs else "-"
        self.verb2 = place.verbs[1].lemma_.lower() if len(place.verbs) > 1 else "-"
        self.head = _word(place.attach)
        self.prep = place.prep or "-"


def _word(token: object) -> str:
    lemma = token.lemma_ or token.lower_  # type: ignore[attr-defined]
    text = str(lemma).lower()
    return "#" if _NUMBER.search(text) else text


def around(scene: Scene, place: Place) -> Around:
    """The words around a place, cached on the quantity."""
    found = place.quantity.notes.get("_around")
    if not isinstance(found, Around):
        found = Around(scene, place)
        place.quantity.notes["_around"] = found
    return found
