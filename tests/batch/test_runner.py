"""What goes on between reader, workers and output: nothing is lost, nobody waits, nothing piles up."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
import time
from pathlib import Path
from typing import Any

import pytest

from claimlines.readers import Place, Record, find_inputs
from claimlines.runner import feed as feeds
from claimlines.runner.feed import Feed
from claimlines.runner.journal import Held
from claimlines.runner.options import RunOptions
from claimlines.runner.outcome import Counts, Outcome, unpacked

from .conftest import SECONDS, Cli, articles, environment, write_jsonl

ROOT = Path(__file__).resolve().parents[2]


def processor_seconds(cli: Cli, *args: object, **env: str) -> float:
    """What a run's own process, which reads and writes, spends; its workers not included."""
    run = subprocess.Popen(cli.command(*args), cwd=cli.folder, env=environment(**env), stderr=subprocess.DEVNULL)
    _, status, usage = os.wait4(run.pid, 0)
    run.returncode = os.waitstatus_to_exitcode(status)
    assert run.returncode == 0
    return usage.ru_utime + usage.ru_stime


def test_who_waits_for_workers_does_nothing_else(cli: Cli) -> None:
    """Two seconds of waiting, with more to read than is read ahead."""
    write_jsonl(cli.path("in.jsonl"), articles(400))
    write_jsonl(cli.path("one.jsonl"), articles(1))
    base = processor_seconds(cli, "extract", "one.jsonl")
    slow = processor_seconds(cli, "extract", "in.jsonl", "-o", "slow.jsonl", "--workers", 1, FAKE_DELAY="0.005")
    assert slow - base < 0.5


def test_the_runner_takes_little_time_for_an_article(cli: Cli) -> None:
    """Reading, handing out, taking in, journal and output: well below 0.3 ms."""
    write_jsonl(cli.path("few.jsonl"), articles(1000, lambda n: f"[{n}] " + "words " * 400))
    write_jsonl(cli.path("many.jsonl"), articles(6000, lambda n: f"[{n}] " + "words " * 400))
    few, many = (processor_seconds(cli, "extract", f"{name}.jsonl", "-o", name) for name in ("few", "many"))
    print(f"{(many - few) / 5000 * 1000:.3f} ms an article")
    assert (many - few) / 5000 < 0.3e-3


def test_two_workers_do_twice_as_much(cli: Cli) -> None:
    """Workers that wait instead of computing, so that it can be told on a machine that is busy."""
    write_jsonl(cli.path("in.jsonl"), articles(400))
    write_jsonl(cli.path("one.jsonl"), articles(1))
    seconds = []
    for workers in (1, 2):
        taken = []
        for name in ("one", "in"):
            started = time.monotonic()
            cli("extract", f"{name}.jsonl", "-o", f"{name}{workers}", "--workers", workers, FAKE_DELAY="0.01")
            taken.append(time.monotonic() - started)
        seconds.append(taken[1] - taken[0])
    print(f"{seconds[0] / seconds[1]:.2f} times")
    assert seconds[0] / seconds[1] >= 1.7


def test_what_a_library_prints_is_not_among_the_claims(cli: Cli) -> None:
    write_jsonl(cli.path("in.jsonl"), [{"id": "a", "text": "[1] !!print"}])
    done = cli("extract", "in.jsonl", "-o", "-", "-q")
    assert json.loads(done.stdout)["article_id"] == "a"
    assert b"printed" in done.stderr


class Slowly:
    """Items, each read when it is asked for."""

    def __init__(self, count: int, size: int) -> None:
        self.count, self.size, self.read = count, size, 0

    def items(self, *_: Any) -> Any:
        for number in range(self.count):
            self.read += 1
            yield Record(Place("x", line=number + 1), {"text": "x" * self.size})


def fed(monkeypatch: pytest.MonkeyPatch, tmp_path: Path, source: Slowly, ahead: int = 4) -> Feed:
    monkeypatch.setattr(feeds, "items_of", source.items)
    (tmp_path / "a.txt").write_text("x")
    return Feed(find_inputs([str(tmp_path)]), RunOptions(inputs=("x",)), Held(), ahead)


