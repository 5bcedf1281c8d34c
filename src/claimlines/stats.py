"""Counts over a file of claims: the most frequent metrics, subjects, units and the rest."""

from __future__ import annotations

import csv
import io
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import orjson

from claimlines.readers.locate import format_of
from claimlines.readers.streams import open_input

__all__ = ["COUNTED", "Statistics", "StatisticsError", "read_claims", "statistics_of"]

WRITTEN = ("jsonl", "csv", "parquet")
LONGEST = 1 << 30  # characters of a field
COUNTED = ("metric", "subject", "unit", "period", "aspect", "status", "comparator")


class StatisticsError(ValueError):
    """A file that holds no claims; the message says what is wrong."""


@dataclass
class Statistics:
    """Counts over claims.

    Attributes:
        claims: how many.
        articles: of how many articles.
        confidence: mean confidence, or None of no claims.
        values: for each field counted, how often each value occurs.
    """

    claims: int = 0
    articles: int = 0
    confidence: float | None = None
    values: dict[str, Counter[str]] = field(default_factory=dict)


def statistics_of(paths: Sequence[str], fields: Sequence[str] = COUNTED) -> Statistics:
    """Count over the claims in files or folders of JSON Lines, Parquet or CSV.

    Raises:
        StatisticsError: if one cannot be read or holds no claims.
    """
    found = Statistics(values={name: Counter() for name in fields})
    total, articles = 0.0, set[int]()
    for claim in read_claims(paths):
        found.claims += 1
        total += float(claim.get("confidence") or 0)
        articles.add(hash(claim.get("article_id")))
        for name, counter in found.values.items():
            value = claim.get(name)
            counter["(none)" if value is None or value == "" else str(value)] += 1
    found.articles = len(articles)
    found.confidence = total / found.claims if found.claims else None
    return found


def read_claims(paths: Sequence[str]) -> Iterator[dict[str, Any]]:
    """The claims in files or folders that ``claimlines extract``, or a run of datatrove, wrote.

    Raises:
        StatisticsError: if one cannot be read or holds no claims.
    """
    for path in paths:
        folder = Path(path)
        if path != "-" and folder.is_dir():
            files = sorted(str(file) for file in folder.rglob("*") if _may_hold_claims(file))
            if not files:
                raise StatisticsError(f"{path}: there are no claims in this folder")
        else:
            files = [path]
        for file in files:
            for claim in _read(file):
                if "claim_id" not in claim:
                    raise StatisticsError(f"{file}: these are no claims of claimlines: a record lacks claim_id")
                yield claim


def _may_hold_claims(file: Path) -> bool:
    return file.is_file() and format_of(file.name) in WRITTEN and not file.name.endswith(".errors.jsonl")


def _read(path: str) -> Iterator[dict[str, Any]]:
    format = format_of(path) or "jsonl"
    try:
        with open_input(path, hashed=False) as opened:
            if format == "parquet":
                yield from _parquet(path)
            elif format == "csv":
                csv.field_size_limit(LONGEST)
                yield from csv.DictReader(io.TextIOWrapper(opened.content, "utf-8", newline=""))
            else:
                for number, line in enumerate(opened.content, 1):
                    claim = orjson.loads(line)
                    if not isinstance(claim, dict):
                        raise StatisticsError(f"{path}:{number}: no claim")
                    yield claim
            if opened.problem:
                raise StatisticsError(f"{path}: {opened.problem}")
    except OSError as error:
        raise StatisticsError(f"{path}: cannot be read: {error.strerror or error}") from error
    except (orjson.JSONDecodeError, UnicodeDecodeError, csv.Error) as error:
        raise StatisticsError(f"{path}: no file of claims: {error}") from error


def _parquet(path: str) -> Iterator[dict[str, Any]]:
    import pyarrow as pa
    import pyarrow.parquet as pq

    try:
        # A partition's column stands in its folder's name and is not needed here.
        for batch in pq.ParquetFile(path).iter_batches(batch_size=4096, use_threads=False):
            yield from batch.to_pylist()
    except pa.ArrowException as error:
        raise StatisticsError(f"{path}: not Parquet: {error}") from error
