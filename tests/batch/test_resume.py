"""A run that is killed, at any moment, comes out as if it had not been."""

from __future__ import annotations

import os
import random
import signal
import time
from pathlib import Path

import pytest

from claimlines.runner.journal import ChangedError, Journal, LockedError
from claimlines.runner.outcome import Outcome

from .conftest import Cli, articles, write_jsonl

COUNT = 160
SLOW = "0.02"


@pytest.fixture(scope="module")
def undisturbed(tmp_path_factory: pytest.TempPathFactory) -> dict[str, bytes]:
    """Input, and what a run that nothing disturbed makes of it."""
    cli = Cli(tmp_path_factory.mktemp("whole"))
    records = articles(COUNT)
    records[17]["text"] = 5
    records[60]["published"] = "no date"
    write_jsonl(cli.path("in.jsonl"), records)
    cli("extract", "in.jsonl", "-o", "whole.jsonl", code=3)
    return {path.name: path.read_bytes() for path in cli.folder.iterdir()}


@pytest.fixture
def whole(cli: Cli, undisturbed: dict[str, bytes]) -> dict[str, bytes]:
    """The outputs of the undisturbed run; its files are in the folder of the test."""
    for name, data in undisturbed.items():
        cli.path(name).write_bytes(data)
    return {name: undisturbed[f"whole.jsonl{name}"] for name in ("", ".errors.jsonl")}


def wait_for_journal(path: Path, frames: int) -> None:
    """Until so much of the run is done, whatever the machine's speed."""
    for _ in range(6000):
        if path.exists() and path.read_bytes().count(b"clj1") > frames:
            return
        time.sleep(0.01)
    raise AssertionError("the run does not get on")


@pytest.mark.parametrize(("frames", "torn"), [(0, False), (1, True), (6, False), (12, True)])
def test_killed_and_run_again(cli: Cli, whole: dict[str, bytes], frames: int, torn: bool) -> None:
    command = ("extract", "in.jsonl", "-o", "claims.jsonl", "--workers", "2")
    run = cli.start(*command, FAKE_DELAY=SLOW)
    journal = cli.path("claims.jsonl.journal")
    wait_for_journal(journal, frames)
    run.kill()
    run.wait()
    assert not cli.path("claims.jsonl").exists()
    if torn:  # as a power cut may leave it
        with journal.open("r+b") as file:
            file.truncate(max(1, journal.stat().st_size - random.Random(frames).randrange(1, 60)))
    cli(*command, code=3)
    assert cli.path("claims.jsonl").read_bytes() == whole[""]
    assert cli.path("claims.jsonl.errors.jsonl").read_bytes() == whole[".errors.jsonl"]
    assert not journal.exists()


def test_killed_again_and_again_at_random(cli: Cli, whole: dict[str, bytes]) -> None:
    command = ("extract", "in.jsonl", "-o", "claims.jsonl", "--workers", "2")
    chance = random.Random(7)
    for _ in range(4):
        run = cli.start(*command, FAKE_DELAY=SLOW)
        time.sleep(chance.uniform(0.3, 2.0))
        run.kill()
        run.wait()
    cli(*command, code=3)
    assert cli.path("claims.jsonl").read_bytes() == whole[""]
    assert cli.path("claims.jsonl.errors.jsonl").read_bytes() == whole[".errors.jsonl"]


def test_what_is_done_is_not_done_again(cli: Cli) -> None:
    seen = cli.path("seen")
    seen.mkdir()
    write_jsonl(cli.path("in.jsonl"), articles(COUNT))
    command = ("extract", "in.jsonl", "-o", "claims.jsonl", "--workers", "2")
    run = cli.start(*command, FAKE_DELAY=SLOW, FAKE_SEEN=str(seen))
    wait_for_journal(cli.path("claims.jsonl.journal"), 6)
    run.kill()
    run.wait()
    cli(*command, FAKE_SEEN=str(seen))
    counts = [int(path.read_text()) for path in seen.iterdir()]
    assert len(counts) == COUNT
    # Two workers, a chunk of eight each.
    assert sum(counts) - COUNT <= 16


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM])
def test_a_signal_stops_cleanly_and_says_how_to_go_on(
    cli: Cli, whole: dict[str, bytes], number: signal.Signals
) -> None:
    command = ("extract", "in.jsonl", "-o", "claims.jsonl", "--workers", "2")
    run = cli.start(*command, FAKE_DELAY=SLOW)
    wait_for_journal(cli.path("claims.jsonl.journal"), 2)
    run.send_signal(number)
    _, told = run.communicate(timeout=30)
    assert run.returncode == 1
    assert number.name in told.decode() and "same command" in told.decode()
    assert not cli.path("claims.jsonl").exists()
    assert [path.name for path in cli.folder.iterdir() if "partial" in path.name] == []
    cli(*command, code=3)
    assert cli.path("claims.jsonl").read_bytes() == whole[""]


