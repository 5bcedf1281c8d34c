"""Noun phrases around a head, as candidates for a subject."""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import lru_cache

from claimlines.binding.scene import Place, Scene
from claimlines.surface import plain
from claimlines.vectors import vectors

__all__ = ["Noun", "NounPhrase", "clean_name", "noun_at"]

_NO_HEAD = frozenset(["VERB", "AUX", "PUNCT", "SPACE", "SYM"])
_FUNCTION_WORD = frozenset(["ADP", "CCONJ", "SCONJ", "AUX", "PRON"])
_BREAK = frozenset([",", ";", ":", "(", ")", "\u2014", "\u2013", "•", '"', "\u201c", "\u201d"])
_STOP = frozenset([",", ";", ":", "(", "\u2014", "\u2013"])
_POSSESSIVE = frozenset(["'s", "’s", "’", "'"])
_PRONOUNS = {"it", "its", "they", "their", "them", "he", "his", "she", "her", "we", "our", "us", "itself", "i", "my", "ours", "theirs", "mine", "yours"}
_CONTINUES = frozenset(
    [
        "of",
        "in",
        "for",
        "with",
        "who",
        "that",
        "from",
        "living",
        "on",
        "aged",
        "using",
        "interviewed",
        "asked",
        "surveyed",
        "at",
        "and",
        "under",
        "without",
        "earning",
    ]
)
"""Words after a noun with which its phrase goes on."""
_DETERMINER = re.compile(
    r"^(?:the|a|an|its|their|his|her|our|your|my|this|that|these"
    r"|those(?! (?:with|who|whose|that|in|on|of|at|from|over|under|aged|living|earning|using|without|asked|questioned|surveyed|interviewed|polled|affected)\b)|some|all|many|most|more|other|each|every|both|any|another|several|such|no|of|whose|just|only|also|so-called)\s+",
    re.IGNORECASE,
)


@dataclass(frozen=True, slots=True)
class NounPhrase:
    """A noun phrase.

    Attributes:
        first, last: its tokens, ``[first, last)``.
        shape: how it was cut around its head.
        text: as claims write it.
        unpossessed: the same without a possessive mark inside.
        proper: whether a proper noun is part of it.
        whole: whether it is nothing but words of a metric: what is measured, not whose.
        determiner: the determiner before it, or ``-``.
    """

    first: int
    last: int
    shape: str
    text: str
    unpossessed: str
    proper: bool
    whole: bool
    determiner: str


@dataclass(frozen=True, slots=True)
class Noun:
    """A head noun and its phrases.

    Attributes:
        lemma: of the head.
        owners: the kind of group that it names, or empty.
        descriptor: the kind of thing that it describes (``company``: org), or empty.
        fine, rough: its word classes.
        plural: whether it is a plural.
        metric: whether it is a word of a metric's noun.
        definite: whether it stands bare, with the or this.
        phrases: the longest reach from ``low`` to ``high``.
    """

    lemma: str
    owners: str
    descriptor: str
    fine: str
    rough: str
    plural: bool
    metric: bool
    definite: bool
    phrases: tuple[NounPhrase, ...]
    low: int
    high: int


def noun_at(scene: Scene, head: int, place: Place) -> Noun | None:
    """The noun at a token, its phrases without the tokens of a quantity; None for what is no noun."""
    # The same for all quantities of a sentence but those inside the phrase.
    if head not in scene.nouns:
        scene.nouns[head] = _noun(scene, head, place.sentence, None)
    found = scene.nouns[head]
    if found is not None and place.start < found.high and found.low < place.end:
        return _noun(scene, head, place.sentence, place)
    return found


def _noun(scene: Scene, head: int, sentence: int, place: Place | None) -> Noun | None:
    bounds = _bounds(scene, head, place)
    if not bounds:
        return None
    tree = scene.tree
    covered = scene.metric_tokens(sentence)
    phrases = []
    for first, last, shape in bounds:
        text = clean_name(tree.slice(first, last))
        if not text or len(text) > _LONGEST or text.lower() in _PRONOUNS:
            continue
        before = max(first - 1, 0)
        phrases.append(
            NounPhrase(
                first,
                last,
                shape,
                text,
                _unpossessed(text),
                "PROPN" in tree.pos[first:last],
                all(i in covered for i in range(first, last)),
                tree.lower[before] if tree.pos[before] in {"DET", "PRON"} else "-",
            )
        )
    lemma = tree.lemma[head].lower()
    known = vectors()
    return Noun(
        lemma,
        scene.names.groups.get(lemma, ""),
        scene.names.descriptors.get(lemma, ""),
        known.fine(lemma),
        known.coarse(lemma),
        tree.tag[head] in {"NNS", "NNPS"},
        head in covered,
        _definite(scene, head),
        tuple(phrases),
        min(first for first, _, _ in bounds),
        max(last for _, last, _ in bounds),
    )


