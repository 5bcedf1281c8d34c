"""Whether a quantity is a rise or a fall, from the nearest words.

Verbs and adverbs before it, across glue words, set ``change`` ("fell by about 5 %", "up
3 points"). A noun that names a movement ("a 75 % increase", "a cut of 5 %") says what the
quantity is, not that it moved: it is noted for the binding (``notes["change_noun"]``).
"""

from __future__ import annotations

import re
from collections.abc import Mapping

from claimlines.records import Quantity

__all__ = ["mark_change"]

_REACH = 7
_CLAUSE = re.compile(r"[\n;:()]|[.!?] ")
_WORDS = re.compile(r"[a-z'-]+|[,$€£]|\d[\d.,]*")
_RESTATED = re.compile(r"(?: [a-z]+){0,2}(?:,? or |,? ?\()(?:about |around |nearly |roughly )?")
_GAPPED = re.compile(r"(?:,|;)?(?: and| while)? (?:[A-Z][\w&.'-]*[ ]?){1,5}(?:by )?")
"""A further item of a list whose verb stands only once: ``down 2.3%, Burlington by 2.6%``."""
_REACH_BY = 3
"""Words that may stand between a verb of change and "by" ("grow sales by 35 %")."""


def mark_change(text: str, quantity: Quantity, before: Quantity | None, sets: Mapping[str, frozenset[str]]) -> None:
    """Set ``change`` and the notes of a quantity.

    Args:
        text: the plain text.
        quantity: the quantity to mark.
        before: the quantity before it, for restated amounts ("lost 190 points, or 0.6 %").
        sets: the word sets of the lexicon.
    """
    if before is not None and quantity.start - before.end < 40:
        gap = text[before.end : quantity.start]
        moved = before.change or before.notes.get("moved")
        if moved and quantity.kind in {"percent", "pp", "bp"} and _RESTATED.fullmatch(gap):
            quantity.change = moved
            return
        if (
            before.change
            and quantity.kind == before.kind == "percent"
            and gap.endswith(" by ")
            and _GAPPED.fullmatch(gap)
        ):
            quantity.change = before.change
            return
    if quantity.notes.get("signed") and quantity.kind in {"percent", "pp", "bp"}:
        quantity.change = "down" if text[quantity.start] == "-" else "up"
        return
    if not _from_left(text, quantity, sets):
        _from_right(text, quantity, sets)


def _from_left(text: str, quantity: Quantity, sets: Mapping[str, frozenset[str]]) -> bool:
    left = _CLAUSE.split(text[max(0, quantity.start - 64) : quantity.start].lower())[-1]
    words = _WORDS.findall(left)
    spare = _REACH_BY if words and words[-1] == "by" else 0
    for i in range(len(words) - 1, max(-1, len(words) - _REACH), -1):
        word = words[i]
        follow = words[i + 1] if i + 1 < len(words) else ""
        moving = word in sets["up"] or word in sets["down"]
        if moving and i > 0 and word in {"up", "down", "off"} and words[i - 1] in sets["phrasal"]:
            return False
        if word in {"up", "down"} and follow == "at":
            return False
        if moving and word in sets["comparatives"]:
            if follow == "than":
                continue
            return False
        if moving:
            if word == "up" and follow in {"to", "from"}:
                return follow == "from"
            if (word in sets["up"] and follow == "from") or (word == "down" and follow == "from"):
                quantity.notes["from"] = True
                return True
            points = text.startswith((" point", " basis"), quantity.end)
            if word in sets["transitive"] and not points and quantity.kind not in {"percent", "pp", "bp", "number"}:
                quantity.notes["moved"] = "up" if word in sets["up"] else "down"
                return False
            direction = "up" if word in sets["up"] else "down"
            noun = word in sets["change_nouns"] and (
                follow in {"of", "in"} or (i > 0 and words[i - 1] in sets["change_articles"])
            )
            quantity.notes["change_word"] = word
            if noun:
                quantity.notes["change_noun"] = direction
                return True
            quantity.notes["to"] = "to" in words[i + 1 :]
            if quantity.notes["to"]:
                quantity.notes["change_to"] = direction
            else:
                quantity.change = direction
            return True
        if word not in sets["change_glue"]:
            if not spare or not word.isalpha():
                return False
            spare -= 1
    return False


def _from_right(text: str, quantity: Quantity, sets: Mapping[str, frozenset[str]]) -> None:
    right = re.split(r"[\n;:().!?,]", text[quantity.end : quantity.end + 48].lower())[0]
    for i, word in enumerate(re.findall(r"[a-z'-]+", right)[:4]):
        moving = word in sets["up"] or word in sets["down"]
        if moving and (word in sets["change_nouns"] or (i == 0 and word in sets["change_after"])):
            if quantity.kind == "count" and word not in sets["change_nouns"]:
                return
            quantity.notes["change_noun"] = "up" if word in sets["up"] else "down"
            quantity.notes["change_word"] = word
            return
        if word in sets["change_stop"]:
            return
