"""Which files the paths on the command line stand for, in which order, and of what format."""

from __future__ import annotations

import fnmatch
import glob
import hashlib
import os
import stat
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field

from claimlines.readers.folders import Entry, Folders
from claimlines.readers.sorting import in_order
from claimlines.readers.streams import Input, is_remote, printable

__all__ = ["EXTENSIONS", "FORMATS", "Found", "InputError", "find_inputs", "format_of"]

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


def format_of(name: str) -> str | None:
    """The format that a file name tells, or None."""
    stem, suffix = os.path.splitext(name.lower())
    while suffix in COMPRESSED:
        stem, suffix = os.path.splitext(stem)
    return EXTENSIONS.get(suffix)


@dataclass
class Found:
    """What the paths stand for.

    The files are not held in memory: they are looked for anew each time they are iterated over.

    Attributes:
        files: how many.
        size: bytes of all, or None if that is not known.
        digest: of their names and sizes.
        firsts: of each format the first file.
        named: the files that were named one by one.
        ignored: for each extension that is no format of ours, how many files of folders have it.
        once: whether any can be read once only, such as standard input or a pipe.
    """

    files: int = 0
    size: int | None = 0
    digest: str = ""
    firsts: dict[str, Input] = field(default_factory=dict)
    named: list[Input] = field(default_factory=list)
    ignored: Counter[str] = field(default_factory=Counter)
    once: bool = False
    _paths: tuple[_Path, ...] = ()
    _format: str | None = None

    @property
    def inputs(self) -> Iterator[Input]:
        """The files, in the order in which they are read."""
        ignored: Counter[str] = Counter()
        roots = self._paths[0].folders.roots() if self._paths else []
        for path in self._paths:
            yield from path.inputs(self._format, ignored, roots)

    def covers(self, path: str | os.PathLike[str]) -> bool:
        """Whether a file would be read as part of a folder or by a pattern, were it not left out."""
        real = os.path.realpath(path)
        if not (self._format or format_of(real)):
            return False
        for spot in self._paths:
            if spot.path == "-" or spot.remote:
                continue
            if os.path.isdir(spot.path):
                inside = os.path.relpath(real, os.path.realpath(spot.path)).split(os.sep)
                if not any(part.startswith(".") for part in inside):  # .. included
                    return True
            elif glob.has_magic(spot.path) and any(os.path.realpath(match) == real for match in _matches(spot.path)):
                return True
        return False


@dataclass(frozen=True)
class _Path:
    """One of the paths given, and the files that it stands for."""

    path: str
    prefix: str  # before the names of a folder's files
    folders: Folders
    remote: tuple[Input, ...] = ()

    def inputs(self, format: str | None, ignored: Counter[str], roots: list[str]) -> Iterator[Input]:
        path = self.path
        if path == "-":
            yield Input("-", "-", format, None)
        elif is_remote(path):
            yield from self.remote
        elif os.path.isdir(path):
            yield from self._folder(path, self.prefix, format, ignored, roots)
        elif os.path.lexists(path):
            yield _file(path, _display(path), format)
        elif glob.has_magic(path):
            for match in map(os.fsdecode, in_order(map(os.fsencode, _matches(path)))):
                if os.path.isdir(match):
                    # With ** the files in it match by themselves.
                    if "**" not in path:
                        yield from self._folder(match, f"{_display(match)}/", format, ignored, roots)
                elif not self.folders.excluded(match):
                    yield _file(match, _display(match), format)

    def _folder(
        self, path: str, prefix: str, format: str | None, ignored: Counter[str], roots: list[str]
    ) -> Iterator[Input]:
        start = len(os.path.join(path, ""))
        for entry in self.folders.walk(path, roots):
            name = printable(prefix + entry.path[start:].replace(os.sep, "/"))
            if entry.problem is not None:
                yield Input(entry.path, name, None, 0, entry.problem)
            elif (kind := _ignored(entry, format)) is not None:
                ignored[kind] += 1
            else:
                yield _file(entry.path, name, format)


def _ignored(entry: Entry, format: str | None) -> str | None:
    """What a file of a folder is, if it is nothing to read."""
    if entry.kind is not None:
        return entry.kind
    if format or format_of(entry.path):
        return None
    return os.path.splitext(entry.path)[1].lower() or "(none)"


