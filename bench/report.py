"""Tables of the benchmark: speed (from pyperf's file), stages, memory, start-up, growth with length.

    python bench/report.py bench/pyperf.json --out bench/results

writes ``results.json`` and ``results.md``. Each measurement runs in a process of its own.
"""

from __future__ import annotations

import argparse
import json
import os
import platform
import statistics
import subprocess
import sys
from pathlib import Path
from typing import Any

import pyperf

MEASURE = Path(__file__).with_name("measure.py")


def measured(what: str, *args: str) -> Any:
    """What ``bench/measure.py`` prints, from a fresh process with one thread."""
    environment = {**os.environ, "OMP_NUM_THREADS": "1", "OPENBLAS_NUM_THREADS": "1"}
    done = subprocess.run(
        [sys.executable, str(MEASURE), what, *args], capture_output=True, text=True, check=True, env=environment
    )
    return json.loads(done.stdout.splitlines()[-1])


def speeds(path: Path) -> tuple[dict[str, Any], list[dict[str, Any]]]:
    """Words a second by benchmark, and the texts' metadata."""
    suite = pyperf.BenchmarkSuite.load(str(path))
    rows = []
    meta: dict[str, Any] = {}
    for bench in suite.get_benchmarks():
        meta = bench.get_metadata()
        seconds = bench.get_values()
        rows.append(
            {"name": bench.get_name(), "median_s": statistics.median(seconds), "stdev_s": statistics.pstdev(seconds)}
        )
    base = rows[0]["median_s"]
    for row in rows:
        row["words_per_s"] = round(meta["words"] / row["median_s"])
        row["ratio"] = round(base / row["median_s"], 2)
    return {k: meta[k] for k in ("texts", "articles", "words")}, rows


def table(head: list[str], rows: list[list[Any]]) -> str:
    """A Markdown table."""
    lines = ["| " + " | ".join(head) + " |", "| " + " | ".join("---" for _ in head) + " |"]
    return "\n".join([*lines, *("| " + " | ".join(map(str, row)) + " |" for row in rows)])


def main() -> int:
    """Write the results."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("pyperf", type=Path)
    parser.add_argument("--out", type=Path, default=Path("bench/results"))
    args = parser.parse_args()
    texts, rows = speeds(args.pyperf)
    source = str(texts["texts"])
    stages = measured("stages", source)
    startup = {who: measured("startup", who) for who in ("bare", "ours", "cli")}
    memory = {who: measured("memory", who, source) for who in ("bare", "ours")}
    growth = measured("growth", source)
    result = {
        "machine": {"python": platform.python_version(), "processor": platform.machine(), "cores": os.cpu_count()},
        "texts": texts, "speed": rows, "stages_us_per_word": stages, "startup_s": startup, "peak_memory_mb": memory, "growth": growth,
    }  # fmt: skip
    args.out.parent.mkdir(parents=True, exist_ok=True)
    args.out.with_suffix(".json").write_text(json.dumps(result, indent=1) + "\n", encoding="utf-8")
    name = Path(source)
    shown = "/".join(name.parts[-2:])
    parts = [
        f"`make bench`: {texts['articles']} articles of `{shown}`, {texts['words']} words; one process, one thread.",
        table(["", "words/s", "times bare spaCy"], [[r["name"], r["words_per_s"], r["ratio"]] for r in rows]),
        table(["stage", "us/word"], [[k, v] for k, v in stages.items()]),
        table(["", "start-up s", "peak memory MB"], [[w, startup[w], memory.get(w, "")] for w in ("bare", "ours", "cli")]),
        "Time per word against that of ordinary articles of 1 kB, and against that of the same text cut into such:",
        table(["input", "words", "us/word", "times 1 kB articles", "times its own pieces"], [list(g.values()) for g in growth]),
    ]  # fmt: skip
    args.out.with_suffix(".md").write_text("\n\n".join(parts) + "\n", encoding="utf-8")
    print(args.out.with_suffix(".md").read_text(encoding="utf-8"))
    return 0


if __name__ == "__main__":
    raise SystemExit(main())
