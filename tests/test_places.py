"""Sites are confined to the ground that their sources name."""

import pandas as pd
import pytest

from ahec_analysis import data, places, territory
from ahec_analysis.territory import EQUAL_AREA


@pytest.fixture(scope="module")
def sites():
    return places.confined(data.protected_areas())


def test_no_row_is_lost_and_no_given_point_moves(sites):
    before = data.protected_areas()
    assert sites["site_id"].tolist() == before["site_id"].tolist()
    given = before.geometry.notna()
    assert sites.geometry[given].geom_equals(before.geometry[given]).all()


def test_a_site_known_only_by_its_district_stands_in_it(sites):
    placed = sites[sites["location_basis"] == "district"]
    assert len(placed)
    ground = territory.districts().dissolve("district_id").geometry
    for row in placed.itertuples():
        assert any(ground[i].contains(row.geometry) for i in row.district_ids.split("|"))
    assert (placed["location_precision_km"] > 0).all()


def test_footprints_have_the_reported_area_inside_their_place(sites):
    some = sites[(sites["place"] != sites["province_code"]) & (sites["marine_km2"] == 0)].iloc[:12]
    shapes = places.footprints(some)
    ground = places.ground().dissolve("province_code").geometry
    moved = {r["site_id"] for r in shapes.attrs["ledger"]}
    for row, shape in zip(some.itertuples(), shapes, strict=True):
        if shape is None or row.site_id in moved:
            continue
        assert shape.area / 1e6 == pytest.approx(row.area_km2, rel=1e-6)
        own = ground[row.place.split("|")].union_all()
        assert shape.difference(own).area < 1e-6 * shape.area


def test_a_site_larger_than_its_district_falls_back_to_its_province():
    areas = data.protected_areas().head(2)
    small = territory.districts().to_crs(EQUAL_AREA).set_index("district_id").area.idxmin()
    areas = areas.assign(district_ids=small, area_km2=1e5)
    assert places.confined(areas)["place"].tolist() == areas["province_code"].tolist()


def test_the_callers_table_is_not_changed():
    areas = data.protected_areas()
    copy = areas.copy(deep=True)
    places.confined(areas)
    pd.testing.assert_frame_equal(
        pd.DataFrame(areas.drop(columns="geometry")), pd.DataFrame(copy.drop(columns="geometry"))
    )
