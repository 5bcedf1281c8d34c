"""What a writer of claims does."""

from __future__ import annotations

from typing import Protocol

__all__ = ["ClaimWriter"]


class ClaimWriter(Protocol):
    """Takes claims as whole lines of JSON, writes them in its format."""

    def write(self, lines: bytes) -> None:
        """Write the claims of one article."""

    def close(self) -> None:
        """Finish."""
