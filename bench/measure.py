"""One measurement a process, printed as JSON: stages, start-up, peak memory, growth with length."""

from __future__ import annotations

import json
import resource
import statistics
import subprocess
import sys
import tempfile
import time
from collections import defaultdict
from collections.abc import Callable
from pathlib import Path
from typing import Any

from speed import bare, ours, read_texts


def stages(path: str) -> dict[str, float]:
    """Microseconds a word by stage: medians of five passes after one to warm up."""
    from claimlines.pipeline import load, make_doc

    nlp = load()
    texts = read_texts(Path(path))
    words = sum(len(t.split()) for t in texts)
    passes: dict[str, list[float]] = defaultdict(list)
    for _ in range(6):
        spent: dict[str, float] = defaultdict(float)
        for text in texts:
            begin = time.perf_counter()
            doc = make_doc(nlp, text)
            spent["tokenizer"] += time.perf_counter() - begin
            for name, component in nlp.pipeline:
                begin = time.perf_counter()
                doc = component(doc)
                spent[name] += time.perf_counter() - begin
        for name, seconds in spent.items():
            passes[name].append(seconds)
    out = {name: round(statistics.median(values[1:]) / words * 1e6, 2) for name, values in passes.items()}
    out["all"] = round(sum(out.values()), 2)
    return out


def startup(who: str) -> float:
    """Seconds until a pipeline is loaded, or until the command has written the claims of one short article."""
    if who == "cli":
        with tempfile.TemporaryDirectory() as folder:
            article = Path(folder, "a.txt")
            article.write_text("Acme's revenue rose 5% to $3bn in 2024.", encoding="utf-8")
            begin = time.perf_counter()
            command = Path(sys.executable).with_name("claimlines")
            subprocess.run([command, "extract", article, "-o", Path(folder, "c.jsonl"), "--quiet"], check=True)
            return round(time.perf_counter() - begin, 2)
    begin = time.perf_counter()
    (bare if who == "bare" else ours)()
    return round(time.perf_counter() - begin, 2)


def memory(who: str, path: str) -> int:
    """Peak resident megabytes after all texts."""
    (bare if who == "bare" else ours)()(read_texts(Path(path)))
    return round(resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024)


def growth(path: str) -> list[dict[str, Any]]:
    """Microseconds a word for one article of growing length, and for inputs made to hurt.

    Each is set beside the same text cut into articles of about 1 kB.
    """
    run = ours()
    body = "\n\n".join(read_texts(Path(path)))
    while len(body) < 5_000_000:
        body += "\n\n" + body
    bare_words = "".join(c for c in body[:200_000] if c.isalnum() or c == " ")
    usual = _pieces(body[:200_000])
    run(usual)
    inputs = [("1 kB articles", usual, usual)] + [
        (f"one of {size // 1000} kB", [body[:size]], usual) for size in (10_000, 100_000, 1_000_000, 5_000_000)
    ]
    inputs += [
        ("no punctuation, 200 kB", [bare_words], _pieces(bare_words)),
        ("10,000 quantities in a paragraph", [_listed(1, 10_001)], [_listed(i, i + 100) for i in range(1, 10_001, 100)]),
        ("brackets nested 20,000 deep", [_nested(20_000)], [_nested(500)] * 40),
        ("a million digits", [_digits(1_000_000)], [_digits(1000)] * 1000),
    ]
    out: list[dict[str, Any]] = []
    for name, texts, pieces in inputs:
        row = {"input": name, "words": _words(texts), "us_per_word": _time(run, texts)}
        row["times_1kb_articles"] = round(row["us_per_word"] / (out[0]["us_per_word"] if out else row["us_per_word"]), 2)
        row["times_same_in_1kb_pieces"] = round(row["us_per_word"] / _time(run, pieces), 2) if pieces is not usual else row["times_1kb_articles"]
        out.append(row)
    return out


def _pieces(text: str) -> list[str]:
    return [text[i : i + 1000] for i in range(0, len(text), 1000)]


def _listed(first: int, last: int) -> str:
    return "It sold " + ", ".join(f"{i} units" for i in range(first, last)) + "."


def _nested(depth: int) -> str:
    return "Sales rose " + "(" * depth + "5%" + ")" * depth + "."


def _digits(count: int) -> str:
    return "The number is " + "7" * count + "."


def _words(texts: list[str]) -> int:
    return sum(max(len(t.split()), len(t) // 6) for t in texts)


def _time(run: Callable[[list[str]], object], texts: list[str]) -> float:
    """Microseconds a word."""
    begin = time.perf_counter()
    run(texts)
    return round((time.perf_counter() - begin) / _words(texts) * 1e6, 1)


if __name__ == "__main__":
    print(json.dumps(globals()[sys.argv[1]](*sys.argv[2:])))
