"""Fixtures that need the whole pipeline; it is loaded once a session."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable

import pytest
from spacy.language import Language

import claimlines
from claimlines.pipeline import extract_article
from claimlines.records import Article, Claim, Quantity


@pytest.fixture(scope="session")
def nlp() -> Language:
    """The pipeline as users get it."""
    return claimlines.load()


@pytest.fixture(scope="session")
def extract(nlp: Language) -> Callable[..., list[Claim]]:
    """``extract(text, published=None, **meta)``: the claims of a text, from the shared pipeline."""

    def run(text: str, published: dt.date | None = None, **meta: object) -> list[Claim]:
        return extract_article(nlp, Article(id="test", text=text, published=published, **meta))

    return run


@pytest.fixture(scope="session")
def quantities(nlp: Language) -> Callable[[str], list[Quantity]]:
    """``quantities(text)``: the quantities of a text after all stages, counted nouns included."""

    def run(text: str) -> list[Quantity]:
        doc = nlp(text)
        return [span._.quantity for span in doc.spans["quantities"]]

    return run
