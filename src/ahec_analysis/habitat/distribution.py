"""A presence-background model from occurrence records, judged on blocks of ground it has not seen."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

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
CLASSES = "landcover"
"""The variable of which each value is a class."""
LIKELY = 0.5
_WINDOWS = 101


@dataclass(frozen=True)
class Model:
    """A fitted model: where it expects the species, where it extrapolates, and how well it does unseen."""

    suitability: xr.DataArray
    extrapolates: xr.DataArray
    scores: pd.DataFrame


def fit(
    points: gpd.GeoDataFrame,
    covariates: xr.Dataset,
    in_range: NDArray[np.bool_],
    *,
    block_km: float = BLOCK_KM,
) -> Model:
    """Return a presence-background model of the cells with records (at least 30) against cells of the range.

    Logistic regression on each variable and its square, standardised, land cover as classes; presences and
    background weigh the same (Phillips et al. 2009, Ecological Applications 19, 181-197). Values beyond those
    of the training cells are held at their edge (clamping) and marked as extrapolation. ``scores`` come from
    folds of square blocks, not of random cells, because neighbouring cells are alike (Roberts et al. 2017,
    Ecography 40, 913-929).
    """
    try:
        from sklearn.metrics import roc_auc_score
        from sklearn.model_selection import GroupKFold
    except ImportError as error:
        raise DataError(
            "the presence-background model needs scikit-learn; install the extra: pip install 'ahec-analysis[sdm]'"
        ) from error
    names = [str(n) for n in covariates.data_vars if n not in EXCLUDED]
    values = np.stack([covariates[n].to_numpy() for n in names], axis=-1)
    known = in_range & ~np.isnan(values).any(axis=-1)
    ground = pd.DataFrame(values[known], columns=names).astype(float)
    row, column = cells(points, covariates).T
    held = np.zeros(known.shape, bool)
    held[row, column] = True
    here = np.flatnonzero(held[known])
    if len(here) < MIN_POINTS:
        raise DataError(
            f"only {len(here)} cells of the range hold a record; a model needs {MIN_POINTS}: use more records"
        )
    background = np.random.default_rng(0).permutation(len(ground))[:BACKGROUND]
    chosen = np.r_[here, background]
    sample, present = ground.iloc[chosen], np.arange(len(chosen)) < len(here)
    blocks = _blocks(covariates, known, block_km)[chosen]
    model = _pipeline(names)
    expected, tested = np.full(len(chosen), np.nan), {}
    count = min(FOLDS, len(np.unique(blocks)))
    if count > 1:
        folds = GroupKFold(count, shuffle=True, random_state=0).split(sample, present, blocks)
        for number, (train, test) in enumerate(folds, start=1):
            if present[train].any():
                model.fit(sample.iloc[train], present[train])
                expected[test] = model.predict_proba(sample.iloc[test])[:, 1]
                tested[str(number)] = test
    scores = []
    for fold, rows in {**tested, "all": np.flatnonzero(~np.isnan(expected))}.items():
        seen, index = present[rows], expected[rows]
        auc = float(roc_auc_score(seen, index)) if len(set(seen)) == 2 else np.nan
        scores.append((fold, int(seen.sum()), auc, boyce(index[seen], index)))
    model.fit(sample, present)
    beyond = pd.Series(False, ground.index)
    for name, value in ground.items():
        seen = sample[name]
        beyond |= ~value.isin(seen) if name == CLASSES else ~value.between(seen.min(), seen.max())
    mask = covariates[names[0]].copy(data=in_range).drop_attrs()
    likely = xr.full_like(mask, np.nan, dtype="float32")
    likely.to_numpy()[known] = model.predict_proba(ground)[:, 1]
    outside = xr.zeros_like(likely, dtype=bool)
    outside.to_numpy()[known] = beyond
    return Model(
        likely.rename("suitability").assign_coords(in_range=mask),
        outside.rename("extrapolates"),
        pd.DataFrame(scores, columns=["fold", "presences", "auc", "boyce"]),
    )


def _pipeline(names: list[str]) -> Any:
    """Return logistic regression on standardised values clamped to those trained on, their squares, and classes."""
    from sklearn.compose import make_column_transformer
    from sklearn.linear_model import LogisticRegression
    from sklearn.pipeline import make_pipeline
    from sklearn.preprocessing import FunctionTransformer, MinMaxScaler, OneHotEncoder, StandardScaler

    squares = FunctionTransformer(lambda values: np.hstack([values, values**2]))
    numbers = make_pipeline(MinMaxScaler(clip=True), StandardScaler(), squares)
    features = make_column_transformer(
        (numbers, [n for n in names if n != CLASSES]),
        (OneHotEncoder(handle_unknown="ignore"), [n for n in names if n == CLASSES]),
    )
    return make_pipeline(features, LogisticRegression(max_iter=1000, class_weight="balanced"))


def _blocks(covariates: xr.Dataset, known: NDArray[np.bool_], block_km: float) -> NDArray[np.intp]:
    """Return the number of the square block that each known cell lies in."""
    x, y = (part[known] for part in np.meshgrid(covariates["x"], covariates["y"]))
    places = gpd.GeoSeries.from_xy(x, y, crs=covariates.rio.crs).to_crs(EQUAL_AREA).get_coordinates()
    return np.asarray((places // (1000 * block_km)).groupby(["x", "y"]).ngroup())


def boyce(present: NDArray[np.float64], everywhere: NDArray[np.float64]) -> float:
    """Return the continuous Boyce index, −1 to 1: how steadily presences grow with suitability.

    The share of presences over that of cells, in a window of a tenth of the range of suitability that moves, is ranked
    against the window's place (Spearman); Hirzel et al. (2006), Ecological Modelling 199, 142-152.

    Examples
    --------
    >>> ground = np.linspace(0, 1, 1001)
    >>> boyce(ground[ground > 0.5] ** 0.5, ground) > 0.7
    True
    """
    if len(present) == 0 or np.ptp(everywhere) == 0:
        return float("nan")
    span = np.ptp(everywhere) / 10
    starts = np.linspace(everywhere.min(), everywhere.max() - span, _WINDOWS)
    seen, ground = (
        (np.searchsorted(sorted_, starts + span, "right") - np.searchsorted(sorted_, starts)) / len(sorted_)
        for sorted_ in (np.sort(present), np.sort(everywhere))
    )
    used = ground > 0
    ratio = seen[used] / ground[used]
    if len(np.unique(ratio)) < 2:
        return float("nan")
    return float(spearmanr(starts[used], ratio).statistic)


def agreement(deductive: xr.DataArray, model: Model, *, threshold: float) -> pd.DataFrame:
    """Return the area (km²) on which the deductive and the fitted model (from 0.5) agree and differ."""
    if deductive.shape != model.suitability.shape:
        raise ParameterError("`deductive` and `model` lie on different grids; fit the model on the same one")
    fitted = model.suitability.to_numpy()
    inside = deductive["in_range"].to_numpy() & ~np.isnan(fitted)
    one, two = (deductive.to_numpy() >= threshold)[inside], (fitted >= LIKELY)[inside]
    km2 = grids.cell_km2(deductive).to_numpy()[inside]
    found = {
        "both": one & two,
        "deductive_only": one & ~two,
        "fitted_only": ~one & two,
        "neither": ~one & ~two,
    }
    return pd.DataFrame({"finding": list(found), "area_km2": [km2[held].sum() for held in found.values()]})


def cells(points: gpd.GeoDataFrame, covariates: xr.Dataset) -> NDArray[np.intp]:
    """Return row and column of the cells that hold a point, each cell once."""
    places = points.geometry.to_crs(covariates.rio.crs)
    column, row = ~covariates.rio.transform() * (places.x.to_numpy(), places.y.to_numpy())
    found = np.floor(np.column_stack([row, column])).astype(int)
    inside = ((found >= 0) & (found < covariates.rio.shape)).all(axis=1)
    return np.asarray(np.unique(found[inside], axis=0))