def test_workers_end_with_a_run_that_is_killed(cli: Cli) -> None:
    pids = cli.path("pids")
    pids.mkdir()
    write_jsonl(cli.path("in.jsonl"), articles(4, lambda n: f"!!pid {pids} !!sleep 600 [{n}]"))
    run = cli.start("extract", "in.jsonl", "-o", "claims.jsonl", "--workers", "1", "--timeout", "3000")
    for _ in range(3000):
        if list(pids.iterdir()):
            break
        time.sleep(0.02)
    (worker,) = (int(path.name) for path in pids.iterdir())
    run.kill()
    run.wait()
    for _ in range(3000):
        if not _runs(worker):
            return
        time.sleep(0.02)
    raise AssertionError("the worker outlives its run")


def _runs(pid: int) -> bool:
    try:
        state = Path(f"/proc/{pid}/stat").read_text().rsplit(")", 1)[1].split()[0]
    except (OSError, IndexError):
        return False
    return state != "Z"


def killed(cli: Cli, *command: object) -> None:
    run = cli.start(*command, FAKE_DELAY=SLOW)
    wait_for_journal(cli.path("claims.jsonl.journal"), 3)
    run.kill()
    run.wait()


@pytest.mark.usefixtures("whole")
@pytest.mark.parametrize(
    ("more", "env", "told"),
    [
        (["--min-confidence", "0.5"], {}, "min_confidence was 0.0, is 0.5"),
        ([], {"FAKE_VERSION": "2"}, "model was 1, is 2"),
        (["--limit", "50"], {}, "limit was None, is 50"),
    ],
)
def test_changed_options_and_versions_are_refused(cli: Cli, more: list[str], env: dict[str, str], told: str) -> None:
    command = ("extract", "in.jsonl", "-o", "claims.jsonl")
    killed(cli, *command)
    before = cli.path("claims.jsonl.journal").read_bytes()
    done = cli(*command, *more, code=2, input=None, **env)
    assert told in done.stderr.decode() and "--fresh" in done.stderr.decode()
    assert cli.path("claims.jsonl.journal").read_bytes() == before
    cli(*command, *more, "--fresh", code=None, input=None, **env)
    assert cli.path("claims.jsonl").exists()


@pytest.mark.usefixtures("whole")
def test_changed_input_is_refused(cli: Cli) -> None:
    command = ("extract", "in.jsonl", "-o", "claims.jsonl")
    killed(cli, *command)
    source = cli.path("in.jsonl")
    before = source.read_text()
    # Of the same size: only the content tells.
    source.write_text(before.replace("number [0]", "number [9]", 1))
    assert "input changed" in cli(*command, code=2).stderr.decode()
    source.write_text(before + before.splitlines()[0] + "\n")
    assert "inputs: names and sizes" in cli(*command, code=2).stderr.decode()
    source.write_text(before)
    cli(*command, code=3)


def test_other_numbers_of_workers_are_no_change(cli: Cli, whole: dict[str, bytes]) -> None:
    killed(cli, "extract", "in.jsonl", "-o", "claims.jsonl", "--workers", "1")
    cli("extract", "in.jsonl", "-o", "claims.jsonl", "--workers", "3", "--quiet", code=3)
    assert cli.path("claims.jsonl").read_bytes() == whole[""]


def test_a_finished_run_run_again_does_nothing(cli: Cli, whole: dict[str, bytes]) -> None:
    before = os.stat(cli.path("whole.jsonl"))
    done = cli("extract", "in.jsonl", "-o", "whole.jsonl", code=3)
    assert "complete already" in done.stderr.decode()
    assert os.stat(cli.path("whole.jsonl")).st_mtime_ns == before.st_mtime_ns
    assert cli.path("whole.jsonl").read_bytes() == whole[""]
    text = cli.path("in.jsonl").read_text()
    cli.path("in.jsonl").write_text(text.replace("number [0]", "number [9]", 1))
    assert "exists" in cli("extract", "in.jsonl", "-o", "whole.jsonl", code=2).stderr.decode()


