"""Every format in, the same articles out."""

from __future__ import annotations

import bz2
import csv
import datetime as dt
import gzip
import io
import json
import lzma
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.parquet as pq
import pytest
import zstandard

from claimlines.readers import InputError, Ledger, Problem, ReadOptions, Record, Skip, find_inputs, read_sources
from claimlines.readers.fields import FieldMap
from claimlines.readers.prepare import prepare
from claimlines.records import Article

from .conftest import Cli, write_jsonl

Items = list[Record | Problem | Skip]


def read(*paths: Path | str, **options: Any) -> Items:
    return list(read_sources(find_inputs([str(path) for path in paths]).inputs, ReadOptions(**options)))


def article(item: Record | Problem | Skip) -> Article:
    assert isinstance(item, Record), item
    made, _ = prepare(item)
    assert isinstance(made, Article), made
    return made


def articles_of(*paths: Path | str, **options: Any) -> list[Article]:
    return [article(item) for item in read(*paths, **options)]


ROWS = [
    {
        "id": "x1",
        "text": 'One, "quoted"\nwith lines [1]',
        "title": "First",
        "published": "2024-05-06",
        "url": "http://a/1",
        "source": "A",
    },
    {
        "id": "x2",
        "text": "Zwei Größen – 5 € ☃",
        "title": "Second",
        "published": "2024-05-07",
        "url": "http://a/2",
        "source": "B",
    },
]


def jsonl_bytes() -> bytes:
    return b"".join(json.dumps(row).encode() + b"\n" for row in ROWS)


def csv_bytes(delimiter: str) -> bytes:
    out = io.StringIO()
    writer = csv.DictWriter(out, list(ROWS[0]), delimiter=delimiter)
    writer.writeheader()
    writer.writerows(ROWS)
    return out.getvalue().encode()


def parquet_bytes() -> bytes:
    out = io.BytesIO()
    rows = [{**row, "published": dt.datetime.fromisoformat(row["published"])} for row in ROWS]
    pq.write_table(pa.Table.from_pylist(rows), out)
    return out.getvalue()


FORMATS: dict[str, Callable[[], bytes]] = {
    "jsonl": jsonl_bytes,
    "ndjson": jsonl_bytes,
    "json": lambda: json.dumps(ROWS, indent=1).encode(),
    "csv": lambda: csv_bytes(","),
    "tsv": lambda: csv_bytes("\t"),
    "parquet": parquet_bytes,
}
COMPRESSIONS: dict[str, Callable[[bytes], bytes]] = {
    "": lambda data: data,
    ".gz": gzip.compress,
    ".bz2": bz2.compress,
    ".xz": lzma.compress,
    ".zst": zstandard.compress,
}


@pytest.mark.parametrize("compression", COMPRESSIONS)
@pytest.mark.parametrize("format", FORMATS)
def test_formats_and_compressions(tmp_path: Path, format: str, compression: str) -> None:
    path = tmp_path / f"in.{format}{compression}"
    path.write_bytes(COMPRESSIONS[compression](FORMATS[format]()))
    got = articles_of(path)
    assert [(a.id, a.text, a.title, str(a.published), a.url, a.source) for a in got] == [
        tuple(row.values()) for row in ROWS
    ]


def test_compression_is_known_by_content(tmp_path: Path) -> None:
    (tmp_path / "named.jsonl.gz").write_bytes(jsonl_bytes())
    (tmp_path / "unnamed.jsonl").write_bytes(zstandard.compress(jsonl_bytes()))
    assert len(articles_of(tmp_path / "named.jsonl.gz", tmp_path / "unnamed.jsonl")) == 4


@pytest.mark.parametrize(
    ("data", "ids"),
    [
        ({"text": "one [1]", "id": "solo"}, ["solo"]),
        ({"articles": [{"text": "a"}, {"text": "b", "id": "B"}]}, ["in.json:1", "B"]),
        ([{"body": "a"}, {"maintext": "b"}], ["in.json:1", "in.json:2"]),
    ],
)
def test_shapes_of_json(tmp_path: Path, data: Any, ids: list[str]) -> None:
    for indent in (None, 2):
        (tmp_path / "in.json").write_text(json.dumps(data, indent=indent))
        assert [name.rsplit("/", 1)[-1] for name in (a.id for a in articles_of(tmp_path / "in.json"))] == ids


