"""The options of a run, from the command line and from a run file."""

from __future__ import annotations

import difflib
import os
import tomllib
from pathlib import Path
from typing import Any, Literal

from pydantic import (
    BaseModel,
    ConfigDict,
    Field,
    ValidationError,
    field_validator,
    model_validator,
)

from claimlines.readers.fields import FieldMap
from claimlines.readers.locate import FORMATS
from claimlines.readers.options import ReadOptions
from claimlines.readers.streams import printable
from claimlines.records import Claim

__all__ = ["OptionsError", "OutputFormat", "RunOptions", "options_from"]

OutputFormat = Literal["jsonl", "parquet", "csv"]

DERIVED = ("year", "month")
FREE = {"workers", "fresh", "quiet"}  # what may differ between a run and its resumption
SECTIONS: dict[str, dict[str, str]] = {
    "inputs": {
        "paths": "inputs",
        "format": "input_format",
        "encoding": "encoding",
        "max_chars": "max_chars",
        "limit": "limit",
        "sample": "sample",
    },
    "filters": {"language": "language", "dedup": "dedup", "min_confidence": "min_confidence"},
    "outputs": {
        "path": "output",
        "errors": "errors",
        "format": "format",
        "shards": "shards",
        "partition_by": "partition_by",
    },
    "model": {"base": "base", "lexicon": "lexicon"},
    "run": {"workers": "workers", "timeout": "timeout", "memory": "memory"},
}


class OptionsError(ValueError):
    """Options that cannot be; the message says what to do."""


class RunOptions(BaseModel):
    """The options of a run.

    ``timeout`` is in seconds for an article, and as much again for every million characters
    of it; ``memory`` in megabytes for a worker.
    """

    model_config = ConfigDict(extra="forbid", frozen=True)

    inputs: tuple[str, ...] = Field(min_length=1)
    output: str = "claims.jsonl"
    errors: str | None = None

    base: str = "en_core_web_sm"
    lexicon: tuple[str, ...] = ()

    fields: dict[str, str] = Field(default_factory=dict)
    input_format: str | None = None
    encoding: str = "utf-8"
    max_chars: int = Field(default=10_000_000, ge=1, le=1_000_000_000)
    limit: int | None = Field(default=None, ge=1)
    sample: int | None = Field(default=None, ge=1)

    language: str | None = None
    dedup: Literal["none", "flag", "skip"] = "none"
    min_confidence: float = Field(default=0.0, ge=0, le=1)

    format: OutputFormat | None = None
    shards: int | None = Field(default=None, ge=1, le=100_000)
    partition_by: str | None = None

    workers: int = Field(default_factory=lambda: available_cores(), ge=1, le=1024)
    timeout: float = Field(default=60.0, gt=0, allow_inf_nan=False)
    memory: int = Field(default=2048, ge=64, le=1 << 30)
    fresh: bool = False
    quiet: bool = False

    @field_validator("fields")
    @classmethod
    def _fields(cls, value: dict[str, str]) -> dict[str, str]:
        FieldMap(value)
        return value

    @field_validator("input_format")
    @classmethod
    def _input_format(cls, value: str | None) -> str | None:
        if value in (None, "auto"):
            return None
        if value not in FORMATS:
            raise ValueError(f"no format is called {value}; the formats are {', '.join(FORMATS)}")
        return value

    @field_validator("encoding")
    @classmethod
    def _encoding(cls, value: str) -> str:
        try:
            " ".encode(value)
        except (LookupError, UnicodeError) as error:
            raise ValueError(f"Python knows no encoding {value} of text") from error
        return value

    @field_validator("language")
    @classmethod
    def _language(cls, value: str | None) -> str | None:
        if value in (None, "any"):
            return None
        if len(value) != 2 or not value.isalpha():
            raise ValueError(f"{value} is no two-letter language code such as en")
        return value.lower()

    @field_validator("inputs", "output", "errors", "lexicon")
    @classmethod
    def _paths(cls, value: Any) -> Any:
        if any("\0" in path for path in ([value] if isinstance(value, str) else value or ())):
            raise ValueError("a path with a NUL in it is none")
        return value

    @field_validator("partition_by")
    @classmethod
    def _partition_by(cls, value: str | None) -> str | None:
        allowed = [name for name in Claim.model_fields if name not in ("warnings", "evidence")]
        if value is not None and value not in (*allowed, *DERIVED):
            near = difflib.get_close_matches(value, (*allowed, *DERIVED), 1)
            hint = (
                f"; did you mean {near[0]}?"
                if near
                else f"; year, month and the fields of a claim are possible: {', '.join(allowed)}"
            )
            raise ValueError(f"claims cannot be partitioned by {value}{hint}")
        return value

    @field_validator("lexicon")
    @classmethod
    def _lexicon(cls, value: tuple[str, ...]) -> tuple[str, ...]:
        for path in value:
            if not Path(path).exists():
                raise ValueError(f"{path}: there is no such lexicon folder")
        return value

    @model_validator(mode="after")
    def _together(self) -> RunOptions:
        if self.inputs.count("-") > 1:
            raise ValueError("standard input (-) can be read once only")
        if self.output == "-":
            if self.shards or self.partition_by:
                raise ValueError("shards and partitions need a folder to be written to: give one with -o")
            if self.output_format == "parquet":
                raise ValueError("Parquet cannot be written to standard output: give a file with -o")
        return self

    @property
    def output_format(self) -> OutputFormat:
        """The format told, or the one of the output's name, or JSON Lines."""
        if self.format:
            return self.format
        name = self.output.lower()
        for suffix in (".gz", ".zst"):
            name = name.removesuffix(suffix)
        if name.endswith((".parquet", ".pq")):
            return "parquet"
        return "csv" if name.endswith(".csv") else "jsonl"

    @property
    def is_folder(self) -> bool:
        """Whether the output is a folder of files."""
        return self.shards is not None or self.partition_by is not None

    @property
    def reading(self) -> ReadOptions:
        """The options that concern readers."""
        return ReadOptions(FieldMap(self.fields), self.input_format, self.encoding, self.max_chars)

    def binding(self) -> dict[str, Any]:
        """The options that determine the output, as JSON: what a resumed run must have alike."""
        return {name: _as_json(value) for name, value in self.model_dump(exclude=FREE).items()}


