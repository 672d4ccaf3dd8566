"""Ground of former areas that later ones took over: how long it stayed protected, and from when again."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import geopandas as gpd
import numpy as np
import pandas as pd
import shapely

from ahec_analysis.overlay import polygonal


def continued(pieces: gpd.GeoDataFrame, areas: gpd.GeoDataFrame) -> gpd.GeoDataFrame:
    """Return the pieces, those of former areas parted by what protected the same ground afterwards.

    Parameters
    ----------
    pieces : GeoDataFrame
        Flat pieces with ``year`` and ``until_year`` (last year; NA: still standing).
    areas : GeoDataFrame
        The areas they were cut from, same CRS, valid.

    Returns
    -------
    GeoDataFrame
        ``until_year`` is the last year of unbroken protection of that ground by whichever areas, NA where it
        goes on; ``again_year`` the year in which a standing area protects it anew after a gap.
    """
    former = pieces["until_year"].notna() & pieces["year"].notna()
    result = pieces.assign(again_year=pd.array([pd.NA] * len(pieces), dtype="Int64"))
    if not former.any():
        return result
    known = areas[areas["year"].notna() & ~areas.geometry.is_empty]
    others = list(zip(known.geometry, known["year"], known["until_year"], strict=True))
    tree = shapely.STRtree(np.asarray(known.geometry))
    rows = [result[~former]]
    for label in result.index[former]:
        row = result.loc[[label]]
        shape = row.geometry.iloc[0]
        near = [others[n] for n in tree.query(shape, predicate="intersects")]
        parts = list(_fates(shape, row["until_year"].iloc[0], near))
        split = row.loc[row.index.repeat(len(parts))]
        split["until_year"] = pd.array([until for _, until, _ in parts], dtype="Int64")
        split["again_year"] = pd.array([again for _, _, again in parts], dtype="Int64")
        rows.append(
            split.set_geometry(gpd.GeoSeries([part for part, _, _ in parts], split.index, crs=row.crs))
        )
    result = pd.concat(rows).sort_index(kind="stable").reset_index(drop=True)
    return result.assign(piece_km2=result.area / 1e6)


def _fates(shape: Any, until: int, others: list[tuple[Any, int, Any]]) -> Iterator[tuple[Any, Any, Any]]:
    """Give the parts of a shape protected up to a year, with their last year and the year they are anew."""
    following = [o for o in others if o[1] <= until + 1 and (pd.isna(o[2]) or o[2] > until)]
    following.sort(key=lambda o: (not pd.isna(o[2]), -1 if pd.isna(o[2]) else -o[2]))
    for other, _, last in following:
        part, shape = _cut(shape, other)
        if part is not None:
            yield from [(part, pd.NA, pd.NA)] if pd.isna(last) else _fates(part, last, others)
    for other, year, _ in sorted(
        (o for o in others if o[1] > until + 1 and pd.isna(o[2])), key=lambda o: o[1]
    ):
        part, shape = _cut(shape, other)
        if part is not None:
            yield part, until, year
    if shape.area > 0:
        yield shape, until, pd.NA


def _cut(shape: Any, other: Any) -> tuple[Any, Any]:
    """Return the part of a shape in the other, None if there is none, and the rest."""
    part, rest = polygonal(np.array([shapely.intersection(shape, other), shapely.difference(shape, other)]))
    return (part, rest) if part.area > 1e-9 * shape.area else (None, shape)
