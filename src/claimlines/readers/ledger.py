"""What was read: sizes and digests of the input files, for the manifest."""

from __future__ import annotations

import hashlib
from typing import Any

from claimlines.readers.streams import Input, printable

__all__ = ["Ledger"]

LISTED = 1000  # a folder of a million files is told by one digest, so that memory stays bounded


class Ledger:
    """Sizes and digests of the files read, in order.

    ``combined`` covers all of them: the SHA-256 of the lines ``name size sha256``.
    """

    def __init__(self) -> None:
        self.files = 0
        self.bytes = 0
        self._listed: list[dict[str, Any]] = []
        self._combined = hashlib.sha256()

    def add(self, source: Input, size: int | None, sha256: str | None) -> None:
        """Enter one file. ``sha256`` is None if it was not read to its end."""
        self.files += 1
        self.bytes += size or 0
        self._combined.update(_line(source, size, sha256))
        if len(self._listed) < LISTED:
            self._listed.append({"name": source.name, "path": printable(source.path), "size": size, "sha256": sha256})

    def with_file(self, source: Input, size: int | None, sha256: str | None) -> str:
        """``combined`` as it would be with one more file."""
        combined = self._combined.copy()
        combined.update(_line(source, size, sha256))
        return combined.hexdigest()

    def to_json(self) -> dict[str, Any]:
        """The manifest's entry: all files if they are few, else the first thousand and the digest of all."""
        return {
            "files": self.files,
            "bytes": self.bytes,
            "sha256_of_all": self._combined.hexdigest(),
            "list": self._listed,
        }


def _line(source: Input, size: int | None, sha256: str | None) -> bytes:
    return f"{source.name} {size} {sha256}\n".encode()
