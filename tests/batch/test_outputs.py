"""What is written: formats, folders, manifest; whole or not at all; nothing of the user's overwritten."""

from __future__ import annotations

import csv
import datetime as dt
import gzip
import hashlib
import json
import os
import resource
import shutil
import subprocess
from pathlib import Path

import pyarrow as pa
import pyarrow.dataset as ds
import pyarrow.parquet as pq
import pytest
import zstandard

from claimlines.records import Article
from fake_extractor import extract

from .conftest import SECONDS, Cli, articles, environment, write_jsonl


@pytest.fixture
def source(cli: Cli) -> Path:
    records = articles(50)
    for number, record in enumerate(records):
        record["source"] = ["A/B", "Ünï", None][number % 3]
        record["published"] = ["2023-05-06", "2024-01-02"][number % 2]
    return write_jsonl(cli.path("in.jsonl"), records)


@pytest.fixture
def lines(cli: Cli, source: Path) -> list[bytes]:
    return cli("extract", source, "-o", "-", "--quiet").stdout.splitlines(keepends=True)


def test_any_number_of_workers_writes_the_same_bytes(cli: Cli, lines: list[bytes]) -> None:
    for workers in (1, 2, 5):
        cli("extract", "in.jsonl", "-o", f"{workers}.jsonl", "--workers", workers)
        assert cli.path(f"{workers}.jsonl").read_bytes() == b"".join(lines)
    assert [json.loads(line)["article_id"] for line in lines[::2]] == [f"a{n}" for n in range(50)]


@pytest.mark.parametrize("name", ["c.jsonl.gz", "c.jsonl.zst", "c.parquet", "c.csv"])
def test_formats_hold_the_same_claims_and_are_reproducible(cli: Cli, lines: list[bytes], name: str) -> None:
    cli("extract", "in.jsonl", "-o", name)
    data = cli.path(name).read_bytes()
    cli("extract", "in.jsonl", "-o", name, "--fresh", "--workers", 1)
    assert cli.path(name).read_bytes() == data
    claims = [json.loads(line) for line in lines]
    if name.endswith(".gz"):
        assert gzip.decompress(data) == b"".join(lines)
    elif name.endswith(".zst"):
        assert zstandard.ZstdDecompressor().stream_reader(data).read() == b"".join(lines)
    elif name.endswith(".csv"):
        rows = list(csv.DictReader(data.decode().splitlines()))
        assert [row["claim_id"] for row in rows] == [claim["claim_id"] for claim in claims]
        assert list(rows[0]) == list(claims[0])
        assert json.loads(rows[0]["evidence"]) == {"value": "digits"} and rows[0]["period"] == ""
    else:
        table = pq.read_table(cli.path(name))
        assert table.column_names == list(claims[0])
        types = {field.name: field.type for field in table.schema}
        assert types["published"] == pa.date32() and types["value"] == pa.float64() and types["start"] == pa.int64()
        rows = table.to_pylist()
        assert rows[0]["published"] == dt.date(2023, 5, 6) and dict(rows[0]["evidence"]) == {"value": "digits"}
        assert [row["claim_id"] for row in rows] == [claim["claim_id"] for claim in claims]


@pytest.mark.parametrize("shards", [1, 4, 7])
def test_shards_are_the_output_in_pieces(cli: Cli, lines: list[bytes], shards: int) -> None:
    cli("extract", "in.jsonl", "-o", "out", "--shards", shards)
    files = sorted(cli.path("out").iterdir())
    assert [file.name for file in files] == [f"part-{n:05d}.jsonl" for n in range(shards)]
    parts = [file.read_bytes() for file in files]
    assert b"".join(parts) == b"".join(lines)
    counts = [part.count(b"\n") for part in parts]
    assert max(counts) - min(counts) <= 4
    # The claims of an article stay together.
    owners = [{json.loads(line)["article_id"] for line in part.splitlines()} for part in parts]
    assert sum(map(len, owners)) == 50


