"""An extractor without a model, for the tests of the batch side.

It finds every ``[number]`` of a text, and obeys words in it: ``!!sleep 3``, ``!!raise``,
``!!memory``, ``!!segfault``, ``!!exit``, ``!!kill``, ``!!once PATH`` (dies the first time only), ``!!pid FOLDER`` (leaves its
process id there), ``!!print``. Environment: ``FAKE_DELAY`` seconds an article, ``FAKE_VERSION``, ``FAKE_SEEN``
(a folder to count the calls in), ``FAKE_LOADS`` (one to count the loading in).
"""

from __future__ import annotations

import ctypes
import os
import re
import signal
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

from claimlines.records import Article, Claim, claim_id

NUMBER = re.compile(r"\[(\d+)\]")


def _obey(text: str) -> None:
    if found := re.search(r"!!pid (\S+)", text):
        open(os.path.join(found[1], str(os.getpid())), "w").close()
    if found := re.search(r"!!sleep ([\d.]+)", text):
        time.sleep(float(found[1]))
    if "!!raise" in text:
        raise ValueError("told to")
    if "!!print" in text:
        print("printed", flush=True)
    if "!!memory" in text:
        hoard = []
        while True:
            hoard.append(bytearray(16 << 20))
    if "!!segfault" in text:
        ctypes.string_at(0)
    if "!!exit" in text:
        os._exit(7)
    if "!!kill" in text:
        os.kill(os.getpid(), signal.SIGKILL)
    if (found := re.search(r"!!once (\S+)", text)) and not os.path.exists(found[1]):
        open(found[1], "w").close()
        os.kill(os.getpid(), signal.SIGKILL)


def _count(folder: str, name: str) -> None:
    path = Path(folder, name)
    before = int(path.read_text()) if path.exists() else 0
    path.write_text(str(before + 1))


def extract(article: Article) -> list[Claim]:
    if folder := os.environ.get("FAKE_SEEN"):
        _count(folder, article.id)
    _obey(article.text)
    claims = []
    for match in NUMBER.finditer(article.text):
        value = float(match[1])
        claims.append(
            Claim(
                subject=article.source,
                metric="revenue" if value % 2 else "price",
                value=value,
                unit="USD",
                period=None,
                quantity_text=match[0],
                start=match.start(),
                end=match.end(),
                sentence=match[0],
                sentence_start=match.start(),
                sentence_end=match.end(),
                article_id=article.id,
                title=article.title,
                published=article.published,
                url=article.url,
                source=article.source,
                confidence=(value % 10) / 10,
                evidence={"value": "digits"},
                claim_id=claim_id(article.id, match.start(), match.end(), (value,)),
            )
        )
    return claims


def factory(options: Any) -> Callable[[Article], list[Claim]]:
    extract.version_info = {"model": os.environ.get("FAKE_VERSION", "1")}  # type: ignore[attr-defined]
    if folder := os.environ.get("FAKE_LOADS"):
        open(os.path.join(folder, f"{os.getpid()}-{time.monotonic_ns()}"), "w").close()
    if delay := float(os.environ.get("FAKE_DELAY", "0")):

        def slow(article: Article) -> list[Claim]:
            time.sleep(delay)
            return extract(article)

        slow.version_info = extract.version_info  # type: ignore[attr-defined]
        return slow
    return extract


def broken(options: Any) -> Callable[[Article], list[Claim]]:
    os._exit(9)
