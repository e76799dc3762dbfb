"""Linear quantile regression: the exact fit, and fits of resampled rows all at once."""

from __future__ import annotations

import numpy as np
from scipy.optimize import linprog

from .inputs import Counts, Floats

_STEPS = 30
# Steps nearly twice as long as the majorising parabola asks never ascend, and halve their number.
_STRETCH = 1.9
# Arrays that stay in the processor's cache, and products so small that BLAS starts no threads for
# them: ten times slower otherwise where other work wants the processor too.
_BLOCK = 27_000


def quantile_fit(design: Floats, y: Floats, q: float) -> Floats:
    """The coefficients that put the share `q` of `y` below the plane, exactly.

    Solved as the dual linear programme, whose multipliers they are.

    Source: Koenker & Bassett 1978.

    >>> x = np.column_stack([np.ones(5), np.arange(5.0)])
    >>> quantile_fit(x, np.array([1.0, 3.0, 99.0, 7.0, 9.0]), 0.5).round(6).tolist()
    [1.0, 2.0]
    """
    scale, height = np.abs(design).max(axis=0), np.abs(y).max() or 1.0
    unit = design / scale
    solved = linprog(
        -y / height, A_eq=unit.T, b_eq=(1 - q) * unit.sum(axis=0), bounds=(0, 1), method="highs"
    )
    return np.asarray(-solved.eqlin.marginals * height / scale)


def resampled_fits(
    design: Floats, y: Floats, q: float, start: Floats, *, resamples: int, seed: int
) -> Floats:
    """Coefficients of samples of rows drawn with replacement, a row of the result for each.

    Weighted least squares is repeated from the exact fit of all rows, each time with the weights
    that turn squares into the check function; many samples take each step together.

    Source: Hunter & Lange 2000.
    """
    n = len(y)
    scale = np.abs(design).max(axis=0)
    random, chance = np.random.default_rng(seed), np.full(n, 1 / n)
    # Below a thousandth of the usual distance from the plane a row counts as lying on it.
    tiny = 1e-3 * np.median(np.abs(y - design @ start)) + np.finfo(np.float64).tiny
    block = max(_BLOCK // n, 1)
    sizes = [min(block, resamples - done) for done in range(0, resamples, block)]
    blocks = [
        _weighted_fits(
            design / scale, y, q, start * scale, random.multinomial(n, chance, size), tiny
        )
        for size in sizes
    ]
    return np.asarray(np.concatenate(blocks) / scale)


def _weighted_fits(
    design: Floats, y: Floats, q: float, start: Floats, drawn: Counts, tiny: float
) -> Floats:
    terms = design.shape[1]
    products = (design[:, :, None] * design[:, None, :]).reshape(len(y), terms * terms)
    coefficients = np.tile(start, (len(drawn), 1))
    for _ in range(_STEPS):
        residual = y - coefficients @ design.T
        weight = drawn * np.where(residual < 0, 1 - q, q) / np.maximum(np.abs(residual), tiny)
        left = (weight @ products).reshape(len(drawn), terms, terms)
        right = (weight * y) @ design
        aim = np.linalg.solve(left, right[:, :, None])[:, :, 0]
        coefficients = coefficients + _STRETCH * (aim - coefficients)
    return coefficients