def test_more_shards_than_claims(cli: Cli) -> None:
    write_jsonl(cli.path("in.jsonl"), articles(2))
    cli("extract", "in.jsonl", "-o", "out.jsonl.gz", "--shards", 9)
    files = sorted(cli.path("out.jsonl.gz").iterdir())
    assert len(files) == 9
    assert sum(gzip.decompress(file.read_bytes()).count(b"\n") for file in files) == 4


@pytest.mark.parametrize("format", ["jsonl", "parquet"])
@pytest.mark.parametrize(
    ("field", "folders"),
    [
        ("year", {"year=2023", "year=2024"}),
        ("source", {"source=A%2FB", "source=%C3%9Cn%C3%AF", "source=__HIVE_DEFAULT_PARTITION__"}),
    ],
)
def test_partitions(cli: Cli, lines: list[bytes], format: str, field: str, folders: set[str]) -> None:
    cli("extract", "in.jsonl", "-o", "out", "--partition-by", field, "--format", format)
    assert {path.name for path in cli.path("out").iterdir()} == folders
    if format == "parquet":
        table = ds.dataset(cli.path("out"), partitioning="hive").to_table()
        assert sorted(table["claim_id"].to_pylist()) == sorted(json.loads(line)["claim_id"] for line in lines)
        assert field in table.column_names
    else:
        got = [
            line
            for path in sorted(cli.path("out").rglob("*.jsonl"))
            for line in path.read_bytes().splitlines(keepends=True)
        ]
        assert sorted(got) == sorted(lines)


def test_more_partitions_than_open_files(cli: Cli) -> None:
    write_jsonl(cli.path("in.jsonl"), [{"id": str(n % 200), "text": "[1]"} for n in range(400)])
    cli("extract", "in.jsonl", "-o", "out", "--partition-by", "article_id")
    assert sum(path.read_bytes().count(b"\n") for path in cli.path("out").rglob("*.jsonl")) == 400
    assert len(list(cli.path("out").iterdir())) == 200


def test_manifest(cli: Cli, source: Path, lines: list[bytes]) -> None:
    with source.open("a") as file:
        file.write("no json\n")
    cli("extract", source, code=3)
    manifest = json.loads(cli.path("claims.jsonl.run.json").read_text())
    (entry,) = manifest["inputs"]["list"]
    assert entry["sha256"] == hashlib.sha256(source.read_bytes()).hexdigest() and entry["size"] == source.stat().st_size
    assert manifest["counts"]["articles"] == {"seen": 51, "done": 50, "skipped": {}, "failed": {"bad_json": 1}}
    assert manifest["counts"]["claims"] == 100 == len(lines)
    assert manifest["output"]["sha256"] == hashlib.sha256(cli.path("claims.jsonl").read_bytes()).hexdigest()
    assert {"claimlines", "schema", "model", "extractor"} <= set(manifest["fingerprint"]["versions"])
    assert manifest["fingerprint"]["options"]["timeout"] == 60 and manifest["time"]["articles_per_second"] > 0


def test_nothing_is_left_beside_the_outputs(cli: Cli, source: Path) -> None:
    cli("extract", source)
    assert sorted(path.name for path in cli.folder.iterdir()) == [
        "claims.jsonl",
        "claims.jsonl.errors.jsonl",
        "claims.jsonl.run.json",
        "in.jsonl",
    ]


def test_an_output_that_exists_is_not_replaced(cli: Cli, source: Path) -> None:
    cli.path("claims.jsonl").write_text("mine")
    assert "--fresh" in cli("extract", source, code=2).stderr.decode()
    assert cli.path("claims.jsonl").read_text() == "mine"
    assert not cli.path("claims.jsonl.journal").exists()
    cli("extract", source, "--fresh")
    assert len(cli.articles()) == 50


