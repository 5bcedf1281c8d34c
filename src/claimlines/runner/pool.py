"""Workers: started, fed, watched, and replaced when an article has cost one its life."""

from __future__ import annotations

import json
import multiprocessing
import os
import selectors
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from multiprocessing.connection import Connection
from multiprocessing.context import ForkServerContext, SpawnContext
from multiprocessing.process import BaseProcess
from multiprocessing.util import Finalize
from types import ModuleType

from claimlines.readers.items import Problem, Record, Skip
from claimlines.runner.chunks import Chunk
from claimlines.runner.extractors import ENVIRONMENT
from claimlines.runner.outcome import Outcome
from claimlines.runner.preload import PRELOAD
from claimlines.runner.worker import FAILED, OUTCOME, READY, THREADS, WorkerSetup, worker_main

__all__ = ["Pool", "Task", "WorkersError"]

Context = ForkServerContext | SpawnContext

START_SECONDS = 600.0
START_TRIES = 3
PAUSE_SECONDS = 0.5


class WorkersError(RuntimeError):
    """Workers cannot be started; the message says what to do."""


@dataclass
class Task:
    """A chunk at work: what has come out so far, and which records are still to do."""

    chunk: Chunk
    outcomes: dict[int, bytes] = field(default_factory=dict)
    waiting: list[int] = field(default_factory=list)
    tried: bool = False  # whether the first of those waiting has cost a worker already

    def __post_init__(self) -> None:
        for number, item in enumerate(self.chunk.items):
            if isinstance(item, Record):
                self.waiting.append(number)
            elif isinstance(item, Problem):
                self.outcomes[number] = Outcome("failed", item.id, problems=[item.to_json()]).pack()
            elif isinstance(item, Skip):
                self.outcomes[number] = Outcome("skipped", item.id, reason=item.reason).pack()

    @property
    def records(self) -> list[Record]:
        """The records still to do."""
        return [item for number in self.waiting if isinstance(item := self.chunk.items[number], Record)]

    @property
    def first(self) -> Record:
        """The record at work."""
        item = self.chunk.items[self.waiting[0]]
        assert isinstance(item, Record)
        return item

    def enter(self, outcome: bytes) -> None:
        """The outcome of the record at work."""
        self.outcomes[self.waiting.pop(0)] = outcome
        self.tried = False

    def in_order(self) -> list[bytes]:
        """All outcomes, packed, once nothing is waiting."""
        return [self.outcomes[number] for number in range(len(self.chunk.items))]


def _context(setup: WorkerSetup) -> Context:
    """How processes are started.

    Never by forking this one: a fork of a process with threads may hang. A fork server has no
    threads. It loads libraries and model once, for all workers, those that replace others
    included; they share its memory.
    """
    for name in THREADS:
        os.environ[name] = "1"  # one process a core; and sums come out the same everywhere
    if "forkserver" not in multiprocessing.get_all_start_methods():
        return multiprocessing.get_context("spawn")
    context = multiprocessing.get_context("forkserver")
    context.set_forkserver_preload(
        ["claimlines.runner.worker", "claimlines.readers.prepare", "claimlines.runner.preload"]
    )
    # An extractor of a user's may not bear a fork; and on a Mac our libraries do not.
    if not os.environ.get(ENVIRONMENT) and sys.platform.startswith("linux"):
        os.environ[PRELOAD] = json.dumps([setup.base, setup.lexicon])
    else:
        os.environ.pop(PRELOAD, None)
    return context


@contextmanager
def _nobody_main() -> Iterator[None]:
    """While processes start, hide the program that started us.

    They would import it anew: time lost for our command line, and for a script of a user's
    that has no ``if __name__ == "__main__"`` a second run of everything.
    """
    main = sys.modules["__main__"]
    sys.modules["__main__"] = ModuleType("__main__")
    try:
        yield
    finally:
        sys.modules["__main__"] = main


class Worker:
    """One process, its connection, and its task."""

    def __init__(self, context: Context, setup: WorkerSetup) -> None:
        self.connection: Connection
        self.connection, theirs = context.Pipe()
        self.process: BaseProcess = context.Process(target=worker_main, args=(theirs, setup), daemon=True)
        with _nobody_main():
            self.process.start()
        theirs.close()
        self.ready = False
        self.task: Task | None = None
        self.deadline = time.monotonic() + START_SECONDS

    def kill(self) -> int | None:
        """End the process at once; gives its exit code."""
        self.process.kill()
        self.process.join()
        self.connection.close()
        return self.process.exitcode


