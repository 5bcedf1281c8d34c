"""Tables of words: how they are read, extended and matched."""

from __future__ import annotations

from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from claimlines.lexicon import Lexicon, LexiconError, PhraseTable, models_dir, plural_variants, singular, words_of

PROPERTY = settings(deadline=None, derandomize=True, max_examples=150)


@pytest.mark.parametrize(
    ("plural", "one"),
    [
        ("cars", "car"), ("factories", "factory"), ("batteries", "battery"), ("boxes", "box"), ("searches", "search"),
        ("dishes", "dish"), ("people", "person"), ("women", "woman"), ("children", "child"), ("feet", "foot"),
        ("lenses", "lens"), ("indices", "index"), ("series", "series"), ("aircraft", "aircraft"), ("movies", "movie"),
        ("databases", "database"), ("licences", "licence"), ("businesses", "business"), ("salesmen", "salesman"),
        ("GPUs", "GPU"), ("PCs", "PC"), ("TVs", "TV"), ("NFTs", "NFT"), ("iPhones", "iPhone"),
        ("status", "status"), ("glass", "glass"), ("analysis", "analysis"), ("physics", "physics"), ("gas", "gas"),
        ("car", "car"), ("staff", "staff"), ("news", "news"), ("days", "day"), ("keys", "key"), ("houses", "house"),
    ],
)  # fmt: skip
def test_singular(plural: str, one: str) -> None:
    assert singular(plural) == one


@PROPERTY
@given(st.text(max_size=20))
def test_singular_of_anything(noun: str) -> None:
    assert isinstance(singular(noun), str)
    assert singular(noun) or not noun


@pytest.mark.parametrize(
    ("phrase", "words"),
    [
        ("Net Profit", ("net", "profit")),
        ("high-end phones", ("high", "-", "end", "phones")),
        ("R&D spending", ("r&d", "spending")),
        ("price/earnings ratio", ("price", "/", "earnings", "ratio")),
        ("", ()),
    ],
)
def test_words_of(phrase: str, words: tuple[str, ...]) -> None:
    assert words_of(phrase) == words


@pytest.mark.parametrize(
    ("phrase", "other"),
    [
        ("market share", "market shares"),
        ("battery capacity", "battery capacities"),
        ("gross loss", "gross losses"),
        ("net sales", "net sale"),
    ],
)
def test_both_numbers_of_a_phrase(phrase: str, other: str) -> None:
    assert set(plural_variants(words_of(phrase))) == {words_of(phrase), words_of(other)}


def test_a_phrase_without_a_number_has_no_other_variant() -> None:
    assert list(plural_variants(())) == [()]
    assert list(plural_variants(("type", "2"))) == [("type", "2")]


def table(*phrases: str) -> PhraseTable:
    return PhraseTable((tuple(p.split()), p.replace(" ", "_")) for p in phrases)


def test_the_longest_phrase_wins() -> None:
    words = ["its", "net", "profit", "margin", "and", "net", "profit", "rose"]
    assert list(table("net profit", "net profit margin", "profit").find(words)) == [
        (1, 4, ["net_profit_margin"]),
        (5, 7, ["net_profit"]),
    ]


def test_overlapping_phrases_on_demand() -> None:
    words = ["net", "profit", "margin"]
    phrases = table("net profit", "profit margin")
    assert [m[:2] for m in phrases.find(words)] == [(0, 2)]
    assert [m[:2] for m in phrases.find(words, overlapping=True)] == [(0, 2), (1, 3)]


def test_one_phrase_may_have_several_values_once_each() -> None:
    phrases = PhraseTable([(("sales",), "revenue"), (("sales",), "units_sold"), (("sales",), "revenue"), ((), "empty")])
    assert list(phrases.find(["sales"])) == [(0, 1, ["revenue", "units_sold"])]


def test_nothing_in_nothing() -> None:
    assert list(table("net profit").find([])) == []
    assert list(table().find(["net", "profit"])) == []
    assert list(table("net profit").find(["net"])) == []


WORD = st.sampled_from("abc")


@PROPERTY
@given(st.lists(st.lists(WORD, min_size=1, max_size=3), max_size=6), st.lists(WORD, max_size=20))
def test_matches_are_phrases_of_the_table_and_do_not_overlap(phrases: list[list[str]], words: list[str]) -> None:
    known = {tuple(p) for p in phrases}
    end = 0
    for start, stop, values in PhraseTable((p, "-".join(p)) for p in known).find(words):
        assert end <= start < stop <= len(words)
        assert values == ["-".join(words[start:stop])]
        assert not any(tuple(words[start:longer]) in known for longer in range(stop + 1, len(words) + 1))
        end = stop