_LONGEST = 90
"""Characters of a subject."""


def _bounds(scene: Scene, head: int, place: Place | None) -> list[tuple[int, int, str]]:
    """Noun phrases around a head: whole, without its possessor, of two words, and with what follows it."""
    tree = scene.tree
    start, end = (place.start, place.end) if place is not None else (-1, -1)
    orth, lower, pos, dep = tree.orth, tree.lower, tree.pos, tree.dep
    numerals = scene.numerals
    if pos[head] in _NO_HEAD or (pos[head] in {"PRON", "DET"} and lower[head] != "those"):
        return []
    token = scene.doc[head]
    left, right = token.left_edge.i, token.right_edge.i + 1
    first = head
    while first > left:
        prev = first - 1
        if (
            dep[prev] in {"det", "predet"}
            or pos[prev] in _FUNCTION_WORD
            or (pos[prev] in {"DET", "VERB"} and dep[prev] != "amod")
            or orth[prev] in _BREAK
            or tree.space[prev]
            or tree.number[prev]
            or prev in numerals
            or start <= prev < end
        ):
            break
        first = prev
    aged = _aged(scene, head) if lower[head] in _OLDS else head
    if aged < head:
        return [(aged, head + 1, "aged")]
    last = head + 1
    out = [(first, last, "np")]
    possessive = next((i for i in range(head - 1, first, -1) if orth[i] in _POSSESSIVE), None)
    if possessive is not None:
        out.append((possessive + 1, last, "nopos"))
    if head - first >= 3 and dep[head - 1] in {"amod", "compound"}:
        out.append((head - 1, last, "two"))
    if right <= last or lower[last] not in _CONTINUES:
        return out
    stop = last
    for i in range(last, min(right, last + 12)):
        if orth[i] in _STOP or tree.space[i] or start <= i < end:
            break
        stop = i + 1
    while stop > last and tree.punct[stop - 1]:
        stop -= 1
    if stop > last:
        joint = lower[last]
        out.append((first, stop, "full_" + joint if joint in {"of", "in", "with", "who", "and", "for"} else "full"))
    return out


_OLDS = frozenset(["olds", "year-olds", "year-old"])
_AGE_WORDS = frozenset(["-", "\u2013", "to", "and", "or", "year", "years", "old"])


def _aged(scene: Scene, head: int) -> int:
    """Where a group named by its ages begins: ``18 to 34-year-olds``."""
    lower = scene.tree.lower
    first = at = head
    while at > 0 and (lower[at - 1] in _AGE_WORDS or lower[at - 1].rstrip("-").isdigit()):
        at -= 1
        if lower[at].rstrip("-").isdigit():
            first = at
    return first


def _definite(scene: Scene, head: int) -> bool:
    """Whether a bare noun stands with the or this: ``the gadget``, not ``the Finnish gadget maker``."""
    tree = scene.tree
    children = tree.children(head)
    return any(tree.lower[c] in {"the", "this", "that"} for c in children) and not any(
        tree.dep[c] in {"compound", "amod", "poss", "prep", "nmod", "relcl", "acl", "appos"} for c in children
    )


@lru_cache(maxsize=1 << 13)
def _unpossessed(text: str) -> str:
    """``Acme's plant`` as ``Acme plant``."""
    return re.sub(r"[\u2019']s ", " ", text)


@lru_cache(maxsize=1 << 13)
def clean_name(text: str) -> str:
    """A name as claims write it: one line, no determiner, no possessive at the end."""
    text = " ".join(text.replace("\u200b", "").split())
    text = (
        re.sub(r"^[•\-–—*#>\"“'‘(\s]+|[\s\"”,.;:]+$", "", text)
        if not text.endswith(("Inc.", "Corp.", "Co.", "Ltd.", "U.S.", "Bros."))
        else re.sub(r"^[•\-–—*#>\"“'‘(\s]+", "", text)
    )
    text = re.sub(r"[’'](?:s)?$", "", text)
    for _ in range(2):
        text = _DETERMINER.sub("", text)
    return plain(text).strip() if "\u2019" not in text else text.strip()
