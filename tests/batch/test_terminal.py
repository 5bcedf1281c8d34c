"""The command line, as a person meets it."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path

import pytest
from typer.testing import CliRunner

from claimlines.cli import app

from .conftest import Cli, articles, environment, write_jsonl

CONFIG = """
[inputs]
paths = ["in.jsonl"]
limit = 3

[fields]
text = "words"

[filters]
min_confidence = 0.0

[outputs]
path = "from-config.jsonl"

[run]
workers = 1
"""


def test_help_loads_nothing_heavy(cli: Cli) -> None:
    code = (
        "import sys, claimlines.cli\n"
        "from typer.testing import CliRunner\n"
        "r = CliRunner().invoke(claimlines.cli.app, ['extract', '--help'])\n"
        "assert r.exit_code == 0 and 'What is read' in r.output, r.output\n"
        "heavy = {'spacy', 'numpy', 'pyarrow', 'trafilatura', 'dateparser', 'fsspec', 'thinc'} & set(sys.modules)\n"
        "assert not heavy, heavy\n"
    )
    subprocess.run([sys.executable, "-c", code], env=environment(), check=True, timeout=60)
    assert b"extract" in cli("--help").stdout


@pytest.mark.parametrize(
    ("args", "told"),
    [
        ([], "nothing to read"),
        (["nowhere.jsonl"], "nowhere.jsonl: there is no such file"),
        (["in.jsonl", "--field", "text"], "OURS=THEIRS"),
        (["in.jsonl", "--field", "words=text"], "no field is called words"),
        (["in.jsonl", "--input-format", "docx"], "the formats are"),
        (["in.jsonl", "--encoding", "klingon"], "no encoding klingon"),
        (["in.jsonl", "--partition-by", "metrik"], "did you mean metric?"),
        (["in.jsonl", "--sample", "0"], "--sample"),
        (["in.jsonl", "--workers", "0"], "--workers"),
        (["in.jsonl", "--timeout", "0"], "--timeout"),
        (["in.jsonl", "--timeout", "inf"], "--timeout"),
        (["in.jsonl", "--memory", "99999999999"], "--memory"),
        (["in.jsonl", "--max-chars", "99999999999999999999"], "--max-chars"),
        (["in.jsonl", "--dedup", "maybe"], "--dedup"),
        (["in.jsonl", "--min-confidence", "2"], "--min-confidence"),
        (["in.jsonl", "--language", "english"], "two-letter"),
        (["in.jsonl", "--lexicon", "nowhere"], "no such lexicon folder"),
        (["in.jsonl", "-o", "-", "--shards", "2"], "folder"),
        (["-", "-"], "once only"),
        (["empty"], "no file in this folder"),
        (["in.jsonl", "--config", "nowhere.toml"], "nowhere.toml: cannot be read"),
        (["--config", "bad.toml"], "did you mean filters?"),
        (["--config", "bad2.toml"], "did you mean language?"),
        (["--config", "bad3.toml"], "NUL"),
        (["--config", "bad4.toml"], "--workers: Input should be a valid integer"),
        (["--config", "."], ".: cannot be read"),
        (["in.jsonl", "--no-such-option"], "No such option"),
    ],
)
def test_wrong_usage(cli: Cli, monkeypatch: pytest.MonkeyPatch, args: list[str], told: str) -> None:
    write_jsonl(cli.path("in.jsonl"), articles(1))
    cli.path("empty").mkdir()
    cli.path("bad.toml").write_text("[filter]\nlanguage = 'en'\n")
    cli.path("bad2.toml").write_text("[filters]\nlangauge = 'en'\n")
    cli.path("bad3.toml").write_text('[inputs]\npaths = "a\\u0000b"\n')
    cli.path("bad4.toml").write_text("[inputs]\npaths = 'in.jsonl'\n[run]\nworkers = 'two'\n")
    monkeypatch.chdir(cli.folder)
    done = CliRunner().invoke(app, ["extract", *args])
    assert done.exit_code == 2
    assert told in " ".join(done.stderr.split())
    assert not cli.path("claims.jsonl").exists()


def test_run_file(cli: Cli) -> None:
    cli.path("run.toml").write_text(CONFIG)
    write_jsonl(cli.path("in.jsonl"), [{"id": str(n), "words": f"[{n}]", "other": f"[9{n}]"} for n in range(9)])
    cli("extract", "--config", "run.toml")
    assert [claim["value"] for claim in cli.lines("from-config.jsonl")] == [0, 1, 2]
    cli("extract", "--config", "run.toml", "--field", "text=other", "--limit", 2, "-o", "told.jsonl")
    assert [claim["value"] for claim in cli.lines("told.jsonl")] == [90, 91]


def test_limit_and_sample(cli: Cli) -> None:
    write_jsonl(cli.path("in.jsonl"), articles(100))
    cli("extract", "in.jsonl", "--limit", 13, "-o", "limit.jsonl")
    assert cli.articles("limit.jsonl") == [f"a{n}" for n in range(13)]
    cli("extract", "in.jsonl", "--sample", 10, "-o", "s1.jsonl")
    cli("extract", "in.jsonl", "--sample", 10, "-o", "s2.jsonl", "--workers", 1)
    sample = cli.articles("s1.jsonl")
    assert sample == cli.articles("s2.jsonl") and len(sample) == 10
    numbers = [int(name[1:]) for name in sample]
    assert numbers == sorted(numbers) and numbers != list(range(10)) and numbers[-1] > 50


def test_dry_run(cli: Cli) -> None:
    write_jsonl(
        cli.path("dump/in.jsonl"),
        [{"headline": "H", "maintext": "[5] words", "date": "2024-05-06"}, {"headline": "no text"}],
    )
    cli.path("dump/a.md").write_text("Title\n\n[6]")
    cli.path("dump/x.png").write_text("")
    told = cli("extract", "dump", "--dry-run").stdout.decode()
    assert "inputs: 2 files" in told and "1 files .png" in told
    assert "text <- maintext" in told and "published <- date" in told and "no_text 1" in told
    assert "first article: a.md: 1 claims" in told and '"value": 6.0' in told
    assert [path.name for path in cli.folder.iterdir()] == ["dump"]


def test_summary_and_quiet(cli: Cli) -> None:
    write_jsonl(cli.path("in.jsonl"), [*articles(3), {"id": "bad"}])
    told = cli("extract", "in.jsonl", code=3).stderr.decode()
    assert "4 articles, 6 claims" in told and "1 failed: no_text 1" in told and "claims.jsonl.errors.jsonl" in told
    assert cli("extract", "in.jsonl", "-o", "quiet.jsonl", "--quiet", code=3).stderr == b""


@pytest.mark.parametrize("name", ["claims.jsonl", "claims.jsonl.gz", "claims.parquet", "claims.csv", "folder"])
def test_stats(cli: Cli, name: str) -> None:
    write_jsonl(cli.path("in.jsonl"), articles(20))
    cli("extract", "in.jsonl", "-o", name, *(["--partition-by", "metric"] if name == "folder" else []))
    told = cli("stats", name).stdout.decode()
    assert "40 claims of 20 articles" in told
    assert "revenue" in told and "50.0%" in told
    assert cli("stats", name, "--by", "metric", "--top", 1).stdout.decode().count("%") == 1


def test_stats_of_a_folder_that_datatrove_has_written(cli: Cli) -> None:
    write_jsonl(cli.path("in.jsonl"), articles(5))
    for name in ("00000.jsonl.gz", "00001.jsonl"):
        cli("extract", "in.jsonl", "-o", f"claims/{name}")
        cli.path(f"claims/{name}.run.json").unlink()
    assert "20 claims of 5 articles" in cli("stats", "claims").stdout.decode()


def test_stats_of_what_is_none(cli: Cli) -> None:
    cli.path("x.jsonl").write_text('{"text": "an article"}\n')
    assert "no claims" in cli("stats", "x.jsonl", code=2).stderr.decode()
    assert "cannot be read" in cli("stats", "nowhere.jsonl", code=2).stderr.decode()
    assert "no such field" in cli("stats", "x.jsonl", "--by", "colour", code=2).stderr.decode()


def test_stats_of_odd_claims(cli: Cli) -> None:
    """Brackets are no markup, long fields no error, and nothing is no division by zero."""
    records = [{"id": "a", "text": "[1] " + "x" * 300_000, "source": "[/b] Brackets [red]", "title": "t" * 200_000}]
    write_jsonl(cli.path("in.jsonl"), records)
    for name in ("claims.jsonl", "claims.csv"):
        cli("extract", "in.jsonl", "-o", name)
        assert "[/b] Brackets [red]" in cli("stats", name).stdout.decode()
    cli.path("none.jsonl").write_text("")
    assert "0 claims of 0 articles" in cli("stats", "none.jsonl").stdout.decode()


def test_a_terminal_that_does_not_know_every_character(cli: Cli) -> None:
    write_jsonl(cli.path("in.jsonl"), [{"id": "Größe ☃", "text": "[1]", "source": "☃"}])
    cli("extract", "in.jsonl", PYTHONIOENCODING="ascii")
    for command in (["stats", "claims.jsonl"], ["extract", "in.jsonl", "--dry-run", "-o", "x"], ["schema"]):
        assert b"2603" in cli(*command, PYTHONIOENCODING="ascii").stdout or command == ["schema"]


def test_a_dry_run_does_not_use_up_what_can_be_read_once(cli: Cli) -> None:
    import os

    os.mkfifo(cli.path("pipe"))
    for source in ("-", "pipe"):
        assert "use up" in cli("extract", source, "--dry-run", code=2).stderr.decode()


def test_nothing_heavy_is_loaded_before_it_is_used() -> None:
    code = (
        "import sys, claimlines.runner.run, claimlines.runner.preview, claimlines.stats, claimlines.terminal\n"
        "heavy = {'spacy', 'numpy', 'pyarrow', 'trafilatura', 'dateparser', 'fsspec', 'thinc', 'ijson', 'warcio',\n"
        "         'rensa', 'py3langid', 'datatrove', 'rich', 'brotli'} & set(sys.modules)\n"
        "assert not heavy, heavy\n"
    )
    subprocess.run([sys.executable, "-c", code], env=environment(), check=True, timeout=60)


def test_schema(cli: Cli) -> None:
    schema = json.loads(cli("schema").stdout)
    assert list(schema["properties"])[:5] == ["subject", "metric", "value", "unit", "period"]


def test_progress_on_a_terminal(cli: Cli) -> None:
    import os
    import pty

    write_jsonl(cli.path("in.jsonl"), articles(40))
    ours, theirs = pty.openpty()
    run = subprocess.Popen(
        cli.command("extract", "in.jsonl"),
        cwd=cli.folder,
        env=environment(FAKE_DELAY="0.05", TERM="xterm"),
        stderr=theirs,
        stdout=theirs,
    )
    os.close(theirs)
    told = b""
    try:
        while data := os.read(ours, 4096):
            told += data
    except OSError:
        pass  # the other end is closed
    assert run.wait(60) == 0
    assert b"articles/s" in told and b"claims," in told and b"40 articles, 80 claims" in told


def test_custom_extractors_are_documented(cli: Cli) -> None:
    page = Path(__file__).resolve().parents[2] / "docs" / "batch.md"
    assert "CLAIMLINES_EXTRACTOR" in page.read_text()
