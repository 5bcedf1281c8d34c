"""Sentence boundaries by the marks of the text, before any model runs.

A line that is a heading, a bullet or a caption ends a sentence, with or without a full
stop. Boundaries go on the tokens (``token.is_sent_start``), so a parser keeps to them.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

import numpy as np
from spacy.attrs import IDX, SENT_START
from spacy.language import Language
from spacy.tokens import Doc

from claimlines.surface import layers
from claimlines.tree import text_of

__all__ = ["SentenceSplitter", "boundaries"]

MAX_TOKENS = 250
"""A longer stretch without a boundary (tables, missing punctuation) is cut here, so that a parse stays linear."""

_END = re.compile(
    r"""(?<![.!?])[.!?]+["')\]]{0,3}[ ]+(?=["'(\[]{0,2}[A-Z0-9$£€¥*#@•])|(?:[ ]|^)[•▪◦●‣·][ ]|[ ]\|[ ]|\n\s*""",
    re.MULTILINE,
)
_ABBREVIATION = re.compile(
    r"(?:^|[\s(\"'])(?:Mr|Mrs|Ms|Dr|Prof|St|Sen|Rep|Gov|Gen|Col|Lt|Sgt|Capt|Rev|Hon|Jr|Sr|vs|etc|e\.g|i\.e|cf|approx|est|"
    r"No|Nos|Vol|Fig|pp|Jan|Feb|Mar|Apr|Jun|Jul|Aug|Sept|Sep|Oct|Nov|Dec|Mon|Tue|Wed|Thu|Fri|Sat|Sun|Ave|Blvd|Rs|Orig|[A-Z]|(?!U\.[SK])[A-Z]\.[A-Z])\.$"
)
_COMPANY = re.compile(
    r"(?:^|[\s(])(?:Inc|Corp|Co|Ltd|Plc|LLC|Bros|U\.S|U\.K|E\.U|U\.N|a\.m|p\.m|D\.C|N\.V|S\.A|A\.G|Cos|Intl)\.$"
)
_STARTER = re.compile(
    r"[\"'(]?(?:The|It|In|But|A|An|This|That|He|She|They|We|You|I|However|Its|Their|His|Her|At|On|For|And|As|After|Shares|Analysts|If|When|While|With|By|Of|So|Some|Last|Under|Since|According|There|These|Those|Meanwhile|Earlier)\b"
)
_BULLET = re.compile(r"[ \t]*(?:[-*+>#•▪◦●‣·\u2013\u2014]|\d{1,2}[.)]|\([a-z0-9]\))[ \t]")


def boundaries(text: str) -> Iterator[int]:
    """Yield the offsets at which sentences of a plain text begin, but for the first."""
    for match in _END.finditer(text):
        start, end = match.span()
        found = match.group()
        if "\n" in found:
            if found.count("\n") == 1 and _wrapped(text, start, end):
                continue
        elif found[0] in ".!?":
            head = text[max(0, start - 14) : start + 1]
            if found[0] == "." and _ABBREVIATION.search(head):
                continue
            if _COMPANY.search(head) and not _STARTER.match(text, end):
                continue
        yield end


def _wrapped(text: str, start: int, end: int) -> bool:
    """Whether a single line break only wraps a paragraph."""
    line_start = text.rfind("\n", 0, start) + 1
    length = start - line_start
    if length < 50 or text[start - 1 : start] in ".!?:|":
        return False
    if _BULLET.match(text, end) or _BULLET.match(text, line_start):
        return False
    nxt = text[end : end + 1]
    return nxt.islower() or (
        60 <= length <= 84
        and (nxt.isdigit() or nxt in "$£€(")
        and text[start - 1 : start] in "abcdefghijklmnopqrstuvwxyz,"
    )


class SentenceSplitter:
    """Component ``claimlines_sentences``: sets ``token.is_sent_start``.

    Example:
        >>> nlp = spacy.blank("en"); _ = nlp.add_pipe("claimlines_sentences")
        >>> [s.text for s in nlp("Sales rose\\n\\nAcme Inc. sold 3 cars. It grew.").sents]
        ['Sales rose\\n\\n', 'Acme Inc. sold 3 cars.', 'It grew.']
    """

    def __init__(self, nlp: Language, name: str = "claimlines_sentences") -> None:
        self.name = name

    def __call__(self, doc: Doc) -> Doc:
        if not len(doc):
            return doc
        starts = boundaries(layers(text_of(doc))[0])
        cut = next(starts, None)
        since = 0
        marks = np.full(len(doc), -1, dtype="int64")
        for i, offset in enumerate(doc.to_array(IDX).tolist()):
            begins = i == 0 or since >= MAX_TOKENS
            while cut is not None and offset >= cut:
                begins, cut = True, next(starts, None)
            since = 1 if begins else since + 1
            if begins:
                marks[i] = 1
        # One write for all: setting the attribute token by token scans the Doc each time.
        doc.from_array([SENT_START], marks.astype("uint64").reshape(-1, 1))  # type: ignore[arg-type]
        return doc


@Language.factory("claimlines_sentences", assigns=["token.is_sent_start"])
def make_sentences(nlp: Language, name: str) -> SentenceSplitter:
    """Factory of :class:`SentenceSplitter`."""
    return SentenceSplitter(nlp, name)