def test_jsonl_named_json(tmp_path: Path) -> None:
    (tmp_path / "in.json").write_bytes(jsonl_bytes())
    assert len(articles_of(tmp_path / "in.json")) == 2


def test_a_broken_array_yields_its_beginning(tmp_path: Path) -> None:
    (tmp_path / "in.json").write_text('[{"text": "a"}, {"text": "b"}, {"text": oops}, {"text": "c"}]')
    one, two, problem = read(tmp_path / "in.json")
    assert (article(one).text, article(two).text) == ("a", "b")
    assert isinstance(problem, Problem) and problem.reason == "bad_json" and problem.place.record == 3


def test_fields_are_guessed_and_told(tmp_path: Path) -> None:
    record = {
        "Headline": "H",
        "maintext": "words",
        "date_publish": "2024-05-06 10:00:00",
        "link": "u",
        "source": {"name": "S"},
        "id": 7,
    }
    path = write_jsonl(tmp_path / "in.jsonl", [record])
    (got,) = articles_of(path)
    assert (got.id, got.title, got.text, str(got.published), got.url, got.source) == (
        "7",
        "H",
        "words",
        "2024-05-06",
        "u",
        "S",
    )
    path = write_jsonl(
        tmp_path / "in.jsonl", [{"text": "not this", "payload": {"words": "this"}, "meta": {"when": "2024-05-06"}}]
    )
    (got,) = articles_of(path, fields=FieldMap({"text": "payload.words", "published": "meta.when"}))
    assert (got.text, str(got.published)) == ("this", "2024-05-06")


def test_a_text_file_is_given_whole(tmp_path: Path) -> None:
    text = "Title of it\r\n\r\nMarch 24, 2025\r\n\r\nBody with [1].\r\n"
    (tmp_path / "a.txt").write_bytes(text.encode())
    (got,) = articles_of(tmp_path / "a.txt")
    assert got.text == text
    assert (got.title, got.published) == ("Title of it", dt.date(2025, 3, 24))


@pytest.mark.parametrize(
    ("text", "title", "published"),
    [
        ("# A *heading*\n\nPublished: 24 March 2025\n\nBody", "A *heading", "2025-03-24"),
        ("---\ntitle: 'Front'\ndate: 2025-03-24\nurl: http://x\n---\nFirst line\nBody", "Front", "2025-03-24"),
        ("Title: Labelled\nDate: Mar 24, 2025\n\nBody", "Labelled", "2025-03-24"),
        ("By the numbers\nRevenue in May 2024 was $5m.\n", "By the numbers", None),
        ("A headline of 2019\n\nBy Jane Doe\n2019-05-06\n\nBody", "A headline of 2019", "2019-05-06"),
        ("March 24, 2025\nTitle after\nBody", None, "2025-03-24"),
        ("word " * 100 + "\nsecond line", None, None),
        ("---\nnot front matter\n\nBody", "---", None),
        ("Note: this is no label\nBody", "Note: this is no label", None),
    ],
)
def test_heads_of_text_files(tmp_path: Path, text: str, title: str | None, published: str | None) -> None:
    (tmp_path / "a.md").write_text(text)
    (got,) = articles_of(tmp_path / "a.md")
    assert got.text == text
    assert (got.title, got.published and str(got.published)) == (title, published)


PAGE = """<html><head><title>Foo Corp raises $5m | TechNews</title>
<meta property="og:title" content="Foo Corp raises $5m"><meta property="og:site_name" content="TechNews">
<meta property="article:published_time" content="2024-05-06T10:00:00Z"></head>
<body><nav>Menu About Contact</nav><article><h1>Foo Corp raises $5m</h1>
<p>Foo Corp raised [5] million in May 2024 &amp; employs 300 people across its many offices in the country.</p>
<p>Revenue rose 35% to $3bn in 2023, the company said in a statement that it sent to the newspapers.</p>
</article><footer>Copyright</footer></body></html>"""


