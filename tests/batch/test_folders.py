"""Which files of a folder are read, in which order, and which are not."""

from __future__ import annotations

import json
import os
import random
import shutil
import subprocess
from pathlib import Path

import pytest

from claimlines.readers import InputError, find_inputs
from claimlines.readers.sorting import BATCH, in_order

from .conftest import SECONDS, Cli, articles, environment, write_jsonl


def names(*paths: Path | str) -> list[str]:
    return [source.name for source in find_inputs([str(path) for path in paths]).inputs]


def put(root: Path, *files: str) -> None:
    for name in files:
        (root / name).parent.mkdir(parents=True, exist_ok=True)
        (root / name).write_text(f"Title of {name}\n\n[{len(name)}]")


def test_names_in_order_however_many() -> None:
    chance = random.Random(3)
    wanted = [bytes(chance.choices(b"abc\n\xff.", k=chance.randrange(1, 12))) for _ in range(3 * BATCH + 7)]
    assert list(in_order(iter(wanted))) == sorted(wanted)
    assert list(in_order([])) == []


def test_a_folder_of_more_files_than_are_sorted_at_once(tmp_path: Path) -> None:
    count = BATCH + 100
    for number in range(count):
        (tmp_path / f"{number}.txt").touch()
    found = find_inputs([str(tmp_path)])
    assert found.files == count
    assert [source.name for source in found.inputs] == sorted(f"{number}.txt" for number in range(count))
    assert [source.name for source in found.inputs][:3] == ["0.txt", "1.txt", "10.txt"]  # a second time


def test_names_with_line_feeds(cli: Cli) -> None:
    put(cli.path("dump"), "a\nb.txt", "a.txt")
    cli("extract", "dump")
    assert cli.articles() == ["a\nb.txt", "a.txt"]


def test_links_lead_to_each_file_once(tmp_path: Path) -> None:
    """Out of the folder they are followed; to what is read anyway, or in a circle, they are not."""
    dump, elsewhere = tmp_path / "dump", tmp_path / "elsewhere"
    put(dump, "2024/a.txt", "b.txt", ".store/c.txt")
    put(elsewhere, "d.txt")
    (dump / "latest").symlink_to("2024")
    (dump / "alias.txt").symlink_to("b.txt")
    (dump / "annexed.txt").symlink_to(".store/c.txt")
    (dump / "more").symlink_to(elsewhere)
    (dump / "more-again").symlink_to(elsewhere)
    (dump / "2024/up").symlink_to(tmp_path)
    (elsewhere / "back").symlink_to(dump)
    found = find_inputs([str(dump)])
    assert [source.name for source in found.inputs] == ["2024/a.txt", "annexed.txt", "b.txt", "more/d.txt"]
    assert found.ignored == {"links to files read anyway": 5}


def test_what_is_no_file_is_not_opened(cli: Cli) -> None:
    """A pipe in a folder would be waited on for ever."""
    put(cli.path("dump"), "a.txt")
    os.mkfifo(cli.path("dump/pipe.txt"))
    told = cli("extract", "dump").stderr.decode()
    assert cli.articles() == ["a.txt"] and "no regular file 1" in told


def test_a_folder_that_cannot_be_listed_costs_itself_only(cli: Cli) -> None:
    """As lost+found, which is root's in every file system."""
    put(cli.path("dump"), "a.txt", "lost+found/x.txt", "z.txt")
    cli.path("dump/lost+found").chmod(0)
    command = cli.command("extract", "dump")
    if os.geteuid() == 0:
        if shutil.which("setpriv") is None:
            pytest.skip("root without setpriv")
        command = ["setpriv", "--bounding-set=-dac_override,-dac_read_search", *command]
    done = subprocess.run(command, cwd=cli.folder, env=environment(), capture_output=True, timeout=SECONDS, check=False)
    cli.path("dump/lost+found").chmod(0o755)
    assert done.returncode == 3, done.stderr
    assert cli.articles() == ["a.txt", "z.txt"]
    (error,) = cli.lines("claims.jsonl.errors.jsonl")
    assert (error["id"], error["reason"]) == ("lost+found", "unreadable") and "Permission" in error["message"]


def test_files_of_two_folders_have_names_of_their_own(cli: Cli) -> None:
    put(cli.path("one"), "a.txt")
    put(cli.path("two"), "a.txt")
    cli("extract", "one", "two")
    assert cli.articles() == ["one/a.txt", "two/a.txt"]
    assert len({claim["claim_id"] for claim in cli.lines("claims.jsonl")}) == 2
    cli("extract", "./one", "-o", "alone.jsonl")
    assert cli.articles("alone.jsonl") == ["a.txt"]


@pytest.mark.parametrize(
    "paths", [["a.txt", "a.txt"], ["a.txt", "./a.txt"], ["dump", "dump/b.txt"], ["dump/b.txt", "."]]
)
def test_nothing_is_read_twice(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, paths: list[str]) -> None:
    put(tmp_path, "a.txt", "dump/b.txt")
    monkeypatch.chdir(tmp_path)
    with pytest.raises(InputError, match=r"given"):
        find_inputs(paths)


def test_patterns(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    put(tmp_path, "2023/a.txt", "2024/b.txt", "2024/c/d.txt", ".h.txt", "2024.txt")
    monkeypatch.chdir(tmp_path)
    assert names("2024*") == ["2024/b.txt", "2024/c/d.txt", "2024.txt"]
    assert names("20*/*.txt") == ["2023/a.txt", "2024/b.txt"]
    assert names("**/*.txt") == ["2023/a.txt", "2024.txt", "2024/b.txt", "2024/c/d.txt"]


OUTPUTS = [
    ("claims.jsonl", []),
    ("claims.csv", []),
    ("claims.parquet", []),
    ("shards", ["--shards", "3"]),
    ("parts", ["--partition-by", "metric"]),
]


def test_outputs_in_the_folder_that_is_read_are_not_read(cli: Cli) -> None:
    """Neither this run's, nor those of earlier ones, nor what a killed one has left."""
    write_jsonl(cli.path("dump/in.jsonl"), articles(20))
    write_jsonl(cli.path("dump/killed.partial/part-00000.jsonl"), articles(3))
    cli.path("dump/killed.journal").write_bytes(b"clj1")
    for _ in range(2):
        for name, more in OUTPUTS:
            cli("extract", "dump", "-o", f"dump/{name}", "--fresh", *more)
            manifest = json.loads(cli.path(f"dump/{name}.run.json").read_text())
            assert [entry["name"] for entry in manifest["inputs"]["list"]] == ["in.jsonl"]
            assert manifest["counts"]["claims"] == 40
    assert find_inputs([str(cli.path("dump"))]).files == 1


def test_an_article_among_the_input_is_never_the_output(cli: Cli) -> None:
    write_jsonl(cli.path("dump/in.jsonl"), articles(5))
    write_jsonl(cli.path("dump/more.jsonl"), articles(5))
    before = cli.path("dump/more.jsonl").read_bytes()
    for source in ("dump", "dump/*.jsonl"):
        told = cli("extract", source, "-o", "dump/more.jsonl", "--fresh", code=2).stderr.decode()
        assert "stands among the input" in told
        cli("extract", source, "-o", "x.jsonl", "--errors", "dump/more.jsonl", "--fresh", code=2)
    assert cli.path("dump/more.jsonl").read_bytes() == before
