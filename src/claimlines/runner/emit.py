"""From the journal to the outputs: in the order of the input, duplicates settled on the way."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, field
from typing import Any, BinaryIO, Literal

import orjson

from claimlines.filters import Duplicate, DuplicateIndex, Signature
from claimlines.runner.journal import Held, Journal
from claimlines.runner.outcome import Outcome
from claimlines.writers import ClaimWriter

__all__ = ["Emitter", "Tally"]


@dataclass
class Tally:
    """The counts of a run, as the manifest has them."""

    seen: int = 0
    done: int = 0
    claims: int = 0
    skipped: Counter[str] = field(default_factory=Counter)
    failed: Counter[str] = field(default_factory=Counter)
    warnings: Counter[str] = field(default_factory=Counter)
    duplicates: Counter[str] = field(default_factory=Counter)

    def to_json(self) -> dict[str, Any]:
        """The manifest's ``counts``."""
        return {
            "articles": {
                "seen": self.seen,
                "done": self.done,
                "skipped": dict(sorted(self.skipped.items())),
                "failed": dict(sorted(self.failed.items())),
            },
            "claims": self.claims,
            "warnings": dict(sorted(self.warnings.items())),
            "duplicates": dict(sorted(self.duplicates.items())),
        }


class Emitter:
    """Writes the outcomes of finished chunks, one chunk after the other."""

    def __init__(
        self, journal: Journal | Held, claims: ClaimWriter, errors: BinaryIO, dedup: Literal["none", "flag", "skip"]
    ) -> None:
        self.tally = Tally()
        self.next = 0
        self._journal = journal
        self._claims = claims
        self._errors = errors
        self._skip = dedup == "skip"
        # Which of two like articles is the first is known only here, where the order is.
        self._index = DuplicateIndex() if dedup != "none" else None

    def available(self) -> bool:
        """Whether the next chunk in order is finished."""
        return self._journal.done(self.next)

    def emit(self) -> None:
        """Write the next chunk.

        Raises:
            OSError: if it cannot be written.
        """
        for outcome in self._journal.outcomes(self.next):
            self._outcome(outcome)
        self.next += 1

    def _outcome(self, outcome: Outcome) -> None:
        tally = self.tally
        tally.seen += 1
        for problem in outcome.problems:
            self._errors.write(orjson.dumps(problem, option=orjson.OPT_APPEND_NEWLINE))
            if problem["severity"] == "warning":
                tally.warnings[problem["reason"]] += 1
            else:
                tally.failed[problem["reason"]] += 1
        if outcome.status == "skipped":
            reason = outcome.reason or "skipped"
            tally.skipped[reason] += 1
            if reason == "duplicate":
                tally.duplicates[reason] += 1
        if outcome.status != "done":
            return
        lines = outcome.claims
        if (
            self._index is not None
            and outcome.signature
            and (found := self._index.add(Signature(*outcome.signature), outcome.id or ""))
        ):
            tally.duplicates[found.kind] += 1
            if self._skip:
                tally.skipped[found.kind] += 1
                return
            lines = _flagged(lines, found)
        tally.done += 1
        tally.claims += outcome.count
        if lines:
            self._claims.write(lines)


def _flagged(lines: bytes, found: Duplicate) -> bytes:
    """The claims with a warning of what article theirs repeats."""
    flagged = []
    for line in lines.splitlines():
        claim = orjson.loads(line)
        claim["warnings"].append(f"{found.kind}_of:{found.of}")
        flagged.append(orjson.dumps(claim, option=orjson.OPT_APPEND_NEWLINE))
    return b"".join(flagged)