def test_html(tmp_path: Path) -> None:
    (tmp_path / "a.html").write_text(PAGE)
    (got,) = articles_of(tmp_path / "a.html")
    assert "Foo Corp raised [5] million in May 2024 & employs 300 people" in got.text
    assert "Menu" not in got.text
    assert (got.title, got.published, got.source) == ("Foo Corp raises $5m", dt.date(2024, 5, 6), "TechNews")


def test_html_without_an_article(cli: Cli) -> None:
    cli.path("a.html").write_text("<html><body></body></html>")
    cli.path("b.html").write_bytes(b"<html>\x00\xff\xfe" * 50)
    cli("extract", "a.html", "b.html", code=3)
    assert [error[0] for error in cli.errors()] == ["a.html", "b.html"]


def warc(path: Path, *, cut: int = 0) -> None:
    from warcio.statusandheaders import StatusAndHeaders
    from warcio.warcwriter import WARCWriter

    out = io.BytesIO()
    writer = WARCWriter(out, gzip=path.suffix == ".gz")
    fixed = {"WARC-Date": "2024-05-06T00:00:00Z"}

    def response(number: int, status: str, kind: str, body: bytes) -> None:
        headers = StatusAndHeaders(status, [("Content-Type", kind)], protocol="HTTP/1.0")
        record = writer.create_warc_record(
            f"http://site/{number}", "response", io.BytesIO(body), http_headers=headers, warc_headers_dict=dict(fixed)
        )
        writer.write_record(record)

    writer.write_record(writer.create_warcinfo_record("x.warc", {"software": "test"}))
    response(1, "200 OK", "text/html; charset=utf-8", PAGE.encode())
    response(2, "404 Not Found", "text/html", PAGE.encode())
    response(3, "200 OK", "image/png", b"\x89PNG")
    text = writer.create_warc_record(
        "http://site/4",
        "conversion",
        io.BytesIO("Extracted text [4] größer".encode()),
        warc_content_type="text/plain",
        warc_headers_dict=dict(fixed),
    )
    writer.write_record(text)
    response(5, "200 OK", "text/html", PAGE.encode())
    data = out.getvalue()
    path.write_bytes(data[: len(data) - cut])


@pytest.mark.parametrize("name", ["crawl.warc", "crawl.warc.gz"])
def test_warc(tmp_path: Path, name: str) -> None:
    warc(tmp_path / name)
    items = read(tmp_path / name)
    assert [item.reason for item in items if isinstance(item, Skip)] == ["http_status", "not_html"]
    got = [article(item) for item in items if isinstance(item, Record)]
    assert [a.url for a in got] == ["http://site/1", "http://site/4", "http://site/5"]
    assert got[0].title == "Foo Corp raises $5m" and got[1].text == "Extracted text [4] größer"
    assert all(a.id.startswith("urn:uuid:") for a in got)


def test_truncated_warc(tmp_path: Path) -> None:
    warc(tmp_path / "crawl.warc.gz", cut=200)
    items = read(tmp_path / "crawl.warc.gz")
    assert [item.reason for item in items if isinstance(item, Problem)] == ["truncated"]
    assert len([item for item in items if isinstance(item, Record)]) == 2


@pytest.mark.parametrize("format", ["parquet", "warc", "json", "csv", "jsonl", "html", "text"])
@pytest.mark.parametrize("junk", [b"", b"PAR1 not parquet PAR1", b"\x00\xff\x93" * 999, b"<<<>>>{{{[[["])
def test_junk_of_every_format_is_a_problem_and_no_exception(tmp_path: Path, format: str, junk: bytes) -> None:
    path = tmp_path / "junk"
    path.write_bytes(junk)
    for item in read(path, format=format):
        if isinstance(item, Record):
            prepare(item)


def test_a_row_that_is_not_utf8_costs_itself_only(tmp_path: Path) -> None:
    (tmp_path / "a.csv").write_bytes(b'id,text\n1,fine\n2,caf\xe9\n3,"also\nfine"\n')
    one, bad, three = read(tmp_path / "a.csv")
    assert (article(one).id, article(three).text) == ("1", "also\nfine")
    assert isinstance(bad, Problem) and bad.reason == "not_utf8" and bad.place.record == 2
    (latin,) = articles_of(write(tmp_path / "b.csv", "id,text\n2,café\n".encode("latin-1")), encoding="latin-1")
    assert latin.text == "café"


