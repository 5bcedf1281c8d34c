"""Names: gazetteers, abbreviations, capitalised words, and what is linked to what.

Most of it needs no model; what the entities of the base model add is in the last class.
"""

from __future__ import annotations

import itertools
from pathlib import Path

import pytest
import spacy
from spacy.tokens import Doc

from claimlines.lexicon import LexiconError


def stages(*folders: Path) -> spacy.Language:
    nlp = spacy.blank("en")
    nlp.add_pipe("claimlines_sentences")
    nlp.add_pipe("claimlines_periods")
    nlp.add_pipe("claimlines_quantities")
    nlp.add_pipe("claimlines_subjects", config={"lexicon": [str(f) for f in folders]})
    return nlp


@pytest.fixture(scope="module")
def blank() -> spacy.Language:
    return stages()


def mentions(doc: Doc) -> list[tuple[str, str]]:
    return [(span.text, span._.mention.kind) for span in doc.spans["subjects"]]


def linked(doc: Doc) -> list[tuple[str, str]]:
    """Each mention with the name of the entity it is linked to."""
    entities = doc.user_data["claimlines_entities"]
    return [(span.text, entities[span._.mention.entity].name) for span in doc.spans["subjects"]]


@pytest.mark.parametrize(
    ("sentence", "expected"),
    [
        ("Microsoft sold 3 million consoles.", [("Microsoft", "org")]),
        ("The iPhone 16 Pro Max starts at $1,199.", [("iPhone 16 Pro Max", "product")]),
        ("Sales in Germany rose 4%.", [("Germany", "place")]),
        ("Some 40% of German drivers agree.", [("German", "group")]),
        ("Hewlett-Packard cut 40 jobs.", [("Hewlett-Packard", "org")]),
        ("Shares of Cisco Systems rose 4%.", [("Cisco Systems", "org")]),
        ("Sales at Quibblesoft Robotics rose 4%.", [("Quibblesoft Robotics", "name")]),
        ("Sales at Bits & Bobs rose 4%.", [("Bits & Bobs", "name")]),
        ("Shares of eBay rose 4%.", [("eBay", "org")]),
    ],
)
def test_found_without_a_model(blank: spacy.Language, sentence: str, expected: list[tuple[str, str]]) -> None:
    assert mentions(blank(sentence)) == expected


@pytest.mark.parametrize(
    ("sentence", "expected"),
    [
        ("Shares in Nokia Planet Networks fell, but those of Ford Finance and Samsung Display rose.",
         [("Nokia Planet Networks", "org"), ("Ford Finance", "org"), ("Samsung Display", "org")]),
        ("Viewers of Kenya Central Television were asked.", [("Kenya Central Television", "name")]),
        ("Physicists at the University of Norway sold it.", [("University of Norway", "name")]),
        ("Planes of Fiji Island Airlines are late.", [("Fiji Island Airlines", "name")]),
        ("Later the Orbital Fiji Airlines cut fares.", [("Orbital Fiji Airlines", "name")]),
        ("It will pay Microsoft Chairman Bill Gates 4%.", [("Microsoft", "org"), ("Bill Gates", "person")]),
        ("The Dutch Hofstra plant makes 40 a day.", [("Dutch", "group"), ("Hofstra", "name")]),
        ("Sony Cuts Console Prices By 4%", [("Sony", "org")]),
        ("It asked the people of Norway.", [("Norway", "place")]),
    ],
)  # fmt: skip
def test_a_known_name_can_be_part_of_a_longer_one(
    blank: spacy.Language, sentence: str, expected: list[tuple[str, str]]
) -> None:
    assert mentions(blank(sentence))[: len(expected)] == expected


