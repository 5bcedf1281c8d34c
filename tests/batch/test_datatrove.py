"""The same claims under datatrove's executors as from the command line."""

from __future__ import annotations

import gzip
import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path

import pytest

from .conftest import SECONDS, Cli, articles, environment, write_jsonl

pytest.importorskip("datatrove")

SCRIPT = """
import sys
from datatrove.pipeline.readers import JsonlReader
from claimlines.integrations.datatrove import ClaimExtractor, ClaimWriter, ErrorWriter
kind, isolate, fault, *ranks = sys.argv[1], sys.argv[2] == "isolate", *sys.argv[3:]

def trouble(data, rank=0, world_size=1, fault=fault, kind=kind):
    # Rank 1 comes to an end in its midst, once.
    import os, signal, time
    for number, document in enumerate(data):
        if rank == 1 and number == 20 and fault and not os.path.exists("fault"):
            open("fault", "w").close()
            if fault == "raise":
                raise RuntimeError("told to")
            if kind == "ray":  # runs ranks in a child of its worker, which nothing watches: kill both
                os.kill(os.getppid(), signal.SIGKILL)
            os.kill(os.getpid(), signal.SIGKILL)
        yield document

steps = [
    JsonlReader("dump", id_key="id", text_key="text"),
    trouble,
    ClaimExtractor(isolate=isolate, memory=500),
    ClaimWriter("out/claims"),
    ErrorWriter("out/errors", compression=None),
]
common = dict(pipeline=steps, tasks=3, logging_dir="logs")
if kind == "local":
    from datatrove.executor import LocalPipelineExecutor
    if ranks:  # as a job of Slurm's has it: one rank in a process
        LocalPipelineExecutor(workers=1, local_tasks=1, local_rank_offset=int(ranks[0]), **common).run()
    else:
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


def start(cli: Cli, kind: str, isolate: str, fault: str = "", *rank: str, **env: str) -> subprocess.Popen[bytes]:
    command = [sys.executable, "-c", SCRIPT, kind, isolate, fault, *rank]
    return subprocess.Popen(
        command,
        cwd=cli.folder,
        env=environment(RAY_ENABLE_UV_RUN_RUNTIME_ENV="0", **env),
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        start_new_session=True,
    )


def finish(run: subprocess.Popen[bytes]) -> None:
    try:
        told, _ = run.communicate(timeout=SECONDS)
    except subprocess.TimeoutExpired:
        os.killpg(run.pid, signal.SIGKILL)
        raise
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
    wait_for(lambda: bool(completed(cli)))
    os.killpg(run.pid, signal.SIGKILL)
    run.communicate()
    done = completed(cli)
    assert 0 < len(done) < 3
    run_again(cli, expected, len(done))


def wait_for(condition: Callable[[], bool]) -> None:
    for _ in range(SECONDS * 100):
        if condition():
            return
        time.sleep(0.01)
    raise AssertionError("it does not happen")


def completed(cli: Cli) -> set[str]:
    """The ranks with a mark of completion."""
    return {path.name for path in cli.path("logs/completions").glob("*")}


def run_again(cli: Cli, expected: bytes, done: int) -> None:
    """The run comes out whole, and does not do again what was ``done``."""
    seen = cli.path("seen")
    seen.mkdir()
    finish(start(cli, "local", "isolate", FAKE_SEEN=str(seen)))
    assert written(cli) == expected
    assert len(list(seen.iterdir())) == 90 - 30 * done
    assert {path.read_text() for path in seen.iterdir()} == {"1"}


@pytest.mark.parametrize("isolate", ["isolate", "within"])
def test_a_rank_that_is_killed_is_done_again_alone(cli: Cli, expected: bytes, isolate: str) -> None:
    """One worker of the executor is killed in the midst of its rank; the others go on."""
    run = start(cli, "local", isolate, "kill")
    wait_for(lambda: cli.path("fault").exists() and len(completed(cli)) == 2)
    # The executor waits for ever for a worker that has been killed.
    os.killpg(run.pid, signal.SIGKILL)
    run.communicate()
    assert completed(cli) == {"00000", "00002"}
    run_again(cli, expected, 2)


def test_a_rank_in_a_process_of_its_own_is_killed(cli: Cli, expected: bytes) -> None:
    finish(start(cli, "local", "isolate", "", "0"))
    run = start(cli, "local", "isolate", "kill", "1")
    assert run.wait(SECONDS) == -signal.SIGKILL
    os.killpg(run.pid, signal.SIGKILL)  # datatrove's helpers wait for it
    run.communicate()
    assert completed(cli) == {"00000"}
    run_again(cli, expected, 1)


def test_a_rank_that_fails_is_done_again(cli: Cli, expected: bytes) -> None:
    with pytest.raises(AssertionError, match="told to"):
        finish(start(cli, "local", "isolate", "raise"))
    done = completed(cli)
    assert "00001" not in done
    run_again(cli, expected, len(done))


def test_ray_gives_a_killed_rank_to_another_worker(cli: Cli, expected: bytes) -> None:
    pytest.importorskip("ray")
    finish(start(cli, "ray", "isolate", "kill"))
    assert cli.path("fault").exists()
    assert written(cli) == expected


def test_errors_of_a_killed_rank_do_not_stay(cli: Cli) -> None:
    """What failed for want of a healthy machine is no error of the rank that was done again."""
    write_jsonl(cli.path("dump/0.jsonl"), articles(5))
    left = cli.path("out/errors/00000.jsonl")
    left.parent.mkdir(parents=True)
    left.write_text('{"reason": "crash"}\n')
    finish(start(cli, "local", "isolate"))
    assert not left.exists()
    assert len(written(cli).splitlines()) == 10


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
