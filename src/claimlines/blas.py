"""Matrix products of spaCy's models through numpy's BLAS.

thinc multiplies with BLIS, whose wheel has no kernels for some processors: there a product
takes six times as long as through the OpenBLAS that numpy brings. The results differ in
the last bits of single precision only.
"""

from __future__ import annotations

from typing import Any

import numpy as np
from thinc.api import Model, NumpyOps

__all__ = ["BlasOps", "use_numpy_blas"]


class BlasOps(NumpyOps):  # type: ignore[misc]
    """thinc's operations on the CPU, with products by numpy."""

    def gemm(self, x: Any, y: Any, out: Any = None, trans1: bool = False, trans2: bool = False) -> Any:
        """The matrix product of two float arrays, each transposed first if so asked.

        Args:
            x, y: 2-d arrays; shapes ``(m, k)`` and ``(k, n)`` once transposed.
            out: an array of shape ``(m, n)`` to write to.
        """
        return np.matmul(x.T if trans1 else x, y.T if trans2 else y, out=out)


def use_numpy_blas(model: Model[Any, Any] | None) -> None:
    """Let a model on the CPU, and every layer of it, multiply through numpy."""
    if model is None:
        return
    ops = BlasOps()
    for layer in model.walk():
        if type(layer.ops) is NumpyOps:
            layer.ops = ops
