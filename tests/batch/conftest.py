"""The command line run for real, in a process of its own, with an extractor that needs no model."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from collections.abc import Callable, Iterable
from pathlib import Path
from typing import Any

import pytest

ROOT = Path(__file__).resolve().parents[2]
SECONDS = 120


def environment(**more: str) -> dict[str, str]:
    path = os.pathsep.join([str(ROOT / "src"), str(ROOT / "tests"), os.environ.get("PYTHONPATH", "")])
    return {
        **os.environ,
        "PYTHONPATH": path,
        "CLAIMLINES_EXTRACTOR": "fake_extractor:factory",
        "COLUMNS": "200",
        **more,
    }


class Cli:
    """``claimlines`` in a folder."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder

    def command(self, *args: object) -> list[str]:
        return [sys.executable, "-m", "claimlines.cli", *map(str, args)]

    def __call__(
        self, *args: object, code: int | None = 0, input: bytes | None = None, **env: str
    ) -> subprocess.CompletedProcess[bytes]:
        done = subprocess.run(
            self.command(*args),
            cwd=self.folder,
            env=environment(**env),
            input=input,
            capture_output=True,
            timeout=SECONDS,
            check=False,
        )
        told = done.stderr.decode()
        assert "Traceback" not in told, told
        if code is not None:
            assert done.returncode == code, (done.returncode, told)
        return done

    def start(self, *args: object, **env: str) -> subprocess.Popen[bytes]:
        return subprocess.Popen(
            self.command(*args), cwd=self.folder, env=environment(**env), stdout=subprocess.PIPE, stderr=subprocess.PIPE
        )

    def path(self, name: str) -> Path:
        return self.folder / name

    def lines(self, name: str) -> list[dict[str, Any]]:
        return [json.loads(line) for line in self.path(name).read_text().splitlines()]

    def articles(self, name: str = "claims.jsonl") -> list[str]:
        """Ids of the articles in the output, each once, in order."""
        return list(dict.fromkeys(claim["article_id"] for claim in self.lines(name)))

    def errors(self, name: str = "claims.jsonl.errors.jsonl") -> list[tuple[str, str]]:
        """Id and reason of each record of the errors file."""
        return [(error["id"], error["reason"]) for error in self.lines(name)]


def write_jsonl(path: Path, records: Iterable[Any]) -> Path:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text("".join(json.dumps(record) + "\n" for record in records))
    return path


def articles(count: int, text: Callable[[int], str] = lambda n: f"number [{n}] and [{n * 3}]") -> list[dict[str, Any]]:
    return [{"id": f"a{n}", "title": f"Title {n}", "published": "2024-05-06", "text": text(n)} for n in range(count)]


@pytest.fixture
def cli(tmp_path: Path) -> Cli:
    return Cli(tmp_path)
