"""The promises that can be told with the real model only."""

from __future__ import annotations

import os
import subprocess
import sys
import time

import pytest

from .conftest import ROOT, SECONDS, Cli, environment, write_jsonl
from .test_memory import family, peak

START_SECONDS = 2.0
WORKER_MB = 700

CORPUS = sorted((ROOT / "corpus/articles").rglob("*.txt"))


def real(**more: str) -> dict[str, str]:
    env = environment(**more)
    del env["CLAIMLINES_EXTRACTOR"]
    return env


def test_start_up(cli: Cli) -> None:
    """From the command to the claims of one article. The best of some, for a machine that is busy."""
    cli.path("a.txt").write_text("Acme grows\n\nAcme's revenue rose 5% to $3bn in 2024.\n")
    taken = []
    for _ in range(6):
        started = time.monotonic()
        done = subprocess.run(
            cli.command("extract", "a.txt", "-o", "-", "-q"),
            cwd=cli.folder,
            env=real(),
            capture_output=True,
            check=True,
        )
        taken.append(time.monotonic() - started)
        assert done.stdout.count(b"\n") == 2
        if taken[-1] < START_SECONDS:
            break
    print(f"{min(taken):.2f} s")
    assert min(taken) < START_SECONDS


@pytest.mark.skipif(not sys.platform.startswith("linux"), reason="reads /proc")
def test_memory_of_a_worker(cli: Cli) -> None:
    """Over the corpus, the largest of all processes."""
    texts = [path.read_text() for path in CORPUS]
    write_jsonl(cli.path("in.jsonl"), [{"id": str(number), "text": text} for number, text in enumerate(texts)])
    run = subprocess.Popen(
        cli.command("extract", "in.jsonl", "-q", "--workers", 2), cwd=cli.folder, env=real(), stderr=subprocess.PIPE
    )
    largest = 0
    while run.poll() is None:
        largest = max([largest, *map(peak, family(run.pid))])
        time.sleep(0.05)
    assert run.returncode == 0, run.stderr and run.stderr.read()
    print(f"{largest / 1024:.0f} MB")
    assert 0 < largest < WORKER_MB * 1024


def test_workers_that_replace_others_need_no_time_to_load(cli: Cli) -> None:
    """Each article costs its worker twice; to load the model every time would take half a minute."""
    code = """
import time
from claimlines.runner.pool import Pool
from claimlines.runner.worker import WorkerSetup
pool = Pool(WorkerSetup("en_core_web_sm", ()), 1, 60)
while pool.info is None:
    list(pool.events([], 1))
started = time.monotonic()
for _ in range(20):
    worker = pool._workers[0]
    worker.process.kill()
    while pool._workers[0] is worker or not pool._workers[0].ready:
        list(pool.events([], 1))
pool.close()
seconds = (time.monotonic() - started) / 20
print(seconds)
assert seconds < 0.25, seconds
"""
    done = subprocess.run(
        [sys.executable, "-c", code], env=real(), capture_output=True, timeout=SECONDS, check=False, cwd=cli.folder
    )
    assert done.returncode == 0, done.stderr.decode()
    print(done.stdout.decode())


@pytest.mark.skipif((os.cpu_count() or 1) < 2, reason="one core")
def test_the_same_claims_with_any_number_of_workers(cli: Cli) -> None:
    write_jsonl(cli.path("in.jsonl"), [{"id": path.name, "text": path.read_text()} for path in CORPUS[:24]])
    outputs = []
    for workers in (1, 2):
        command = cli.command("extract", "in.jsonl", "-o", "-", "-q", "--workers", workers)
        done = subprocess.run(command, cwd=cli.folder, env=real(), capture_output=True, timeout=SECONDS, check=True)
        outputs.append(done.stdout)
    assert outputs[0] == outputs[1] and outputs[0].count(b"\n") > 100