def test_a_folder_with_something_in_it_is_not_replaced(cli: Cli, source: Path) -> None:
    cli.path("out").mkdir()
    cli.path("out/mine").write_text("mine")
    cli("extract", source, "-o", "out", "--shards", 2, code=2)
    assert "is a folder" in cli("extract", source, "-o", "out", code=2).stderr.decode()
    # Not even if told to: a home folder is too easily named.
    told = cli("extract", source, "-o", "out", "--shards", 2, "--fresh", code=2).stderr.decode()
    assert "not of claimlines" in told
    assert cli.path("out/mine").read_text() == "mine"


@pytest.mark.parametrize("output", ["in.jsonl", "./in.jsonl", "link.jsonl"])
def test_input_is_never_the_output(cli: Cli, source: Path, output: str) -> None:
    cli.path("link.jsonl").symlink_to(source)
    before = source.read_bytes()
    for more in ([], ["--fresh"]):
        assert "both input and output" in cli("extract", source, "-o", output, *more, code=2).stderr.decode()
    cli("extract", source, "-o", "other.jsonl", "--errors", source, "--fresh", code=2)
    assert source.read_bytes() == before


def test_an_output_in_the_folder_that_is_read_is_not_read(cli: Cli) -> None:
    write_jsonl(cli.path("dump/in.jsonl"), articles(5))
    for _ in range(2):
        cli("extract", "dump", "-o", "dump/claims.jsonl", "--fresh")
        assert len(cli.lines("dump/claims.jsonl")) == 10


def test_a_target_without_permission(cli: Cli, source: Path) -> None:
    cli.path("locked").mkdir(mode=0o555)
    command = cli.command("extract", source, "-o", "locked/claims.jsonl")
    if os.geteuid() == 0:
        # Nothing is forbidden to root, unless it gives up the power to override.
        if shutil.which("setpriv") is None:
            pytest.skip("root without setpriv")
        command = ["setpriv", "--bounding-set=-dac_override,-dac_read_search", *command]
    done = subprocess.run(command, cwd=cli.folder, env=environment(), capture_output=True, timeout=SECONDS, check=False)
    told = done.stderr.decode()
    assert done.returncode == 2 and "no permission" in told and "Traceback" not in told
    assert list(cli.path("locked").iterdir()) == []


def limited(cli: Cli, size: int, *args: object) -> subprocess.CompletedProcess[bytes]:
    """A run that can write no file longer than ``size`` bytes, as on a disk that is full."""

    def limit() -> None:
        resource.setrlimit(resource.RLIMIT_FSIZE, (size, size))

    return subprocess.run(
        cli.command(*args),
        cwd=cli.folder,
        env=environment(),
        capture_output=True,
        timeout=SECONDS,
        check=False,
        preexec_fn=limit,
    )


@pytest.mark.parametrize("size", [200, 3_000, 30_000])
def test_a_full_disk_is_told_and_the_run_can_go_on(cli: Cli, source: Path, lines: list[bytes], size: int) -> None:
    """At the journal's head, in the journal, and in the output."""
    done = limited(cli, size, "extract", source)
    told = done.stderr.decode()
    assert done.returncode == 1 and "no space" in told and "Traceback" not in told, told
    assert not cli.path("claims.jsonl").exists()
    assert not [path for path in cli.folder.iterdir() if path.name.endswith(".partial")]
    cli("extract", source)
    assert cli.path("claims.jsonl").read_bytes() == b"".join(lines)


def test_a_full_disk_leaves_what_was_there(cli: Cli, source: Path) -> None:
    cli.path("claims.jsonl").write_text("mine")
    assert limited(cli, 30_000, "extract", source, "--fresh").returncode == 1
    assert cli.path("claims.jsonl").read_text() == "mine"


