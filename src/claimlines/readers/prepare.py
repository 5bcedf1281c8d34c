"""From a record to an article: the part of reading that a worker does, under its limits."""

from __future__ import annotations

import logging
from typing import Any

from claimlines.dates_of_articles import BadDate, parse_date
from claimlines.readers.heading import head_of
from claimlines.readers.items import Problem, Record
from claimlines.records import Article

__all__ = ["prepare"]


def prepare(record: Record) -> tuple[Article | Problem, list[Problem]]:
    """The article of a record, or the problem that there is none, and warnings about it."""
    fields: dict[str, Any] = dict(record.fields)
    if record.kind == "html":
        page = _page(record.raw or b"", fields.get("url"))
        if page is None:
            return Problem(record.place, "no_article", "no article text was found in the page", record.id), []
        fields = {**page, **{name: value for name, value in fields.items() if value}}
    elif record.kind == "document":
        head = head_of(fields["text"])
        head.pop("id", None)
        fields = {**head, **fields}
    warnings: list[Problem] = []
    try:
        published = parse_date(fields.pop("published", None))
    except BadDate as error:
        published = None
        message = f"{error}; the article is used without a date"
        warnings.append(Problem(record.place, "bad_date", message, record.id, "warning"))
    article = Article(
        id=record.id,
        text=fields["text"],
        title=fields.get("title") or None,
        published=published,
        url=fields.get("url") or None,
        source=fields.get("source") or None,
        place=str(record.place),
    )
    return article, warnings


def _page(raw: bytes, url: str | None) -> dict[str, Any] | None:
    """Text, title, date and site of an HTML page, by trafilatura."""
    import trafilatura

    logging.getLogger("trafilatura").setLevel(logging.CRITICAL)
    # No extensive search for dates: it guesses, and the latest date that it admits is the day
    # of the run.
    dates = {"original_date": True, "extensive_search": False, "max_date": "2100-12-31"}
    page = trafilatura.bare_extraction(
        raw, url=url, with_metadata=True, include_comments=False, date_extraction_params=dates
    )
    if page is None or isinstance(page, dict) or not (page.text or "").strip():
        return None
    found = {"text": page.text, "title": page.title, "published": page.date, "url": page.url, "source": page.sitename}
    return {name: value for name, value in found.items() if value}
