"""Where a run writes, and what must not be there."""

from __future__ import annotations

import os
import stat
from dataclasses import dataclass
from pathlib import Path

from claimlines.readers.streams import Input
from claimlines.runner.options import RunOptions

__all__ = ["TargetError", "Targets"]


class TargetError(ValueError):
    """An output that cannot be written; the message says what to do."""


@dataclass(frozen=True, slots=True)
class Targets:
    """The files of a run.

    Attributes:
        output: the claims; None for standard output.
        errors: the errors file; None for standard error.
        manifest: the manifest; None where there is no output file to stand beside.
        journal: what is done so far, while the run is not finished.
        stream: whether the output is a stream (standard output, a pipe, a device) and not a file.
    """

    output: Path | None
    errors: Path | None
    manifest: Path | None
    journal: Path | None
    stream: bool

    @classmethod
    def of(cls, options: RunOptions) -> Targets:
        """The files of a run with these options."""
        errors = Path(options.errors) if options.errors else None
        if options.output == "-":
            return cls(None, errors, None, None, True)
        output = Path(options.output.rstrip("/") or "/")
        if _is_stream(output):
            return cls(output, errors, None, None, True)
        beside = output.name
        return cls(
            output,
            errors or output.with_name(f"{beside}.errors.jsonl"),
            output.with_name(f"{beside}.run.json"),
            output.with_name(f"{beside}.journal"),
            False,
        )

    @property
    def files(self) -> list[Path]:
        """All that the run writes, also on the way."""
        kept = [path for path in (self.output, self.errors, self.manifest, self.journal) if path is not None]
        return [*kept, *(path.with_name(f"{path.name}.partial") for path in kept)]

    def check(self, options: RunOptions, inputs: list[Input]) -> None:
        """Make sure that nothing of value would be overwritten, and that the place can be written to.

        Raises:
            TargetError: if not.
        """
        for source in inputs:
            for path in (self.output, self.errors):
                if path is not None and source.path != "-" and _same(source.path, path) and not _is_stream(path):
                    raise TargetError(f"{path} is both input and output; give another output with -o")
        if self.errors is not None and self.output is not None and _same(str(self.errors), self.output):
            raise TargetError(f"{self.errors} cannot be both the output and the errors file")
        if self.output is None or self.stream:
            return
        if self.output.is_dir() and not options.is_folder:
            raise TargetError(
                f"{self.output} is a folder; give a file name, or --shards or --partition-by to fill a folder"
            )
        for path in (self.output, self.errors):
            if path is None:
                continue
            try:
                path.parent.mkdir(parents=True, exist_ok=True)
            except OSError as error:
                raise TargetError(f"{path.parent}: cannot be made: {error.strerror}") from error
            if not os.access(path.parent, os.W_OK | os.X_OK):
                raise TargetError(f"{path.parent}: no permission to write there; give another output with -o")

    def in_the_way(self, options: RunOptions) -> Path | None:
        """An output that exists already and that the run did not begin with leave to replace."""
        if self.stream:
            return None
        told = self.errors if options.errors else None
        return next((path for path in (self.output, told) if path is not None and _exists(path)), None)


def _exists(path: Path) -> bool:
    if path.is_dir():
        return any(path.iterdir())
    return path.exists() or path.is_symlink()


def _is_stream(path: Path) -> bool:
    try:
        mode = path.stat().st_mode
    except OSError:
        return False
    return not (stat.S_ISREG(mode) or stat.S_ISDIR(mode))


def _same(one: str, other: Path) -> bool:
    try:
        return os.path.samefile(one, other)
    except OSError:
        return os.path.realpath(one) == os.path.realpath(other)
