"""Word features that the rankers share: what stands around a quantity."""

from __future__ import annotations

import re
from functools import cache, lru_cache

from claimlines.binding.scene import Place, Scene
from claimlines.tree import Tree

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
        tree = scene.tree
        start, end = scene.sentence(place.sentence)
        first, last = place.start, place.end
        low, high = max(start, first - 9), min(end, last + 7)
        before = [_word(tree, i) for i in range(low, first)]
        after = [_word(tree, i) for i in range(last, high)]
        self.left = before[:-5:-1]
        self.right = after[:4]
        alpha, stop, space = tree.alpha, tree.stop, tree.space
        beside = [*zip(range(low, first), before, strict=False), *zip(range(last, high), after, strict=False)]
        self.window = sorted({word for i, word in beside if alpha[i] and not stop[i]})
        self.near = sorted({word for i, word in beside if first - 3 <= i < last + 3 and not space[i]})
        self.verb = tree.lemma[place.verbs[0]].lower() if place.verbs else "-"
        self.verb2 = tree.lemma[place.verbs[1]].lower() if len(place.verbs) > 1 else "-"
        self.head = _word(tree, place.attach)
        self.prep = place.prep or "-"


def _word(tree: Tree, token: int) -> str:
    return _normal(tree.lemma[token] or tree.lower[token])


@lru_cache(maxsize=1 << 14)
def _normal(lemma: str) -> str:
    """A lemma as features name it: lower case, numbers alike."""
    text = lemma.lower()
    return "#" if _NUMBER.search(text) else text


def around(scene: Scene, place: Place) -> Around:
    """The words around a place, computed once."""
    found = place.around
    if found is None:
        found = place.around = Around(scene, place)
    return found