def test_standard_output_that_is_full_or_closed(cli: Cli, source: Path) -> None:
    if not os.path.exists("/dev/full"):
        pytest.skip("no /dev/full")
    for command in (
        f"{' '.join(cli.command('extract', source, '-o', '-'))} > /dev/full",
        " ".join(cli.command("extract", source, "-o", "/dev/full")),
    ):
        done = subprocess.run(
            command, shell=True, cwd=cli.folder, env=environment(), capture_output=True, timeout=SECONDS, check=False
        )
        assert done.returncode == 1 and b"no space" in done.stderr and b"Traceback" not in done.stderr
    command = f"{' '.join(cli.command('extract', source, '-o', '-'))} | head -1"
    done = subprocess.run(
        command, shell=True, cwd=cli.folder, env=environment(), capture_output=True, timeout=SECONDS, check=False
    )
    assert done.stdout.count(b"\n") == 1 and b"Traceback" not in done.stderr and b"Exception" not in done.stderr


def test_devices_are_written_to(cli: Cli, source: Path) -> None:
    cli("extract", source, "-o", "/dev/null")
    assert sorted(path.name for path in cli.folder.iterdir()) == ["in.jsonl"]


def test_errors_of_standard_output_go_where_told(cli: Cli) -> None:
    cli.path("in.jsonl").write_text('nonsense\n{"text": "[1]"}\n')
    done = cli("extract", "in.jsonl", "-o", "-", "--quiet", code=3)
    assert json.loads(done.stderr)["reason"] == "bad_json"
    cli("extract", "in.jsonl", "-o", "-", "--errors", "e.jsonl", code=3)
    assert cli.errors("e.jsonl") == [("in.jsonl:1", "bad_json")]


def test_a_dry_run_makes_nothing(cli: Cli, source: Path) -> None:
    before = sorted(cli.folder.rglob("*"))
    cli("extract", source, "--dry-run", "-o", "new/folder/claims.jsonl")
    assert sorted(cli.folder.rglob("*")) == before


@pytest.mark.parametrize("name", ["claims.jsonl.errors.jsonl", "claims.jsonl.run.json", "claims.jsonl.journal"])
def test_files_of_others_beside_the_output_are_not_replaced(cli: Cli, source: Path, name: str) -> None:
    cli.path(name).write_text("mine, and long enough for the head of a journal: " + "x" * 100)
    before = cli.path(name).read_text()
    told = cli("extract", source, code=2).stderr.decode()
    assert name in told
    assert cli.path(name).read_text() == before and not cli.path("claims.jsonl").exists()
    if name.endswith(".journal"):
        cli("extract", source, "--fresh", code=2)
        assert cli.path(name).read_text() == before


def test_an_errors_file_that_exists_is_not_replaced_by_a_run_to_standard_output(cli: Cli, source: Path) -> None:
    cli.path("e.jsonl").write_text("mine")
    cli("extract", source, "-o", "-", "--errors", "e.jsonl", code=2)
    assert cli.path("e.jsonl").read_text() == "mine"
    cli("extract", source, "-o", "-", "--errors", "e.jsonl", "--fresh")
    assert cli.path("e.jsonl").read_text() == ""


@pytest.mark.parametrize(
    ("args", "told"),
    [
        (["-o", "out/"], "is a folder"),
        (["-o", "in.jsonl/claims.jsonl"], "is no folder"),
        (["-o", "same.jsonl", "--errors", "same.jsonl"], "something else too"),
        (["--errors", "."], "is a folder"),
        (["-o", "."], "is a folder"),
        (["-o", "..", "--shards", "2"], "is a folder"),
        (["-o", "/"], "is a folder"),
        (["-o", ""], "is a folder"),
        (["--errors", "claims.jsonl.run.json"], "something else too"),
        (["--errors", "claims.jsonl.journal"], "something else too"),
    ],
)
def test_outputs_that_cannot_be(cli: Cli, source: Path, args: list[str], told: str) -> None:
    assert told in cli("extract", source, *args, code=2).stderr.decode()
    assert [path.name for path in cli.folder.iterdir()] == ["in.jsonl"]


