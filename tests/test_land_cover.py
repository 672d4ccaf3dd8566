"""Land cover by unit: areas on the ellipsoid and shares that add up."""

import geopandas as gpd
import numpy as np
import pytest
from pyproj import Geod
from shapely import box

from ahec_analysis import territory
from ahec_analysis.territory import land_cover


def test_cells_have_their_area_on_the_ellipsoid():
    geod = Geod(ellps="WGS84")
    for latitude in (41.0, 49.0, 56.0):
        cell = box(120, latitude - 0.025, 120.05, latitude + 0.025).segmentize(0.001)
        exact = abs(geod.geometry_area_perimeter(cell)[0]) / 1e6
        assert land_cover._cell_km2(np.array([latitude]), 0.05)[0] == pytest.approx(exact, rel=1e-6)


def test_groups_hold_every_class_once():
    classes = [c for group in land_cover.GROUPS.values() for c in group]
    assert sorted(classes) == list(range(17))


def test_shares_add_up_and_the_area_is_that_of_the_unit():
    unit = gpd.GeoDataFrame(
        {"basin": ["a", "b"]}, geometry=[box(130, 48, 131, 49), box(115, 47, 117, 48)], crs="EPSG:4326"
    )
    cover = land_cover.by_basin(unit)
    assert cover.groupby("basin")["share_percent"].sum().to_numpy() == pytest.approx(100)
    area = territory.area_km2(unit.segmentize(0.05)).to_numpy()
    assert cover.groupby("basin")["area_km2"].sum().to_numpy() == pytest.approx(area, rel=1e-4)


def test_the_steppe_is_grass_and_the_sikhote_alin_forest():
    places = gpd.GeoDataFrame(
        {"basin": ["steppe", "taiga"]},
        geometry=[box(115, 47, 116, 48), box(136, 45.5, 136.8, 46.5)],
        crs="EPSG:4326",
    )
    cover = land_cover.by_basin(places).set_index(["basin", "group"])["share_percent"]
    assert cover["steppe", "grassland"] > 90
    assert sum(cover["taiga", g] for g in land_cover.GROUPS if "forest" in g) > 80
