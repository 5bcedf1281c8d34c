"""The token-to-vector network of spaCy's small pipelines, without thinc's layers between its products.

Hash embeddings of six attributes, a maxout layer, and convolutions over three tokens with
residual connections (``MultiHashEmbed`` and ``MaxoutWindowEncoder`` of spaCy's
``Tok2Vec.v2``; Honnibal 2016, "Embed, encode, attend, predict"). Two things make it fast:
what an embedding layer makes of a word depends on the word alone and is remembered, and
each convolution is one product and a handful of whole-array operations. Vectors agree
with spaCy's to the last digits of single precision.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, cast

import numpy as np
from spacy.pipeline import Tok2Vec
from spacy.vocab import Vocab
from thinc.api import Model, NumpyOps

__all__ = ["Tok2VecForward"]

_MAXOUT = "maxout>>layernorm>>dropout"
_LEXICAL = {"NORM": "norm", "PREFIX": "prefix", "SUFFIX": "suffix", "SHAPE": "shape", "IS_SPACE": "is_space"}
_REMEMBERED = 1 << 15
"""Words whose embedding is remembered: 12 MB."""

_EPSILON = np.float32(1e-8)


class Tok2VecForward:
    """Vectors of tokens by a trained network of the usual shape; :meth:`of` says whether a network has it."""

    def __init__(self, vocab: Vocab, attrs: list[str], model: Model[Any, Any]) -> None:
        self.vocab = vocab
        self.attrs = attrs
        hashed = [layer for layer in model.walk() if layer.name == "hashembed"]
        maxouts = [_Maxout(layer) for layer in model.walk() if layer.name == "maxout"]
        norms = [(layer.get_param("G"), layer.get_param("b")) for layer in model.walk() if layer.name == "layernorm"]
        self.seeds = [layer.attrs["seed"] for layer in hashed]
        self.width = int(model.get_dim("nO"))
        self.bias = maxouts[0].bias
        self.norm = norms[0]
        # A product with concatenated embeddings is the sum of one with each: tables take the place of that layer.
        self.tables = [
            np.ascontiguousarray(layer.get_param("E") @ maxouts[0].weights[i * self.width : (i + 1) * self.width])
            for i, layer in enumerate(hashed)
        ]
        self.layers = list(zip(maxouts[1:], norms[1:], strict=True))
        self.pad = len(self.layers)
        self.hash = NumpyOps().hash
        self.known: dict[int, int] = {}
        self.embedded = np.zeros((1024, self.width), dtype=np.float32)

    @classmethod
    def of(cls, component: Any, vocab: Vocab) -> Tok2VecForward | None:
        """The network of a ``tok2vec`` component; None for one of another shape, which runs as it is."""
        if type(component) is not Tok2Vec or not isinstance(component.model.ops, NumpyOps):
            return None
        model: Model[Any, Any] = component.model
        layers = list(model.walk())
        attrs = [a for layer in layers if layer.name == "extract_features" for a in layer.attrs["columns"]]
        windows = [layer.attrs["window_size"] for layer in layers if layer.name == "expand_window"]
        depth = len(windows)
        embed = "|".join(["ints-getitem>>hashembed"] * len(attrs))
        encode = f"with_array({'>>'.join([f'residual(expand_window>>{_MAXOUT})'] * depth)})"
        usual = f"extract_features>>list2ragged>>with_array({embed})>>with_array({_MAXOUT})>>ragged2list>>{encode}"
        if (
            model.name != usual
            or set(windows) != {1}
            or [layer.attrs["pad"] for layer in layers if layer.name == encode] != [depth]
            or [layer.attrs["index"][1] for layer in layers if layer.name == "ints-getitem"] != list(range(len(attrs)))
            or not set(attrs) <= {*_LEXICAL, "SPACY"}
        ):
            return None
        return cls(vocab, attrs, model)

    def vectors(self, words: Sequence[np.ndarray]) -> list[np.ndarray]:
        """Vectors of the tokens of some texts, each with its neighbours in its own text.

        Args:
            words: of each text the attributes ``ORTH`` and ``SPACY``; shape ``(tokens, 2)``.

        Returns:
            Of each text an array of shape ``(tokens, width)``.
        """
        pad = self.pad
        lengths = [len(w) for w in words]
        size = sum(lengths) + pad * (len(words) + 1)
        rows = self.rows(np.concatenate(words)) if words else []
        # One row of zeros more at both ends, for the window of the first and the last.
        buffer = np.zeros((size + 2, self.width), dtype=np.float32)
        x = buffer[1:-1]
        spans: list[tuple[int, int]] = []
        at, done = pad, 0
        for length in lengths:
            spans.append((at, at + length))
            x[at : at + length] = self.embedded[rows[done : done + length]]
            at += length + pad
            done += length
        window = np.empty((size, 3 * self.width), dtype=np.float32)
        for maxout, norm in self.layers:
            for i in range(3):
                window[:, i * self.width : (i + 1) * self.width] = buffer[i : i + size]
            x += _normalised(maxout(window), norm)
        return [x[a:b].copy() for a, b in spans]

    def rows(self, words: np.ndarray) -> list[int]:
        """Rows of :attr:`embedded` for words given by ``ORTH`` and ``SPACY``."""
        # A hash with its last bit for the space behind: two words share one as rarely as two hashes do.
        keys = ((words[:, 0] & _EVEN) | (words[:, 1] != 0)).tolist()
        known = self.known
        if len(known) + len(keys) > _REMEMBERED:
            known.clear()
        fresh = {key: i for i, key in enumerate(keys) if key not in known}
        if fresh:
            self._embed(fresh, words)
        return [known[key] for key in keys]

    def _embed(self, fresh: dict[int, int], words: np.ndarray) -> None:
        """Embed words that are not known, each by itself: its vector never depends on the others."""
        vocab = self.vocab
        ids = np.empty((len(fresh), len(self.attrs)), dtype=np.uint64)
        for row, at in enumerate(fresh.values()):
            lexeme = vocab[int(words[at, 0])]
            for column, attr in enumerate(self.attrs):
                ids[row, column] = words[at, 1] if attr == "SPACY" else getattr(lexeme, _LEXICAL[attr])
        total = np.tile(self.bias, (len(fresh), 1))
        for column, (table, seed) in enumerate(zip(self.tables, self.seeds, strict=True)):
            hashed = self.hash(np.ascontiguousarray(ids[:, column]), seed) % table.shape[0]
            for k in range(hashed.shape[1]):
                total += table[hashed[:, k]]
        first = len(self.known)
        while first + len(fresh) > len(self.embedded):
            self.embedded = np.concatenate([self.embedded, np.zeros_like(self.embedded)])
        self.embedded[first : first + len(fresh)] = _normalised(_largest(total, self.width), self.norm)
        for row, key in enumerate(fresh):
            self.known[key] = first + row


_EVEN = np.uint64(0xFFFFFFFFFFFFFFFE)


class _Maxout:
    """A maxout layer whose pieces stand side by side, so that the largest is found by whole columns."""

    def __init__(self, layer: Model[Any, Any]) -> None:
        weights = cast(np.ndarray, layer.get_param("W"))  # outputs, pieces, inputs
        self.outputs, pieces, inputs = weights.shape
        self.weights = np.ascontiguousarray(weights.transpose(2, 1, 0).reshape(inputs, pieces * self.outputs))
        self.bias = np.ascontiguousarray(cast(np.ndarray, layer.get_param("b")).T.reshape(-1))

    def __call__(self, x: np.ndarray) -> np.ndarray:
        y = x @ self.weights
        y += self.bias
        return _largest(y, self.outputs)


def _largest(y: np.ndarray, width: int) -> np.ndarray:
    """The largest of the pieces that stand side by side; shape ``(rows, width)``."""
    best: np.ndarray = np.maximum(y[:, :width], y[:, width : 2 * width])
    for low in range(2 * width, y.shape[1], width):
        np.maximum(best, y[:, low : low + width], out=best)
    return best


def _normalised(x: np.ndarray, norm: tuple[Any, Any]) -> np.ndarray:
    """Rows with mean 0 and variance 1, scaled and shifted (Ba, Kiros and Hinton 2016); in place."""
    scale, shift = norm
    x -= x.mean(axis=1, keepdims=True)
    variance = np.einsum("ij,ij->i", x, x)
    variance /= np.float32(x.shape[1])
    variance += _EPSILON
    x *= (1 / np.sqrt(variance))[:, None]
    x *= scale
    x += shift
    return x
