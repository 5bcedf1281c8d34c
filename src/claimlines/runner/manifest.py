"""The manifest: what a run was, what it read, and what came of it."""

from __future__ import annotations

import hashlib
import platform
from importlib import metadata
from pathlib import Path
from typing import Any

import orjson

from claimlines.readers import Found
from claimlines.records import SCHEMA_VERSION
from claimlines.runner.options import RunOptions

__all__ = ["fingerprint_of", "read_manifest", "write_manifest"]

LIBRARIES = ("trafilatura", "dateparser", "py3langid", "rensa")


def fingerprint_of(options: RunOptions, found: Found, info: dict[str, str]) -> dict[str, Any]:
    """What makes two runs the same: versions, options, and the input files by name and size."""
    inputs = hashlib.sha256()
    for source in found.inputs:
        inputs.update(f"{source.name}\x1f{source.path}\x1f{source.size}\x1e".encode("utf-8", "surrogateescape"))
    return {
        "versions": {"claimlines": _version("claimlines"), "schema": SCHEMA_VERSION, **_libraries(options), **info},
        "options": options.binding(),
        "inputs": {"files": len(found.inputs), "names and sizes": inputs.hexdigest()},
    }


def _libraries(options: RunOptions) -> dict[str, str]:
    # Those whose own changes would change what comes out, and which this run may use.
    used = [
        name
        for name in LIBRARIES
        if not (name == "rensa" and options.dedup == "none") and not (name == "py3langid" and not options.language)
    ]
    return {name: _version(name) for name in used}


def _version(name: str) -> str:
    try:
        return metadata.version(name)
    except metadata.PackageNotFoundError:
        return "unknown"


def write_manifest(path: Path, content: dict[str, Any]) -> None:
    """Write a manifest.

    Raises:
        OSError: if it cannot be written.
    """
    machine = {"python": platform.python_version(), "system": platform.platform()}
    path.write_bytes(
        orjson.dumps({**content, "machine": machine}, option=orjson.OPT_INDENT_2 | orjson.OPT_APPEND_NEWLINE)
    )


def read_manifest(path: Path) -> dict[str, Any] | None:
    """The manifest at ``path``, or None if there is none that can be read."""
    try:
        content = orjson.loads(path.read_bytes())
    except (OSError, orjson.JSONDecodeError):
        return None
    return content if isinstance(content, dict) else None
