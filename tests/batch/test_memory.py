"""Memory does not grow with the number of articles."""

from __future__ import annotations

import json
import os
import random
import subprocess
import sys
import time
from pathlib import Path
from uuid import UUID

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
            # The last that is told: a process that is being made is a copy of its parent for a moment.
            seen[pid] = peak(pid) or seen.get(pid, 0)
        time.sleep(0.02)
    assert run.returncode == 0, run.stderr and run.stderr.read()
    own = seen.pop(run.pid)
    return own, max(seen.values())


def make(path: Path, count: int) -> None:
    with path.open("w") as file:
        for number in range(count):
            words = "word " * (20 + number % 100)
            file.write(json.dumps({"id": str(number), "text": f"[{number}] [{number % 7}] {words}"}) + "\n")


def make_folder(path: Path, count: int) -> None:
    path.mkdir()
    for number in range(count):
        words = "word " * (20 + number % 100)
        (path / f"{number}.txt").write_text(f"Title {number}\n\n[{number}] [{number % 7}] {words}")


def make_parquet(path: Path, count: int) -> None:
    """All in one row group."""
    import pyarrow as pa
    import pyarrow.parquet as pq

    chance = random.Random(1)
    texts = [f"[{n}] " + " ".join(str(chance.random()) for _ in range(40)) for n in range(count)]
    ids = [str(UUID(int=chance.getrandbits(128))) for _ in range(count)]
    pq.write_table(pa.table({"id": ids, "text": texts}), path, row_group_size=count)


def make_object(path: Path, count: int) -> None:
    rows = [{"id": n, "text": f"[{n}] " + "word " * (20 + n % 100)} for n in range(count)]
    path.write_text(json.dumps({"status": "ok", "articles": rows}, indent=1))


KINDS = {"jsonl": make, "folder": make_folder, "parquet": make_parquet, "json": make_object}


@pytest.mark.skipif(not sys.platform.startswith("linux"), reason="reads /proc")
@pytest.mark.parametrize("kind", KINDS)
def test_ten_times_the_articles_take_no_more_memory(cli: Cli, kind: str) -> None:
    few, many = int(os.environ.get("FEW", FEW)), int(os.environ.get("MANY", MANY))
    if "FEW" not in os.environ:
        # More than are sorted at once; more than a buffer holds.
        few, many = {"folder": (5_000, 20_000), "parquet": (10_000, 40_000)}.get(kind, (few, many))
    for name, count in (("few", few), ("many", many)):
        KINDS[kind](cli.path(f"{name}.{kind}"), count)
    small = peaks(cli, "extract", f"few.{kind}", "-o", "few.out.jsonl", "--workers", 2)
    large = peaks(cli, "extract", f"many.{kind}", "-o", "many.out.jsonl", "--workers", 2)
    print(f"{few} and {many} articles: run {small[0]} and {large[0]} kB, worker {small[1]} and {large[1]} kB")
    for before, after in zip(small, large, strict=True):
        assert after <= before * 1.05
