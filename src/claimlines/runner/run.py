"""One run, from its options to its exit code."""

from __future__ import annotations

import datetime as dt
import os
import signal
import sys
import time
from collections import deque
from collections.abc import Callable
from contextlib import ExitStack, suppress
from dataclasses import dataclass
from pathlib import Path
from types import FrameType
from typing import Any, BinaryIO

from claimlines.readers import find_inputs
from claimlines.readers.streams import printable
from claimlines.runner.emit import Emitter, Tally
from claimlines.runner.feed import Feed
from claimlines.runner.journal import ChangedError, Held, Journal
from claimlines.runner.manifest import fingerprint_of, inputs_are_those_of, read_manifest, write_manifest
from claimlines.runner.options import RunOptions
from claimlines.runner.pool import Pool, Task
from claimlines.runner.targets import TargetError, Targets
from claimlines.runner.worker import WorkerSetup
from claimlines.terminal import Display
from claimlines.writers import Aside, digest_of_output, open_writer
from claimlines.writers.base import ClaimWriter
from claimlines.writers.lines import LinesWriter
from claimlines.writers.table import CsvWriter

__all__ = ["Result", "Stopped", "run", "setup_of"]

TICK = 0.5
EMPTY = 64


class Stopped(RuntimeError):
    """A signal ended the run; the message says how to go on."""


@dataclass(frozen=True, slots=True)
class Result:
    """What a run came to.

    Attributes:
        tally: its counts, or None if it was complete before.
        failures: articles in the errors file.
        seconds: wall-clock time.
        targets: where things are.
        ignored: files of folders that are of no known format, by extension.
        resumed: articles done by an earlier, killed run.
    """

    tally: Tally | None
    failures: int
    seconds: float
    targets: Targets
    ignored: dict[str, int]
    resumed: int = 0


class Signals:
    """SIGINT and SIGTERM as a question: has the run been told to stop?"""

    def __init__(self) -> None:
        self.name: str | None = None
        self.wake, self._waker = os.pipe()
        self._previous: dict[int, Any] = {}

    def __enter__(self) -> Signals:
        for number in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
            if number != signal.SIGHUP or signal.getsignal(number) == signal.SIG_DFL:  # nohup ignores it
                self._previous[number] = signal.signal(number, self._note)
        return self

    def __exit__(self, *_: object) -> None:
        for number, handler in self._previous.items():
            signal.signal(number, handler)
        os.close(self.wake)
        os.close(self._waker)

    def _note(self, number: int, _: FrameType | None) -> None:
        if self.name is None:
            os.write(self._waker, b"\0")
        self.name = signal.Signals(number).name


def setup_of(options: RunOptions) -> WorkerSetup:
    """What the workers of a run with these options need to know."""
    return WorkerSetup(
        options.base, options.lexicon, options.language, options.dedup != "none", options.min_confidence, options.memory
    )


