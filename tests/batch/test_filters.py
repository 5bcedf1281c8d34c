"""Language and duplicates."""

from __future__ import annotations

import random

from hypothesis import given, settings
from hypothesis import strategies as st

from claimlines.filters import DuplicateIndex, language_of, signature_of

from .conftest import Cli, write_jsonl

ENGLISH = "The company said on Tuesday that its revenue rose by a third to [5] billion dollars, helped by strong sales of phones."
GERMAN = "Das Unternehmen teilte am Dienstag mit, dass sein Umsatz um ein Drittel auf [5] Milliarden Euro gestiegen sei, dank der Telefone."


def story(seed: int, words: int = 300) -> str:
    chance = random.Random(seed)
    return " ".join(chance.choice(ENGLISH.split()) + str(chance.randrange(50)) for _ in range(words))


def test_languages() -> None:
    assert language_of(ENGLISH) == "en"
    assert language_of(GERMAN) == "de"
    assert language_of("12 34") is None


def test_language_filter(cli: Cli) -> None:
    write_jsonl(
        cli.path("in.jsonl"),
        [{"id": "en", "text": ENGLISH}, {"id": "de", "text": GERMAN}, {"id": "short", "text": "[1]"}],
    )
    done = cli("extract", "in.jsonl", "--language", "en")
    assert cli.articles() == ["en", "short"]
    assert "1 skipped: language 1" in done.stderr.decode()
    cli("extract", "in.jsonl", "-o", "any.jsonl")
    assert cli.articles("any.jsonl") == ["en", "de", "short"]


def records() -> list[dict[str, str]]:
    one, two = story(1), story(2)
    return [
        {"id": "one", "text": f"{one} [1]"},
        {"id": "two", "text": f"{two} [2]"},
        {"id": "same", "text": f"{one} [1]"},
        {"id": "spaced", "text": f"{one.upper()}\n\n[1]."},
        {"id": "near", "text": f"{one} and some more words [1]"},
        {"id": "three", "text": f"{story(3)} [3]"},
    ]


def test_duplicates_are_flagged(cli: Cli) -> None:
    write_jsonl(cli.path("in.jsonl"), records())
    for workers in (1, 3):
        cli("extract", "in.jsonl", "--dedup", "flag", "-o", f"{workers}.jsonl", "--workers", workers)
    assert cli.path("1.jsonl").read_bytes() == cli.path("3.jsonl").read_bytes()
    warnings = {claim["article_id"]: claim["warnings"] for claim in cli.lines("1.jsonl")}
    assert warnings == {
        "one": [],
        "two": [],
        "same": ["duplicate_of:one"],
        "spaced": ["duplicate_of:one"],
        "near": ["near_duplicate_of:one"],
        "three": [],
    }


def test_duplicates_are_skipped_and_counted(cli: Cli) -> None:
    write_jsonl(cli.path("in.jsonl"), records())
    done = cli("extract", "in.jsonl", "--dedup", "skip")
    assert cli.articles() == ["one", "two", "three"]
    told = done.stderr.decode()
    assert "3 skipped" in told and "duplicate 2" in told and "near_duplicate 1" in told


def test_repeats_that_are_skipped_are_not_extracted(cli: Cli) -> None:
    seen = cli.path("seen")
    seen.mkdir()
    write_jsonl(cli.path("in.jsonl"), records())
    cli("extract", "in.jsonl", "--dedup", "skip", FAKE_SEEN=str(seen))
    assert "same" not in {path.name for path in seen.iterdir()}


@settings(max_examples=30, deadline=None)
@given(st.text(max_size=400))
def test_any_text_is_a_duplicate_of_itself(text: str) -> None:
    index = DuplicateIndex()
    assert index.add(signature_of(text), "a") is None
    found = index.add(signature_of(text), "b")
    assert found is not None and (found.kind, found.of) == ("duplicate", "a")


def test_different_texts_are_no_duplicates() -> None:
    index = DuplicateIndex()
    assert [index.add(signature_of(story(seed)), str(seed)) for seed in range(100)] == [None] * 100
