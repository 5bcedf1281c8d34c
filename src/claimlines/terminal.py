"""What the person at the terminal sees while a run goes on."""

from __future__ import annotations

import sys
import time
from typing import Protocol

__all__ = ["Counting", "Display", "display_for"]

REFRESH = 0.2
PLAIN_SECONDS = 30.0


class Counting(Protocol):
    """Counts of a run so far."""

    seen: int
    failed: int
    claims: int


class Display:
    """Shows nothing; the others build on it."""

    def start(self, total_bytes: int | None, counts: Counting, resumed: int) -> None:
        """The run begins; ``resumed`` articles were done by an earlier one."""

    def update(self, counts: Counting, position: int) -> None:
        """The counts have changed; ``position`` bytes of the input are done."""

    def writing(self, done: int, counts: Counting) -> None:
        """All articles are read; the claims of ``done`` are written to their place."""

    def stop(self) -> None:
        """The run ends, well or badly."""


class _Clock:
    """Rate and time left."""

    def __init__(self, total_bytes: int | None, done: int) -> None:
        self.total = total_bytes
        self.started = time.monotonic()
        self.before = done
        self.first: int | None = None

    def rate(self, seen: int) -> float:
        """Articles a second."""
        return (seen - self.before) / max(1e-6, time.monotonic() - self.started)

    def left(self, position: int) -> float | None:
        """Seconds left, if that can be told."""
        if not self.total or position <= 0:
            return None
        if self.first is None:  # what an earlier run has done says nothing of this one's pace
            self.first = position if self.before else 0
        if position <= self.first:
            return None
        elapsed = time.monotonic() - self.started
        return elapsed * max(0, self.total - position) / (position - self.first)


def _figures(counts: Counting, clock: _Clock) -> str:
    return f"{counts.seen:,} articles, {counts.claims:,} claims, {counts.failed:,} errors, {clock.rate(counts.seen):.1f} articles/s"


def _written(done: int, counts: Counting) -> str:
    return f"writing the claims: {done:,} of {counts.seen:,} articles"


class PlainDisplay(Display):
    """A line now and then, for logs."""

    def start(self, total_bytes: int | None, counts: Counting, resumed: int) -> None:
        self._clock = _Clock(total_bytes, resumed)
        self._last = time.monotonic()
        if resumed:
            print(f"going on after {resumed:,} articles that are done", file=sys.stderr)

    def update(self, counts: Counting, position: int) -> None:
        now = time.monotonic()
        if now - self._last < PLAIN_SECONDS:
            return
        self._last = now
        left = self._clock.left(position)
        tail = f", {_span(left)} left" if left is not None else ""
        print(_figures(counts, self._clock) + tail, file=sys.stderr, flush=True)

    def writing(self, done: int, counts: Counting) -> None:
        if time.monotonic() - self._last >= PLAIN_SECONDS:
            self._last = time.monotonic()
            print(_written(done, counts), file=sys.stderr, flush=True)


class RichDisplay(Display):
    """A progress bar."""

    def start(self, total_bytes: int | None, counts: Counting, resumed: int) -> None:
        from rich.console import Console
        from rich.progress import BarColumn, Progress, SpinnerColumn, TextColumn

        self._clock = _Clock(total_bytes, resumed)
        self._last = 0.0
        columns = [SpinnerColumn(), BarColumn(bar_width=24), TextColumn("{task.description}")]
        self._progress = Progress(*columns, console=Console(stderr=True), transient=True)
        self._task = self._progress.add_task("starting", total=total_bytes)
        self._progress.start()
        if resumed:
            self._progress.console.print(f"going on after {resumed:,} articles that are done")

    def update(self, counts: Counting, position: int) -> None:
        now = time.monotonic()
        if now - self._last < REFRESH:
            return
        self._last = now
        left = self._clock.left(position)
        tail = f", {_span(left)} left" if left is not None else ""
        self._progress.update(self._task, completed=position, description=_figures(counts, self._clock) + tail)

    def writing(self, done: int, counts: Counting) -> None:
        if time.monotonic() - self._last >= REFRESH:
            self._last = time.monotonic()
            self._progress.update(self._task, total=counts.seen, completed=done, description=_written(done, counts))

    def stop(self) -> None:
        self._progress.stop()


def _span(seconds: float) -> str:
    minutes, rest = divmod(round(seconds), 60)
    hours, minutes = divmod(minutes, 60)
    if hours:
        return f"{hours} h {minutes:02d} min"
    return f"{minutes} min {rest:02d} s" if minutes else f"{rest} s"


def display_for(*, quiet: bool) -> Display:
    """A bar on a terminal, lines elsewhere, nothing if ``quiet``."""
    if quiet:
        return Display()
    return RichDisplay() if sys.stderr.isatty() else PlainDisplay()