def run(options: RunOptions, display: Display) -> Result:
    """Extract the claims of all articles that ``options`` name.

    Raises:
        InputError, TargetError: if an input or output cannot be.
        ChangedError, LockedError: if what is left of an earlier run is not of this one.
        WorkersError: if workers cannot be started.
        Stopped: if a signal ended the run.
        OSError: if an output cannot be written, such as for want of space.
    """
    started, begun = time.monotonic(), dt.datetime.now(dt.UTC)
    targets = Targets.of(options)
    found = find_inputs(options.inputs, ours=targets.files, format=options.input_format)
    targets.check(options, found)
    with ExitStack() as stack:
        signals = stack.enter_context(Signals())
        pool = Pool(setup_of(options), options.workers, options.timeout)
        stack.callback(pool.close)
        while pool.info is None:
            _check(signals, None)
            list(pool.events([signals.wake], TICK))
        fingerprint = fingerprint_of(options, found, pool.info)
        taken = targets.in_the_way()
        resumes = targets.journal is not None and targets.journal.exists() and not options.fresh
        if taken and not resumes and not options.fresh:
            manifest = _of_this_run(targets, fingerprint)
            if manifest is None or not inputs_are_those_of(manifest, found):
                raise TargetError(f"{taken} exists; remove it, give another output, or replace it with --fresh")
            failures = sum(manifest["counts"]["articles"]["failed"].values())
            return Result(None, failures, time.monotonic() - started, targets, dict(found.ignored))
        targets.make_room()
        # What can be read once only is of no use to a run that goes on.
        fresh = options.fresh or found.once
        journal = _journal(targets.journal, fingerprint, fresh=fresh, replace=options.fresh)
        finished = False
        stack.callback(lambda: journal.close(delete=finished))
        if taken and resumes and not journal.replace:
            # A run that died between renaming and tidying up leaves its own output.
            if _of_this_run(targets, fingerprint, whole=False) is None:
                raise TargetError(
                    f"{taken} exists and is not of the unfinished run beside it; remove it, or start afresh with --fresh"
                )
        sink = _Stream(targets, options, journal) if isinstance(journal, Held) else None
        if sink is not None:
            stack.callback(sink.close)
        feed = Feed(found, options, journal, ahead=max(4, 2 * options.workers))
        stack.callback(feed.close)
        display.start(found.size, journal.counts, journal.resumed)
        stack.callback(display.stop)
        _work(pool, feed, journal, signals, display, sink)
        pool.close()
        assert feed.total is not None
        if journal.chunks > feed.total:
            raise ChangedError(
                "the input changed: it has fewer articles than when the run began; start afresh with --fresh"
            )
        if sink is not None:
            tally = sink.finish(feed.total)
        else:
            assert isinstance(journal, Journal)

            def writing(done: int) -> None:
                _check(signals, journal)
                display.writing(done, journal.counts)

            tally = _write(
                journal,
                feed.total,
                options,
                targets,
                writing,
                lambda tally: _manifest(fingerprint, feed, tally, journal, begun, time.monotonic() - started, options),
            )
        resumed = journal.resumed
        finished = True
    return Result(tally, sum(tally.failed.values()), time.monotonic() - started, targets, dict(found.ignored), resumed)


def _check(signals: Signals, journal: Journal | Held | None) -> None:
    if signals.name is None:
        return
    if not isinstance(journal, Journal):
        raise Stopped(f"stopped by {signals.name}")
    raise Stopped(
        f"stopped by {signals.name}; what is done is kept in {printable(str(journal.path))}: "
        "run the same command again (without --fresh) to go on from there"
    )


def _of_this_run(targets: Targets, fingerprint: dict[str, Any], *, whole: bool = True) -> dict[str, Any] | None:
    """The manifest, if it is of a run with this fingerprint, and (if ``whole``) its output stands as it left it."""
    manifest = read_manifest(targets.manifest) if targets.manifest else None
    if manifest is None or manifest["fingerprint"] != fingerprint or targets.output is None:
        return None
    try:
        if whole and digest_of_output(targets.output) != manifest["output"]["sha256"]:
            return None
    except OSError:
        return None
    return manifest


def _journal(path: Path | None, fingerprint: dict[str, Any], *, fresh: bool, replace: bool) -> Journal | Held:
    if path is None:
        return Held()
    try:
        return Journal(path, fingerprint, replace=replace, fresh=fresh)
    except ChangedError as error:
        raise ChangedError(
            f"{path} is of an unfinished run that differs from this one ({error}); "
            "run the command of then to finish it, or start afresh with --fresh"
        ) from error


def _work(
    pool: Pool, feed: Feed, journal: Journal | Held, signals: Signals, display: Display, sink: _Stream | None
) -> None:
    """Do all chunks that are not done."""
    waiting: deque[Task] = deque()
    position = 0
    while True:
        _check(signals, journal)
        empty = 0  # chunks without an article: many in a row are not to keep us from all else
        while pool.idle and not waiting and empty < EMPTY and not (isinstance(journal, Held) and journal.full):
            chunk = feed.take()
            if chunk is None:
                break
            task = Task(chunk)
            if task.waiting:
                waiting.append(task)
            else:
                empty += 1
                position = max(position, chunk.position)
                _finish(task, journal, sink)
        while waiting and pool.idle:
            pool.give(waiting.popleft())
        if feed.total is not None and not pool.busy and not waiting:
            break
        finished = list(pool.events([feed.wake, signals.wake], TICK if empty < EMPTY else 0.0))
        feed.heard()
        for task in finished:
            position = max(position, task.chunk.position)
            _finish(task, journal, sink)
        display.update(journal.counts, position)


