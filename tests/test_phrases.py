"""Noun phrases as candidates for a subject, and what a paragraph is about."""

from __future__ import annotations

import pytest
import spacy

from claimlines.binding.phrases import clean_name, noun_at
from claimlines.binding.scene import Scene
from claimlines.binding.subject import _topics, subject_candidates
from claimlines.pipeline import make_doc


def scene_of(nlp: spacy.Language, text: str) -> Scene:
    doc = make_doc(nlp, text)
    for name, component in nlp.pipeline:
        if name == "claimlines_binder":
            break
        doc = component(doc)
    binder = nlp.get_pipe("claimlines_binder")
    return Scene(doc, binder.lexicon, binder.names)


def phrases(nlp: spacy.Language, text: str, head: str) -> list[str]:
    """The phrases around the token ``head`` beside the first quantity."""
    scene = scene_of(nlp, text)
    token = next(t.i for t in scene.doc if t.text == head)
    noun = noun_at(scene, token, scene.places[0])
    return [] if noun is None else [p.text for p in noun.phrases]


@pytest.mark.parametrize(
    ("text", "head", "expected"),
    [
        ("Some 41% of British commuters agreed.", "commuters", ["British commuters"]),
        ("Among 18 to 34-year-olds it was 41%.", "olds", ["18 to 34-year-olds"]),
        ("Some 12% of 16-24 year olds have one.", "olds", ["16-24 year olds"]),
        ("The maker's new factory costs $5m.", "factory", ["maker's new factory", "new factory", "new factory"]),
        ("About 40m people bought 18m phones.", "people", ["people"]),
        ("Some 9% of homes with broadband have two.", "homes", ["homes", "homes with broadband"]),
    ],
)
def test_phrases_around_a_noun(nlp: spacy.Language, text: str, head: str, expected: list[str]) -> None:
    assert phrases(nlp, text, head) == expected


def test_a_phrase_is_cut_where_the_quantity_itself_begins(nlp: spacy.Language) -> None:
    scene = scene_of(nlp, "Buyers paid 5% price premiums and $3 fees.")
    token = next(t.i for t in scene.doc if t.text == "premiums")
    for place in scene.places:
        noun = noun_at(scene, token, place)
        assert noun is not None
        assert all(not (place.start < p.last and p.first < place.end) for p in noun.phrases)


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("the  Orbivale\nGroup", "Orbivale Group"),
        ("\u2022 Its rover,", "rover"),
        ("so-called smartphones", "smartphones"),
        ("Acme\u2019s", "Acme"),
        ("those with broadband", "those with broadband"),
    ],
)
def test_clean_name(text: str, expected: str) -> None:
    assert clean_name(text) == expected


def test_what_a_paragraph_is_about(nlp: spacy.Language) -> None:
    scene = scene_of(nlp, "Nokia had a good year. Its rival Siemens sold 3m phones.\n\nMotorola sold 4m phones.")
    names = [e.name for e in scene.entities]
    first, second = scene.places
    assert {names[e]: how for e, how in _topics(scene, first).items()} == {"Nokia": "first", "Siemens": "too"}
    assert {names[e]: how for e, how in _topics(scene, second).items()} == {"Motorola": "first alone"}


def test_the_subject_of_the_sentence_before_is_a_candidate(nlp: spacy.Language) -> None:
    scene = scene_of(nlp, "Foldable screens made up 1% of the total. Next year 18m are expected.")
    names = {c.name for c in subject_candidates(scene, scene.places[-1], "units_sold", "level", None)}
    assert "Foldable screens" in names
