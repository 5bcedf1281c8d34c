"""claimlines: tech press articles in, structured claims out.

>>> import claimlines
>>> claims = claimlines.extract("Acme's revenue rose 5% to $3bn in 2024.")
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from claimlines.pipeline import extract, load
    from claimlines.records import Article, Claim

__all__ = ["Article", "Claim", "extract", "load"]


def __getattr__(name: str) -> Any:
    # spaCy takes a second to import; `claimlines --help` and readers of records need not wait for it.
    if name in {"extract", "load"}:
        from claimlines import pipeline

        return getattr(pipeline, name)
    if name in {"Article", "Claim"}:
        from claimlines import records

        return getattr(records, name)
    raise AttributeError(f"module 'claimlines' has no attribute {name!r}")
