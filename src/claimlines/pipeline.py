"""The assembled pipeline, and the functions most users need: ``load`` and ``extract``."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence

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

STAGES = ["claimlines_sentences", "claimlines_periods", "claimlines_quantities", "claimlines_base", "claimlines_counts", "claimlines_metrics", "claimlines_subjects", "claimlines_binder", "claimlines_claims"]


def load(base: str = "en_core_web_sm", lexicon: Sequence[str] = ()) -> Language:
    nlp = spacy.blank("en")
    for stage in STAGES:
        config = {}
        if stage == "claimlines_base":
            config["base"] = base
        nlp.add_pipe(stage, config=config)
    return nlp


def make_doc(nlp: Language, text: str, published: dt.date | None = None, title: str | None = None) -> Doc:
    doc = nlp.make_doc(text)
    doc._.published = published
    doc.user_data["claimlines_title"] = title
    return doc
