"""Where state and province borders lie, and how ground is divided along them.

One source serves every cut: the countries are the provinces united, and the pieces of the territory, by which all sums by
country go, are cut along the same provinces (``scripts/layers.py``, ``scripts/pieces.py``).
"""

from __future__ import annotations

from typing import Any

import geopandas as gpd
import numpy as np
import shapely
from numpy.typing import NDArray

from ahec_analysis.data.layers import layer


def countries() -> gpd.GeoDataFrame:
    """Return the countries inside 105–145° E, 39–59° N: `country` (ISO3), `name`; EPSG:4326.

    Borders follow Natural Earth's de facto lines (1:10 million).
    """
    return layer("countries")


def provinces() -> gpd.GeoDataFrame:
    """Return the first-level units: `province_code` (ISO 3166-2), names, `country`, `clipped`; EPSG:4326.

    The provinces of the AHEC are whole; where `clipped` is true the unit ends at the edge of the window.
    """
    return layer("provinces")


def cut_by_country(
    shapes: NDArray[Any], countries: NDArray[Any]
) -> tuple[NDArray[Any], NDArray[np.intp], NDArray[np.intp]]:
    """Cut shapes along borders; what lies in no country (sea, slivers) goes to the nearest one."""
    tree = shapely.STRtree(countries)
    row, country = tree.query(shapes, predicate="intersects")
    cut = shapely.intersection(shapes[row], countries[country])
    rest = shapely.difference(shapes, shapely.union_all(countries))
    left = np.flatnonzero(shapely.area(rest) > 0)
    cut = np.concatenate([cut, rest[left]])
    row = np.concatenate([row, left])
    country = np.concatenate([country, tree.nearest(rest[left])])
    single, origin = shapely.get_parts(cut, return_index=True)
    polygon = shapely.area(single) > 0
    return single[polygon], country[origin[polygon]], row[origin[polygon]]


def divided(shape: Any, codes: list[str], land: gpd.GeoSeries) -> dict[str, Any]:
    """Return the part of a shape in each of the countries it is said to lie in, and under all codes what lies in none.

    ``land`` are countries by their code, in the CRS of the shape; ground that two of them claim goes to the first.
    """
    found = {}
    for code in codes:
        if code in land.index:
            found[code] = shapely.intersection(shape, land[code])
            shape = shapely.difference(shape, land[code])
    return found | {"|".join(codes): shape}
