"""A bad article costs itself only."""

from __future__ import annotations

import bz2
import gzip
import json
import lzma
from collections.abc import Callable

import pytest

from .conftest import Cli, articles, write_jsonl

FAULTS = {
    "raises": ("!!raise", "exception"),
    "hoards": ("!!memory", "memory"),
    "segfaults": ("!!segfault", "crash"),
    "killed": ("!!kill", "crash"),
    "exits": ("!!exit", "crash"),
}


def test_articles_that_end_their_worker(cli: Cli) -> None:
    records = articles(30)
    for number, (name, (command, _)) in enumerate(FAULTS.items()):
        records.insert(number * 4 + 2, {"id": name, "text": f"{command} [5]"})
    write_jsonl(cli.path("in.jsonl"), records)
    cli("extract", "in.jsonl", "--memory", 500, "--workers", 2, code=3)
    assert cli.articles() == [f"a{n}" for n in range(30)]
    assert cli.errors() == [(name, reason) for name, (_, reason) in FAULTS.items()]
    for error in cli.lines("claims.jsonl.errors.jsonl"):
        assert error["source"] == "in.jsonl"
        line = error["place"]["line"]
        assert (
            cli.path("in.jsonl")
            .read_bytes()[error["place"]["offset"] :]
            .startswith(json.dumps(records[line - 1]).encode())
        )
    counts = json.loads(cli.path("claims.jsonl.run.json").read_text())["counts"]["articles"]
    assert counts == {"seen": 35, "done": 30, "skipped": {}, "failed": {"crash": 3, "exception": 1, "memory": 1}}


def test_an_article_that_takes_too_long(cli: Cli) -> None:
    records = articles(12)
    records[5]["text"] = "!!sleep 600"
    write_jsonl(cli.path("in.jsonl"), records)
    cli("extract", "in.jsonl", "--timeout", 3, code=3)
    assert cli.articles() == [f"a{n}" for n in range(12) if n != 5]
    assert cli.errors() == [("a5", "time")]


def test_an_innocent_article_is_tried_again(cli: Cli) -> None:
    """A worker that something else has killed (as the kernel does for want of memory) costs nothing."""
    records = articles(10)
    records[4]["text"] += f" !!once {cli.path('died')}"
    write_jsonl(cli.path("in.jsonl"), records)
    cli("extract", "in.jsonl")
    assert cli.path("died").exists()
    assert cli.articles() == [f"a{n}" for n in range(10)]


def test_faults_come_out_the_same_whatever_the_workers(cli: Cli) -> None:
    records = articles(60)
    for number in (3, 4):
        records[number]["text"] = "!!kill"
    write_jsonl(cli.path("in.jsonl"), records)
    for workers in (1, 3):
        cli("extract", "in.jsonl", "-o", f"{workers}.jsonl", "--workers", workers, code=3)
    assert cli.path("1.jsonl").read_bytes() == cli.path("3.jsonl").read_bytes()
    assert cli.path("1.jsonl.errors.jsonl").read_bytes() == cli.path("3.jsonl.errors.jsonl").read_bytes()
    assert len(cli.errors("1.jsonl.errors.jsonl")) == 2


BAD_LINES: list[tuple[bytes, str]] = [
    (b'{"id": "cut", "text": "abc', "bad_json"),
    (b"plain words", "bad_json"),
    (b'["a list"]', "not_an_object"),
    (b"null", "not_an_object"),
    (b'{"id": "x"}', "no_text"),
    (b'{"id": "x", "text": null}', "no_text"),
    (b'{"id": "x", "text": 12}', "no_text"),
    (b'{"id": "x", "text": ""}', "empty"),
    (b'{"id": "x", "text": " \\n\\t "}', "empty"),
    (b'{"id": "x", "text": "caf\xe9"}', "not_utf8"),
    (b'{"id": "x", "text": "a\\u0000b"}', "binary"),
    (b"\x00\x01\x02\xff\xfe" * 10, "binary"),
    (b'{"id": "x", "text": "\\ud800"}', "bad_json"),
    (b"[" * 5000, "bad_json"),
]


def test_bad_lines(cli: Cli) -> None:
    good = json.dumps({"id": "good", "text": "[1]"}).encode()
    data = good + b"\n" + b"".join(line + b"\n" + good + b"\n" for line, _ in BAD_LINES)
    cli.path("in.jsonl").write_bytes(data)
    cli("extract", "in.jsonl", code=3)
    assert len(cli.lines("claims.jsonl")) == len(BAD_LINES) + 1
    errors = cli.lines("claims.jsonl.errors.jsonl")
    assert [error["reason"] for error in errors] == [reason for _, reason in BAD_LINES]
    assert [error["place"]["line"] for error in errors] == [2 * number + 2 for number in range(len(BAD_LINES))]
    assert all(error["message"] and error["severity"] == "error" and error["id"] for error in errors)
    offset = data.index(b"\xe9")
    assert errors[9]["place"]["offset"] == offset


def test_a_bad_date_is_a_warning_and_no_failure(cli: Cli) -> None:
    write_jsonl(cli.path("in.jsonl"), [{"id": "a", "text": "[1]", "published": "some day"}])
    done = cli("extract", "in.jsonl", code=0)
    assert cli.lines("claims.jsonl")[0]["published"] is None
    (error,) = cli.lines("claims.jsonl.errors.jsonl")
    assert (error["severity"], error["reason"], error["id"]) == ("warning", "bad_date", "a")
    assert "bad_date 1" in done.stderr.decode()


