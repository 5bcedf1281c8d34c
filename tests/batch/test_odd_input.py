"""Input as it is in the world: other encodings, other shapes, half of it broken."""

from __future__ import annotations

import datetime as dt
import gzip
import io
import json
import struct
import zlib
from decimal import Decimal
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.parquet as pq
import pytest
import zstandard

from claimlines.readers import Problem, ReadOptions, Record, Skip, find_inputs, read_sources
from claimlines.readers.fields import FieldMap
from claimlines.readers.prepare import prepare
from claimlines.records import Article

from .conftest import Cli

Items = list[Record | Problem | Skip]


def read(path: Path, data: bytes, **options: Any) -> Items:
    path.write_bytes(data)
    return list(read_sources(find_inputs([str(path)]).inputs, ReadOptions(**options)))


def told(items: Items) -> list[str]:
    """Texts of the articles, and in their place the reasons why there is none."""
    return [item.fields["text"] if isinstance(item, Record) else item.reason for item in items]


TWO = [{"text": "größer"}, {"text": "☃ two"}]
LINES = "".join(json.dumps(row, ensure_ascii=False) + "\r\n" for row in TWO)


@pytest.mark.parametrize(
    ("name", "data"),
    [
        ("bom.json", json.dumps(TWO[0]).encode("utf-8-sig")),
        ("array.json", json.dumps(TWO).encode("utf-8-sig")),
        ("utf16.json", json.dumps(TWO).encode("utf-16")),
        ("utf16.jsonl", LINES.encode("utf-16")),
        ("utf16.ndjson.gz", gzip.compress(LINES.encode("utf-16"))),
        ("utf32.jsonl", LINES.encode("utf-32")),
        ("utf16.csv", "id,text\r\n1,größer\r\n2,☃ two\r\n".encode("utf-16")),
        ("utf16.tsv", "id\ttext\r\n1\tgrößer\r\n2\t☃ two\r\n".encode("utf-16")),
        ("utf16", LINES.encode("utf-16")),  # as PowerShell's > writes it, and no name to tell
        ("twice.jsonl.gz", gzip.compress(gzip.compress(LINES.encode()))),
        ("mixed.jsonl.gz", zstandard.compress(gzip.compress(LINES.encode()))),
        ("lines.json", LINES.encode()),
        ("laid-out.json", "\n".join(json.dumps(row, indent=2) for row in TWO).encode()),
        ("behind.json", "".join(json.dumps(row) for row in TWO).encode()),
        ("listed.json", json.dumps({"meta": {"count": 2}, "data": [1, 2], "docs": TWO}).encode()),
        ("old-mac.csv", "id,text\r1,größer\r2,☃ two\r".encode()),
        ("excel.csv", "sep=;\r\nid;text\r\n1;größer\r\n2;☃ two\r\n".encode()),
        ("piped.csv", "id|text\n1|größer\n\n2|☃ two\n".encode()),
        ("header.csv", '"a\nb",text\n1,größer\n2,"☃ two"'.encode()),
    ],
)
def test_two_articles_in_many_shapes(tmp_path: Path, name: str, data: bytes) -> None:
    texts = told(read(tmp_path / name, data))
    assert texts == [row["text"] for row in TWO][: 1 if name == "bom.json" else 2]


@pytest.mark.parametrize("name", ["a.jsonl", "a.json", "one.json", "a.csv"])
def test_told_encodings(tmp_path: Path, name: str) -> None:
    data = {
        "a.jsonl": '{"text": "café"}\n',
        "a.json": '[{"text": "café"}]',
        "one.json": '{"text": "café"}',
        "a.csv": "text\ncafé\n",
    }[name]
    for encoding in ("latin-1", "cp1252", "utf-16-le"):
        assert told(read(tmp_path / name, data.encode(encoding), encoding=encoding)) == ["café"]


def test_nan_as_python_writes_it(tmp_path: Path) -> None:
    rows = [{"text": f"t{n}", "title": float("nan"), "score": float("-inf")} for n in range(3)]
    assert told(read(tmp_path / "a.jsonl", "".join(json.dumps(row) + "\n" for row in rows).encode())) == [
        "t0",
        "t1",
        "t2",
    ]
    for data in (json.dumps(rows), json.dumps({"articles": rows})):
        items = read(tmp_path / "a.json", data.encode())
        assert told(items) == ["t0", "t1", "t2"] and all("title" not in item.fields for item in items)  # type: ignore[union-attr]


