"""The unit of work: some articles in a row. Chunks depend on the input alone, not on the workers."""

from __future__ import annotations

import heapq
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from hashlib import blake2b
from itertools import islice

from claimlines.readers.items import Item, digest

__all__ = ["Chunk", "chunks_of", "limited", "sampled"]

ARTICLES = 8
CHARACTERS = 200_000


@dataclass(slots=True)
class Chunk:
    """Some items in a row.

    Attributes:
        number: from 0, in the order of the input.
        digest: of what was read.
        position: bytes of input read up to its end.
    """

    number: int
    items: list[Item]
    digest: str
    position: int

    @property
    def size(self) -> int:
        """Characters or bytes in it."""
        return sum(item.size for item in self.items)


def chunks_of(items: Iterable[Item]) -> Iterator[Chunk]:
    """Items in chunks: few articles, so that little is redone, and not too much text at once."""
    number, gathered, size = 0, list[Item](), 0
    for item in items:
        if gathered and size + item.size > CHARACTERS:
            yield Chunk(number, gathered, digest(gathered), gathered[-1].position)
            number, gathered, size = number + 1, [], 0
        gathered.append(item)
        size += item.size
        if len(gathered) == ARTICLES:
            yield Chunk(number, gathered, digest(gathered), item.position)
            number, gathered, size = number + 1, [], 0
    if gathered:
        yield Chunk(number, gathered, digest(gathered), gathered[-1].position)


def limited(items: Iterable[Item], limit: int | None) -> Iterator[Item]:
    """The first ``limit`` items, or all."""
    return islice(items, limit) if limit is not None else iter(items)


def sampled(items: Iterable[Item], size: int | None) -> Iterator[Item]:
    """``size`` items in their order, chosen evenly over all and always the same; or all.

    All of the input is read, and the sample held in memory, before the first is given.
    """
    if size is None:
        yield from items
        return
    kept: list[tuple[int, int, Item]] = []
    for number, item in enumerate(items):
        # The number's digest is a random order that every run and machine agrees on.
        rank = -int.from_bytes(blake2b(str(number).encode(), digest_size=8).digest())
        if len(kept) < size:
            heapq.heappush(kept, (rank, number, item))
        elif rank > kept[0][0]:
            heapq.heapreplace(kept, (rank, number, item))
    for _, _, item in sorted(kept, key=lambda entry: entry[1]):
        yield item
