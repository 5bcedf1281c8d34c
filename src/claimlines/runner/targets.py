"""Where a run writes, and what must not be there."""

from __future__ import annotations

import os
import stat
from dataclasses import dataclass
from pathlib import Path

from claimlines.readers import Found
from claimlines.readers.folders import MANIFEST, is_manifest
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
        """The files of a run with these options.

        Raises:
            TargetError: if a name names nothing that could be written.
        """
        errors = _named(options.errors) if options.errors else None
        if options.output == "-":
            return cls(None, errors, None, None, True)
        output = _named(options.output)
        if _is_stream(output):
            return cls(output, errors, None, None, True)
        beside = output.name
        return cls(
            output,
            errors or output.with_name(f"{beside}.errors.jsonl"),
            output.with_name(f"{beside}{MANIFEST}"),
            output.with_name(f"{beside}.journal"),
            False,
        )

    @property
    def files(self) -> list[Path]:
        """All that the run writes, also on the way."""
        kept = [path for path in (self.output, self.errors, self.manifest, self.journal) if path is not None]
        return [*kept, *(path.with_name(f"{path.name}.partial") for path in kept)]

    def check(self, options: RunOptions, found: Found) -> None:
        """Make sure that nothing of value would be overwritten, and that the place can be written to.

        Raises:
            TargetError: if not.
        """
        outputs = [path for path in (self.output, self.errors) if path is not None and not _is_stream(path)]
        for path in outputs:
            if any(source.path != "-" and _same(source.path, path) for source in found.named):
                raise TargetError(f"{path} is both input and output; give another output with -o")
            if path.is_file() and found.covers(path) and not is_manifest(_beside(path)):
                raise TargetError(
                    f"{path} stands among the input and was not written by claimlines; give another output with -o"
                )
        if self.errors is not None:
            for other in (self.output, self.manifest, self.journal):
                if other is not None and _same(self.errors, other) and not _is_stream(other):
                    raise TargetError(f"{self.errors} cannot be the errors file and something else too")
        if self.output is None or self.stream:
            return
        if options.is_folder and (other := _not_ours(self.output)) is not None:
            raise TargetError(f"{self.output} holds {other}, which is not of claimlines; give another folder with -o")
        if not options.is_folder and (self.output.is_dir() or options.output.endswith("/")):
            raise TargetError(
                f"{self.output} is a folder; give a file name, or --shards or --partition-by to fill a folder"
            )
        for file in (self.errors, self.manifest, self.journal):
            if file is not None and file.is_dir():
                raise TargetError(f"{file} is a folder, and has to be a file; give another output with -o")
        for path in outputs:
            above = path.parent
            while not above.exists() and above != above.parent:
                above = above.parent
            if not above.is_dir():
                raise TargetError(f"{above} is no folder, and {path} cannot be made in it")
            if not os.access(above, os.W_OK | os.X_OK):
                raise TargetError(f"{above}: no permission to write there; give another output with -o")

    def make_room(self) -> None:
        """Make the folders that the outputs are to stand in.

        Raises:
            TargetError: if one cannot be made.
        """
        for path in (self.output, self.errors):
            try:
                if path is not None:
                    path.parent.mkdir(parents=True, exist_ok=True)
            except OSError as error:
                raise TargetError(f"{path}: its folder cannot be made: {error.strerror}") from error

    def in_the_way(self) -> Path | None:
        """An output that exists already, and that a run may only replace if told to."""
        for path in (self.output, self.errors):
            if path is not None and _exists(path) and not _is_stream(path):
                return path
        if self.manifest is not None and _exists(self.manifest) and not is_manifest(self.manifest):
            return self.manifest
        return None


def _named(name: str) -> Path:
    path = Path(name)
    if path.name in ("", ".."):
        raise TargetError(f"{name or repr(name)} is a folder, and has no name beside which to write")
    return path


def _not_ours(folder: Path) -> Path | None:
    """A file in a folder of claims that no run of ours has written."""
    return next((path for path in folder.rglob("*") if not path.is_dir() and not path.name.startswith("part-")), None)


def _beside(path: Path) -> Path:
    """Where the manifest of the run is that wrote ``path``, if one did."""
    name = path.name.removesuffix(".errors.jsonl")
    return path.with_name(f"{name}{MANIFEST}")


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


def _same(one: str | Path, other: Path) -> bool:
    try:
        return os.path.samefile(one, other)
    except OSError:
        return os.path.realpath(one) == os.path.realpath(other)
