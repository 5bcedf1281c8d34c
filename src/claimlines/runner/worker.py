"""The worker process: loads the extractor once, then turns records into outcomes."""

from __future__ import annotations

import contextlib
import os
import signal
import sys
import threading
from dataclasses import dataclass
from multiprocessing.connection import Connection

import orjson

from claimlines.readers.items import Problem, Record
from claimlines.runner.outcome import Outcome

__all__ = ["FAILED", "OUTCOME", "READY", "THREADS", "Work", "WorkerSetup", "worker_main"]

THREADS = ("OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS", "MKL_NUM_THREADS", "BLIS_NUM_THREADS", "NUMEXPR_NUM_THREADS")

# The first byte of a worker's messages. After it: versions as JSON; a packed outcome; why it cannot go on.
READY, OUTCOME, FAILED = b"r", b"o", b"f"


@dataclass(frozen=True, slots=True)
class WorkerSetup:
    """What a worker needs to know.

    Attributes:
        base, lexicon: what to load.
        language: code of the language to keep, or None.
        signatures: whether texts are to be compared with each other.
        min_confidence: claims below it are left out.
        memory: megabytes that the worker may take, or None for no limit.
    """

    base: str
    lexicon: tuple[str, ...]
    language: str | None = None
    signatures: bool = False
    min_confidence: float = 0.0
    memory: int | None = None


class Work:
    """From record to outcome."""

    def __init__(self, setup: WorkerSetup) -> None:
        from claimlines.runner.extractors import ExtractorOptions, load_extractor

        self.setup = setup
        self.extract, self.info = load_extractor(ExtractorOptions(setup.base, setup.lexicon))

    def outcome(self, record: Record) -> Outcome:
        """What becomes of ``record``. Errors of libraries are its problem, not the worker's.

        Raises:
            MemoryError: if the worker's memory does not do.
        """
        from claimlines.readers.prepare import prepare

        try:
            article, warnings = prepare(record)
            if isinstance(article, Problem):
                return Outcome("failed", record.id, problems=[article.to_json()])
            if self.setup.language:
                from claimlines.filters import language_of

                language = language_of(article.text)
                if language not in (None, self.setup.language):
                    return Outcome("skipped", record.id, reason="language")
            claims = [claim for claim in self.extract(article) if claim.confidence >= self.setup.min_confidence]
            lines = b"".join(
                orjson.dumps(claim.model_dump(mode="json"), option=orjson.OPT_APPEND_NEWLINE) for claim in claims
            )
            outcome = Outcome("done", record.id, lines, len(claims), [warning.to_json() for warning in warnings])
            if self.setup.signatures:
                from claimlines.filters import signature_of

                signature = signature_of(article.text)
                outcome.signature = (signature.exact, signature.near)
            return outcome
        except MemoryError:
            raise
        except Exception as error:  # whatever a library raises on an odd article is that article's
            message = f"the extraction failed: {type(error).__name__}: {error}"
            return Outcome(
                "failed", record.id, problems=[Problem(record.place, "exception", message, record.id).to_json()]
            )


def worker_main(connection: Connection, setup: WorkerSetup) -> None:
    """Serve records from ``connection`` until it closes."""
    # What is to end the run may reach the whole group; the parent decides what is to end.
    for number in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
        signal.signal(number, signal.SIG_IGN)
    _die_with_parent()
    _be_first_to_go()
    # What a library prints is not to end up among the claims.
    os.dup2(2, 1)
    with contextlib.suppress(EOFError, BrokenPipeError, ConnectionResetError):
        try:
            _limit_memory(setup.memory)
            work = Work(setup)
        except MemoryError:
            connection.send_bytes(FAILED + b"the memory limit is too small for the model (--memory)")
            return
        except Exception as error:
            connection.send_bytes(FAILED + (str(error) or type(error).__name__).encode("utf-8", "replace"))
            return
        connection.send_bytes(READY + orjson.dumps(work.info))
        while True:
            for record in connection.recv():
                try:
                    message = OUTCOME + work.outcome(record).pack()
                except MemoryError:
                    # What is left of a process that ran out of memory is not to be trusted.
                    connection.send_bytes(FAILED + b"memory")
                    return
                connection.send_bytes(message)


def _die_with_parent() -> None:
    from multiprocessing import connection, parent_process

    parent = parent_process()
    if parent is None:
        return
    sentinel = parent.sentinel

    def watch() -> None:
        connection.wait([sentinel])
        os._exit(1)

    threading.Thread(target=watch, daemon=True).start()


def _be_first_to_go() -> None:
    # Should the machine run out of memory, the kernel is to take a worker and not the run.
    with contextlib.suppress(OSError), open("/proc/self/oom_score_adj", "w") as file:
        file.write("500")


def _limit_memory(megabytes: int | None) -> None:
    """Limit the memory of this process.

    Raises:
        MemoryError: if it has more already.
    """
    if megabytes is None or not sys.platform.startswith("linux"):
        return
    import resource

    limit = megabytes << 20
    _, hard = resource.getrlimit(resource.RLIMIT_DATA)
    if hard != resource.RLIM_INFINITY:
        limit = min(limit, hard)
    resource.setrlimit(resource.RLIMIT_DATA, (limit, hard))
    # The model may be there already, from before this process was forked.
    with contextlib.suppress(OSError), open("/proc/self/statm") as file:
        if int(file.read().split()[5]) * resource.getpagesize() > limit:
            raise MemoryError
