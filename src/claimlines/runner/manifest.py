"""The manifest: what a run was, what it read, and what came of it."""

from __future__ import annotations

import datetime as dt
import os
import platform
from importlib import metadata
from pathlib import Path
from typing import Any

import orjson

from claimlines.readers import Found, Input, Ledger
from claimlines.readers.folders import is_manifest
from claimlines.readers.streams import is_remote, open_input
from claimlines.records import SCHEMA_VERSION
from claimlines.runner.options import RunOptions

__all__ = ["fingerprint_of", "inputs_are_those_of", "read_manifest", "write_manifest"]

CLOCK_SECONDS = 2.0  # by which the clocks of a file system and ours may differ

LIBRARIES = ("trafilatura", "dateparser", "py3langid", "rensa")


def fingerprint_of(options: RunOptions, found: Found, info: dict[str, str]) -> dict[str, Any]:
    """What makes two runs the same: versions, options, and the input files by name and size."""
    return {
        "versions": {"claimlines": _version("claimlines"), "schema": SCHEMA_VERSION, **_libraries(options), **info},
        "options": options.binding(),
        "inputs": {"files": found.files, "names and sizes": found.digest},
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
    """The manifest at ``path``, or None if there is none of ours."""
    return orjson.loads(path.read_bytes()) if is_manifest(path) else None


def inputs_are_those_of(manifest: dict[str, Any], found: Found) -> bool:
    """Whether input of the same names and sizes has the same content as in the run of the manifest.

    What has not been touched since then is trusted, as is what lies on other machines; the
    rest is read and compared.
    """
    then = dt.datetime.fromisoformat(manifest["time"]["started"]).timestamp() - CLOCK_SECONDS
    if not any(_touched_since(source, then) for source in found.inputs):
        return True
    told = manifest["inputs"]
    ledger = Ledger()
    for number, source in enumerate(found.inputs, 1):
        if number > told["files"]:
            break  # it was not read, because of a limit
        size, sha256 = (None, None) if source.problem else _read(source)
        # Of the last file a limit may have left something.
        if number == told["files"] and ledger.with_file(source, source.size, None) == told["sha256_of_all"]:
            return True
        ledger.add(source, source.size if source.size is not None else size, sha256)
    return bool(ledger.to_json()["sha256_of_all"] == told["sha256_of_all"])


def _touched_since(source: Input, then: float) -> bool:
    if is_remote(source.path):
        return False
    try:
        return source.path == "-" or os.stat(source.path).st_ctime >= then
    except OSError:
        return True


def _read(source: Input) -> tuple[int | None, str | None]:
    try:
        with open_input(source.path) as opened:
            opened.drain()
            return opened.count, opened.hexdigest()
    except (OSError, ModuleNotFoundError):
        return None, None
