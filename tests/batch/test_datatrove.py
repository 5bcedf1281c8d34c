"""The same claims under datatrove's executors as from the command line."""

from __future__ import annotations

import gzip
import os
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest

from .conftest import SECONDS, Cli, articles, environment, write_jsonl

pytest.importorskip("datatrove")

SCRIPT = """
import sys
from datatrove.pipeline.readers import JsonlReader
from claimlines.integrations.datatrove import ClaimExtractor, ClaimWriter, ErrorWriter
kind, isolate = sys.argv[1], sys.argv[2] == "isolate"
steps = [
    JsonlReader("dump", id_key="id", text_key="text"),
    ClaimExtractor(isolate=isolate, memory=500),
    ClaimWriter("out/claims"),
    ErrorWriter("out/errors", compression=None),
]
common = dict(pipeline=steps, tasks=3, logging_dir="logs")
if kind == "local":
    from datatrove.executor import LocalPipelineExecutor
    LocalPipelineExecutor(workers=2, **common).run()
else:
    import ray
    from datatrove.executor.ray import RayPipelineExecutor
    ray.init(num_cpus=2, include_dashboard=False, log_to_driver=False)
    RayPipelineExecutor(workers=2, mem_per_cpu_gb=1, **common).run()
    ray.shutdown()
"""


@pytest.fixture
def expected(cli: Cli) -> bytes:
    """Three files of articles, and what the command line makes of them."""
    records = articles(90)
    for number in range(3):
        write_jsonl(cli.path(f"dump/{number}.jsonl"), records[number * 30 : number * 30 + 30])
    return cli("extract", "dump", "-o", "-", "--quiet").stdout


def start(cli: Cli, *args: str, **env: str) -> subprocess.Popen[bytes]:
    command = [sys.executable, "-c", SCRIPT, *args]
    return subprocess.Popen(
        command,
        cwd=cli.folder,
        env=environment(RAY_ENABLE_UV_RUN_RUNTIME_ENV="0", **env),
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        start_new_session=True,
    )


def finish(run: subprocess.Popen[bytes]) -> None:
    told, _ = run.communicate(timeout=SECONDS * 2)
    assert run.returncode == 0, told.decode()[-4000:]


def written(cli: Cli) -> bytes:
    return b"".join(gzip.decompress(path.read_bytes()) for path in sorted(cli.path("out/claims").iterdir()))


@pytest.mark.parametrize("isolate", ["isolate", "within"])
def test_local_executor(cli: Cli, expected: bytes, isolate: str) -> None:
    finish(start(cli, "local", isolate))
    assert written(cli) == expected
    assert len(list(cli.path("logs/completions").iterdir())) == 3
    stats = cli.path("logs/stats.json").read_text()
    assert '"claims"' in stats and '"done"' in stats


def test_ray_executor(cli: Cli, expected: bytes) -> None:
    pytest.importorskip("ray")
    finish(start(cli, "ray", "isolate"))
    assert written(cli) == expected


def test_bad_articles_cost_themselves_only(cli: Cli) -> None:
    records = articles(12)
    records[3]["text"] = "!!segfault"
    records[7]["text"] = "!!memory"
    records[9]["text"] = "!!raise"
    records[10]["published"] = "no date"
    write_jsonl(cli.path("dump/a.jsonl"), records)
    good = cli("extract", "dump", "-o", "-", "--memory", 500, code=3).stdout
    finish(start(cli, "local", "isolate"))
    assert written(cli) == good
    (errors,) = cli.path("out/errors").iterdir()
    assert cli.errors(f"out/errors/{errors.name}") == [
        ("a3", "crash"),
        ("a7", "memory"),
        ("a9", "exception"),
        ("a10", "bad_date"),
    ]


def test_a_killed_run_loses_and_repeats_nothing(cli: Cli, expected: bytes) -> None:
    run = start(cli, "local", "isolate", FAKE_DELAY="0.05")
    marks = cli.path("logs/completions")
    for _ in range(6000):
        if marks.exists() and list(marks.iterdir()):
            break
        time.sleep(0.01)
    os.killpg(run.pid, signal.SIGKILL)
    run.communicate()
    done = {path.name for path in marks.iterdir()}
    assert 0 < len(done) < 3
    seen = cli.path("seen")
    seen.mkdir()
    finish(start(cli, "local", "isolate", FAKE_SEEN=str(seen)))
    assert written(cli) == expected
    # Completed ranks were not run again.
    assert len(list(seen.iterdir())) == 90 - 30 * len(done)


def test_the_model_is_loaded_once_a_process(cli: Cli, tmp_path: Path) -> None:
    code = """
import os
from datatrove.data import Document
from claimlines.integrations.datatrove import ClaimExtractor
for isolate in (True, False):
    step = ClaimExtractor(isolate=isolate)
    for rank in range(3):
        docs = list(step.run((Document(text=f"[{n}]", id=str(n)) for n in range(4)), rank, 3))
        assert [len(doc.metadata["claims"]) for doc in docs] == [1] * 4
"""
    loads = tmp_path / "loads"
    loads.mkdir()
    subprocess.run([sys.executable, "-c", code], env=environment(FAKE_LOADS=str(loads)), check=True, timeout=SECONDS)
    assert len(list(loads.iterdir())) == 2
