"""The assembled pipeline, and what most users need: :func:`load` and :func:`extract`."""

from __future__ import annotations

import contextlib
import datetime as dt
import functools
import gc
import hashlib
from collections.abc import Iterable, Iterator, Sequence
from importlib import metadata
from pathlib import Path
from typing import Any

import spacy
from spacy.language import Language
from spacy.tokens import Doc

import claimlines.base
import claimlines.binding.component
import claimlines.claims
import claimlines.metrics
import claimlines.names
import claimlines.periods.component
import claimlines.quantities.component
import claimlines.quantities.counts
import claimlines.sentences
import claimlines.tokenizer  # noqa: F401  (registers the factories for users of an uninstalled checkout)
from claimlines.lexicon import models_dir
from claimlines.records import SCHEMA_VERSION, Article, Claim

__all__ = ["Extractor", "extract", "extract_article", "extract_articles", "load", "make_doc", "version_info"]

ZONE_CHARS = 2_000_000
"""Characters of articles after which an :class:`Extractor` drops what spaCy remembers of them."""

MAX_CHARS = 100_000_000
"""No limit of ours: the runner sets one; spaCy's own (one million) is for whole-text parses."""


def load(base: str = "en_core_web_sm", lexicon: Sequence[str] = (), config: str | Path | None = None) -> Language:
    """Load the pipeline.

    Args:
        base: an installed spaCy pipeline with a tagger, parser and NER.
        lexicon: folders with tables that extend ours (``metrics.tsv``, ``organisations.tsv`` ...).
        config: another ``config.cfg`` than ``models/config.cfg``.

    Raises:
        OSError: the base pipeline is not installed.
        claimlines.lexicon.LexiconError: a lexicon folder is missing or malformed.
    """
    settings = spacy.util.load_config(Path(config) if config is not None else models_dir() / "config.cfg")
    for section in settings["components"].values():
        if section["factory"] == "claimlines_base" and base != "en_core_web_sm":
            section["base"] = base
        if "lexicon" in section and lexicon:
            section["lexicon"] = [*section["lexicon"], *map(str, lexicon)]
    nlp = spacy.util.load_model_from_config(settings, auto_fill=True, validate=True)
    nlp.max_length = MAX_CHARS
    return nlp


def make_doc(nlp: Language, text: str, published: dt.date | None = None, title: str | None = None, **meta: Any) -> Doc:
    """A tokenized Doc that carries the article's date and metadata to the stages."""
    doc = nlp.make_doc(text)
    doc._.published = published
    doc._.meta = {"title": title, **meta}
    doc.user_data["claimlines_title"] = title
    return doc


def extract_article(nlp: Language, article: Article) -> list[Claim]:
    """The claims of one article, in order. They depend on nothing but the article and the pipeline."""
    with nlp.memory_zone():
        return _claims(nlp, article)


def _claims(nlp: Language, article: Article) -> list[Claim]:
    doc = make_doc(
        nlp, article.text, article.published, article.title, id=article.id, url=article.url, source=article.source
    )
    claims: list[Claim] = nlp(doc)._.claims
    return claims


_SELDOM = (50_000, 20, 100)
"""Thresholds of Python's garbage collector during extraction: a fifteenth of the time goes into its searches else."""


class Extractor:
    """Extracts article after article, in memory that does not grow with their number.

    What spaCy remembers of the words of articles (``Language.memory_zone``) is dropped every
    two million characters rather than after each article, since the next one brings
    most of the words again. No other use may be made of ``nlp`` meanwhile. Until then Python
    looks for cyclic garbage less often: an article makes hardly any, and many objects.

    Example:
        >>> with Extractor(claimlines.load()) as extract:
        ...     claims = [extract(article) for article in articles]
    """

    def __init__(self, nlp: Language) -> None:
        self.nlp = nlp
        self._zone: contextlib.AbstractContextManager[object] | None = None
        self._size = 0
        self._usual = gc.get_threshold()

    def __enter__(self) -> Extractor:
        return self

    def __exit__(self, *error: object) -> None:
        self.close()

    def __call__(self, article: Article) -> list[Claim]:
        """The claims of one article, in order."""
        if self._zone is None:
            self._zone = self.nlp.memory_zone()
            self._zone.__enter__()
            self._usual = gc.get_threshold()
            gc.set_threshold(*_SELDOM)
        try:
            return _claims(self.nlp, article)
        finally:
            self._size += len(article.text)
            if self._size > ZONE_CHARS:
                self.close()

    def close(self) -> None:
        """Drop what is remembered."""
        zone, self._zone, self._size = self._zone, None, 0
        if zone is not None:
            gc.set_threshold(*self._usual)
            zone.__exit__(None, None, None)


def extract_articles(nlp: Language, articles: Iterable[Article]) -> Iterator[tuple[Article, list[Claim]]]:
    """Articles with their claims, in order; memory does not grow with their number."""
    with Extractor(nlp) as extract:
        for article in articles:
            yield article, extract(article)


@functools.lru_cache(maxsize=4)
def _default(base: str) -> Language:
    return load(base)


def extract(
    text: str, published: dt.date | str | None = None, *, base: str = "en_core_web_sm", **meta: Any
) -> list[Claim]:
    """The claims of a text.

    Args:
        text: the article.
        published: its publication date, or an ISO 8601 string, to resolve "last year" by.
        base: the base pipeline.
        meta: ``id``, ``title``, ``url``, ``source``.

    Raises:
        ValueError: ``published`` is a string that is no ISO date.

    Example:
        >>> [c.metric for c in claimlines.extract("Acme's revenue rose 5% to $3bn in 2024.")]
        ['revenue', 'revenue']
    """
    day = dt.date.fromisoformat(published) if isinstance(published, str) else published
    article = Article(id=str(meta.pop("id", "")), text=text, published=day, **meta)
    return extract_article(_default(base), article)


def version_info(nlp: Language) -> dict[str, str]:
    """Versions of tool, schema, weights, base model and lexicon: what a run's output depends on."""
    base = nlp.get_pipe("claimlines_base")
    inner: Language = base.base  # type: ignore[attr-defined]
    digest = hashlib.blake2b(digest_size=8)
    binder = nlp.get_pipe("claimlines_binder")
    for folder in (*binder.lexicon.folders, models_dir() / "weights"):  # type: ignore[attr-defined]
        for path in sorted(Path(folder).glob("*")):
            digest.update(path.name.encode())
            digest.update(path.read_bytes())
    try:
        tool = metadata.version("claimlines")
    except metadata.PackageNotFoundError:
        tool = "unknown"
    return {
        "claimlines": tool, "schema": SCHEMA_VERSION, "spacy": metadata.version("spacy"),
        "base": f"{inner.meta.get('lang', '')}_{inner.meta.get('name', '')}-{inner.meta.get('version', '')}", "lexicon_and_weights": digest.hexdigest(),
    }  # fmt: skip
