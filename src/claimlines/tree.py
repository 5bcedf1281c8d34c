"""The tokens of a Doc as plain lists: what the stages behind the base model read most.

A spaCy ``Token`` is made anew at each access and looks each of its strings up again; the
binding asks for some hundred attributes of the words around each quantity. Here every
column is read once a Doc, every string is looked up once, and tokens are their indices.
"""

from __future__ import annotations

import functools
from collections.abc import Sequence

import numpy as np
from spacy.attrs import (
    DEP,
    HEAD,
    IDX,
    IS_ALPHA,
    IS_PUNCT,
    IS_QUOTE,
    IS_SPACE,
    IS_STOP,
    LEMMA,
    LIKE_NUM,
    LOWER,
    ORTH,
    POS,
    SENT_START,
    SPACY,
    TAG,
)
from spacy.tokens import Doc

__all__ = ["Tree", "text_of", "tree_of"]

_STRINGS = {"orth": ORTH, "lower": LOWER, "lemma": LEMMA, "pos": POS, "tag": TAG, "dep": DEP}
_NUMBERS = {"head": HEAD, "idx": IDX, "spaced": SPACY, "sent_start": SENT_START}
_FLAGS = {
    "alpha": IS_ALPHA,
    "stop": IS_STOP,
    "space": IS_SPACE,
    "punct": IS_PUNCT,
    "quote": IS_QUOTE,
    "number": LIKE_NUM,
}
_COLUMNS = {name: i for i, name in enumerate((*_STRINGS, *_NUMBERS, *_FLAGS))}
_ATTRIBUTES = [*_STRINGS.values(), *_NUMBERS.values(), *_FLAGS.values()]


class Tree:
    """Columns of a Doc's tokens, each a list by token index, and its dependency tree.

    A column is read when first asked for. The names are those of ``Token`` without ``is_``
    and ``_``: ``orth`` (its text), ``lower``, ``lemma``, ``pos``, ``tag``, ``dep``; ``head``
    holds indices. Nothing here refers to the Doc, so that it dies with its last user.
    """

    def __init__(self, doc: Doc) -> None:
        array: np.ndarray = doc.to_array(_ATTRIBUTES)
        self._rows = np.ascontiguousarray(array.T)
        self._store = doc.vocab.strings
        self._seen: dict[int, str] = {}
        self.parsed: object = doc.user_data.get("claimlines_parsed")
        """The list that the base model left, by which a tree knows the parse it was read from."""

    def __len__(self) -> int:
        return len(self._rows[0])

    def _strings(self, name: str) -> list[str]:
        seen, store = self._seen, self._store
        keys = self._rows[_COLUMNS[name]].tolist()
        for key in set(keys) - seen.keys():
            seen[key] = store[key]
        return [seen[key] for key in keys]

    def _numbers(self, name: str) -> list[int]:
        found: list[int] = self._rows[_COLUMNS[name]].view(np.int64).tolist()
        return found

    @functools.cached_property
    def orth(self) -> list[str]:
        """Each token's text."""
        return self._strings("orth")

    @functools.cached_property
    def lower(self) -> list[str]:
        """Each token's text in lower case."""
        return self._strings("lower")

    @functools.cached_property
    def lemma(self) -> list[str]:
        """Each token's lemma; empty where no model ran."""
        return self._strings("lemma")

    @functools.cached_property
    def pos(self) -> list[str]:
        """Universal parts of speech."""
        return self._strings("pos")

    @functools.cached_property
    def tag(self) -> list[str]:
        """Fine-grained parts of speech."""
        return self._strings("tag")

    @functools.cached_property
    def dep(self) -> list[str]:
        """Dependency labels."""
        return self._strings("dep")

    @functools.cached_property
    def head(self) -> list[int]:
        """Each token's head; a root is its own."""
        offsets = self._rows[_COLUMNS["head"]].view(np.int64)
        found: list[int] = (offsets + np.arange(len(offsets))).tolist()
        return found

    @functools.cached_property
    def idx(self) -> list[int]:
        """Character offsets."""
        return self._numbers("idx")

    @functools.cached_property
    def spaced(self) -> list[int]:
        """Whether a space follows."""
        return self._numbers("spaced")

    @functools.cached_property
    def sent_start(self) -> list[bool]:
        """Whether a token begins a sentence."""
        return [mark == 1 for mark in self._numbers("sent_start")]

    @functools.cached_property
    def alpha(self) -> list[int]:
        """Whether a token is all letters."""
        return self._numbers("alpha")

    @functools.cached_property
    def stop(self) -> list[int]:
        """Whether a token is a stop word."""
        return self._numbers("stop")

    @functools.cached_property
    def space(self) -> list[int]:
        """Whether a token is white space."""
        return self._numbers("space")

    @functools.cached_property
    def punct(self) -> list[int]:
        """Whether a token is punctuation."""
        return self._numbers("punct")

    @functools.cached_property
    def quote(self) -> list[int]:
        """Whether a token is a quotation mark."""
        return self._numbers("quote")

    @functools.cached_property
    def number(self) -> list[int]:
        """Whether a token is like a number."""
        return self._numbers("number")

    @functools.cached_property
    def text(self) -> str:
        """The whole text."""
        return "".join([word + " " if spaced else word for word, spaced in zip(self.orth, self.spaced, strict=True)])

    @functools.cached_property
    def _children(self) -> dict[int, list[int]]:
        found: dict[int, list[int]] = {}
        for i, head in enumerate(self.head):
            if head != i:
                found.setdefault(head, []).append(i)
        return found

    def children(self, token: int) -> Sequence[int]:
        """The tokens that depend on a token, in order."""
        return self._children.get(token, ())

    def slice(self, start: int, end: int) -> str:
        """The text of the tokens ``[start, end)``, without the space behind; out of bounds it is cut."""
        end = min(end, len(self.idx))
        if start >= end:
            return ""
        return self.text[self.idx[start] : self.idx[end - 1] + len(self.orth[end - 1])]


def text_of(doc: Doc) -> str:
    """The text of a Doc, put together once: all stages that read characters ask for it."""
    found = doc.user_data.get("claimlines_text")
    if not isinstance(found, str):
        found = doc.user_data["claimlines_text"] = doc.text
    return found


def tree_of(doc: Doc) -> Tree:
    """The tree of a Doc, built once for the parse it has."""
    found = doc.user_data.get("claimlines_tree")
    if not isinstance(found, Tree) or found.parsed is not doc.user_data.get("claimlines_parsed"):
        found = doc.user_data["claimlines_tree"] = Tree(doc)
    return found