class Pool:
    """Workers at their tasks.

    Give it tasks while ``idle`` is positive; ``events`` waits, and gives the tasks that are
    finished. A record that costs a worker its life, or takes too long, is tried once more in
    a new worker before it is given up: what killed the first may have been another's doing.
    """

    def __init__(self, setup: WorkerSetup, size: int, timeout: float) -> None:
        self._setup = setup
        self._timeout = timeout
        self._context = _context(setup)
        self._selector = selectors.DefaultSelector()
        self._others: set[int] = set()
        self._failed_starts = 0
        self._workers: list[Worker] = []
        self.info: dict[str, str] | None = None
        self.replaced = 0
        # At exit workers are asked to end, which they do not heed, and waited for: be first.
        Finalize(self, _kill, args=(self._workers,), exitpriority=10)
        for _ in range(size):
            self._workers.append(self._start())

    def _start(self) -> Worker:
        """A new worker.

        Raises:
            WorkersError: if there cannot be one.
        """
        for last in (False, False, True):
            try:
                worker = Worker(self._context, self._setup)
                break
            except (OSError, EOFError) as error:
                # The fork server has died, and will be replaced; or there is no process to be had.
                if last:
                    detail = f": {error}" if str(error) else ""
                    raise WorkersError(f"workers cannot be started{detail}; is there memory enough?") from error
                time.sleep(PAUSE_SECONDS)
        self._selector.register(worker.connection, selectors.EVENT_READ, worker)
        return worker

    @property
    def idle(self) -> int:
        """Workers that could take a task now, those that are still loading included."""
        return sum(worker.task is None for worker in self._workers)

    @property
    def busy(self) -> bool:
        """Whether any task is unfinished."""
        return any(worker.task is not None for worker in self._workers)

    def give(self, task: Task) -> None:
        """Hand a task to a worker without one."""
        free = [worker for worker in self._workers if worker.task is None]
        worker = next((worker for worker in free if worker.ready), free[0])
        worker.task = task
        if worker.ready:
            self._send(worker)

    def events(self, others: list[int], seconds: float) -> Iterator[Task]:
        """Wait for something to happen, ``seconds`` at most; the tasks that it finished.

        ``others`` are descriptors whose readiness ends the wait too.

        Raises:
            WorkersError: if workers do not start.
        """
        for descriptor in others:
            if descriptor not in self._others:
                self._others.add(descriptor)
                self._selector.register(descriptor, selectors.EVENT_READ)
        now = time.monotonic()
        deadlines = [worker.deadline for worker in self._workers if worker.task is not None or not worker.ready]
        for key, _ in self._selector.select(max(0.0, min([seconds, *(end - now for end in deadlines)]))):
            if isinstance(key.data, Worker):
                yield from self._receive(key.data)
        if not deadlines or time.monotonic() <= min(deadlines):
            return
        for worker in list(self._workers):
            late = time.monotonic() > worker.deadline and (worker.task is not None or not worker.ready)
            if late and not worker.connection.poll():
                yield from self._lost(worker, "time")

    def close(self) -> None:
        """End all workers at once."""
        _kill(self._workers)
        self._selector.close()

    def _send(self, worker: Worker) -> None:
        assert worker.task is not None
        self._set_deadline(worker)
        # One that died idle cannot be sent to; its closed connection is met in the next wait.
        with suppress(BrokenPipeError, ConnectionResetError):
            worker.connection.send(worker.task.records)

    def _set_deadline(self, worker: Worker) -> None:
        assert worker.task is not None
        size = worker.task.first.size
        worker.deadline = time.monotonic() + self._timeout * (1 + size / 1_000_000)

    def _receive(self, worker: Worker) -> Iterator[Task]:
        try:
            message = worker.connection.recv_bytes()
        except (EOFError, OSError):
            yield from self._lost(worker, "crash")
            return
        kind, content, task = message[:1], message[1:], worker.task
        if kind == READY:
            worker.ready = True
            self._failed_starts = 0
            self.info = self.info or json.loads(content)
            if task is not None:
                self._send(worker)
        elif kind == FAILED:
            if not worker.ready:
                raise WorkersError(content.decode())
            yield from self._lost(worker, "memory")
        elif kind == OUTCOME and task is not None:
            task.enter(content)
            if task.waiting:
                self._set_deadline(worker)
            else:
                worker.task = None
                yield task

    def _lost(self, worker: Worker, reason: str) -> Iterator[Task]:
        """Replace a worker; its task goes on in the new one."""
        self._selector.unregister(worker.connection)
        code, task = worker.kill(), worker.task
        if not worker.ready:
            self._failed_starts += 1
            if self._failed_starts >= START_TRIES:
                detail = "do not finish loading" if reason == "time" else f"die while loading (exit code {code})"
                raise WorkersError(
                    f"the workers {detail}; is there memory enough for {len(self._workers)}? (--workers, --memory)"
                )
        elif task is not None:
            if task.tried:
                record = task.first
                problem = self._problem(record, reason, code)
                task.enter(Outcome("failed", record.id, problems=[problem.to_json()]).pack())
            else:
                task.tried = True
        self.replaced += 1
        new = self._start()
        self._workers[self._workers.index(worker)] = new
        if task is not None and task.waiting:
            new.task = task
        elif task is not None:
            yield task

    def _problem(self, record: Record, reason: str, code: int | None) -> Problem:
        if reason == "time":
            seconds = self._timeout * (1 + record.size / 1_000_000)
            message = f"not done within {seconds:.4g} seconds (--timeout)"
        elif reason == "memory":
            message = f"needs more than the {self._setup.memory} MB of a worker (--memory)"
        else:
            message = f"ended its worker process ({_cause(code)})"
        return Problem(record.place, reason, message, record.id)


def _kill(workers: list[Worker]) -> None:
    for worker in workers:
        worker.process.kill()
    for worker in workers:
        worker.kill()
    workers.clear()


def _cause(code: int | None) -> str:
    import signal

    if code is None or code >= 0:
        return f"exit code {code}"
    try:
        return f"signal {signal.Signals(-code).name}"
    except ValueError:
        return f"signal {-code}"
