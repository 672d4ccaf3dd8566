"""Sites are confined to the ground that their sources name."""

import numpy as np
import pandas as pd
import pytest
import shapely
from hypothesis import given
from hypothesis import strategies as st

from ahec_analysis import data, territory
from ahec_analysis.coverage import places
from ahec_analysis.coverage.shapes import BOX
from ahec_analysis.show import tables
from ahec_analysis.territory.ahec import EQUAL_AREA


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


def test_the_park_of_two_provinces_has_the_shares_that_its_row_states():
    park = places.confined(data.protected_areas().query("province_shares != ''"))
    shape = places.footprints(park).iloc[0]
    land = territory.provinces().to_crs(EQUAL_AREA).dissolve("province_code").geometry
    stated = dict(part.split("=") for part in park["province_shares"].iloc[0].split("|"))
    for code, hectares in stated.items():
        assert shape.intersection(land[code]).area / 1e4 == pytest.approx(float(hectares), rel=1e-9)


def test_sites_keep_within_their_printed_limits_or_the_ledger_says_so(sites):
    boxed = sites[sites["box_west"].notna() & sites["area_km2"].notna() & (sites["lake"] == "")]
    shapes = places.footprints(boxed)
    told = {entry["site_id"] for entry in shapes.attrs["ledger"]}
    # A chord of 0.1 degrees leaves its parallel by less than this.
    limits = shapely.buffer(shapely.box(*boxed[BOX].to_numpy().T), 0.001)
    inside = shapely.contains(limits, shapes.to_crs(4326).to_numpy())
    assert len(boxed) > 40
    for row, within in zip(boxed.itertuples(), inside, strict=True):
        assert within or row.site_id in told or row.province_shares, row.site_id


def test_lake_reserves_lie_about_their_lake(sites):
    lakes = territory.lakes().to_crs(EQUAL_AREA).drop_duplicates("name").set_index("name").geometry
    named = sites[(sites["lake"] != "") & sites["area_km2"].notna()]
    for row, shape in zip(named.itertuples(), places.footprints(named), strict=True):
        assert shape.intersects(lakes[row.lake].boundary), row.site_id
        assert row.own_ground


def kinds(**columns):
    base = {"location_basis": "site", "area_km2": 100 * np.pi, "location_precision_km": 10.0}
    return pd.DataFrame({name: [value] for name, value in {**base, **columns}.items()})


@pytest.mark.parametrize(
    ("row", "own", "edge"),
    [
        (kinds(), True, 10),
        (kinds(location_precision_km=10.1), False, 10.1),
        (kinds(location_precision_km=2.0), True, 10),
        (kinds(location_basis="proxy"), False, 10),
        (kinds(location_basis="polygon"), True, 0),
        (kinds(location_basis="none", lake="Long Lake"), True, 10),
        (kinds(location_basis="none", location_precision_km=np.nan, box_west=1.0, box_south=1.0, box_east=2.0, box_north=2.0), True, 5),
        (kinds(location_basis="proxy", box_west=1.0, lake=""), False, 10),
    ],
)  # fmt: skip
def test_ground_is_a_sites_own_by_outline_limits_lake_or_a_point_as_good_as_its_size(row, own, edge):
    assert places.own_ground(row).tolist() == [own]
    assert places.edge_km(row) == edge


@given(st.lists(st.tuples(st.floats(0, 1e4), st.floats(0, 1)), min_size=1, max_size=9))
def test_rows_are_shown_where_half_of_their_ground_is_known(amounts):
    every = pd.Series([amount for amount, _ in amounts])
    own = every * [share for _, share in amounts]
    rows = pd.DataFrame({"row": range(len(amounts))})
    shown = places.carried(rows, own, every, what="rows")
    most = own.sum() >= places.OWN_SHARE * every.sum()
    for number in rows["row"]:
        expected = own[number] >= places.OWN_SHARE * every[number] if every[number] > 0 else most
        assert (number in set(shown["row"])) == expected
    assert ("withheld" in shown.attrs) == (len(shown) < len(rows))


def test_the_reader_is_told_what_is_left_out_and_which_download_would_give_it():
    rows = pd.DataFrame(
        {"basin": ["A", "B"], "protected_km2": [1234.5, 9.0], "protected_percent": [12.6, 0.2]}
    )
    some = places.carried(rows, pd.Series([1000.0, 1.0]), rows["protected_km2"], what="basins")
    page = tables.table(some, "t", caption="Basins", rough=places.ROUGH)._repr_mimebundle_()[0]
    assert "1 of 2 basins left out" in page["text/html"]
    assert "Outlines would show more" in page["text/html"]
    assert ">1\u202f200<" in page["text/html"]
    assert ">13<" in page["text/html"]
    assert "1234.5" in page["text/csv"]
    none = places.carried(rows, 0.0, 1.0, what="basins")
    page = tables.table(none, "t", caption="Basins")._repr_mimebundle_()[0]["text/html"]
    assert "<table" not in page
    assert "no basins shown" in page
