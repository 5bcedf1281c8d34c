"""The tokenizer: cleans the text, then cuts it as the base pipeline's tokenizer does.

The Doc's text is the cleaned one; ``doc._.source_text`` keeps the text as it was given,
and ``doc._.offsets`` leads back to it.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator
from pathlib import Path
from typing import Any

from spacy.language import Language
from spacy.tokens import Doc
from spacy.util import registry

from claimlines.surface import clean

__all__ = ["Tokenizer", "make_tokenizer"]

for _extension in ("offsets", "source_text"):
    if not Doc.has_extension(_extension):
        Doc.set_extension(_extension, default=None)

_LONG_RUN = re.compile(r"\S{500}")


class Tokenizer:
    """Cleans and tokenizes."""

    def __init__(self, inner: Any) -> None:
        self.inner = inner
        self.vocab = inner.vocab

    def __call__(self, text: str) -> Doc:
        """A Doc of the cleaned text that remembers the given one."""
        cleaned, offsets = clean(text)
        doc: Doc = self._cut(cleaned) if _LONG_RUN.search(cleaned) else self.inner(cleaned)
        doc._.offsets = offsets
        doc._.source_text = text
        return doc

    def _cut(self, text: str) -> Doc:
        """Tokenize a text with very long runs without a space in pieces: spaCy's tokenizer is quadratic in a run."""
        ends = [m.end() for m in _LONG_RUN.finditer(text)]
        pieces = [text[a:b] for a, b in zip([0, *ends], [*ends, len(text)], strict=True) if b > a]
        doc: Doc = Doc.from_docs([self.inner(p) for p in pieces], ensure_whitespace=False)
        return doc

    def pipe(self, texts: Iterable[str], batch_size: int = 1000) -> Iterator[Doc]:
        """Tokenize a stream."""
        for text in texts:
            yield self(text)

    def to_disk(self, path: str | Path, **kwargs: Any) -> None:
        """Nothing is stored: the configuration rebuilds the tokenizer."""

    def from_disk(self, path: str | Path, **kwargs: Any) -> Tokenizer:
        """Nothing is stored: the configuration rebuilds the tokenizer."""
        return self

    def to_bytes(self, **kwargs: Any) -> bytes:
        """Nothing is stored."""
        return b""

    def from_bytes(self, data: bytes, **kwargs: Any) -> Tokenizer:
        """Nothing is stored."""
        return self


@registry.tokenizers("claimlines.Tokenizer.v1")  # type: ignore[untyped-decorator]
def make_tokenizer() -> Callable[[Language], Tokenizer]:
    """Factory of :class:`Tokenizer` over spaCy's English one."""

    def create(nlp: Language) -> Tokenizer:
        inner = registry.tokenizers.get("spacy.Tokenizer.v1")()(nlp)
        return Tokenizer(inner)

    return create