# The tables ------------------------------------------------------------------------------


def test_our_tables_are_read() -> None:
    lexicon = Lexicon.load()
    assert (models_dir() / "lexicon" / "metrics.tsv").is_file()
    assert "revenue" in lexicon.metrics
    assert "money" in lexicon.metrics["revenue"].kinds
    assert list(lexicon.metric_phrases.find(["quarterly", "revenues", "rose"]))
    assert lexicon.rows("no_such_table") == []


def test_one_lexicon_a_set_of_folders() -> None:
    assert Lexicon.load() is Lexicon.load()


def test_comments_and_blank_lines_are_no_rows() -> None:
    for name in ("units", "scales", "numbers", "currencies", "comparators", "metrics"):
        rows = Lexicon.load().rows(name, 3)
        assert rows
        assert not any(row[0].startswith("#") or not row[0] for row in rows)
        assert all(len(row) >= 3 for row in rows)


@pytest.mark.parametrize("name", ["scales", "numbers"])
def test_values_of_the_number_tables_are_positive_numbers(name: str) -> None:
    assert all(float(row[1]) > 0 or row[0] == "zero" for row in Lexicon.load().rows(name, 3))


def test_comparator_table_is_well_formed() -> None:
    for phrase, sign, side in (row[:3] for row in Lexicon.load().rows("comparators", 3)):
        assert sign in {"~", ">", ">=", "<", "<="}, phrase
        assert side in {"before", "after"}, phrase


def test_currency_codes_are_three_capitals() -> None:
    assert all(len(row[0]) == 3 and row[0].isupper() for row in Lexicon.load().rows("currencies", 4))


def test_a_folder_adds_rows_and_replaces_those_of_the_same_key(tmp_path: Path) -> None:
    (tmp_path / "scales.tsv").write_text("# ours\nzillion\t1e21\t0\nlakh\t7\t0\n", encoding="utf-8")
    rows = {row[0]: row[1] for row in Lexicon.load((str(tmp_path),)).rows("scales", 3)}
    assert rows["zillion"] == "1e21"
    assert rows["lakh"] == "7"
    assert rows["million"] == "1e6"
    assert {row[0]: row[1] for row in Lexicon.load().rows("scales", 3)}["lakh"] == "1e5"


def test_later_folders_win(tmp_path: Path) -> None:
    for name, value in (("a", "1"), ("b", "2")):
        (tmp_path / name).mkdir()
        (tmp_path / name / "scales.tsv").write_text(f"zillion\t{value}\t0\n", encoding="utf-8")
    folders = tuple(str(tmp_path / name) for name in "ab")
    assert {r[0]: r[1] for r in Lexicon.load(folders).rows("scales", 3)}["zillion"] == "2"
    assert {r[0]: r[1] for r in Lexicon.load(folders[::-1]).rows("scales", 3)}["zillion"] == "1"


def test_short_rows_are_padded(tmp_path: Path) -> None:
    (tmp_path / "mine.tsv").write_text('only\nquote\t"as it is\n', encoding="utf-8")
    assert Lexicon.load((str(tmp_path),)).rows("mine", 3) == [["only", "", ""], ["quote", '"as it is', ""]]


def test_a_new_metric_is_found_by_noun_verb_and_count(tmp_path: Path) -> None:
    (tmp_path / "metrics.tsv").write_text("pies_baked\tcount\tpie output|pies baked\tbake\tpie\n", encoding="utf-8")
    lexicon = Lexicon.load((str(tmp_path),))
    assert lexicon.metrics["pies_baked"].nouns == ("pie output", "pies baked")
    assert list(lexicon.metric_phrases.find(["pie", "outputs"])) == [(0, 2, ["pies_baked"])]
    assert lexicon.metric_verbs["bake"] == ["pies_baked"]
    assert lexicon.counted_nouns["pie"] == ["pies_baked"]
    assert "pies_baked" not in Lexicon.load().metrics


def test_a_missing_folder_is_named(tmp_path: Path) -> None:
    with pytest.raises(LexiconError, match="nowhere"):
        Lexicon.load((str(tmp_path / "nowhere"),))


def test_a_table_that_is_not_utf8_is_named(tmp_path: Path) -> None:
    (tmp_path / "scales.tsv").write_bytes(b"million\t1e6\t0\n\xff\xfe\n")
    with pytest.raises(LexiconError, match=r"scales\.tsv.*not UTF-8"):
        Lexicon.load((str(tmp_path),)).rows("scales", 3)
