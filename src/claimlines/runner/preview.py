"""What a run would read, and the claims of the first article, without writing anything."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, field
from typing import Any

import orjson

from claimlines.readers import (
    Found,
    Input,
    InputError,
    Item,
    Problem,
    Record,
    find_inputs,
    read_sources,
)
from claimlines.runner.chunks import Chunk
from claimlines.runner.options import RunOptions
from claimlines.runner.outcome import unpacked
from claimlines.runner.pool import Pool, Task
from claimlines.runner.run import setup_of
from claimlines.runner.targets import Targets

__all__ = ["Preview", "Sight", "preview"]

LOOKED_AT = 100


@dataclass
class Sight:
    """What the beginning of the first file of a format shows.

    Attributes:
        format: name of the format.
        first: the file.
        mapped: for our fields the names that they have there.
        problems: what is wrong with the first hundred articles, by reason.
        looked_at: how many articles were looked at.
    """

    format: str
    first: Input
    mapped: dict[str, str] = field(default_factory=dict)
    problems: Counter[str] = field(default_factory=Counter)
    looked_at: int = 0


@dataclass
class Preview:
    """What a run would read."""

    found: Found
    targets: Targets
    sights: list[Sight]
    article: str | None = None
    claims: list[dict[str, Any]] = field(default_factory=list)
    problem: str | None = None


def preview(options: RunOptions) -> Preview:
    """Look at the first articles of each format, and extract from the first.

    Raises:
        InputError, TargetError: if an input or output cannot be.
        WorkersError: if the pipeline cannot be loaded.
    """
    targets = Targets.of(options)
    found = find_inputs(options.inputs, ours=targets.files, format=options.input_format)
    if found.once:
        raise InputError("--dry-run would use up standard input, or a pipe; give it a file")
    targets.check(options, found)
    seen = Preview(found, targets, [])
    article: Record | None = None
    for name, source in found.firsts.items():
        sight = Sight(name, source)
        seen.sights.append(sight)
        reading = options.reading
        for item in read_sources([source], reading):
            sight.looked_at += 1
            if isinstance(item, Record):
                article = article or item
                sight.mapped = sight.mapped or dict(reading.fields.used)
            elif isinstance(item, Problem):
                sight.problems[item.reason] += 1
            if sight.looked_at == LOOKED_AT:
                break
    if article is not None:
        _extract(article, options, seen)
    return seen


def _extract(article: Record, options: RunOptions, seen: Preview) -> None:
    # In a worker, so that an article that ends its process does not end the preview.
    pool = Pool(setup_of(options), 1, options.timeout)
    try:
        items: list[Item] = [article]
        pool.give(Task(Chunk(0, items, "", 0)))
        finished: list[Task] = []
        while not finished:
            finished = list(pool.events([], 1.0))
        (outcome,) = unpacked(b"".join(finished[0].in_order()))
    finally:
        pool.close()
    seen.article = article.id
    seen.claims = [orjson.loads(line) for line in outcome.claims.splitlines()]
    if outcome.problems and outcome.status == "failed":
        seen.problem = str(outcome.problems[0]["message"])
    elif outcome.status == "skipped":
        seen.problem = f"skipped: {outcome.reason}"
