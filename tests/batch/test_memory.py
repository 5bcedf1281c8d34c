"""Memory does not grow with the number of articles."""

from __future__ import annotations

import json
import os
import subprocess
import sys
import time
from pathlib import Path

import pytest

from .conftest import Cli, environment

FEW, MANY = 2_000, 20_000


def family(pid: int) -> list[int]:
    """A process and all that descend from it."""
    try:
        children = Path(f"/proc/{pid}/task/{pid}/children").read_text().split()
    except OSError:
        return []
    return [pid, *(member for child in children for member in family(int(child)))]


def peak(pid: int) -> int:
    """The most memory that a process has had, in kB."""
    try:
        lines = Path(f"/proc/{pid}/status").read_text().splitlines()
    except OSError:
        return 0
    return next((int(line.split()[1]) for line in lines if line.startswith("VmHWM")), 0)


def peaks(cli: Cli, *args: object) -> tuple[int, int]:
    """The peaks, in kB, of the run's own process, and of the largest of the others."""
    run = subprocess.Popen(cli.command(*args), cwd=cli.folder, env=environment(), stderr=subprocess.PIPE)
    seen: dict[int, int] = {}
    while run.poll() is None:
        for pid in family(run.pid):
            seen[pid] = max(seen.get(pid, 0), peak(pid))
        time.sleep(0.02)
    assert run.returncode == 0, run.stderr and run.stderr.read()
    own = seen.pop(run.pid)
    return own, max(seen.values())


def make(path: Path, count: int) -> None:
    with path.open("w") as file:
        for number in range(count):
            words = "word " * (20 + number % 100)
            file.write(json.dumps({"id": str(number), "text": f"[{number}] [{number % 7}] {words}"}) + "\n")


@pytest.mark.skipif(not sys.platform.startswith("linux"), reason="reads /proc")
def test_ten_times_the_articles_take_no_more_memory(cli: Cli) -> None:
    few, many = int(os.environ.get("FEW", FEW)), int(os.environ.get("MANY", MANY))
    make(cli.path("few.jsonl"), few)
    make(cli.path("many.jsonl"), many)
    small = peaks(cli, "extract", "few.jsonl", "-o", "few.out.jsonl", "--workers", 2)
    large = peaks(cli, "extract", "many.jsonl", "-o", "many.out.jsonl", "--workers", 2)
    print(f"{few} and {many} articles: run {small[0]} and {large[0]} kB, worker {small[1]} and {large[1]} kB")
    for before, after in zip(small, large, strict=True):
        assert after <= before * 1.05