def find_inputs(
    paths: Sequence[str], *, ours: Iterable[str | os.PathLike[str]] = (), format: str | None = None
) -> Found:
    """The files that ``paths`` stand for: files, folders (recursively), patterns, URLs, ``-``.

    Files of a folder come in the order of their paths. Left out of folders are hidden files,
    ``ours`` (files and folders that the run itself writes), outputs of earlier runs, and links
    to what is read anyway.

    Raises:
        InputError: if a path stands for nothing, or is given twice.
    """
    _not_twice(paths)
    roots = [path for path in paths if path != "-" and not is_remote(path) and os.path.isdir(path)]
    folders = Folders(ours, roots)
    # Ids are names within a folder, unless there is more than one that they might come from.
    prefixes = [f"{_display(path)}/" if len(paths) > 1 and path in roots else "" for path in paths]
    spots = tuple(
        _Path(path, prefix.removeprefix("./"), folders, _remote(path, format) if is_remote(path) else ())
        for path, prefix in zip(paths, prefixes)
    )
    found = Found(_paths=spots, _format=format)
    digest = hashlib.sha256()
    walked = folders.roots()
    for spot in spots:
        before = found.files
        for source in spot.inputs(format, found.ignored, walked):
            found.files += 1
            digest.update(f"{source.name}\x1f{printable(source.path)}\x1f{source.size}\x1e".encode())
            found.firsts.setdefault(source.format or "by content", source)
            found.size = None if found.size is None or source.size is None else found.size + source.size
            if source.path == spot.path:
                found.named.append(source)
                found.once = found.once or source.path == "-" or _is_pipe(source.path)
        if found.files == before:
            raise InputError(_nothing(spot.path))
    found.digest = digest.hexdigest()
    return found


def _nothing(path: str) -> str:
    if is_remote(path):
        return f"{path}: no file matches"
    if os.path.isdir(path):
        known = " ".join(sorted(EXTENSIONS))
        return f"{path}: no file in this folder has a format that claimlines reads ({known}, also compressed)"
    if glob.has_magic(path):
        return f"{path}: no file matches this pattern"
    return f"{path}: there is no such file or folder"


def _not_twice(paths: Sequence[str]) -> None:
    """An article that is read twice is counted twice: surely a mistake.

    Raises:
        InputError: if a path is given twice, or is in a folder that is given too.
    """
    seen: dict[str, str] = {}
    for path in paths:
        real = path if path == "-" or is_remote(path) else os.path.realpath(path)
        if real in seen:
            raise InputError(f"{path} is given twice")
        seen[real] = path
    for real, path in seen.items():
        above = os.path.dirname(real)
        while real != path and above != os.path.dirname(above):
            if above in seen:
                raise InputError(f"{path} is in {seen[above]}, which is given too")
            above = os.path.dirname(above)


def _file(path: str, name: str, format: str | None) -> Input:
    try:
        found = os.stat(path)
    except OSError:
        return Input(path, name, format or format_of(path), 0)
    size = found.st_size if stat.S_ISREG(found.st_mode) else None
    return Input(path, name, format or format_of(path), size)


def _is_pipe(path: str) -> bool:
    try:
        mode = os.stat(path).st_mode
    except OSError:
        return False
    return stat.S_ISFIFO(mode) or stat.S_ISCHR(mode) or stat.S_ISSOCK(mode)


def _display(path: str) -> str:
    """The name of a file given by itself: relative to the working folder if it is in it."""
    absolute, here = os.path.abspath(path), os.getcwd()
    inside = absolute == here or absolute.startswith(here.rstrip(os.sep) + os.sep)
    return printable((os.path.relpath(absolute, here) if inside else os.path.normpath(path)).replace(os.sep, "/"))


def _matches(pattern: str) -> Iterator[str]:
    folder, last = os.path.split(pattern)
    if glob.has_magic(folder) or "**" in last:
        yield from glob.iglob(pattern, recursive=True)
        return
    # As glob does, but not with the names of a whole folder in memory.
    try:
        with os.scandir(folder or ".") as entries:
            for entry in entries:
                if fnmatch.fnmatch(entry.name, last) and (last.startswith(".") or not entry.name.startswith(".")):
                    yield os.path.join(folder, entry.name)
    except OSError:
        return


def _remote(url: str, format: str | None) -> tuple[Input, ...]:
    try:
        from fsspec.core import url_to_fs

        system, path = url_to_fs(url)
    except (ImportError, ValueError) as error:
        raise InputError(f"{url}: {error} (pip install 'claimlines[remote]'?)") from error
    protocol = url.split("://", 1)[0]
    try:
        if glob.has_magic(path):
            infos = system.glob(path, detail=True)
        elif protocol not in ("http", "https") and system.isdir(path):
            infos = {name: info for name, info in system.find(path, detail=True).items() if format or format_of(name)}
        else:
            return (Input(url, url, format or format_of(path), system.info(path).get("size")),)
        return tuple(
            Input(full := system.unstrip_protocol(name), full, format or format_of(name), infos[name].get("size"))
            for name in sorted(infos)
            if infos[name].get("type") != "directory"
        )
    except (OSError, ImportError) as error:
        raise InputError(f"{url}: cannot be opened: {error}") from error