def test_a_byte_that_is_no_utf8_costs_its_element_only(tmp_path: Path) -> None:
    data = b'[{"text": "a"}, {"text": "caf\xe9"}, {"text": "\\ud800"}, {"text": "b"}]'
    assert told(read(tmp_path / "a.json", data)) == ["a", "not_utf8", "not_utf8", "b"]


@pytest.mark.parametrize(
    ("data", "expected"),
    [
        (b"[]", []),
        (b"", ["empty"]),
        (b"  \n", ["empty"]),
        (b"{}", ["no_text"]),
        (b"[1, null, {}]", ["not_an_object", "not_an_object", "no_text"]),
        (b'[{"text": "a"}] what is this', ["a", "bad_json"]),
        (b'[{"text": "a"}, {"text": "b"', ["a", "bad_json"]),
        (b'[{"text": "a"} {"text": "b"}]', ["a", "bad_json"]),
        (b'{"text": "a", "items": [{"text": "of the article"}]}', ["a"]),
        (b'{"items": [{"related": 1}], "text": "a"}', ["a"]),
        (b'{"data": [], "body": "a"}', ["a"]),
        (b'{"articles": [{"text": "a"}, 5, {"text": "b"}], "text": 5}', ["a", "not_an_object", "b"]),
        (b'[{"text": "a"},' + b"[" * 100_000, ["a", "bad_json"]),
        (b'{"a":' * 100_000, ["bad_json"]),
    ],
)
def test_json_of_other_shapes(tmp_path: Path, data: bytes, expected: list[str]) -> None:
    assert told(read(tmp_path / "a.json", data)) == expected


def test_long_json_is_read_in_pieces(tmp_path: Path) -> None:
    """Larger than any buffer, and larger than the longest article."""
    rows = [{"id": n, "text": f"t{n} " + "x" * 500, "tags": ["a", {"b": n}]} for n in range(2000)]
    apart = "\n".join(json.dumps(row, indent=1) for row in rows)
    for data in (json.dumps(rows), json.dumps({"n": 1, "data": rows}, indent=1), apart):
        items = read(tmp_path / "a.json", data.encode(), max_chars=1000)
        assert [item.fields["id"] for item in items if isinstance(item, Record)] == [str(n) for n in range(2000)]
        assert [item.place.record for item in items if isinstance(item, Record)] == list(range(1, 2001))
    items = read(tmp_path / "a.json", json.dumps([{"text": "a"}, {"text": "x" * 500_000}]).encode(), max_chars=1000)
    assert told(items) == ["a", "too_long"]


def test_quotes_that_are_not_closed(tmp_path: Path) -> None:
    items = read(tmp_path / "a.csv", b'id,text\n1,fine\n2,"open\n3,x\n4,y\n')
    assert told(items) == ["fine", "bad_csv"] and items[1].place.line == 3
    # With more behind it than any article has, what follows is read again.
    rows = "".join(f"{n},text {n}\n" for n in range(100))
    items = read(tmp_path / "a.csv", f'id,text\n1,fine\n2,"open\n{rows}'.encode(), max_chars=200)
    assert told(items)[:2] == ["fine", "too_long"] and told(items)[-1] == "text 99"
    assert "not closed" in items[1].message  # type: ignore[union-attr]


def test_a_long_row_costs_itself_only(tmp_path: Path) -> None:
    data = f"id,text\n1,fine\n2,{'x' * 900_000}\n3,also fine\n".encode()
    assert told(read(tmp_path / "a.csv", data, max_chars=1000)) == ["fine", "too_long", "also fine"]


def test_a_csv_file_without_rows_or_columns(tmp_path: Path) -> None:
    assert told(read(tmp_path / "a.csv", b"")) == ["empty"]
    assert told(read(tmp_path / "a.csv", b"id,text\r\n")) == []
    assert told(read(tmp_path / "a.csv", b"id,text\n1\n2,b,more\n")) == ["no_text", "b"]


