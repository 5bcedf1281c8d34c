"""Products through numpy give what thinc's own give."""

from __future__ import annotations

import numpy as np
import pytest
from thinc.api import Linear, NumpyOps

from claimlines.blas import BlasOps, use_numpy_blas


@pytest.mark.parametrize(("trans1", "trans2"), [(False, False), (True, False), (False, True), (True, True)])
def test_products_agree(trans1: bool, trans2: bool) -> None:
    rng = np.random.default_rng(0)
    x = rng.normal(size=(5, 7) if not trans1 else (7, 5)).astype("f")
    y = rng.normal(size=(7, 3) if not trans2 else (3, 7)).astype("f")
    expected = NumpyOps().gemm(x, y, trans1=trans1, trans2=trans2)
    assert np.allclose(BlasOps().gemm(x, y, trans1=trans1, trans2=trans2), expected, atol=1e-5)
    out = np.empty((5, 3), dtype="f")
    assert BlasOps().gemm(x, y, out=out, trans1=trans1, trans2=trans2) is out
    assert np.allclose(out, expected, atol=1e-5)


def test_every_layer_of_a_model_on_the_cpu_takes_it() -> None:
    model: Linear = Linear(4, 3)
    use_numpy_blas(model)
    assert all(isinstance(layer.ops, BlasOps) for layer in model.walk())
    use_numpy_blas(None)
