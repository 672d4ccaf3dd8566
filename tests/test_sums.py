"""Sums that can be checked on paper."""

import geopandas as gpd
import numpy as np
import pandas as pd
import pytest
from shapely import box

from ahec_analysis.coverage import sums
from ahec_analysis.errors import ParameterError, SchemaError
from ahec_analysis.territory.ahec import EQUAL_AREA

KM = 1000.0


@pytest.fixture
def parts():
    """Two sites of 4 and 2 km² in one province each, one unplaced of 1 km², one of unknown area."""
    return gpd.GeoDataFrame(
        {
            "site_id": ["a", "b", "c", "d"],
            "level": ["national", "national", "", "local"],
            "country": ["RUS", "CHN", "RUS", "RUS"],
            "province_code": ["P1", "P2", "P1", "P1"],
            "year": pd.array([1990, 2000, None, 1990], dtype="Int64"),
            "piece_km2": [4.0, 2.0, 1.0, np.nan],
        },
        geometry=[box(0, 0, 2 * KM, 2 * KM), box(10 * KM, 0, 12 * KM, KM), None, None],
        crs=EQUAL_AREA,
    )


@pytest.fixture
def ground():
    """Two provinces in two countries; the second ends a kilometre into the second site."""
    return gpd.GeoDataFrame(
        {
            "country": ["RUS", "CHN"],
            "province_code": ["P1", "P2"],
            "province": ["One", "Two"],
            "parent_name": ["Ussuri", ""],
        },
        geometry=[box(0, 0, 10 * KM, 10 * KM), box(10 * KM, 0, 11 * KM, 10 * KM)],
        crs=EQUAL_AREA,
    )


def test_attribute_sums_agree_and_unknown_has_its_row(parts):
    levels = sums.by_attribute(parts, "level", order=["national", "subnational", "local"])
    assert levels["level"].tolist() == ["national", "local", sums.UNKNOWN, sums.TOTAL]
    assert levels["area_km2"].iloc[0] == 6
    assert np.isnan(levels["area_km2"].iloc[1])
    assert levels["area_km2"].iloc[-1] == 7
    assert levels["without_area"].tolist() == [0, 1, 0, 1]
    assert levels["share_percent"].iloc[[0, 2, 3]].tolist() == pytest.approx([600 / 7, 100 / 7, 100])
    with pytest.raises(SchemaError, match="no column colour"):
        sums.by_attribute(parts, "colour")


@pytest.mark.parametrize("by", ["country", "province", "basin"])
def test_whatever_the_units_the_rows_sum_to_the_whole(parts, ground, by):
    rows = sums.in_territory(parts, ground, by)
    assert rows["protected_km2"].sum() == pytest.approx(7)
    assert rows["land_km2"].sum() == pytest.approx(110)


def test_numerator_and_denominator_use_the_same_ground(parts, ground):
    rows = sums.in_territory(parts, ground, "province").set_index("name")
    assert rows.loc["One", "placed_km2"] == pytest.approx(4)
    assert rows.loc["One", "unplaced_km2"] == 1
    assert rows.loc["Two", "share_percent"] == pytest.approx(10)
    assert rows.loc[sums.OUTSIDE, "placed_km2"] == pytest.approx(1)
    basins = sums.in_territory(parts, ground, "basin").set_index("name")
    assert basins.loc[sums.UNPLACED, "unplaced_km2"] == 1
    assert basins.loc["outside_basins", "placed_km2"] == pytest.approx(1)
    with pytest.raises(ParameterError, match="country, province, basin, ecoregion"):
        sums.in_territory(parts, ground, "parish")


def test_circles_that_cross_are_measured(parts):
    moved = parts.assign(geometry=[box(0, 0, 2 * KM, 2 * KM), box(KM, 0, 3 * KM, KM), None, None])
    assert sums.crossing_km2(moved) == pytest.approx(1)
    assert sums.crossing_km2(parts) == pytest.approx(0)


def test_pieces_refuse_foreign_footprints(parts):
    with pytest.raises(SchemaError, match="different indexes"):
        sums.pieces(parts, gpd.GeoSeries([None], crs=EQUAL_AREA))