def write(path: Path, data: bytes) -> Path:
    path.write_bytes(data)
    return path


def test_csv_delimiter_and_missing_text_column(tmp_path: Path) -> None:
    (got,) = articles_of(write(tmp_path / "a.csv", b"id;title;body\n1;a, b;words [1]\n"))
    assert (got.text, got.title) == ("words [1]", "a, b")
    (problem,) = read(write(tmp_path / "b.csv", b"id,words\n1,x\n"))
    assert isinstance(problem, Problem) and problem.reason == "no_text" and "id, words" in problem.message


def test_byte_order_marks(tmp_path: Path) -> None:
    (tmp_path / "a.txt").write_bytes("\ufeffTitle\nBody".encode())
    (tmp_path / "b.txt").write_bytes("Title\nBödy".encode("utf-16"))
    (tmp_path / "c.jsonl").write_bytes('\ufeff{"text": "x"}\n'.encode())
    (tmp_path / "d.csv").write_bytes("\ufefftext,id\nx,1\n".encode())
    assert [a.text for a in articles_of(tmp_path)] == ["Title\nBody", "Title\nBödy", "x", "x"]


def test_folders_globs_and_order(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("b/2.txt", "b/10.txt", "a.txt", "c.txt", ".hidden.txt", "b/picture.png"):
        (tmp_path / name).parent.mkdir(exist_ok=True)
        (tmp_path / name).write_text(f"{name} text")
    found = find_inputs([str(tmp_path)])
    assert [source.name for source in found.inputs] == ["a.txt", "b/10.txt", "b/2.txt", "c.txt"]
    assert found.ignored == {".png": 1}
    monkeypatch.chdir(tmp_path)
    assert [source.name for source in find_inputs(["./c.txt", "b/*.txt"]).inputs] == ["c.txt", "b/10.txt", "b/2.txt"]
    assert [a.id for a in articles_of("c.txt")] == ["c.txt"]
    for missing in ("nothing.txt", "*.xml", "memory://nothing/*.txt"):
        with pytest.raises(InputError):
            find_inputs([missing])


def test_names_that_are_no_utf8(cli: Cli) -> None:
    folder = cli.path("dump")
    folder.mkdir()
    try:
        (folder / "caf\udce9.txt").write_text("Title\n[1]")
    except OSError:
        pytest.skip("this file system takes UTF-8 names only")
    cli("extract", "dump")
    assert cli.articles() == ["caf\\xe9.txt"]


def test_fsspec_urls() -> None:
    import fsspec

    system = fsspec.filesystem("memory")
    system.pipe("/dump/a.jsonl.gz", gzip.compress(jsonl_bytes()))
    system.pipe("/dump/b.txt", b"Title\nbody")
    try:
        assert len(articles_of("memory://dump/*.jsonl.gz")) == 2
        assert len(articles_of("memory://dump")) == 3
        assert articles_of("memory://dump/b.txt")[0].text == "Title\nbody"
    finally:
        system.rm("/dump", recursive=True)


def test_standard_input_of_either_kind(cli: Cli) -> None:
    done = cli("extract", "-", "-o", "-", input=jsonl_bytes())
    assert [json.loads(line)["article_id"] for line in done.stdout.splitlines()] == ["x1"]
    done = cli("extract", "-", "-o", "-", input=gzip.compress(b"A title\n\nbody [3]"))
    assert json.loads(done.stdout)["title"] == "A title"


def test_ledger_has_the_digests_of_the_files(tmp_path: Path) -> None:
    import hashlib

    paths = [
        write(tmp_path / "a.jsonl.gz", gzip.compress(jsonl_bytes())),
        write(tmp_path / "b.parquet", parquet_bytes()),
        write(tmp_path / "c.txt", b"x"),
    ]
    ledger = Ledger()
    list(read_sources(find_inputs([str(path) for path in paths]).inputs, ReadOptions(), ledger))
    entry = ledger.to_json()
    assert [item["sha256"] for item in entry["list"]] == [
        hashlib.sha256(path.read_bytes()).hexdigest() for path in paths
    ]
    assert entry["bytes"] == sum(path.stat().st_size for path in paths)