@pytest.mark.parametrize(
    ("sentence", "expected"),
    [
        ("Oyelu Rahimka, its chief executive, sold 40 cars.", [("Oyelu Rahimka", "person")]),
        ("Forrest Vance, the analyst firm, asked 300 people.", [("Forrest Vance", "name")]),
        ("He spoke with analyst Wemba Okolo about 4% of it.", [("Wemba Okolo", "person")]),
    ],
)
def test_persons_by_their_posts(blank: spacy.Language, sentence: str, expected: list[tuple[str, str]]) -> None:
    assert mentions(blank(sentence)) == expected


def test_the_part_is_not_the_whole(blank: spacy.Language) -> None:
    doc = blank("Ford Finance lent 40% more than the rest of Ford did.")
    assert linked(doc) == [("Ford Finance", "Ford Finance"), ("Ford", "Ford")]


@pytest.mark.parametrize(
    "sentence",
    [
        "Profit rose 4% on Monday.",
        "However, it sold 3 vans in March.",
        "In May 2024 the price was $30.",
        "It earned $3bn in Q3 2024.",
        "nothing here is a name",
        "",
        "12 34",
    ],
)
def test_not_names(blank: spacy.Language, sentence: str) -> None:
    assert mentions(blank(sentence)) == []


@pytest.mark.parametrize(
    "sentence",
    [
        "Microsoft's profit rose 4%.",
        "Microsoft’s profit rose 4%.",
        "Profit at Microsoft, the maker of Xbox, rose 4%.",
        "“Microsoft” earned $3bn.",
        "(Microsoft) earned $3bn.",
        "- Microsoft: $3bn",
    ],
)
def test_marks_and_possessives_are_no_part_of_a_name(blank: spacy.Language, sentence: str) -> None:
    assert ("Microsoft", "org") in mentions(blank(sentence))


class TestLinks:
    def test_an_abbreviation_the_article_defines(self, blank: spacy.Language) -> None:
        doc = blank(
            "The Bureau of Widget Affairs (BWA) fined Zubb. Zubb must pay, BWA said, and the BWA's word counts."
        )
        found = linked(doc)
        assert {name for text, name in found if text == "BWA"} == {"Bureau of Widget Affairs"}
        assert found[0] == ("Bureau of Widget Affairs", "Bureau of Widget Affairs")

    def test_other_letters_define_nothing(self, blank: spacy.Language) -> None:
        doc = blank("Advanced Gadget Systems (XYZ) sold 40 vans. Later, XYZ sold 50.")
        assert {name for text, name in linked(doc) if text == "XYZ"} == {"XYZ"}

    def test_the_names_of_the_gazetteer_are_one(self, blank: spacy.Language) -> None:
        found = linked(blank("AMD sold 40 chips. Shares of Advanced Micro Devices rose 4%."))
        assert len({name for _, name in found}) == 1

    def test_a_shorter_form(self, blank: spacy.Language) -> None:
        found = linked(blank("Sales at Quibblesoft Robotics rose 4%. Shares of Quibblesoft fell."))
        assert found == [("Quibblesoft Robotics", "Quibblesoft Robotics"), ("Quibblesoft", "Quibblesoft Robotics")]

    def test_with_and_without_the_legal_suffix(self, blank: spacy.Language) -> None:
        found = linked(blank("Shares of Microsoft Corp rose 4%. Sales at Microsoft fell 3%."))
        assert len({name for _, name in found}) == 1

    def test_different_names_stay_apart(self, blank: spacy.Language) -> None:
        found = linked(blank("Sales at Microsoft rose 4%. Sales at Oracle fell 3%."))
        assert found == [("Microsoft", "Microsoft"), ("Oracle", "Oracle")]

    def test_a_place_is_not_the_firm_named_after_it(self, blank: spacy.Language) -> None:
        found = dict(linked(blank("Sales at Texas Instruments rose 4%. Sales in Texas fell 3%.")))
        assert found["Texas"] == "Texas"
        assert found["Texas Instruments"] == "Texas Instruments"