def _as_json(value: Any) -> Any:
    """``value`` as it comes back from JSON. Names of files need not be text."""
    if isinstance(value, str):
        return printable(value)
    if isinstance(value, dict):
        return {key: _as_json(entry) for key, entry in value.items()}
    return [_as_json(entry) for entry in value] if isinstance(value, (list, tuple)) else value


def available_cores() -> int:
    """The cores that this process may use."""
    try:
        return max(1, len(os.sched_getaffinity(0)))
    except AttributeError:  # only Linux tells
        return os.cpu_count() or 1


def options_from(told: dict[str, Any], config: Path | None = None) -> RunOptions:
    """The options of the command line (those that are not None) over those of a run file.

    Raises:
        OptionsError: if they cannot be; the message tells all that is wrong.
    """
    values = _run_file(config) if config else {}
    given = {name: value for name, value in told.items() if value is not None and value != () and value != []}
    if "fields" in given and "fields" in values:
        given["fields"] = {**values["fields"], **given["fields"]}
    try:
        return RunOptions(**{**values, **given})
    except ValidationError as error:
        raise OptionsError("\n".join(_explain(dict(detail)) for detail in error.errors())) from error


def _explain(detail: dict[str, Any]) -> str:
    name = ".".join(map(str, detail["loc"][:1]))
    message = str(detail["msg"]).removeprefix("Value error, ")
    if name == "inputs" and detail["type"] in ("missing", "too_short"):
        return "nothing to read: give files, folders or - for standard input"
    return f"--{name.replace('_', '-')}: {message}" if name else message


def _run_file(path: Path) -> dict[str, Any]:
    try:
        data = tomllib.loads(path.read_text("utf-8"))
    except OSError as error:
        raise OptionsError(f"{path}: cannot be read: {error.strerror}") from error
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
        raise OptionsError(f"{path}: not TOML: {error}") from error
    values: dict[str, Any] = {}
    for section, content in data.items():
        if section == "fields" and isinstance(content, dict):
            values["fields"] = content
            continue
        known = SECTIONS.get(section)
        if known is None or not isinstance(content, dict):
            raise OptionsError(f"{path}: there is no section [{section}]{_hint(section, [*SECTIONS, 'fields'])}")
        for key, value in content.items():
            if key not in known:
                raise OptionsError(f"{path}: [{section}] has no {key}{_hint(key, list(known))}")
            values[known[key]] = [value] if key in ("paths", "lexicon") and isinstance(value, str) else value
    return values


def _hint(word: str, known: list[str]) -> str:
    near = difflib.get_close_matches(word, known, 1)
    return f"; did you mean {near[0]}?" if near else f"; possible are {', '.join(known)}"
