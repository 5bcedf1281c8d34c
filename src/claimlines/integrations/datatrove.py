"""claimlines as steps of datatrove, which runs them on one machine, on Slurm or on Ray.

Needs ``pip install 'claimlines[cluster]'``. A pipeline is a reader of datatrove, our
extractor, and a writer::

    pipeline = [
        JsonlReader("s3://dump/", text_key="text", id_key="id"),
        ClaimExtractor(),
        ClaimWriter("s3://claims/"),
    ]
    LocalPipelineExecutor(pipeline, tasks=100, workers=8, logging_dir="logs").run()
"""

from __future__ import annotations

import os
from collections.abc import Iterator
from contextlib import suppress
from functools import cache
from typing import IO, Any

import orjson
from datatrove.data import Document
from datatrove.pipeline.base import PipelineStep
from datatrove.pipeline.writers.disk_base import DiskWriter

from claimlines.readers.checks import from_mapping
from claimlines.readers.fields import FieldMap
from claimlines.readers.items import Place, Problem, Record, Skip
from claimlines.readers.options import ReadOptions
from claimlines.runner.chunks import Chunk
from claimlines.runner.outcome import Outcome, unpacked
from claimlines.runner.pool import Pool, Task
from claimlines.runner.worker import Work, WorkerSetup

__all__ = ["ClaimExtractor", "ClaimWriter", "ErrorWriter"]

CLAIMS, ERRORS = "claims", "claimlines_errors"


@cache
def _work(setup: WorkerSetup) -> Work:
    """The extractor of this process: loaded at its first article, whatever the number of tasks."""
    return Work(setup)


_pools: dict[tuple[int, WorkerSetup, float], Pool] = {}


def _outcome_beside(setup: WorkerSetup, timeout: float, record: Record) -> Outcome:
    """The outcome of a record in a process beside this one, which stays for the next tasks."""
    # A process that was forked from one with a pool has inherited what is not its own.
    key = (os.getpid(), setup, timeout)
    pool = _pools.pop(key, None) or Pool(setup, 1, timeout)
    try:
        pool.give(Task(Chunk(0, [record], "", 0)))
        finished: list[Task] = []
        while not finished:
            finished = list(pool.events([], 5.0))
    except BaseException:
        pool.close()
        raise
    _pools[key] = pool
    (outcome,) = unpacked(b"".join(finished[0].in_order()))
    return outcome


class ClaimExtractor(PipelineStep):  # type: ignore[misc]
    """Adds to each document the claims in it.

    Documents come out in the order in which they came, those of articles that failed
    included: ``metadata["claims"]`` is a list of claims as dicts, and
    ``metadata["claimlines_errors"]`` the records of the errors file, if there are any.
    ``ClaimWriter`` and ``ErrorWriter`` write the two as the command line does.

    Title, publication date, URL and source are taken from the metadata of a document, by the
    names that the command line guesses too.
    """

    name = "🧾 Claims"
    type = "🔎 - EXTRACTOR"

    def __init__(
        self,
        base: str = "en_core_web_sm",
        lexicon: tuple[str, ...] = (),
        *,
        fields: dict[str, str] | None = None,
        language: str | None = None,
        min_confidence: float = 0.0,
        max_chars: int = 10_000_000,
        isolate: bool = True,
        timeout: float = 60.0,
        memory: int = 2048,
    ) -> None:
        """
        Args:
            base: spaCy pipeline to build on.
            lexicon: folders of lexicon files.
            fields: which field of the metadata is which of ours, where the guess is wrong.
            language: two-letter code of the language to keep, or None for any.
            min_confidence: claims below it are left out.
            max_chars: longest article.
            isolate: run the extraction in a process beside the task's, so that an article that
                takes too long, too much memory, or the process with it, costs itself only.
            timeout: seconds for an article, and as many more for each million characters.
            memory: megabytes for the process beside.

        Raises:
            ValueError: if ``fields`` names a field that we do not have.
        """
        super().__init__()
        self.setup = WorkerSetup(base, tuple(lexicon), language, False, min_confidence, memory if isolate else None)
        self.reading = ReadOptions(FieldMap(fields), max_chars=max_chars)
        self.isolate = isolate
        self.timeout = timeout

    def run(self, data: Iterator[Document], rank: int = 0, world_size: int = 1) -> Iterator[Document]:
        """Add claims to the documents of one task."""
        for number, document in enumerate(data or (), 1):
            with self.track_time():
                self._enter(document, self._outcome(document, number))
            yield document

    def _outcome(self, document: Document, number: int) -> Outcome:
        source = str(document.metadata.get("file_path") or "datatrove")
        place = Place(source, record=number)
        item = from_mapping({**document.metadata, "id": document.id, "text": document.text}, place, self.reading)
        if not isinstance(item, Record):
            return _of_item(item)
        if not self.isolate:
            return _work(self.setup).outcome(item)
        return _outcome_beside(self.setup, self.timeout, item)

    def _enter(self, document: Document, outcome: Outcome) -> None:
        document.metadata[CLAIMS] = [orjson.loads(line) for line in outcome.claims.splitlines()]
        if outcome.problems:
            document.metadata[ERRORS] = outcome.problems
        self.stat_update("articles", outcome.status if outcome.reason is None else f"skipped_{outcome.reason}")
        self.stat_update("claims", value=outcome.count, unit="article")
        for problem in outcome.problems:
            self.stat_update(f"{problem['severity']}_{problem['reason']}")


def _of_item(item: Problem | Skip) -> Outcome:
    if isinstance(item, Problem):
        return Outcome("failed", item.id, problems=[item.to_json()])
    return Outcome("skipped", item.id, reason=item.reason)


class _LinesWriter(DiskWriter):  # type: ignore[misc]
    """Writes lines that stand in the metadata of documents."""

    default_output_filename = "${rank}.jsonl"
    key = ""

    def __init__(
        self, output_folder: Any, output_filename: str | None = None, compression: str | None = "gzip"
    ) -> None:
        """
        Args:
            output_folder: folder, URL, or datatrove's ``DataFolder``.
            output_filename: name of the files, with ``${rank}`` in it.
            compression: ``gzip``, ``zstd`` or None.
        """
        super().__init__(output_folder, output_filename, compression, adapter=_whole, mode="wb")

    def run(self, data: Iterator[Document], rank: int = 0, world_size: int = 1) -> Iterator[Document]:
        """Write the lines of the documents of one task, and nothing that an earlier attempt has left."""
        with suppress(KeyError):  # of a name with more in it than the rank
            name = self.output_filename.substitute(rank=str(rank).zfill(5))
            if self.output_folder.exists(name):
                self.output_folder.rm(name)
        yield from super().run(data, rank, world_size)

    def write(self, document: Document, rank: int = 0, **kwargs: Any) -> None:
        """Write what the document has, if it has any."""
        if document.metadata.get(self.key):
            super().write(document, rank, **kwargs)

    def _write(self, document: dict[str, Any], file_handler: IO[bytes], _filename: str) -> None:
        for entry in document[self.key]:
            file_handler.write(orjson.dumps(entry, option=orjson.OPT_APPEND_NEWLINE))


def _whole(_: DiskWriter, document: Document) -> dict[str, Any]:
    return dict(document.metadata)


class ClaimWriter(_LinesWriter):
    """Writes the claims of documents, one a line, exactly as the command line does."""

    name = "🧾 Claims"
    key = CLAIMS


class ErrorWriter(_LinesWriter):
    """Writes why articles failed, and the warnings about them: the errors file of a task."""

    name = "🧾 Errors"
    key = ERRORS