class TestBounds:
    TEXT = (
        "Microsoft earned $3bn in Q3 2024, the Bureau of Widget Affairs (BWA) said; Germany's Zubb & Sons sold 40 iPhone 15s. "
        * 3
    )

    def test_mentions_are_in_order_and_apart(self, blank: spacy.Language) -> None:
        doc = blank(self.TEXT)
        spans = list(doc.spans["subjects"])
        assert len(spans) >= 12
        assert all(a.end <= b.start for a, b in itertools.pairwise(spans))

    def test_quantities_and_periods_are_no_names(self, blank: spacy.Language) -> None:
        doc = blank(self.TEXT)
        busy = {i for key in ("quantities", "periods") for span in doc.spans[key] for i in range(span.start, span.end)}
        assert busy
        assert not busy & {i for span in doc.spans["subjects"] for i in range(span.start, span.end)}


class TestLexicon:
    @pytest.mark.parametrize(
        ("table", "row", "text", "kind"),
        [
            ("organisations", "quibblesoft\tthe quibblers\tcompany", "quibblesoft", "org"),
            ("organisations", "quibblesoft\tquibblers|qsoft\tcompany", "qsoft", "org"),
            ("products", "Zubbphone\t\tZubb\tsmartphone", "Zubbphone Max", "product"),
            ("places", "Zubbia\t\tZubbian|Zubbians\tcountry\tEUR", "Zubbia", "place"),
            ("places", "Zubbia\t\tZubbian|Zubbians\tcountry\tEUR", "Zubbians", "group"),
        ],
    )
    def test_a_row_of_the_user_takes_effect(
        self, tmp_path: Path, blank: spacy.Language, table: str, row: str, text: str, kind: str
    ) -> None:
        (tmp_path / f"{table}.tsv").write_text(f"# mine\n{row}\n", encoding="utf-8")
        sentence = f"Last year {text} sold 40 vans; Microsoft sold 50."
        assert (text, kind) in mentions(stages(tmp_path)(sentence))
        assert ("Microsoft", "org") in mentions(stages(tmp_path)(sentence)), "ours still hold"
        assert (text, kind) not in mentions(blank(sentence))

    def test_a_row_can_take_a_name_out(self, tmp_path: Path) -> None:
        (tmp_path / "organisations.tsv").write_text("Microsoft\t\tcompany?\n", encoding="utf-8")
        doc = stages(tmp_path)("Sales at Microsoft rose 4%.")
        assert mentions(doc) == [("Microsoft", "name")]

    def test_no_such_folder(self, tmp_path: Path) -> None:
        with pytest.raises(LexiconError, match="does not exist"):
            stages(tmp_path / "missing")

    def test_a_table_that_is_not_utf8(self, tmp_path: Path) -> None:
        (tmp_path / "organisations.tsv").write_bytes(b"Caf\xe9\t\tcompany\n")
        with pytest.raises(LexiconError, match="not UTF-8"):
            stages(tmp_path)


class TestWithTheBaseModel:
    def test_a_person_by_the_last_name(self, nlp: spacy.Language) -> None:
        found = linked(nlp("John Smith sold 40 vans in 2024. Later Smith sold 50 more."))
        assert found == [("John Smith", "John Smith"), ("Smith", "John Smith")]

    def test_a_name_stops_at_its_possessive(self, nlp: spacy.Language) -> None:
        doc = nlp("Zeta Robotics' turnover was $30m in 2024, and Zeta Robotics’s staff numbered 40.")
        assert {text for text, _ in mentions(doc)} == {"Zeta Robotics"}

    def test_an_entity_that_the_gazetteer_does_not_know(self, nlp: spacy.Language) -> None:
        found = linked(nlp("Zeta Robotics Inc. raised $30m in 2024. Zeta plans to hire 40 people."))
        assert found == [("Zeta Robotics Inc.", "Zeta Robotics Inc."), ("Zeta", "Zeta Robotics Inc.")]
