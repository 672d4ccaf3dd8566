"""What a species needs, as numbers: memberships read from the parameter table, and how they combine."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, replace
from typing import Any

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from ahec_analysis.errors import DataError, ParameterError

LIMITS = ("limit_low", "preferred_low", "preferred_high", "limit_high")
SHIFTS = (-0.2, -0.1, 0.1, 0.2)
"""By how much a sensitivity analysis moves a limit (of the width of its curve) or a score."""
YES_NO = "yes/no"
"""Unit of a variable whose limit cannot be moved."""
_BLOCK = 65_536
_MANY = 16
"""Blocks from which threads pay."""


@dataclass(frozen=True)
class Membership:
    """One row of the parameter table: a trapezoid over a variable, or a score for each land-cover class.

    Limits are in the unit of the variable, NaN where unbounded; scores lie between 0 and 1.
    """

    parameter_id: str
    variable: str
    unit: str = ""
    limits: tuple[float, float, float, float] = (np.nan, np.nan, np.nan, np.nan)
    scores: tuple[tuple[int, float], ...] = ()

    def __post_init__(self) -> None:
        known = [v for v in self.limits if not np.isnan(v)]
        wrong = [s for _, s in self.scores if not 0 <= s <= 1]
        row = f"habitat_parameters.csv, {self.parameter_id}:"
        if known != sorted(known):
            raise DataError(f"{row} the limits {known} are out of order; they run {' <= '.join(LIMITS)}")
        if wrong:
            raise DataError(f"{row} a class score is {wrong[0]:g}; scores lie in 0-1")
        if not self.scores and np.isnan(self.limits[0]) and np.isnan(self.limits[3]):
            raise DataError(
                f"{row} neither limit is given, so {self.variable} would never matter; give limit_low or limit_high "
                "or take `model` away"
            )

    def __call__(self, values: NDArray[Any]) -> NDArray[np.float32]:
        """Return the membership of each value, 0 to 1; missing values stay missing."""
        out = np.empty(np.shape(values), dtype="float32")
        _fill(self, np.asarray(values, dtype="float32").ravel(), out.reshape(-1))
        return out


def _scores(text: str, parameter_id: str) -> tuple[tuple[int, float], ...]:
    """Return the class scores of a cell such as ``0:0|1:0.35``."""
    try:
        pairs = [part.split(":") for part in text.split("|") if text]
        return tuple((int(a), float(b)) for a, b in pairs)
    except ValueError as error:
        raise DataError(
            f"habitat_parameters.csv, {parameter_id}: class_scores `{text}` is not class:score|class:score"
        ) from error


def memberships(rows: pd.DataFrame) -> tuple[Membership, ...]:
    """Return the memberships of the rows of the parameter table that are marked for the model."""
    used = rows[rows["model"].fillna(False).astype(bool)]
    twice = used[used.duplicated("variable", keep=False)]
    if len(twice):
        raise DataError(
            f"habitat_parameters.csv: {', '.join(twice['parameter_id'])} are all marked `model` for "
            f"{twice['species_id'].iloc[0]}, {twice['variable'].iloc[0]}; mark one"
        )
    return tuple(
        Membership(
            row.parameter_id,
            row.variable,
            row.unit,
            tuple(float(getattr(row, name)) for name in LIMITS),  # type: ignore[arg-type]
            _scores(row.class_scores, row.parameter_id),
        )
        for row in used.itertuples()
    )


def combined(
    parts: Sequence[Membership], values: Mapping[str, NDArray[Any]], out: NDArray[np.float32] | None = None
) -> NDArray[np.float32]:
    """Return the least of the memberships, the limiting factor; missing where any value is missing.

    Works through blocks that stay in the cache of the processor, so that memory does not grow with the grid.
    """
    missing = [p.variable for p in parts if p.variable not in values]
    if not parts or missing:
        raise ParameterError(f"no membership to combine or no values for: {', '.join(missing) or 'any'}")
    shape = np.shape(values[parts[0].variable])
    result = np.empty(shape, dtype="float32") if out is None else out
    flat = result.reshape(-1)
    sources = [np.asarray(values[p.variable]).reshape(-1) for p in parts]

    def block(start: int) -> None:
        here = slice(start, start + _BLOCK)
        least = flat[here]
        factor = np.empty_like(least)
        _fill(parts[0], sources[0][here], least)
        for membership, source in zip(parts[1:], sources[1:], strict=True):
            _fill(membership, source[here], factor)
            np.minimum(least, factor, out=least)

    starts = range(0, flat.size, _BLOCK)
    # NumPy lets go of the interpreter inside a block.
    with ThreadPoolExecutor(1 if len(starts) < _MANY else None) as pool:
        list(pool.map(block, starts))
    return result


def _fill(membership: Membership, values: NDArray[Any], out: NDArray[np.float32]) -> None:
    """Write the membership of each value into `out`."""
    if membership.scores:
        table = np.full(257, np.nan, dtype="float32")
        for number, score in membership.scores:
            table[number] = score
        known = np.isfinite(values) & (values >= 0) & (values < 256)
        np.take(table, np.where(known, values, 256).astype("intp"), out=out, mode="clip")
        return
    low, best_low, best_high, high = membership.limits
    if np.isnan(low):
        _ramp(values, high, high if np.isnan(best_high) else best_high, out, rising=False)
        return
    _ramp(values, low, low if np.isnan(best_low) else best_low, out, rising=True)
    if not np.isnan(high):
        falling = np.empty_like(out)
        _ramp(values, high, high if np.isnan(best_high) else best_high, falling, rising=False)
        np.minimum(out, falling, out=out)


def _ramp(values: NDArray[Any], zero: float, one: float, out: NDArray[np.float32], *, rising: bool) -> None:
    """Write 0 beyond `zero`, 1 beyond `one`, straight between; a step holds its own limit."""
    if zero == one:
        beyond = values >= zero if rising else values <= zero
        np.copyto(out, np.where(np.isnan(values), np.nan, beyond), casting="unsafe")
        return
    np.subtract(values, np.float32(zero), out=out, casting="unsafe")
    np.divide(out, np.float32(one - zero), out=out)
    np.clip(out, 0, 1, out=out)


def variants(parts: Sequence[Membership]) -> list[tuple[Membership, str, float, tuple[Membership, ...]]]:
    """Return the models that differ in one limit or class score: which membership, what of it, by how much, the model.

    A limit moves by a share of the width of its trapezoid, a score by as much in its own unit; moves without
    effect are left out.
    """
    out = []
    for position, membership in enumerate(parts):
        if membership.unit == YES_NO:
            continue
        given = [name for name, v in zip(LIMITS, membership.limits, strict=True) if not np.isnan(v)]
        for shift in SHIFTS:
            moves = {f"class_{n}": rescored(membership, n, shift) for n, _ in membership.scores}
            moves = moves or {name: shifted(membership, name, shift) for name in given}
            out += [
                (membership, what, shift, (*parts[:position], moved, *parts[position + 1 :]))
                for what, moved in moves.items()
                if moved != membership
            ]
    return out


def shifted(membership: Membership, limit: str, by: float) -> Membership:
    """Return a membership with one limit moved by a share of its width; the order of the limits is kept."""
    position, values = LIMITS.index(limit), np.array(membership.limits, dtype=float)
    known = values[~np.isnan(values)]
    width = known[-1] - known[0] or abs(known[0])
    # The nearest limits below and above that are given; NaN where none is.
    low = np.fmax.reduce(values[:position], initial=np.nan)
    high = np.fmin.reduce(values[position + 1 :], initial=np.nan)
    moved = float(np.fmin(np.fmax(values[position] + by * width, low), high))
    limits = (*membership.limits[:position], moved, *membership.limits[position + 1 :])
    return replace(membership, limits=limits)  # type: ignore[arg-type]


def rescored(membership: Membership, number: int, by: float) -> Membership:
    """Return a membership with the score of one class moved, kept between 0 and 1."""
    scores = tuple((n, min(max(s + by, 0.0), 1.0)) if n == number else (n, s) for n, s in membership.scores)
    return replace(membership, scores=scores)