def table(path: Path, columns: dict[str, Any], **options: Any) -> Items:
    out = io.BytesIO()
    pq.write_table(pa.table(columns), out)
    return read(path, out.getvalue(), **options)


def no_utf8() -> pa.Array:
    data = b"okcaf\xe9fine"
    return pa.StringArray.from_buffers(3, pa.py_buffer(struct.pack("4i", 0, 2, 6, 10)), pa.py_buffer(data))


NANOSECONDS = pa.array([1_700_000_000_123_456_789] * 3, pa.timestamp("ns"))


@pytest.mark.parametrize(
    ("columns", "expected"),
    [
        ({"text": pa.array([None, None])}, ["no_text", "no_text"]),
        ({"text": pa.array([["a"], []])}, ["no_text", "no_text"]),
        ({"text": pa.array([], pa.string())}, []),
        ({"text": pa.array(["a", None, ""])}, ["a", "no_text", "empty"]),
        ({"text": pa.array(["café".encode(), b"caf\xe9"])}, ["café", "not_utf8"]),
        ({"text": no_utf8()}, ["ok", "not_utf8", "fine"]),
        ({"text": pa.array(["a", "b", "a"]).dictionary_encode()}, ["a", "b", "a"]),
        ({"text": pa.array(["a"], pa.large_string())}, ["a"]),
        ({"text": pa.array(["a", "b", "c"]), "date": NANOSECONDS}, ["a", "b", "c"]),
        ({"text": ["a"], "date": pa.array([1_700_000_000], pa.timestamp("s", "No/Where"))}, ["a"]),
    ],
)
def test_columns_of_parquet(tmp_path: Path, columns: dict[str, Any], expected: list[str]) -> None:
    items = table(tmp_path / "a.parquet", columns)
    assert told(items) == expected
    for item in items:
        if isinstance(item, Record) and "date" in columns:
            article, _ = prepare(item)
            assert isinstance(article, Article) and article.published == dt.date(2023, 11, 14)


def test_ids_of_parquet(tmp_path: Path) -> None:
    ids = [7, 2.5, Decimal("1.50"), b"raw", {"name": "named"}, True, None]
    got = [table(tmp_path / "a.parquet", {"text": ["a"], "id": [value]})[0].id for value in ids]
    here = str(tmp_path / "a.parquet:1")
    assert got == ["7", "2.5", "1.50", "raw", "named", here, here]


def test_parquet_in_a_column_of_structs(tmp_path: Path) -> None:
    columns = {"meta": pa.array([{"text": "a", "when": 1}])}
    assert told(table(tmp_path / "a.parquet", columns, fields=FieldMap({"text": "meta.text"}))) == ["a"]


PAGE = (
    "<html><head><title>Größer</title></head><body><article><h1>Größer</h1>"
    + "<p>Foo Corp raised [5] million in May and employs 300 people in größer offices across the country.</p>" * 3
    + "</article></body></html>"
)
RAW = PAGE.encode()


def chunked(data: bytes) -> bytes:
    pieces = [data[at : at + 50] for at in range(0, len(data), 50)]
    return b"".join(b"%x\r\n%s\r\n" % (len(piece), piece) for piece in pieces) + b"0\r\n\r\n"


def http(body: bytes, status: str = "HTTP/1.1 200 OK", **headers: str) -> bytes:
    fields = {"Content_Type": "text/html", **headers}.items()
    lines = [status, *(f"{name.replace('_', '-')}: {value}" for name, value in fields), "", ""]
    return "\r\n".join(lines).encode() + body


def warc(body: bytes, kind: str = "response", url: str = "http://site/", length: int | str | None = None) -> bytes:
    head = f"WARC/1.0\r\nWARC-Type: {kind}\r\nWARC-Target-URI: {url}\r\nContent-Length: {len(body) if length is None else length}\r\n\r\n"
    return head.encode() + body + b"\r\n\r\n"