def test_killed_between_the_renames(cli: Cli, whole: dict[str, bytes]) -> None:
    """All outputs stand in their places, and the journal was not yet removed."""
    command = ("extract", "in.jsonl", "-o", "claims.jsonl")
    killed(cli, *command)
    journal = cli.path("claims.jsonl.journal").read_bytes()
    cli(*command, code=3)
    cli.path("claims.jsonl.journal").write_bytes(journal)
    cli(*command, code=3)
    assert cli.path("claims.jsonl").read_bytes() == whole[""]


def test_standard_input_begins_anew(cli: Cli, whole: dict[str, bytes]) -> None:
    data = cli.path("in.jsonl").read_bytes()
    killed(cli, "extract", "in.jsonl", "-o", "claims.jsonl")
    cli("extract", "-", "-o", "claims.jsonl", input=data, code=3)
    # The ids are those of the records, and the errors name another source.
    assert cli.path("claims.jsonl").read_bytes() == whole[""]


def outcome(text: str) -> bytes:
    return Outcome("done", text, text.encode() + b"\n", 1).pack()


def test_journal_keeps_whole_frames_only(tmp_path: Path) -> None:
    path = tmp_path / "j"
    journal = Journal(path, {"a": 1})
    sizes = []
    for chunk in (2, 0, 1):
        journal.append(chunk, "ab" * 16, [outcome(f"c{chunk}")])
        sizes.append(path.stat().st_size)
    journal.close()
    data = path.read_bytes()
    for size in range(len(data) + 1):
        path.write_bytes(data[:size])
        again = Journal(path, {"a": 1})
        kept = [chunk for chunk in range(3) if again.done(chunk)]
        whole = sum(end <= size for end in sizes)
        assert kept == sorted((2, 0, 1)[:whole])
        assert [next(again.outcomes(chunk)).claims for chunk in kept] == [f"c{chunk}\n".encode() for chunk in kept]
        assert again.counts.claims == whole
        again.close()


def test_journal_damage_in_the_middle_loses_what_follows_and_no_more(tmp_path: Path) -> None:
    path = tmp_path / "j"
    journal = Journal(path, {})
    ends = []
    for chunk in range(3):
        journal.append(chunk, "00" * 16, [outcome("x")])
        ends.append(path.stat().st_size)
    journal.close()
    data = bytearray(path.read_bytes())
    data[ends[0] + 60] ^= 0xFF
    path.write_bytes(data)
    again = Journal(path, {})
    assert [again.done(chunk) for chunk in range(3)] == [True, False, False]
    again.close()


def test_journal_is_one_runs_at_a_time(tmp_path: Path) -> None:
    journal = Journal(tmp_path / "j", {})
    with pytest.raises(LockedError, match="another run"):
        Journal(tmp_path / "j", {})
    journal.close()
    Journal(tmp_path / "j", {}).close()


def test_journal_is_not_made_of_any_file(tmp_path: Path) -> None:
    (tmp_path / "j").write_text("a diary of mine\n" * 20)
    with pytest.raises(ChangedError, match="no journal"):
        Journal(tmp_path / "j", {})
    assert (tmp_path / "j").read_text().startswith("a diary")


@pytest.mark.parametrize(
    ("name", "more"),
    [
        ("claims.jsonl.gz", []),
        ("claims.parquet", []),
        ("claims.csv", []),
        ("claims.jsonl", ["--shards", "4"]),
        ("claims.jsonl", ["--partition-by", "metric"]),
        ("claims.jsonl", ["--partition-by", "article_id", "--format", "parquet"]),
        ("claims.jsonl", ["--dedup", "flag"]),
    ],
)
def test_every_output_comes_out_the_same_after_kills(cli: Cli, name: str, more: list[str]) -> None:
    """Killed while working, and while the outputs are written aside."""
    write_jsonl(cli.path("in.jsonl"), articles(COUNT, lambda n: f"number [{n}] [{n % 7}] " * 20))
    cli("extract", "in.jsonl", "-o", f"whole-{name}", *more)
    command = ("extract", "in.jsonl", "-o", name, "--workers", "2", *more)
    journal, aside = cli.path(f"{name}.journal"), cli.path(f"{name}.partial")
    run = cli.start(*command, FAKE_DELAY=SLOW)
    wait_for_journal(journal, 4)
    run.kill()
    run.wait()
    run = cli.start(*command)
    for _ in range(20_000):
        if aside.exists() or run.poll() is not None:
            break
        time.sleep(0.0005)
    run.kill()
    run.wait()
    cli(*command)
    assert content(cli.path(name)) == content(cli.path(f"whole-{name}"))
    assert not journal.exists() and not aside.exists()
    assert not list(cli.folder.glob("*.partial"))