def test_long_articles(cli: Cli) -> None:
    """5 MB is an article; 50 MB is not, be it one line or one file."""
    write_jsonl(
        cli.path("in.jsonl"),
        [{"id": n, "text": "[7] " + "word " * (size // 5)} for n, size in (("5", 5_000_000), ("50", 50_000_000))],
    )
    cli.path("big.txt").write_text("word " * 16_000_000)
    write_jsonl(cli.path("after.jsonl"), articles(1))
    cli("extract", "in.jsonl", "big.txt", "after.jsonl", code=3)
    assert cli.articles() == ["5", "a0"]
    assert cli.errors() == [("50", "too_long"), ("big.txt", "too_long")]


def test_a_line_longer_than_any_article_is_not_held_in_memory(cli: Cli) -> None:
    with cli.path("in.jsonl").open("wb") as file:
        for _ in range(300):
            file.write(b"x" * 1_000_000)
        file.write(b'\n{"id": "after", "text": "[1]"}\n')
    done = cli("extract", "in.jsonl", "--max-chars", 100_000, "--workers", 1, code=3)
    assert cli.articles() == ["after"]
    (error,) = cli.lines("claims.jsonl.errors.jsonl")
    assert error["reason"] == "too_long" and "300,000,001" in error["message"]
    assert done.returncode == 3


COMPRESSIONS: dict[str, Callable[[bytes], bytes]] = {"gz": gzip.compress, "bz2": bz2.compress, "xz": lzma.compress}


def zstd(data: bytes) -> bytes:
    import zstandard

    return zstandard.compress(data)


@pytest.mark.parametrize("name", [*COMPRESSIONS, "zst"])
@pytest.mark.parametrize("damage", ["cut", "flipped"])
def test_damaged_compression_yields_what_can_be_read(cli: Cli, name: str, damage: str) -> None:
    # Random-looking, so that the compressed data are long and many lines stand before the damage.
    import hashlib

    lines = [
        json.dumps({"id": f"a{n}", "text": f"[1] {hashlib.sha512(str(n).encode()).hexdigest() * 4}"}) + "\n"
        for n in range(6000)
    ]
    data = bytearray(COMPRESSIONS.get(name, zstd)("".join(lines).encode()))
    if damage == "cut":
        del data[len(data) * 3 // 4 :]
    else:
        at = len(data) * 3 // 4
        data[at : at + 64] = bytes(64)
    cli.path(f"in.jsonl.{name}").write_bytes(data)
    write_jsonl(cli.path("next.jsonl"), [{"id": "next", "text": "[2]"}])
    cli("extract", f"in.jsonl.{name}", "next.jsonl", code=3)
    got = cli.articles()
    assert got[-1] == "next"
    assert got[:-1] == [f"a{n}" for n in range(len(got) - 1)]
    # zstd and xz give out whole blocks only; gzip and bzip2 give nearly all.
    assert len(got) > (2000 if name in ("gz", "bz2", "zst") else 0)
    reasons = [reason for _, reason in cli.errors()]
    assert reasons.count("truncated") == 1
    assert set(reasons) <= {"truncated", "bad_json", "binary", "not_utf8"}


def test_members_of_gzip_follow_each_other(cli: Cli) -> None:
    members = [gzip.compress(json.dumps(record).encode() + b"\n") for record in articles(5)]
    cli.path("in.jsonl.gz").write_bytes(b"".join(members))
    cli("extract", "in.jsonl.gz")
    assert len(cli.articles()) == 5


def test_workers_that_do_not_start_end_the_run_with_a_message(cli: Cli) -> None:
    write_jsonl(cli.path("in.jsonl"), articles(2))
    done = cli("extract", "in.jsonl", code=1, CLAIMLINES_EXTRACTOR="fake_extractor:broken")
    assert "die while loading" in done.stderr.decode()
    done = cli("extract", "in.jsonl", code=1, CLAIMLINES_EXTRACTOR="fake_extractor:missing")
    assert "module:factory" in done.stderr.decode()
    assert not cli.path("claims.jsonl").exists()


def test_unreadable_files_are_told_and_the_rest_goes_on(cli: Cli) -> None:
    folder = cli.path("dump")
    folder.mkdir()
    (folder / "a.txt").write_text("Title\n\n[1]")
    (folder / "b.txt").symlink_to(folder / "nowhere")
    (folder / "c.txt").write_bytes(b"\xff\xfe\xff\xff\x00" * 20)
    (folder / "d.txt").write_bytes("caf\u00e9 [2]".encode("latin-1"))
    (folder / "e.txt").write_text("")
    (folder / "f.txt").write_text("Title\n\n[3]")
    cli("extract", "dump", code=3)
    assert cli.articles() == ["a.txt", "f.txt"]
    assert [error[0] for error in cli.errors()] == ["b.txt", "c.txt", "d.txt", "e.txt"]
    assert [error[1] for error in cli.errors()] == ["unreadable", "binary", "not_utf8", "empty"]
