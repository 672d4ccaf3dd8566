"""Fish: reaches between limits, dams and protected kilometres on a river drawn by hand."""

import geopandas as gpd
import numpy as np
import pandas as pd
import pytest
from shapely import LineString, box

from ahec_analysis.errors import ParameterError
from ahec_analysis.habitat import reaches, species
from ahec_analysis.habitat.niche import Membership, variants
from ahec_analysis.territory.ahec import EQUAL_AREA

KM = 1000.0
NONE = float("nan")
SIZE = Membership("hp-1", "river_size", "log10 km2", (2.0, 3.0, NONE, NONE))
OPEN = Membership("hp-2", "open_to_sea", "yes/no", (1.0, NONE, NONE, NONE))


@pytest.fixture
def rivers():
    """An upper reach of 10 km that flows into a lower one of 20 km, and so to the sea."""
    lines = [LineString([(0, 0), (10 * KM, 0)]), LineString([(10 * KM, 0), (30 * KM, 0)])]
    frame = gpd.GeoDataFrame(
        {
            "reach_id": [1, 2],
            "downstream_id": pd.array([2, None], dtype="Int64"),
            "length_km": [10.0, 20.0],
            "name": ["Brook", "River"],
            "basin_id": "lower_amur",
            "upstream_km2": [500.0, 5_000.0],
            "strahler": [1, 2],
            "elevation_up_m": [300.0, 100.0],
            "elevation_down_m": [100.0, 80.0],
            "fall_m": [200.0, 20.0],
            "outlet": ["", "sea"],
        },
        geometry=lines,
        crs=EQUAL_AREA,
    )
    return frame.to_crs("EPSG:4326")


@pytest.fixture
def dam():
    """A dam in the middle of the lower reach."""
    point = gpd.GeoSeries.from_xy([20 * KM], [0], crs=EQUAL_AREA).to_crs("EPSG:4326")[0]
    return pd.DataFrame({"name": ["Dam"], "river": ["River"], "lat": [point.y], "lon": [point.x]})


def fish(*parts):
    return species.Species("huso-dauricus", "Kaluga", "Huso dauricus", "fish", parts)


def test_the_network_is_cut_at_dams(rivers, dam):
    cut = reaches.network(rivers, dam)
    assert cut["length_km"].round(3).tolist() == [10, 10, 10]
    assert cut["open_to_sea"].tolist() == [0, 0, 1]
    assert cut["gradient"].round(3).tolist() == [20, 1, 1]
    assert cut.attrs["dams_without_place"] == 0


def test_a_river_that_ends_in_a_lake_is_not_open_to_the_sea(rivers, dam):
    closed = rivers.assign(outlet=["", "closed_lake"])
    cut = reaches.network(closed, dam.head(0))
    assert cut["state"].tolist() == ["closed", "closed"]
    assert cut["open_to_sea"].eq(0).all()


def test_a_dam_far_from_any_reach_is_counted_not_dropped(rivers, dam):
    cut = reaches.network(rivers, dam.assign(lat=dam["lat"] + 2))
    assert cut.attrs["dams_without_place"] == 1
    assert cut["open_to_sea"].eq(1).all()


def test_size_and_the_way_to_the_sea_decide(rivers, dam):
    cut = reaches.network(rivers, dam)
    large = reaches.habitat(fish(SIZE), cut)
    assert large["suitability"].tolist() == pytest.approx([0.70, 1, 1], abs=0.01)
    assert large["is_habitat"].tolist() == [False, True, True]
    both = reaches.habitat(fish(SIZE, OPEN), cut)
    assert both["is_habitat"].tolist() == [False, False, True]


def test_a_fall_that_is_not_known_limits_nothing(rivers, dam):
    steep = Membership("hp-3", "gradient", "m/km", (0.0, 5.0, NONE, NONE))
    known = reaches.habitat(fish(SIZE, steep), reaches.network(rivers, dam.head(0)), threshold=0.6)
    assert known["is_habitat"].tolist() == [True, False]
    cut = reaches.network(rivers.assign(fall_m=[200.0, np.nan]), dam.head(0))
    assert cut["gradient"].isna().tolist() == [False, True]
    found = reaches.habitat(fish(SIZE, steep), cut, threshold=0.6)
    assert found["suitability"].tolist()[1] == 1
    assert found["is_habitat"].tolist() == [True, True]


def test_protected_kilometres_on_paper(rivers, dam):
    found = reaches.habitat(fish(SIZE), reaches.network(rivers, dam))
    parks = gpd.GeoDataFrame(
        {"level": ["national", "local"]},
        geometry=[box(12 * KM, -KM, 16 * KM, KM), box(25 * KM, -KM, 26 * KM, KM)],
        crs=EQUAL_AREA,
    )
    rows = reaches.representation(found, parks)
    assert rows["habitat_km"].round(2).tolist() == [10, 10]
    assert rows["protected_km"].round(2).tolist() == [4, 1]


def test_land_animals_are_sent_away():
    with pytest.raises(ParameterError, match="does not live in rivers"):
        reaches.habitat("amur-tiger")


def test_a_yes_or_no_is_not_moved():
    moved = variants(fish(SIZE, OPEN).memberships)
    assert {m.variable for m, *_ in moved} == {"river_size"}


def test_former_basins_are_no_range_of_today_but_stand_beside_it():
    found = reaches.habitat("kaluga").set_index("basin_id")
    assert not found.loc[["ussuri", "nen", "songhua_rest"], "in_range"].any()
    assert found.loc["nen", "was_habitat"].any()
    assert found.loc["lower_amur", "in_range"].all()


def test_chum_keeps_the_basins_it_lost():
    found = reaches.habitat("chum-salmon").set_index("basin_id")
    lost = ["songhua_rest", "zeya_rest", "bureya", "upper_amur"]
    assert not found.loc[lost, "is_habitat"].any()
    assert found.loc[lost, "was_habitat"].groupby(level=0).any().all()
    assert set(found.loc["songhua_rest", "presence"]) == {"former"}
    assert set(found.loc["zeya_rest", "presence"]) == {"unconfirmed"}


def test_once_leaves_the_dams_out(rivers, dam):
    found = reaches.habitat(fish(SIZE, OPEN), reaches.network(rivers, dam))
    assert found["is_habitat"].tolist() == [False, False, True]
    assert found["was_habitat"].tolist() == [False, True, True]
