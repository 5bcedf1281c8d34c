"""Walking folders: in order, each file once, and without what the tool itself has written."""

from __future__ import annotations

import os
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field

import orjson

from claimlines.readers.sorting import in_order

__all__ = ["MANIFEST", "Entry", "Folders", "is_manifest"]

MANIFEST = ".run.json"
FILE, FOLDER, LINK, SPECIAL = b"f", b"d", b"l", b"s"


@dataclass(slots=True)
class Entry:
    """A file of a folder.

    Attributes:
        kind: what it is, if it is no file to read; to be counted by.
        problem: why a folder could not be listed; ``path`` is then that folder.
    """

    path: str
    kind: str | None = None
    problem: str | None = None


@dataclass
class _Written:
    """The names in one folder that runs of ours have written, or are writing."""

    names: set[str] = field(default_factory=set)

    def note(self, folder: str, name: str) -> None:
        """Learn from a manifest or journal what stands beside it."""
        if name.endswith(MANIFEST) and is_manifest(os.path.join(folder, name)):
            output = name.removesuffix(MANIFEST)
            self.names |= {name, output, f"{output}.errors.jsonl"}
        elif name.endswith(".journal"):
            self.names.add(f"{name.removesuffix('.journal')}.partial")


class Folders:
    """The folders of a run.

    Links are followed, but not to what is read anyway: a file or folder within a folder that
    is read, or one around it.
    """

    def __init__(self, ours: Iterable[str | os.PathLike[str]], roots: Sequence[str]) -> None:
        """``ours`` are files and folders that the run writes, ``roots`` the folders it was given."""
        self._ours = {os.path.realpath(path) for path in ours}
        self._roots = [os.path.realpath(root) for root in roots]

    def excluded(self, path: str) -> bool:
        """Whether the run writes this file itself."""
        return os.path.realpath(path) in self._ours

    def roots(self) -> list[str]:
        """The folders that are read for sure; ``walk`` enters those to which it was led."""
        return list(self._roots)

    def walk(self, root: str, roots: list[str]) -> Iterator[Entry]:
        """The files in a folder and the folders in it, in the order of their paths."""
        if (real := os.path.realpath(root)) not in roots:
            roots.append(real)
        # Folders that are being walked, the innermost last: no recursion, whatever the depth.
        stack = [self._list(root, roots)]
        while stack:
            entry = next(stack[-1], None)
            if entry is None:
                stack.pop()
            elif isinstance(entry, str):
                stack.append(self._list(entry, roots))
            else:
                yield entry

    def _list(self, folder: str, roots: list[str]) -> Iterator[Entry | str]:
        """The files of a folder, and the paths of its folders."""
        written, real = _Written(), os.path.realpath(folder)
        try:
            names = in_order(_names(folder, written))
            first = next(names, None)
        except OSError as error:
            yield Entry(folder, problem=f"cannot be listed: {error.strerror}")
            return
        while first is not None:
            name, kind = os.fsdecode(first[:-2]), first[-1:]
            first = next(names, None)
            path = os.path.join(folder, name)
            if os.path.join(real, name) in self._ours or name in written.names:
                continue
            if kind == LINK:
                if _read_anyway(target := os.path.realpath(path), roots):
                    yield Entry(path, "links to files read anyway")
                    continue
                if target in self._ours:
                    continue
                if os.path.isdir(path):
                    roots.append(target)
                    kind = FOLDER
                elif os.path.exists(path) and not os.path.isfile(path):
                    kind = SPECIAL
            if kind == FOLDER:
                yield path
            else:
                yield Entry(path, "no regular file" if kind == SPECIAL else None)


def _names(folder: str, written: _Written) -> Iterator[bytes]:
    """Names with their kinds. A name sorts before all that it begins."""
    with os.scandir(folder) as entries:
        for entry in entries:
            if entry.name.startswith("."):
                continue
            written.note(folder, entry.name)
            yield os.fsencode(entry.name) + b"\1" + _kind(entry)


def _kind(entry: os.DirEntry[str]) -> bytes:
    try:
        if entry.is_symlink():
            return LINK
        if entry.is_dir(follow_symlinks=False):
            return FOLDER
        return FILE if entry.is_file(follow_symlinks=False) else SPECIAL
    except OSError:
        return FILE  # opening it will tell


def _read_anyway(target: str, roots: list[str]) -> bool:
    """Whether a link leads to what is read without it, or around it."""
    for root in roots:
        inside = os.path.relpath(target, root)
        if inside == "." or (root + os.sep).startswith(target.rstrip(os.sep) + os.sep):
            return True
        if not inside.startswith(os.pardir) and os.path.exists(target):
            # What is hidden is not read, unless by the link.
            return not any(part.startswith(".") for part in inside.split(os.sep))
    return False


def is_manifest(path: str | os.PathLike[str]) -> bool:
    """Whether a file is the manifest of a run of ours."""
    try:
        with open(path, "rb") as file:
            content = orjson.loads(file.read())
    except (OSError, orjson.JSONDecodeError):
        return False
    return isinstance(content, dict) and {"fingerprint", "inputs", "counts", "time", "output"} <= content.keys()