def content(path: Path) -> dict[str, bytes]:
    files = [file for file in path.rglob("*") if file.is_file()] if path.is_dir() else [path]
    return {str(file.relative_to(path)): file.read_bytes() for file in files}


@pytest.mark.parametrize("committed", [0, 1, 2, 3])
def test_killed_at_each_of_the_renames(cli: Cli, whole: dict[str, bytes], committed: int) -> None:
    """The manifest goes first, then the errors, then the claims, then the journal."""
    command = ("extract", "in.jsonl", "-o", "claims.jsonl")
    killed(cli, *command)
    journal = cli.path("claims.jsonl.journal").read_bytes()
    cli(*command, code=3)
    cli.path("claims.jsonl.journal").write_bytes(journal)
    for name in (".run.json", ".errors.jsonl", "")[committed:]:
        cli.path(f"claims.jsonl{name}").rename(cli.path(f"claims.jsonl{name}.partial"))
    cli(*command, code=3)
    assert cli.path("claims.jsonl").read_bytes() == whole[""]
    assert cli.path("claims.jsonl.errors.jsonl").read_bytes() == whole[".errors.jsonl"]
    assert sorted(path.name for path in cli.folder.glob("claims*")) == [
        "claims.jsonl",
        "claims.jsonl.errors.jsonl",
        "claims.jsonl.run.json",
    ]


def test_a_changed_file_of_a_complete_run_is_noticed(cli: Cli) -> None:
    """Of a folder, and behind a limit that left some of it unread."""
    for number in range(3):
        write_jsonl(cli.path(f"dump/{number}.jsonl"), articles(10))
    for more in ([], ["--limit", 15]):
        cli("extract", "dump", *more)
        assert "complete already" in cli("extract", "dump", *more).stderr.decode()
        os.utime(cli.path("dump/0.jsonl"))  # touched, but not changed
        assert "complete already" in cli("extract", "dump", *more).stderr.decode()
        text = cli.path("dump/1.jsonl").read_text()
        cli.path("dump/1.jsonl").write_text(text.replace("[3]", "[4]"))
        told = cli("extract", "dump", *more, code=None)
        if more:  # what the limit leaves of a file was never looked at: told apart by its size alone
            assert told.returncode == 0
        else:
            assert told.returncode == 2 and "exists" in told.stderr.decode()
        cli.path("dump/1.jsonl").write_text(text)
        for name in ("", ".errors.jsonl", ".run.json"):
            cli.path(f"claims.jsonl{name}").unlink()


def test_a_named_pipe_begins_anew_too(cli: Cli, whole: dict[str, bytes]) -> None:
    os.mkfifo(cli.path("pipe"))
    for delay in (SLOW, "0"):
        run = cli.start("extract", "pipe", "-o", "claims.jsonl", FAKE_DELAY=delay)
        data = cli.path("in.jsonl").read_bytes()
        cli.path("pipe").write_bytes(data)
        if delay == SLOW:
            wait_for_journal(cli.path("claims.jsonl.journal"), 2)
            run.kill()
        run.communicate(timeout=60)
    assert run.returncode == 3
    assert cli.path("claims.jsonl").read_bytes() == whole[""]


def test_a_journal_of_another_version_is_refused(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    from claimlines.runner import journal as journals

    monkeypatch.setattr(journals, "FORMAT", 1)
    Journal(tmp_path / "j", {}).close()
    monkeypatch.undo()
    with pytest.raises(ChangedError, match="another version"):
        Journal(tmp_path / "j", {})
    Journal(tmp_path / "j", {}, fresh=True).close()


def test_a_journal_that_does_not_get_to_the_disk_stops_the_run(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    from claimlines.runner import journal as journals

    monkeypatch.setattr(journals, "SYNC_SECONDS", 0.01)
    journal = Journal(tmp_path / "j", {})
    real = os.fsync

    def failing(_: int) -> None:
        raise OSError(5, "Input/output error")

    monkeypatch.setattr(os, "fsync", failing)
    journal.append(0, "00" * 16, [outcome("x")])
    for _ in range(1000):
        if journal._syncing._error is not None:
            break
        time.sleep(0.01)
    with pytest.raises(OSError, match="Input/output"):
        journal.append(1, "00" * 16, [outcome("x")])
    monkeypatch.setattr(os, "fsync", real)
    journal.close()
