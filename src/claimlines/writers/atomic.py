"""Outputs that appear whole or not at all: written aside, fsynced, renamed."""

from __future__ import annotations

import contextlib
import hashlib
import os
import shutil
from pathlib import Path

__all__ = ["Aside", "digest_of_output"]


class Aside:
    """A file or folder written beside its place, and put there at the end."""

    def __init__(self, target: Path, *, folder: bool = False) -> None:
        """Make room for ``target`` beside it; what a killed run left there is removed.

        Raises:
            OSError: if that is not possible.
        """
        self.target = target
        self.folder = folder
        self.path = target.with_name(f"{target.name}.partial")
        self.discard()
        if folder:
            self.path.mkdir()

    def commit(self) -> None:
        """Put the finished output in its place, replacing what is there.

        Raises:
            OSError: if that is not possible; what is there is then untouched.
        """
        if self.folder:
            for root, _, files in os.walk(self.path, topdown=False):
                for name in files:
                    _sync(os.path.join(root, name))
                _sync(root)
            old = self.target.with_name(f"{self.target.name}.replaced")
            _remove(old)
            if self.target.exists():
                os.rename(self.target, old)
            os.rename(self.path, self.target)
            _remove(old)
        else:
            _sync(self.path)
            os.replace(self.path, self.target)
        _sync(self.target.parent)

    def discard(self) -> None:
        """Remove what was written aside."""
        _remove(self.path)


def _remove(path: Path) -> None:
    with contextlib.suppress(FileNotFoundError):
        if path.is_dir() and not path.is_symlink():
            shutil.rmtree(path)
        else:
            path.unlink()


def _sync(path: str | Path) -> None:
    fd = os.open(path, os.O_RDONLY)
    try:
        os.fsync(fd)
    finally:
        os.close(fd)


def digest_of_output(path: Path) -> str:
    """SHA-256 of a file, or of the names and SHA-256s of the files of a folder.

    Raises:
        OSError: if it cannot be read.
    """
    if not path.is_dir():
        with open(path, "rb") as file:
            return hashlib.file_digest(file, "sha256").hexdigest()
    state = hashlib.sha256()
    for file_path in sorted(entry for entry in path.rglob("*") if entry.is_file()):
        state.update(f"{file_path.relative_to(path).as_posix()} {digest_of_output(file_path)}\n".encode())
    return state.hexdigest()