WARC_RECORDS: dict[str, tuple[bytes, str | None]] = {
    "plain": (warc(http(RAW)), "page"),
    "http 2": (warc(http(RAW, "HTTP/2 200")), "page"),
    "chunked": (warc(http(chunked(RAW), Transfer_Encoding="chunked")), "page"),
    "gzip": (warc(http(gzip.compress(RAW), Content_Encoding="gzip")), "page"),
    "gzip, chunked": (
        warc(http(chunked(gzip.compress(RAW)), Content_Encoding="gzip", Transfer_Encoding="chunked")),
        "page",
    ),
    "deflate": (warc(http(zlib.compress(RAW), Content_Encoding="deflate")), "page"),
    "raw deflate": (warc(http(zlib.compress(RAW)[2:-4], Content_Encoding="deflate")), "page"),
    "zstd": (warc(http(zstandard.compress(RAW), Content_Encoding="zstd")), "page"),
    "decoded already": (warc(http(RAW, Content_Encoding="br")), "page"),
    "unknown encoding": (warc(http(RAW, Content_Encoding="rot13")), "bad_warc"),
    "half of gzip": (warc(http(gzip.compress(RAW)[:90], Content_Encoding="gzip")), "bad_warc"),
    "charset told": (warc(http(PAGE.encode("cp1252"), Content_Type='text/html; charset="windows-1252"')), "page"),
    "no http": (warc(b"garbage"), "bad_warc"),
    "name server": (warc(b"20240506\nsite 1 IN A 1.2.3.4", url="dns:site"), None),
    "metadata": (warc(b"x", "metadata"), None),
    "gone": (warc(http(RAW, "HTTP/1.1 410 Gone")), "http_status"),
    "empty": (warc(http(b"")), "empty"),
    "no length": (warc(b"abc", length="x"), "bad_warc"),
    "wrong length": (warc(http(RAW), length=len(http(RAW)) - 200), "page bad_warc"),
    "wet": (warc("größer [1]".encode(), "conversion"), "größer [1]"),
}


def test_records_of_a_crawl_cost_themselves_only(tmp_path: Path) -> None:
    """Each between good ones, all in one file."""
    good = warc(http(RAW))
    data = good + b"".join(record + good for record, _ in WARC_RECORDS.values())
    got = []
    for item in read(tmp_path / "crawl.warc.gz", gzip.compress(data)):
        if isinstance(item, Record) and item.kind == "html":
            article, _ = prepare(item)
            assert isinstance(article, Article) and "größer" in article.text
            got.append("page")
        else:
            got.extend(told([item]))
    expected = ["page"]
    for _, wanted in WARC_RECORDS.values():
        expected.extend([] if wanted is None else [wanted] if "größer" in wanted else wanted.split())
        expected.append("page")
    assert got == expected


def test_messages_can_always_be_written(cli: Cli) -> None:
    """Whatever a bad record puts into them."""
    cli.path("a.csv").write_bytes(b"id,caf\xe9\n1,x\n")
    cli.path("b.jsonl").write_bytes(json.dumps({"n" * 100_000: 1, "id": "i" * 100_000}).encode() + b"\n")
    cli.path("c.json").write_bytes(b'[{"id": "\\ud800", "title": "\\udfff", "text": "[1]"}, {"\\ud800": 1}]')
    cli("extract", "a.csv", "b.jsonl", "c.json", code=3)
    errors = cli.lines("claims.jsonl.errors.jsonl")
    assert [error["reason"] for error in errors] == ["no_text"] * 3
    assert all(len(error["message"]) < 2000 and len(error["id"]) < 2000 for error in errors)
    (claim,) = cli.lines("claims.jsonl")
    assert (claim["article_id"], claim["title"]) == ("?", "?")


def test_no_room_for_what_is_laid_aside_is_no_fault_of_the_articles(cli: Cli, monkeypatch: pytest.MonkeyPatch) -> None:
    """A disk that is full stops the run; it does not turn every file into an error."""
    import errno

    from claimlines.readers import parquet

    class Full(io.BytesIO):
        def write(self, data: Any) -> int:
            raise OSError(errno.ENOSPC, "No space left on device")

    monkeypatch.setattr(parquet.tempfile, "TemporaryFile", lambda **_: Full())
    out = io.BytesIO()
    pq.write_table(pa.table({"text": ["a"]}), out)
    path = cli.path("a.parquet.gz")
    with pytest.raises(OSError, match="No space") as raised:
        read(path, gzip.compress(out.getvalue()))
    assert raised.value.filename