def _finish(task: Task, journal: Journal | Held, sink: _Stream | None) -> None:
    journal.append(task.chunk.number, task.chunk.digest, task.in_order())
    if sink is not None:
        sink.advance()


class _Stream:
    """An output that cannot be written aside: claims go out as soon as it is their turn."""

    def __init__(self, targets: Targets, options: RunOptions, journal: Held) -> None:
        # Unbuffered and apart from sys.stdout, whose flush at exit would fail a second time.
        descriptor: Any = 1 if targets.output is None else targets.output
        self._out: BinaryIO = open(descriptor, "wb", closefd=targets.output is not None)  # noqa: SIM115
        self._aside = Aside(targets.errors) if targets.errors else None
        self._errors: BinaryIO = open(self._aside.path, "wb") if self._aside else sys.stderr.buffer  # noqa: SIM115
        writer: ClaimWriter = CsvWriter(self._out) if options.output_format == "csv" else LinesWriter(self._out)
        self._emitter = Emitter(journal, writer, self._errors, options.dedup)

    def advance(self) -> None:
        while self._emitter.available():
            self._emitter.emit()
        self._out.flush()
        self._errors.flush()

    def finish(self, total: int) -> Tally:
        self.advance()
        assert self._emitter.next == total
        if self._aside is not None:
            self._errors.close()
            self._aside.commit()
        return self._emitter.tally

    def close(self) -> None:
        with suppress(OSError):  # told already, when the write failed
            self._out.close()
        if self._aside is not None:
            self._errors.close()
            self._aside.discard()


def _write(
    journal: Journal,
    chunks: int,
    options: RunOptions,
    targets: Targets,
    check: Callable[[int], None],
    manifest_of: Callable[[Tally], dict[str, Any]],
) -> Tally:
    """Write the outputs of a finished journal, and put them in their places."""
    assert targets.output is not None and targets.errors is not None and targets.manifest is not None
    asides: list[Aside] = []
    try:
        claims = Aside(targets.output, folder=options.is_folder)
        asides.append(claims)
        errors = Aside(targets.errors)
        asides.append(errors)
        manifest = Aside(targets.manifest)
        asides.append(manifest)
        total = journal.counts.claims
        with open(errors.path, "wb") as errors_file:
            writer = open_writer(
                claims.path,
                options.output_format,
                shards=options.shards,
                partition_by=options.partition_by,
                total=total,
            )
            emitter = Emitter(journal, writer, errors_file, options.dedup)
            for _ in range(chunks):
                check(emitter.tally.seen)
                emitter.emit()
            writer.close()
        content = manifest_of(emitter.tally)
        content["output"] = {
            "path": printable(str(targets.output)),
            "errors": printable(str(targets.errors)),
            "sha256": digest_of_output(claims.path),
        }
        write_manifest(manifest.path, content)
        # The manifest goes first: with it a run that dies in the midst knows its own output.
        for aside in (manifest, errors, claims):
            aside.commit()
    except BaseException:
        for aside in asides:
            aside.discard()
        raise
    return emitter.tally


def _manifest(
    fingerprint: dict[str, Any],
    feed: Feed,
    tally: Tally,
    journal: Journal,
    begun: dt.datetime,
    seconds: float,
    options: RunOptions,
) -> dict[str, Any]:
    worked = tally.seen - journal.resumed
    return {
        "fingerprint": fingerprint,
        "workers": options.workers,
        "inputs": feed.ledger.to_json(),
        "counts": tally.to_json(),
        "time": {
            "started": begun.isoformat(timespec="seconds"),
            "seconds": round(seconds, 3),
            "articles_resumed": journal.resumed,
            "articles_per_second": round(worked / seconds, 2) if seconds else None,
        },
    }
