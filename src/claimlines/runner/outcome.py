"""What became of an article, and how that travels: from worker to runner to journal to output."""

from __future__ import annotations

import struct
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any, Literal

import orjson

__all__ = ["Counts", "Outcome", "unpacked"]

Status = Literal["done", "failed", "skipped"]

STATES: tuple[Status, ...] = ("done", "failed", "skipped")
HEAD = struct.Struct("<BIII")


@dataclass(slots=True)
class Outcome:
    """What became of one article.

    Attributes:
        claims: the claims as lines of JSON, each with its line end.
        count: how many they are.
        problems: for the errors file: the reason of a failure, or warnings.
        reason: why it was skipped.
        signature: digest and MinHash of its text, if asked for.
    """

    status: Status
    id: str | None
    claims: bytes = b""
    count: int = 0
    problems: list[dict[str, Any]] = field(default_factory=list)
    reason: str | None = None
    signature: tuple[str, str] | None = None

    def pack(self) -> bytes:
        """As bytes. The runner hands them on to the journal, and need not look into them."""
        rest = orjson.dumps([self.id, self.problems, self.reason, self.signature])
        return HEAD.pack(STATES.index(self.status), self.count, len(rest), len(self.claims)) + rest + self.claims


def unpacked(data: bytes) -> Iterator[Outcome]:
    """The outcomes in packed ones that stand one behind the other."""
    at = 0
    while at < len(data):
        state, count, length, size = HEAD.unpack_from(data, at)
        at += HEAD.size
        id, problems, reason, signature = orjson.loads(data[at : at + length])
        at += length
        signature = None if signature is None else tuple(signature)
        yield Outcome(STATES[state], id, data[at : at + size], count, problems, reason, signature)
        at += size


@dataclass(slots=True)
class Counts:
    """Articles and claims."""

    seen: int = 0
    done: int = 0
    skipped: int = 0
    failed: int = 0
    claims: int = 0

    def add(self, other: Counts) -> None:
        """Add others to these."""
        self.seen += other.seen
        self.done += other.done
        self.skipped += other.skipped
        self.failed += other.failed
        self.claims += other.claims

    @classmethod
    def of(cls, packed: list[bytes]) -> Counts:
        """The counts of some packed outcomes."""
        heads = [HEAD.unpack_from(outcome) for outcome in packed]
        states = [STATES[head[0]] for head in heads]
        claims = sum(head[1] for head in heads)
        return cls(len(states), states.count("done"), states.count("skipped"), states.count("failed"), claims)