def test_names_of_outputs_need_not_be_text(cli: Cli, source: Path) -> None:
    name = "caf\udce9.jsonl"
    try:
        cli.path(name).touch()
    except OSError:
        pytest.skip("this file system takes UTF-8 names only")
    cli.path(name).unlink()
    for _ in range(2):  # the second time it is complete
        cli("extract", source, "-o", name)
    assert len(cli.lines(name)) == 100
    assert b"caf\\\\xe9" in cli.path(f"{name}.run.json").read_bytes()
    cli("extract", source, "--dry-run", "-o", name)


def test_a_folder_in_the_place_of_a_file_and_the_other_way_round(cli: Cli, source: Path) -> None:
    cli("extract", source, "-o", "out")
    cli("extract", source, "-o", "out", "--shards", 2, code=2)
    cli("extract", source, "-o", "out", "--shards", 2, "--fresh")
    assert sorted(path.name for path in cli.folder.iterdir()) == [
        "in.jsonl",
        "out",
        "out.errors.jsonl",
        "out.run.json",
    ]
    assert "is a folder" in cli("extract", source, "-o", "out", "--fresh", code=2).stderr.decode()


def test_a_disk_that_is_full(cli: Cli, source: Path, lines: list[bytes]) -> None:
    """A real one, where there is leave to mount it."""
    disk = cli.path("disk")
    disk.mkdir()
    mount = ["mount", "-t", "tmpfs", "-o", "size=16k", "tmpfs", str(disk)]
    if os.geteuid() != 0 or subprocess.run(mount, capture_output=True, check=False).returncode != 0:
        pytest.skip("no leave to mount")
    try:
        told = cli("extract", source, "-o", "disk/claims.jsonl", code=1).stderr.decode()
        assert "no space to write" in told and "same command again" in told
        assert not (disk / "claims.jsonl").exists()
        subprocess.run(["mount", "-o", "remount,size=10m", str(disk)], check=True)
        cli("extract", source, "-o", "disk/claims.jsonl")
        assert (disk / "claims.jsonl").read_bytes() == b"".join(lines)
        subprocess.run(["mount", "-o", "remount,ro", str(disk)], check=True)
        told = cli("extract", source, "-o", "disk/other.jsonl", code=2).stderr.decode()
        assert "no permission" in told
    finally:
        subprocess.run(["umount", str(disk)], check=True)


def test_partitions_share_the_memory_that_one_file_takes(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    from claimlines.writers import open_writer, parquet

    monkeypatch.setattr(parquet, "HELD", 100_000)
    held = []
    hold = parquet.Budget.hold

    def noted(self: parquet.Budget, writer: parquet.ParquetWriter, size: int) -> None:
        hold(self, writer, size)
        held.append(self._total)

    monkeypatch.setattr(parquet.Budget, "hold", noted)
    (found,) = extract(Article(id="a", text="[1]"))
    claim = found.model_dump(mode="json")
    writer = open_writer(tmp_path, "parquet", partition_by="unit")
    for number in range(3000):
        line = json.dumps({**claim, "unit": f"u{number % 20}", "value": number}).encode()
        writer.write(line + b"\n")
    writer.close()
    assert max(held) <= 100_000 and held[-1] > 0
    values = ds.dataset(tmp_path, partitioning="hive").to_table()["value"].to_pylist()
    assert sorted(values) == list(range(3000))


def test_messages_without_standard_error_are_not_among_the_claims(cli: Cli) -> None:
    cli.path("in.jsonl").write_text('nonsense\n{"id": "a", "text": "[1]"}\n')
    command = f"{' '.join(cli.command('extract', 'in.jsonl', '-o', '-'))} 2>&-"
    done = subprocess.run(command, shell=True, cwd=cli.folder, env=environment(), capture_output=True, check=False)
    assert done.returncode == 3 and json.loads(done.stdout)["article_id"] == "a"
