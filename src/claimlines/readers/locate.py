"""Which files the paths on the command line stand for, in which order, and of what format."""

from __future__ import annotations

import glob
import os
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from pathlib import Path, PurePosixPath

from claimlines.readers.streams import Input, is_remote, printable

__all__ = ["FORMATS", "Found", "InputError", "find_inputs", "format_of"]

COMPRESSED = (".gz", ".zst", ".zstd", ".bz2", ".xz")
EXTENSIONS = {
    ".txt": "text",
    ".text": "text",
    ".md": "text",
    ".markdown": "text",
    ".html": "html",
    ".htm": "html",
    ".xhtml": "html",
    ".jsonl": "jsonl",
    ".ndjson": "jsonl",
    ".json": "json",
    ".csv": "csv",
    ".tsv": "tsv",
    ".parquet": "parquet",
    ".pq": "parquet",
    ".warc": "warc",
    ".wet": "warc",
}
FORMATS = tuple(sorted(set(EXTENSIONS.values())))


class InputError(ValueError):
    """A path that stands for nothing; the message says what to do."""


@dataclass
class Found:
    """What the paths stand for.

    Attributes:
        inputs: the files, in the order in which they are read.
        ignored: for each extension that is no format of ours, how many files of folders have it.
    """

    inputs: list[Input] = field(default_factory=list)
    ignored: Counter[str] = field(default_factory=Counter)


def format_of(name: str) -> str | None:
    """The format that a file name tells, or None."""
    suffixes = [suffix.lower() for suffix in PurePosixPath(name).suffixes]
    while suffixes and suffixes[-1] in COMPRESSED:
        suffixes.pop()
    return EXTENSIONS.get(suffixes[-1]) if suffixes else None


def find_inputs(paths: Sequence[str], *, ours: Iterable[Path] = (), format: str | None = None) -> Found:
    """The files that ``paths`` stand for: files, folders (recursively), patterns, URLs, ``-``.

    Files of a folder come in the order of their paths; ``ours`` (the run's own outputs) and
    hidden files are left out of folders.

    Raises:
        InputError: if a path stands for nothing.
    """
    excluded = {os.path.realpath(path) for path in ours}
    found = Found()
    for path in paths:
        if path == "-":
            found.inputs.append(Input("-", "-", format, None))
        elif is_remote(path):
            found.inputs.extend(_remote(path, format))
        elif os.path.isdir(path):
            before = len(found.inputs)
            _folder(Path(path), excluded, format, found)
            if len(found.inputs) == before:
                known = " ".join(sorted(EXTENSIONS))
                raise InputError(
                    f"{path}: no file in this folder has a format that claimlines reads ({known}, also compressed)"
                )
        elif os.path.exists(path):
            found.inputs.append(_file(path, _display(path), format))
        elif glob.has_magic(path):
            matches = sorted(glob.glob(path, recursive=True))
            files = [match for match in matches if os.path.isfile(match) and os.path.realpath(match) not in excluded]
            if not files:
                raise InputError(f"{path}: no file matches this pattern")
            found.inputs.extend(_file(match, _display(match), format) for match in files)
        else:
            raise InputError(f"{path}: there is no such file or folder")
    return found


def _file(path: str, name: str, format: str | None) -> Input:
    try:
        size: int | None = os.stat(path).st_size if os.path.isfile(path) else None
    except OSError:
        size = None
    return Input(path, name, format or format_of(path), size)


def _display(path: str) -> str:
    """The name of a file given by itself: relative to the working folder if it is in it."""
    absolute, here = os.path.abspath(path), os.getcwd()
    inside = absolute.startswith(here.rstrip(os.sep) + os.sep)
    return printable((os.path.relpath(absolute, here) if inside else os.path.normpath(path)).replace(os.sep, "/"))


def _folder(folder: Path, excluded: set[str], format: str | None, found: Found) -> None:
    root = os.fspath(folder)
    for path in _walk(root):
        if os.path.realpath(path) in excluded:
            continue
        told = format or format_of(path)
        if told is None:
            found.ignored[PurePosixPath(path).suffix.lower() or "(none)"] += 1
            continue
        name = printable(os.path.relpath(path, root).replace(os.sep, "/"))
        found.inputs.append(_file(path, name, told))


def _walk(folder: str) -> Iterator[str]:
    # Folders and files are sorted together by name, so that the order is that of the paths.
    entries = sorted(os.scandir(folder), key=lambda entry: os.fsencode(entry.name))
    for entry in entries:
        if entry.name.startswith("."):
            continue
        if entry.is_dir(follow_symlinks=False):
            try:
                yield from _walk(entry.path)
            except PermissionError as error:
                raise InputError(f"{entry.path}: cannot be listed: {error.strerror}") from error
        else:
            yield entry.path


def _remote(url: str, format: str | None) -> list[Input]:
    try:
        from fsspec.core import url_to_fs

        system, path = url_to_fs(url)
    except (ImportError, ValueError) as error:
        raise InputError(f"{url}: {error} (pip install 'claimlines[remote]'?)") from error
    protocol = url.split("://", 1)[0]
    try:
        if glob.has_magic(path):
            names = sorted(system.glob(path))
        elif protocol not in ("http", "https") and system.isdir(path):
            names = sorted(name for name in system.find(path) if format or format_of(name))
        else:
            return [Input(url, url, format or format_of(path), system.info(path).get("size"))]
        if not names:
            raise InputError(f"{url}: no file matches")
        return [
            Input(full := system.unstrip_protocol(name), full, format or format_of(name), system.size(name))
            for name in names
        ]
    except (OSError, ImportError) as error:
        raise InputError(f"{url}: cannot be opened: {error}") from error
