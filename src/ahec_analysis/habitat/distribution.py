"""A presence-background model from occurrence records, judged on blocks of ground it has not seen."""

from __future__ import annotations

from dataclasses import dataclass

import geopandas as gpd
import numpy as np
import pandas as pd
import xarray as xr
from numpy.typing import NDArray
from scipy.stats import spearmanr

from ahec_analysis.data.layers import EQUAL_AREA
from ahec_analysis.errors import DataError, ParameterError
from ahec_analysis.habitat import covariates as grids

MIN_POINTS = 30
BLOCK_KM = 200.0
FOLDS = 5
BACKGROUND = 10_000
EXCLUDED = ("latitude", "longitude")
LIKELY = 0.5
_WINDOWS = 101


@dataclass(frozen=True)
class Model:
    """A fitted model: where it expects the species, where it extrapolates, and how well it does unseen."""

    suitability: xr.DataArray
    extrapolates: xr.DataArray
    scores: pd.DataFrame
    variables: list[str]


def fit(
    points: gpd.GeoDataFrame,
    covariates: xr.Dataset,
    in_range: NDArray[np.bool_],
    *,
    block_km: float = BLOCK_KM,
    folds: int = FOLDS,
    seed: int = 0,
) -> Model:
    """Return a presence-background model of the cells with records (at least 30) against cells of the range.

    Logistic regression on each variable and its square, standardised, land cover as classes; presences and
    background weigh the same (Phillips et al. 2009, Ecological Applications 19, 181-197). Values beyond those
    of the training cells are held at their edge (clamping) and marked as extrapolation. ``scores`` come from
    folds of square blocks, not of random cells, because neighbouring cells are alike (Roberts et al. 2017,
    Ecography 40, 913-929).
    """
    try:
        from sklearn.linear_model import LogisticRegression
        from sklearn.metrics import roc_auc_score
    except ImportError as error:
        raise DataError(
            "the presence-background model needs scikit-learn; install the extra: pip install 'ahec-analysis[sdm]'"
        ) from error
    names = [str(n) for n in covariates.data_vars if n not in EXCLUDED]
    known = in_range & np.all([~np.isnan(covariates[n].to_numpy()) for n in names], axis=0)
    cell = cells(points, covariates)
    present = np.zeros(known.shape, bool)
    present[cell[:, 0], cell[:, 1]] = True
    present &= known
    if present.sum() < MIN_POINTS:
        raise DataError(
            f"only {int(present.sum())} cells of the range hold a record; a model needs {MIN_POINTS}: use more records"
        )
    random = np.random.default_rng(seed)
    free = np.argwhere(known)
    background = free[random.permutation(len(free))[:BACKGROUND]]
    here = np.argwhere(present)
    rows = np.vstack([here, background])
    target = np.r_[np.ones(len(here)), np.zeros(len(background))]
    fold = _folds(rows, covariates, block_km, folds, random)
    features = _Features(covariates, names, rows)

    def trained(chosen: NDArray[np.bool_]) -> LogisticRegression:
        model = LogisticRegression(C=1.0, max_iter=1000, class_weight="balanced")
        return model.fit(features(rows[chosen]), target[chosen])

    scores, held_out = [], np.full(len(rows), np.nan)
    for number in range(folds):
        test = fold == number
        if target[test].sum() == 0 or target[~test].sum() == 0:
            scores.append((str(number + 1), int(target[test].sum()), np.nan, np.nan))
            continue
        expected = trained(~test).predict_proba(features(rows[test]))[:, 1]
        held_out[test] = expected
        auc = float(roc_auc_score(target[test], expected)) if 0 < target[test].mean() < 1 else np.nan
        scores.append(
            (str(number + 1), int(target[test].sum()), auc, boyce(expected[target[test] == 1], expected))
        )
    done = ~np.isnan(held_out)
    auc = float(roc_auc_score(target[done], held_out[done])) if done.any() else np.nan
    scores.append(("all", len(here), auc, boyce(held_out[done & (target == 1)], held_out[done])))
    values = np.full(known.shape, np.nan, dtype="float32")
    values[known] = trained(np.ones(len(rows), bool)).predict_proba(features(np.argwhere(known)))[:, 1]
    beyond = np.zeros(known.shape, bool)
    beyond[known] = features.beyond(np.argwhere(known))
    coords = {"y": covariates["y"], "x": covariates["x"]}
    attrs = {"crs": covariates.attrs["crs"], "transform": tuple(grids.transform_of(covariates))[:6]}
    found = xr.DataArray(values, coords, ("y", "x"), "suitability", attrs)
    inside = xr.DataArray(in_range, coords, ("y", "x"))
    return Model(
        found.assign_coords(in_range=inside),
        xr.DataArray(beyond, coords, ("y", "x"), "extrapolates", attrs),
        pd.DataFrame(scores, columns=["fold", "presences", "auc", "boyce"]),
        names,
    )


