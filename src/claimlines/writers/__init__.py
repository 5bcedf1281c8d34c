"""Writing claims: JSON Lines, Parquet or CSV; one file, shards or partitions."""

from __future__ import annotations

from pathlib import Path
from typing import Literal

from claimlines.writers.atomic import Aside, digest_of_output
from claimlines.writers.base import ClaimWriter
from claimlines.writers.folders import PartitionedWriter, ShardedWriter
from claimlines.writers.lines import LinesWriter, open_compressed
from claimlines.writers.parquet import Budget, ParquetWriter
from claimlines.writers.table import CsvWriter

__all__ = ["Aside", "ClaimWriter", "digest_of_output", "open_writer"]

SUFFIX = {"jsonl": ".jsonl", "csv": ".csv", "parquet": ".parquet"}


def open_writer(
    path: Path,
    format: Literal["jsonl", "parquet", "csv"],
    *,
    shards: int | None = None,
    partition_by: str | None = None,
    total: int = 0,
) -> ClaimWriter:
    """A writer of claims to ``path``: a file, or with ``shards`` or ``partition_by`` a folder.

    Args:
        total: how many claims there will be, by which shards are cut.

    Raises:
        OSError: if it cannot be written.
    """

    budget = Budget()

    def make(file: Path) -> ClaimWriter:
        if format == "parquet":
            return ParquetWriter(file, budget, without=partition_by)
        stream = open_compressed(file)
        return CsvWriter(stream) if format == "csv" else LinesWriter(stream)

    # A folder named claims.jsonl.zst holds files so compressed.
    name = path.name.removesuffix(".partial").lower()
    suffix = SUFFIX[format] + next((end for end in (".gz", ".zst") if name.endswith(end) and format != "parquet"), "")
    if partition_by is not None:
        return PartitionedWriter(path, make, suffix, partition_by)
    if shards is not None:
        return ShardedWriter(path, make, suffix, shards, total)
    return make(path)