def test_reading_stays_a_little_ahead(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    source = Slowly(1000, 10)
    feed = fed(monkeypatch, tmp_path, source)
    time.sleep(0.3)
    # Four chunks that wait, one that waits to be entered, and the beginning of none.
    assert source.read == 5 * 8
    taken = []
    while feed.total is None:
        if (chunk := feed.take()) is not None:
            taken.append(chunk.number)
    assert taken == list(range(125)) and feed.total == 125


def test_reading_ahead_is_bounded_by_size_too(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    source = Slowly(100, 1_000_000)
    feed = fed(monkeypatch, tmp_path, source, ahead=64)
    time.sleep(0.5)
    assert source.read <= feeds.SIZE // 1_000_000 + 3
    feed.close()


def test_the_end_is_not_told_before_all_is_taken(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    feed = fed(monkeypatch, tmp_path, Slowly(20, 10))
    feed._thread.join(10)
    for number in range(3):
        assert feed.total is None
        chunk = feed.take()
        assert chunk is not None and chunk.number == number
    assert feed.total is None and feed.take() is None and feed.total == 3


def test_outcomes_travel_packed() -> None:
    outcomes = [
        Outcome("done", "a", b'{"x": 1}\n{"x": 2}\n', 2, signature=("ab", "cd")),
        Outcome("failed", None, problems=[{"reason": "crash", "severity": "error"}]),
        Outcome("skipped", "ünï", reason="language"),
    ]
    packed = [outcome.pack() for outcome in outcomes]
    assert list(unpacked(b"".join(packed))) == outcomes
    assert Counts.of(packed) == Counts(3, 1, 1, 1, 2)


def test_what_waits_for_its_turn_is_bounded() -> None:
    held = Held()
    big = Outcome("done", "a", b"x" * 1_000_000, 1).pack()
    for number in range(1, 40):
        held.append(number, "", [big])
    assert held.full
    held.append(0, "", [big])
    for number in range(40):
        assert held.done(number)
        list(held.outcomes(number))
        assert not held.done(number)
    assert not held.full and held.counts.claims == 40


def test_a_run_to_standard_output_leaves_nothing_on_disk(cli: Cli) -> None:
    """Not even on the way: /tmp may be small, or be memory."""
    write_jsonl(cli.path("in.jsonl"), articles(300))
    temporary = cli.path("tmp")
    temporary.mkdir()
    run = cli.start("extract", "in.jsonl", "-o", "-", "-q", FAKE_DELAY="0.005", TMPDIR=str(temporary))
    assert run.stdout is not None
    seen: set[str] = set()
    while run.poll() is None:
        for link in Path(f"/proc/{run.pid}/fd").glob("*"):
            try:
                seen.add(os.readlink(link))
            except OSError:
                continue
        time.sleep(0.02)
        os.set_blocking(run.stdout.fileno(), False)
        run.stdout.read()
    run.communicate()
    assert run.returncode == 0
    assert not [name for name in seen if name.startswith(str(temporary)) and "claimlines-" in name]


@pytest.mark.parametrize("output", [["-o", "-"], ["-o", "claims.jsonl"]])
def test_one_article_that_takes_long_keeps_none_of_the_others(cli: Cli, output: list[str]) -> None:
    records = articles(200)
    records[0]["text"] += " !!sleep 1.5"
    write_jsonl(cli.path("in.jsonl"), records)
    seen = cli.path("seen")
    seen.mkdir()
    run = cli.start("extract", "in.jsonl", *output, "-q", "--workers", "2", FAKE_SEEN=str(seen))
    deadline = time.monotonic() + SECONDS
    while len(list(seen.iterdir())) < 150 and run.poll() is None and time.monotonic() < deadline:
        time.sleep(0.01)
    assert not (seen / "a1").exists()  # its chunk is still at work
    told, _ = run.communicate(timeout=SECONDS)
    assert run.returncode == 0
    lines = told.splitlines() if output[1] == "-" else cli.path("claims.jsonl").read_bytes().splitlines()
    assert [json.loads(line)["article_id"] for line in lines[::2]] == [f"a{n}" for n in range(200)]


def test_idle_workers_that_die_are_replaced(cli: Cli) -> None:
    pids = cli.path("pids")
    pids.mkdir()
    fifo = cli.path("in.jsonl")
    os.mkfifo(fifo)
    run = cli.start("extract", fifo, "-o", "-", "-q", "--workers", "1")
    with fifo.open("w") as file:
        for number in range(3):
            for record in articles(8, lambda n: f"[1] !!pid {pids}"):
                file.write(json.dumps(record) + "\n")
            file.flush()
            for _ in range(SECONDS * 100):
                if len(list(pids.iterdir())) > number:
                    break
                time.sleep(0.01)
            else:
                raise AssertionError("the articles do not get through")
            time.sleep(0.2)
            newest = max(pids.iterdir(), key=lambda path: path.stat().st_mtime_ns)
            os.kill(int(newest.name), signal.SIGKILL)
    told, errors = run.communicate(timeout=SECONDS)
    assert run.returncode == 0, errors
    assert told.count(b"\n") == 24


def test_the_death_of_the_fork_server_is_survived(cli: Cli) -> None:
    """As of any process: the kernel may want its memory."""
    pids = cli.path("pids")
    pids.mkdir()
    write_jsonl(cli.path("in.jsonl"), articles(40, lambda n: f"[{n}] !!pid {pids}"))
    run = cli.start("extract", "in.jsonl", "-o", "claims.jsonl", "--workers", "1", FAKE_DELAY="0.05")
    while not list(pids.iterdir()):
        assert run.poll() is None
        time.sleep(0.01)
    (worker,) = (int(path.name) for path in pids.iterdir())
    server = int(Path(f"/proc/{worker}/stat").read_text().rsplit(")", 1)[1].split()[1])
    assert server != run.pid
    os.kill(server, signal.SIGKILL)
    os.kill(worker, signal.SIGKILL)
    _, told = run.communicate(timeout=SECONDS)
    assert run.returncode == 0, told
    assert cli.articles() == [f"a{n}" for n in range(40)]


def test_a_signal_to_all_processes_stops_as_cleanly(cli: Cli) -> None:
    """As Slurm and service managers send it."""
    write_jsonl(cli.path("in.jsonl"), articles(200))
    command = ("extract", "in.jsonl", "-o", "claims.jsonl", "--workers", "2")
    run = subprocess.Popen(
        cli.command(*command),
        cwd=cli.folder,
        env=environment(FAKE_DELAY="0.02"),
        stderr=subprocess.PIPE,
        start_new_session=True,
    )
    journal = cli.path("claims.jsonl.journal")
    while not journal.exists() or journal.stat().st_size < 2000:
        assert run.poll() is None
        time.sleep(0.01)
    os.killpg(run.pid, signal.SIGTERM)
    _, told = run.communicate(timeout=SECONDS)
    assert run.returncode == 1 and b"stopped by SIGTERM" in told and b"same command" in told, told
    cli(*command)
    assert cli.articles() == [f"a{n}" for n in range(200)]


def test_a_great_many_bad_records_keep_nobody_from_stopping(cli: Cli) -> None:
    with cli.path("in.jsonl").open("w") as file:
        file.writelines("no json\n" for _ in range(300_000))
        file.write(json.dumps(articles(1)[0]) + "\n")
    run = cli.start("extract", "in.jsonl", "-o", "claims.jsonl", "-q")
    journal = cli.path("claims.jsonl.journal")
    while not journal.exists() or journal.stat().st_size < 20_000:
        assert run.poll() is None
        time.sleep(0.01)
    started = time.monotonic()
    run.send_signal(signal.SIGINT)
    assert run.wait(SECONDS) == 1 and time.monotonic() - started < 2
    run.communicate()


SHARED = """
import os
from claimlines.runner.extractors import ExtractorOptions, load_extractor, share_extractor
share_extractor(ExtractorOptions())
shared = load_extractor(ExtractorOptions())
from claimlines.runner import extractors
assert extractors._shared, "not shared"
assert load_extractor(ExtractorOptions()) is shared
assert load_extractor(ExtractorOptions(lexicon=(os.environ["LEXICON"],))) is not shared
from claimlines.records import Article
before = len(shared[0](Article(id="x", text="Acme's revenue rose 5% to $3bn in 2024.")))
if not os.fork():
    os._exit(len(load_extractor(ExtractorOptions())[0](Article(id="x", text="Acme's revenue rose 5% to $3bn in 2024."))))
_, status = os.wait()
assert os.waitstatus_to_exitcode(status) == before == 2, (status, before)
"""


@pytest.mark.skipif(not sys.platform.startswith("linux"), reason="forks with a model on Linux only")
def test_workers_share_one_model(tmp_path: Path) -> None:
    env = environment(LEXICON=str(tmp_path), OMP_NUM_THREADS="1", OPENBLAS_NUM_THREADS="1")
    del env["CLAIMLINES_EXTRACTOR"]
    subprocess.run([sys.executable, "-c", SHARED], env=env, check=True, timeout=SECONDS)


@pytest.mark.parametrize(
    ("args", "told"),
    [
        (["--base", "no_such_model"], "no_such_model"),
        (["--lexicon", "broken"], "metrics.tsv"),
    ],
)
def test_a_pipeline_that_cannot_be_loaded_is_told(cli: Cli, args: list[str], told: str) -> None:
    write_jsonl(cli.path("in.jsonl"), articles(1))
    cli.path("broken").mkdir()
    cli.path("broken/metrics.tsv").write_bytes(b"\xff\xfe\x00")
    env = environment()
    del env["CLAIMLINES_EXTRACTOR"]
    command = cli.command("extract", "in.jsonl", *args)
    done = subprocess.run(command, cwd=cli.folder, env=env, capture_output=True, timeout=SECONDS, check=False)
    assert done.returncode == 1 and b"Traceback" not in done.stderr
    assert told in done.stderr.decode()
    assert sorted(path.name for path in cli.folder.iterdir()) == ["broken", "in.jsonl"]