def boyce(present: NDArray[np.float64], everywhere: NDArray[np.float64], *, width: float = 0.1) -> float:
    """Return the continuous Boyce index, −1 to 1: how steadily presences grow with suitability.

    The share of presences over the share of cells is taken in a moving window (``width``: share of the range
    of suitability) and ranked against its middle (Spearman); Hirzel et al. (2006), Ecological Modelling 199,
    142-152.

    Examples
    --------
    >>> ground = np.linspace(0, 1, 1001)
    >>> boyce(ground[ground > 0.5] ** 0.5, ground) > 0.7
    True
    """
    low, high = (float(np.min(everywhere)), float(np.max(everywhere))) if len(everywhere) else (0.0, 0.0)
    if len(present) == 0 or high <= low:
        return float("nan")
    span = (high - low) * width
    starts = np.linspace(low, high - span, _WINDOWS)
    seen = np.searchsorted(np.sort(present), starts + span, "right") - np.searchsorted(
        np.sort(present), starts
    )
    ground = np.searchsorted(np.sort(everywhere), starts + span, "right") - np.searchsorted(
        np.sort(everywhere), starts
    )
    used = ground > 0
    ratio = (seen[used] / len(present)) / (ground[used] / len(everywhere))
    if len(np.unique(ratio)) < 2:
        return float("nan")
    return float(spearmanr(starts[used] + span / 2, ratio).statistic)


def agreement(deductive: xr.DataArray, model: Model, *, threshold: float) -> pd.DataFrame:
    """Return the area (km²) on which the deductive and the fitted model (from 0.5) agree and differ."""
    if deductive.shape != model.suitability.shape:
        raise ParameterError("`deductive` and `model` lie on different grids; fit the model on the same one")
    km2 = grids.cell_km2(deductive).to_numpy()
    inside = deductive["in_range"].to_numpy() & ~np.isnan(model.suitability.to_numpy())
    one = deductive.to_numpy() >= threshold
    two = model.suitability.to_numpy() >= LIKELY
    rows = {
        "both": one & two,
        "deductive only": one & ~two,
        "fitted only": ~one & two,
        "neither": ~one & ~two,
    }
    areas = [float(km2[inside & mask].sum()) for mask in rows.values()]
    return pd.DataFrame({"finding": list(rows), "area_km2": areas})


class _Features:
    """Turns cells into numbers: standardised values and squares clamped to the training cells, classes as flags."""

    def __init__(self, covariates: xr.Dataset, names: list[str], rows: NDArray[np.intp]) -> None:
        self._grids = {n: covariates[n].to_numpy() for n in names if n != "landcover"}
        self._classes = covariates["landcover"].to_numpy() if "landcover" in names else None
        raw = self._raw(rows)
        self._low, self._high = raw.min(axis=0), raw.max(axis=0)
        self._mean, self._spread = raw.mean(axis=0), np.where(raw.std(axis=0) > 0, raw.std(axis=0), 1.0)
        self._known = (
            np.unique(self._classes[rows[:, 0], rows[:, 1]]) if self._classes is not None else np.array([])
        )

    def _raw(self, rows: NDArray[np.intp]) -> NDArray[np.float64]:
        return np.column_stack([g[rows[:, 0], rows[:, 1]].astype(float) for g in self._grids.values()])

    def __call__(self, rows: NDArray[np.intp]) -> NDArray[np.float64]:
        clamped = np.clip(self._raw(rows), self._low, self._high)
        scaled = (clamped - self._mean) / self._spread
        parts = [scaled, scaled**2]
        if self._classes is not None:
            codes = self._classes[rows[:, 0], rows[:, 1]]
            parts.append((codes[:, None] == self._known[None, :]).astype(float))
        return np.hstack(parts)

    def beyond(self, rows: NDArray[np.intp]) -> NDArray[np.bool_]:
        """Return the cells with any value outside those of the training cells."""
        raw = self._raw(rows)
        out = ((raw < self._low) | (raw > self._high)).any(axis=1)
        if self._classes is not None:
            out |= ~np.isin(self._classes[rows[:, 0], rows[:, 1]], self._known)
        return np.asarray(out)


def cells(points: gpd.GeoDataFrame, covariates: xr.Dataset) -> NDArray[np.intp]:
    """Return row and column of the cells that hold a point, each cell once."""
    places = points.geometry.to_crs(covariates.attrs["crs"])
    transform = grids.transform_of(covariates)
    row = np.floor((places.y.to_numpy() - transform.f) / transform.e)
    column = np.floor((places.x.to_numpy() - transform.c) / transform.a)
    found = np.column_stack([row, column]).astype(int)
    inside = (
        (found >= 0).all(axis=1)
        & (found[:, 0] < covariates.sizes["y"])
        & (found[:, 1] < covariates.sizes["x"])
    )
    return np.asarray(np.unique(found[inside], axis=0))


def _folds(
    rows: NDArray[np.intp], covariates: xr.Dataset, block_km: float, folds: int, random: np.random.Generator
) -> NDArray[np.intp]:
    x = covariates["x"].to_numpy()[rows[:, 1]]
    y = covariates["y"].to_numpy()[rows[:, 0]]
    places = gpd.GeoSeries.from_xy(x, y, crs=covariates.attrs["crs"]).to_crs(EQUAL_AREA)
    blocks = np.column_stack([places.x, places.y]) // (1000 * block_km)
    _, number = np.unique(blocks, axis=0, return_inverse=True)
    number = number.ravel()
    dealt = random.permutation(number.max() + 1) % folds
    return np.asarray(dealt[number])
