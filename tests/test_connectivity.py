from itertools import pairwise

import geopandas as gpd
import numpy as np
import pandas as pd
import pytest
import shapely
from hypothesis import given, settings
from hypothesis import strategies as st
from pyproj import Geod
from shapely import LineString, Point, box

from ahec_analysis import connectivity
from ahec_analysis.connectivity.areas import drop_one, protconn
from ahec_analysis.connectivity.corridor import corridor_profile, corridor_summary, gaps, on_rivers
from ahec_analysis.connectivity.dam_places import places, snap
from ahec_analysis.connectivity.dams import PASSABILITY, Rivers, barriers, extremes
from ahec_analysis.connectivity.dams import placed as on_reaches
from ahec_analysis.connectivity.dci import (
    barrier_importance,
    dci,
    free_flowing,
    free_flowing_summary,
    measures,
    river_summary,
)
from ahec_analysis.connectivity.distance import boundary_distance, fitted_crs
from ahec_analysis.connectivity.regulation import degree
from ahec_analysis.connectivity.tree import main_stem, network, segments
from ahec_analysis.errors import DataError, ParameterError, SchemaError
from ahec_analysis.territory.ahec import EQUAL_AREA

KM = 1000
MODES = ("potamodromous", "diadromous")


def squares(*lower_left_km, side=10):
    shapes = [box(x * KM, y * KM, (x + side) * KM, (y + side) * KM) for x, y in lower_left_km]
    names = [f"site {k}" for k in range(len(shapes))]
    return gpd.GeoDataFrame({"site_id": names}, geometry=shapes, crs=EQUAL_AREA)


def region_of(*bounds_km):
    return gpd.GeoSeries([box(*(KM * np.array(bounds_km)))], crs=EQUAL_AREA)


def rivers(down, length=10.0, **columns):
    """Reaches 0, 1, 2 … with the given downstream ids."""
    table = {
        "reach_id": range(len(down)),
        "downstream_id": pd.array(down, dtype="Int64"),
        "length_km": length,
    }
    return pd.DataFrame({**table, **columns})


def dams(*rows):
    return pd.DataFrame(rows, columns=["reach_id", "position", "passability"])


# ProtConn


def test_one_node_is_fully_connected():
    result = protconn(squares((0, 0)), region_of(0, 0, 100, 100))
    assert result["Prot"] == pytest.approx(1)
    assert result["ProtConn"] == pytest.approx(1)
    assert result["RelConn"] == pytest.approx(1)


def test_two_far_equal_nodes_have_eca_of_root_two():
    result = protconn(squares((0, 0), (900, 0)), region_of(0, 0, 1000, 100))
    assert result["ECA_km2"] == pytest.approx(100 * np.sqrt(2))
    assert result["links"] == 0
    assert result["ProtConn"] < result["ProtConn_max"] < result["Prot"]


@pytest.mark.parametrize("second", [(10, 0), (10, 10)], ids=["shared edge", "shared corner"])
def test_two_touching_nodes_have_eca_of_two(second):
    result = protconn(squares((0, 0), second), region_of(0, 0, 100, 100))
    assert result["ECA_km2"] == pytest.approx(200)


def test_link_is_half_at_the_median_distance():
    result = protconn(squares((0, 0), (20, 0)), region_of(0, 0, 100, 100), distance_km=10)
    assert result["ECA_km2"] == pytest.approx(100 * np.sqrt(2 + 2 * 0.5))


def test_centroids_are_farther_than_edges():
    result = protconn(
        squares((0, 0), (20, 0)), region_of(0, 0, 100, 100), distance_km=10, distance="centroid"
    )
    assert result["ECA_km2"] == pytest.approx(100 * np.sqrt(2 + 2 * 0.25))


def test_stepping_stone_outside_carries_the_path_without_own_area():
    # Two sites 30 km apart along the border; the stone beyond it leaves gaps of 10 and 10 km.
    sites, stone = squares((0, 0), (40, 0)), squares((20, -11))
    inside = region_of(0, 0, 100, 100)
    with_stone = protconn(pd.concat([sites, stone]), inside)
    gap = np.hypot(10, 1)
    assert with_stone["stepping_stones"] == 1
    assert with_stone["protected_km2"] == pytest.approx(200)
    assert with_stone["ECA_km2"] == pytest.approx(100 * np.sqrt(2 + 2 * 0.5 ** (2 * gap / 10)))
    without = protconn(pd.concat([sites, stone]), inside, transboundary_km=0)
    assert without["ECA_km2"] == pytest.approx(100 * np.sqrt(2 + 2 * 0.5**3))


def test_area_that_leaves_the_region_and_returns_is_one_node():
    arms = box(0, -5 * KM, 10 * KM, 10 * KM), box(200 * KM, -5 * KM, 210 * KM, 10 * KM)
    bridge = box(0, -10 * KM, 210 * KM, -5 * KM)
    site = gpd.GeoDataFrame(geometry=[arms[0].union(bridge).union(arms[1])], crs=EQUAL_AREA)
    result = protconn(site, region_of(0, 0, 300, 100))
    assert result["nodes"] == 1
    assert result["ECA_km2"] == pytest.approx(200)


@pytest.mark.parametrize(
    ("straddling", "transboundary_km", "nodes", "stones", "eca"),
    [("whole", 0, 1, 0, 200), ("cut", 50, 2, 1, 200), ("cut", 0, 2, 0, 100 * np.sqrt(2))],
)
def test_cut_area_is_joined_outside_only_by_stepping_stones(straddling, transboundary_km, nodes, stones, eca):
    arch = box(0, -10 * KM, 210 * KM, 10 * KM).difference(box(10 * KM, -5 * KM, 200 * KM, 10 * KM))
    sites, inside = gpd.GeoDataFrame(geometry=[arch], crs=EQUAL_AREA), region_of(0, 0, 300, 100)
    result = protconn(sites, inside, transboundary_km=transboundary_km, straddling=straddling)
    assert (result["nodes"], result["stepping_stones"]) == (nodes, stones)
    assert result["ECA_km2"] == pytest.approx(eca)


@pytest.mark.parametrize(("straddling", "gap_km"), [("whole", 30), ("cut", 27.5)])
def test_square_across_the_edge_has_the_centroid_of_its_node(straddling, gap_km):
    options = {"distance": "centroid", "transboundary_km": 0, "straddling": straddling}
    result = protconn(squares((-5, 0), (25, 0)), region_of(0, 0, 100, 100), **options)
    assert result["protected_km2"] == pytest.approx(150)
    assert result["ECA_km2"] == pytest.approx(np.sqrt(50**2 + 100**2 + 2 * 50 * 100 * 0.5 ** (gap_km / 10)))


@pytest.mark.parametrize("straddling", ["whole", "cut"])
@pytest.mark.parametrize(("lon", "lat"), [(30, 0), (146, -42), (179.9, -17), (-60, 75)])
def test_distances_and_areas_are_right_anywhere(lon, lat, straddling):
    # Two squares of 0.1 degree, 5 degrees of longitude apart, measured on the ellipsoid.
    boxes = gpd.GeoSeries([box(lon + x, lat, lon + x + 0.1, lat + 0.1) for x in (-2.6, 2.5)], crs=4326)
    sites = gpd.GeoDataFrame(geometry=boxes.segmentize(0.01))
    inside = gpd.GeoSeries([box(lon - 3, lat - 3, lon + 3, lat + 3)], crs=4326).segmentize(0.1)
    geod = Geod(ellps="WGS84")
    km2 = [abs(geod.geometry_area_perimeter(shape)[0]) / 1e6 for shape in sites.geometry]
    km = min(geod.inv(lon - 2.5, y, lon + 2.5, y)[2] for y in (lat, lat + 0.1)) / KM
    result = protconn(sites, inside, distance_km=km, straddling=straddling)
    assert result["protected_km2"] == pytest.approx(sum(km2), rel=1e-4)
    found = (result["ECA_km2"] ** 2 - sum(np.square(km2))) / (2 * km2[0] * km2[1])
    assert km * np.log2(1 / found) == pytest.approx(km, rel=0.005)


def test_dateline_does_not_split_a_region():
    inside = gpd.GeoSeries([box(175, 60, 180, 70), box(-180, 60, -170, 70)], crs=4326)
    middle = gpd.GeoSeries([Point(-177.5, 65)], crs=4326).to_crs(fitted_crs(inside))[0]
    assert middle.distance(Point(0, 0)) < 200 * KM
    assert fitted_crs(region_of(0, 0, 100, 100)) == EQUAL_AREA


def test_border_cuts_links_but_not_protected_area():
    sites = squares((0, 0), (10, 0))
    countries = gpd.GeoDataFrame(
        {"country": ["RUS", "CHN"]},
        geometry=[box(0, 0, 10 * KM, 100 * KM), box(10 * KM, 0, 100 * KM, 100 * KM)],
        crs=EQUAL_AREA,
    )
    inside = region_of(0, 0, 100, 100)
    cut = protconn(sites, inside, borders=countries)
    assert cut["Prot"] == pytest.approx(protconn(sites, inside)["Prot"])
    assert cut["ECA_km2"] == pytest.approx(100 * np.sqrt(2))


def test_land_in_no_country_stays_protected():
    countries = gpd.GeoDataFrame(geometry=[box(0, 0, 8 * KM, 100 * KM)], crs=EQUAL_AREA)
    result = protconn(squares((0, 0)), region_of(0, 0, 100, 100), borders=countries)
    assert result["ECA_km2"] == pytest.approx(100)


def test_overlaps_count_once():
    result = protconn(squares((0, 0), (5, 0)), region_of(0, 0, 100, 100))
    assert result["protected_km2"] == pytest.approx(150)


def test_nothing_protected_is_zero_and_relconn_unknown():
    result = protconn(squares((0, 0)).iloc[:0], region_of(0, 0, 100, 100))
    assert result["ProtConn"] == 0
    assert np.isnan(result["RelConn"])


def test_several_distances_make_one_row_each():
    sites, inside = squares((0, 0), (30, 0), (70, 20)), region_of(0, 0, 100, 100)
    table = protconn(sites, inside, distance_km=[1, 10, 30])
    assert table.index.tolist() == [1, 10, 30]
    for distance in table.index:
        alone = protconn(sites, inside, distance_km=distance)
        assert table.loc[distance, "ProtConn"] == pytest.approx(alone["ProtConn"])


def test_dense_and_sparse_search_agree(monkeypatch):
    sites, inside = squares((0, 0), (12, 0), (40, 20), (50, 30), (80, 5)), region_of(0, 0, 100, 100)
    monkeypatch.setattr("ahec_analysis.connectivity.areas.DENSE", 2.0)
    sparse = protconn(sites, inside, distance_km=10)
    monkeypatch.setattr("ahec_analysis.connectivity.areas.DENSE", 0.0)
    pd.testing.assert_series_equal(protconn(sites, inside, distance_km=10), sparse)


corners = st.lists(st.tuples(st.integers(-80, 180), st.integers(-80, 80)), min_size=1, max_size=8)


@settings(max_examples=40, deadline=None)
@given(corners, st.sampled_from(["edge", "centroid"]), st.floats(0.5, 60), st.floats(1, 5))
def test_protconn_stays_below_prot_and_grows_with_distance(lower_left, distance, near, factor):
    sites, inside = squares(*lower_left), region_of(0, 0, 100, 100)
    short = protconn(sites, inside, distance_km=near, distance=distance)
    far = protconn(sites, inside, distance_km=near * factor, distance=distance)
    assert short["ProtConn"] <= far["ProtConn"] + 1e-9
    assert far["ProtConn"] <= far["Prot"] + 1e-9
    assert short["ProtConn"] <= short["ProtConn_max"] + 1e-12


@settings(max_examples=25, deadline=None)
@given(corners, st.sampled_from(["edge", "centroid"]), st.booleans(), st.sampled_from(["whole", "cut"]))
def test_drop_one_equals_the_run_without_the_site(lower_left, distance, split, straddling):
    sites, inside = squares(*lower_left), region_of(0, 0, 100, 100)
    half = gpd.GeoDataFrame(geometry=[region_of(-200, -200, 50, 200)[0], region_of(50, -200, 300, 200)[0]])
    cut = half.set_crs(EQUAL_AREA) if split else None
    options = {"distance": distance, "borders": cut, "straddling": straddling}
    base = protconn(sites, inside, **options)
    for row, loss in drop_one(sites, inside, **options).iterrows():
        left = protconn(sites.drop(index=row), inside, **options)
        assert loss["loss_Prot"] == pytest.approx(base["Prot"] - left["Prot"], abs=1e-9)
        assert loss["loss_ProtConn"] == pytest.approx(base["ProtConn"] - left["ProtConn"], abs=1e-9)


def test_small_bridge_matters_more_than_its_area():
    bridge = squares((0, 0), (10, 0), (20, 0))
    table = drop_one(bridge, region_of(0, 0, 100, 100), distance_km=1)
    assert table["site_id"].iloc[0] == "site 1"
    assert table["loss_ProtConn"].iloc[0] > table["loss_Prot"].iloc[0]


def test_site_inside_another_costs_nothing():
    sites = pd.concat([squares((0, 0)), squares((2, 2), side=3).assign(site_id="inner")], ignore_index=True)
    table = drop_one(sites, region_of(0, 0, 100, 100)).set_index("site_id")
    assert table.loc["inner", "loss_ProtConn"] == pytest.approx(0, abs=1e-12)


def test_inputs_are_not_changed():
    sites = squares((0, 0), (20, 0))
    before = sites.copy()
    protconn(sites, region_of(0, 0, 100, 100))
    drop_one(sites, region_of(0, 0, 100, 100))
    pd.testing.assert_frame_equal(sites, before)


@pytest.mark.parametrize(
    ("options", "message"),
    [
        ({"distance_km": 0}, "distance_km"),
        ({"probability": 1}, "probability"),
        ({"cutoff": 0}, "cutoff"),
        ({"transboundary_km": -1}, "transboundary_km"),
        ({"distance": "mean"}, "centroid"),
        ({"straddling": "half"}, "whole, cut"),
    ],
)
def test_protconn_names_the_wrong_argument(options, message):
    with pytest.raises(ParameterError, match=message):
        protconn(squares((0, 0)), region_of(0, 0, 1, 1), **options)


def test_points_are_sent_to_footprint():
    points = gpd.GeoDataFrame({"site_id": ["a"]}, geometry=[Point(0, 0)], crs=EQUAL_AREA)
    with pytest.raises(DataError, match=r"'a'.*coverage\.footprint"):
        protconn(points, region_of(0, 0, 1, 1))


def test_missing_crs_is_named():
    with pytest.raises(DataError, match=r"areas\.set_crs"):
        protconn(gpd.GeoDataFrame(geometry=[box(0, 0, 1, 1)]), region_of(0, 0, 1, 1))


@settings(max_examples=15, deadline=None)
@given(st.integers(0, 2**32 - 1), st.integers(200, 600))
def test_boundary_distance_equals_the_plain_one(seed, vertices):
    rng = np.random.default_rng(seed)
    angle = np.sort(rng.uniform(0, 2 * np.pi, vertices))
    radius = rng.uniform(0.4, 1, (3, vertices))
    star = [
        shapely.polygons(np.c_[r * np.cos(angle) + 2.1 * k, r * np.sin(angle)]) for k, r in enumerate(radius)
    ]
    hole = star[0].buffer(3, quad_segs=100).difference(star[0].buffer(0.3, quad_segs=200))
    shapes = np.array([*star, hole], dtype=object)
    one, two = np.array([0, 0, 1, 0]), np.array([1, 2, 2, 3])
    assert boundary_distance(shapes, one, two) == pytest.approx(
        shapely.distance(shapes[one], shapes[two]), abs=1e-12
    )


# Dendritic Connectivity Index

FORK = rivers([None, 0, 0, 1], [10.0, 20.0, 30.0, 40.0])


def naive_dci(reaches, barriers, mode):
    """Every pair of points on a fine cut of the reaches, with the barriers counted along both ways down."""
    down = dict(zip(reaches["reach_id"], reaches["downstream_id"], strict=True))
    cuts = {r: sorted(barriers.loc[barriers["reach_id"] == r, "position"]) for r in down}
    nodes = []
    for r, km in zip(reaches["reach_id"], reaches["length_km"], strict=True):
        edges = [0.0, *cuts[r], 1.0]
        nodes += [(r, (a + b) / 2, km * (b - a)) for a, b in pairwise(edges) if b > a]

    def below(r, at):
        found = set()
        while not pd.isna(r):
            found |= set(barriers.index[(barriers["reach_id"] == r) & (barriers["position"] > at)])
            r, at = down[r], -1.0
        return frozenset(found)

    crossed = [below(r, at) for r, at, _ in nodes]
    share = np.array([km for *_, km in nodes])
    share = share / share.sum()
    c = lambda these: np.prod(barriers.loc[list(these), "passability"])  # noqa: E731
    if mode == "diadromous":
        return 100 * sum(s * c(x) for s, x in zip(share, crossed, strict=True))
    pairs = ((i, j) for i in range(len(nodes)) for j in range(len(nodes)))
    return 100 * sum(share[i] * share[j] * c(crossed[i] ^ crossed[j]) for i, j in pairs)


@pytest.mark.parametrize("mode", MODES)
def test_no_barrier_is_fully_connected(mode):
    assert dci(FORK, dams(), mode)[0] == pytest.approx(100)


@pytest.mark.parametrize("mode", MODES)
def test_impassable_barrier_in_the_middle_of_a_line_is_fifty(mode):
    line = rivers([None, 0], 50.0)
    assert dci(line, dams((0, 0.0, 0.0)), mode)[0] == pytest.approx(50)
    assert dci(line, dams((1, 1.0, 0.0)), mode)[0] == pytest.approx(50)


def test_position_runs_from_the_upper_to_the_lower_end():
    assert dci(rivers([None]), dams((0, 0.1, 0.0)), "diadromous")[0] == pytest.approx(90)


def test_each_outlet_has_a_value_of_its_own():
    two = rivers([None, 0, None], [50.0, 50.0, 10.0])
    result = dci(two, dams((1, 1.0, 0.0)))
    assert result.to_dict() == pytest.approx({0: 50, 2: 100})
    assert result.index.name == "outlet"


def test_weight_column_replaces_length():
    spawning = FORK.assign(spawning_km=[0.0, 0.0, 0.0, 7.0])
    assert dci(spawning, dams((3, 0.5, 0.5)), "diadromous", weight="spawning_km")[0] == pytest.approx(75)
    assert np.isnan(dci(spawning.assign(spawning_km=0.0), dams(), weight="spawning_km")[0])


def test_closed_basin_has_no_value_from_the_sea():
    lakes = rivers([None, None], ends_in=["sea", "closed"])
    assert dci(lakes, dams(), "diadromous").isna().tolist() == [False, True]
    assert dci(lakes, dams(), "potamodromous").tolist() == [100, 100]


def test_string_ids_work():
    named = pd.DataFrame({"reach_id": ["m", "u"], "downstream_id": [None, "m"], "length_km": 1.0})
    assert dci(named, dams(("u", 1.0, 0.0)))["m"] == pytest.approx(50)


@st.composite
def trees_with_barriers(draw):
    size = draw(st.integers(1, 7))
    down = [None] + [draw(st.integers(0, k - 1)) for k in range(1, size)]
    length = draw(st.lists(st.floats(0.5, 50), min_size=size, max_size=size))
    order = draw(st.permutations(range(size)))
    place = st.tuples(
        st.integers(0, size - 1), st.sampled_from([0, 0.25, 0.5, 1]), st.sampled_from([0, 0.3, 1])
    )
    table = rivers(down, length).iloc[list(order)].reset_index(drop=True)
    return table, dams(*draw(st.lists(place, max_size=5)))


@settings(max_examples=60, deadline=None)
@given(trees_with_barriers(), st.sampled_from(MODES))
def test_dci_equals_the_sum_over_all_pairs(case, mode):
    reaches, barriers = case
    assert dci(reaches, barriers, mode)[0] == pytest.approx(naive_dci(reaches, barriers, mode))


@settings(max_examples=40, deadline=None)
@given(trees_with_barriers(), st.floats(0, 1), st.floats(0, 1), st.sampled_from(MODES))
def test_another_barrier_never_raises_dci(case, position, passability, mode):
    reaches, barriers = case
    more = pd.concat(
        [barriers.astype(float), dams((0, position, passability)).astype(float)], ignore_index=True
    )
    assert dci(reaches, more, mode)[0] <= dci(reaches, barriers, mode)[0] + 1e-9


def test_summary_weighs_outlets_by_length():
    two = rivers([None, None, None], [80.0, 20.0, 50.0], ends_in=["sea", "sea", "closed"])
    table = river_summary(two, dams((0, 0.5, 0.0)))
    assert table["free_km"].tolist()[:2] == [40, 20]
    assert np.isnan(table.loc[2, "free_km"])
    # The closed river of 50 km has its own row and no part in the sum.
    assert table.loc["sea", ["length_km", "free_km"]].tolist() == [100, 60]
    assert table.loc["sea", "dci_potamodromous"] == pytest.approx((80 * 50 + 20 * 100) / 100)
    assert table.loc["sea", "dci_diadromous"] == pytest.approx((80 * 50 + 20 * 100) / 100)
    assert table["barriers"].tolist() == [1, 0, 0, 1]


def test_the_longest_river_has_an_index_of_its_own():
    three = rivers([None, None, None], [80.0, 20.0, 500.0], ends_in=["sea", "sea", "closed"])
    barriers = dams((0, 0.5, 0.0), (1, 0.25, 0.0), (2, 0.5, 0.0))
    parts = segments(network(three), barriers)
    present = np.hstack([np.zeros((3, 1), dtype=bool), np.eye(3, dtype=bool)])
    found = measures(parts, present)[["dci_main", "dci_potamodromous", "free_km"]]
    none, first, second, lake = found.to_numpy()
    assert none.tolist() == pytest.approx([100, 100, 100])
    assert first.tolist() == pytest.approx([50, (80 * 50 + 20 * 100) / 100, 60])
    # A quarter and three quarters of 20 km: 6.25 + 56.25 of 100.
    assert second.tolist() == pytest.approx([100, (80 * 100 + 20 * 62.5) / 100, 95])
    assert lake.tolist() == pytest.approx(none.tolist())


def test_a_river_twice_as_long_weighs_twice():
    branches = rivers([None, 0, 0], [0.0, 30.0, 30.0])
    barriers = dams((1, 1.0, 0.0))
    assert dci(branches, barriers, "diadromous")[0] == pytest.approx(50)
    longer = branches.assign(length_km=[0.0, 60.0, 30.0])
    assert dci(longer, barriers, "diadromous")[0] == pytest.approx(100 / 3)
    assert dci(longer, barriers)[0] == pytest.approx(100 * (60**2 + 30**2) / 90**2)


# Free-flowing length and main stems


def test_pieces_know_the_dams_below_them():
    barriers = dams((0, 0.25, 0.5), (1, 0.5, 0.0)).assign(name=["lower", "upper"])
    pieces = free_flowing(FORK, barriers)
    assert pieces["length_km"].sum() == pytest.approx(FORK["length_km"].sum())
    found = pieces.set_index(["reach_id", "start"])[["dams_below", "first_dam", "state"]]
    assert found.loc[(0, 0.25), ["dams_below", "state"]].tolist() == [0, "free"]
    assert pd.isna(found.loc[(0, 0.25), "first_dam"])
    assert found.loc[(0, 0.0)].tolist() == [1, "lower", "dammed"]
    assert found.loc[(1, 0.5)].tolist() == [1, "lower", "dammed"]
    assert found.loc[(3, 0.0)].tolist() == [2, "upper", "dammed"]


def test_free_share_by_basin_keeps_closed_basins_apart():
    two = rivers(
        [None, 0, None], [60.0, 40.0, 5.0], ends_in=["sea", "", "closed"], basin=["Amur", "Amur", "Torey"]
    )
    table = free_flowing_summary(free_flowing(two, dams((1, 0.5, 0.0))), by="basin")
    table = table.set_index("basin")
    assert table.loc["Amur", "free_percent"] == pytest.approx(80)
    assert table.loc["Torey", "closed_km"] == 5
    assert np.isnan(table.loc["Torey", "free_percent"])


def drawn_rivers():
    """A trunk of 100 km from west to east in two reaches and a tributary from the north at its middle."""
    lines = [
        LineString([(50 * KM, 0), (100 * KM, 0)]),
        LineString([(50 * KM, 0), (0, 0)]),  # drawn upstream on purpose
        LineString([(50 * KM, 30 * KM), (50 * KM, 0)]),
    ]
    table = rivers([None, 0, 0], [50.0, 50.0, 30.0], name=["Amur|Heilong", "Argun", "Zeya"])
    return gpd.GeoDataFrame(table, geometry=lines, crs=EQUAL_AREA).to_crs("EPSG:4326")


def test_pieces_are_cut_in_the_direction_of_flow():
    pieces = free_flowing(drawn_rivers(), dams((1, 0.2, 0.0))).to_crs(EQUAL_AREA)
    upper = pieces[(pieces["reach_id"] == 1) & (pieces["start"] == 0)].iloc[0]
    assert upper.geometry.bounds == pytest.approx((0, 0, 10 * KM, 0), abs=1)
    assert pieces.length.sum() == pytest.approx(130 * KM, rel=1e-6)


def test_main_stem_runs_from_the_source_of_a_name():
    assert main_stem(drawn_rivers(), "Amur")["reach_id"].tolist() == [0]
    whole = main_stem(drawn_rivers(), "argun")
    assert whole["reach_id"].tolist() == [1, 0]
    assert whole["km_from_source"].tolist() == [0, 50]
    assert whole["km_to_outlet"].tolist() == [100, 50]
    with pytest.raises(ParameterError, match="Lena"):
        main_stem(drawn_rivers(), "Lena")


# Degree of regulation


def test_storage_above_a_gauge_over_its_flow():
    # Two headwaters meet in reach 0: reservoirs of 3 and 1 km3 on one, one without a known storage on the other.
    fork = rivers([None, 0, 0], 100.0)
    reservoirs = dams((1, 0.2, 0.0), (1, 0.8, 0.0), (2, 0.5, 0.0), (0, 0.9, 0.0)).assign(
        name=["high", "low", "other", "last"], storage_km3=[3.0, 1.0, np.nan, 50.0]
    )
    gauges = pd.DataFrame(
        {
            "reach_id": [1, 1, 0, 2, 2],
            "position": [0.5, 0.8, 0.5, 0.6, 0.4],
            "flow_km3": [6.0, 8.0, 16.0, 5.0, 5.0],
        }
    )
    found = degree(fork, reservoirs, gauges)
    assert found["storage_km3"].tolist() == pytest.approx([3, 4, 4, np.nan, np.nan], nan_ok=True)
    assert found["regulation_percent"].tolist() == pytest.approx([50, 50, 25, np.nan, np.nan], nan_ok=True)
    assert found["dams"].tolist() == ["high", "high|low", "high|low", "", ""]
    assert found["unknown"].tolist() == ["", "", "other", "other", ""]


# What single barriers cost


def test_two_dams_in_a_row_hide_each_other():
    line = rivers([None], 100.0)
    table = barrier_importance(
        line, dams((0, 0.8, 0.0), (0, 0.2, 0.0)).assign(name=["low", "high"])
    ).set_index("name")
    assert table.index.tolist() == ["low", "high"]
    assert table["loss_free_km"].tolist() == pytest.approx([60, 0])
    assert table["alone_free_km"].tolist() == pytest.approx([80, 20])


@settings(max_examples=30, deadline=None)
@given(trees_with_barriers(), st.lists(st.booleans(), min_size=5, max_size=5))
def test_losses_equal_the_runs_with_and_without(case, flags):
    reaches, barriers = case
    built = np.array(flags[: len(barriers)], dtype=bool)
    table = barrier_importance(reaches, barriers.assign(built=built))
    base = river_summary(reaches, barriers[built]).loc["sea"]
    for k in table.index:
        kept = built.copy()
        kept[k] ^= True
        other = river_summary(reaches, barriers[kept]).loc["sea"]
        sign = -1 if built[k] else 1
        for measure in ("free_km", "dci_potamodromous", "dci_diadromous"):
            expected = sign * (base[measure] - other[measure])
            assert table.loc[k, f"loss_{measure}"] == pytest.approx(expected, abs=1e-8)
            assert table.loc[k, f"loss_{measure}"] >= -1e-8


def test_built_must_be_true_or_false():
    with pytest.raises(SchemaError, match="built"):
        barrier_importance(FORK, dams((0, 0.5, 0.0)).assign(built="false"))


def on_rivers_of(reaches, plans, standing=None):
    """Return the rivers with planned dams that slide, and others that stand at their points."""
    spots = places(plans, reaches, step_km=10).assign(at_point=False, sure=False, passability=0.0)
    fixed = dams() if standing is None else standing
    fixed = fixed.assign(dam_id=[f"fixed-{k}" for k in range(len(fixed))], at_point=True, sure=True)
    located = pd.concat([plans.assign(status_group="proposed"), fixed.assign(status_group="built")])
    located = located.assign(type="hpp", blocks_river_today=located["status_group"] == "built")
    spots = pd.concat([fixed, spots.dropna(subset="reach_id")], ignore_index=True)
    return Rivers(reaches, located.reset_index(drop=True), spots.astype({"sure": bool, "at_point": bool}))


def test_sliding_dam_has_an_interval():
    reaches = rivers(
        [None, 0, 0], [100.0, 50.0, 50.0], name=["Amur", "Zeya", "Zeya"], basin=["", "Zeya", "other"]
    )
    plans = pd.DataFrame(
        {"dam_id": ["a", "b", "c"], "river": ["Amur", "Zeya", "Lena"], "sub_basin": ["", "Zeya (upper)", ""]}
    )
    spots = places(plans, reaches, step_km=10)
    first = spots.groupby("dam_id")["within"].first()
    assert first.to_dict() == {"a": "river", "b": "sub_basin", "c": "no_mapped_river"}
    assert spots.groupby("dam_id")["reach_id"].count().to_dict() == {"a": 10, "b": 5, "c": 0}
    costs = barrier_importance(
        reaches, spots.dropna(subset="reach_id").assign(built=False, passability=0.0)
    ).groupby("dam_id")["loss_free_km"]
    assert costs.min()["a"] == pytest.approx(105)
    assert costs.max().to_dict() == pytest.approx({"a": 195, "b": 45})
    slid = on_rivers_of(reaches, plans)
    least, most = (barriers(slid, "proposed", place).set_index("dam_id") for place in ("min", "max"))
    assert least.index.tolist() == most.index.tolist() == ["a", "b"]
    assert [least.loc["a", "reach_id"], most.loc["a", "reach_id"]] == [0, 0]
    assert [least.loc["a", "position"], most.loc["a", "position"]] == pytest.approx([0.05, 0.95])
    both = extremes(slid, "proposed").open(draws=200, seed=0)["free_km"]
    assert [both.max(), both.min()] == pytest.approx([95, 5])
    again = extremes(on_rivers_of(reaches, plans), "proposed").open(draws=200, seed=0)
    pd.testing.assert_frame_equal(extremes(slid, "proposed").open(draws=200, seed=0), again)


def test_sliding_dam_stays_on_the_border_below_its_dam_and_in_its_district():
    reaches = drawn_rivers()
    border = reaches.assign(name=["Amur", "Amur", "Zeya"], country=["RUS", "CHN|RUS", "RUS"])
    shared = pd.DataFrame({"dam_id": ["a"], "river": ["Amur"], "country": ["RUS|CHN"]})
    assert set(places(shared, border)["reach_id"]) == {1}
    upper = dam_points(("upper", 50, 20, "Zeya"))
    upper = snap(upper, reaches)
    plan = pd.DataFrame({"dam_id": ["b"], "river": ["Zeya"], "downstream_of": ["upper"]})
    below = places(plan, reaches, standing=upper, step_km=1)
    assert below["within"].unique().tolist() == ["below"]
    assert below["position"].min() > upper["position"].iloc[0]
    ground = gpd.GeoSeries([box(40 * KM, 20 * KM, 60 * KM, 30 * KM)], crs=EQUAL_AREA).to_crs("EPSG:4326")
    districts = gpd.GeoDataFrame({"district_id": ["north"]}, geometry=ground)
    plan = plan.assign(downstream_of="", stretch_district_ids="north")
    inside = places(plan, reaches, districts=districts, step_km=1)
    assert inside["within"].unique().tolist() == ["in_district"]
    assert inside["position"].max() == pytest.approx(15 / 30, abs=0.02)
    with pytest.raises(DataError, match="stretch_district_ids"):
        places(plan.assign(stretch_district_ids="nowhere"), reaches, districts=districts)


@pytest.mark.parametrize("name", ["Tao'er", "TAOER", "Songhua (Taoer)", "x|Taoer"])
def test_spellings_of_a_river_meet(name):
    reaches = rivers([None], name=["Taoer"])
    assert places(pd.DataFrame({"dam_id": ["a"], "river": [name]}), reaches)["reach_id"].notna().all()


def test_nothing_to_slide_leaves_one_set_of_places():
    plans = pd.DataFrame({"dam_id": ["c"], "river": ["Lena"]})
    nothing = on_rivers_of(rivers([None], 100.0, name=["Amur"]), plans, dams((0, 0.5, 0.0)))
    assert set(extremes(nothing, "proposed").open(draws=9, seed=0)["free_km"]) == {50}
    assert barriers(nothing, "proposed", "max")["dam_id"].tolist() == ["fixed-0"]


# Snapping


def dam_points(*rows):
    table = pd.DataFrame(rows, columns=["dam_id", "x", "y", "river"])
    points = gpd.GeoSeries.from_xy(table["x"] * KM, table["y"] * KM, crs=EQUAL_AREA).to_crs("EPSG:4326")
    return table.assign(lat=points.y, lon=points.x)


def test_dam_moves_to_its_named_river_and_keeps_its_row():
    points = dam_points(
        ("far", 50, 90, "Zeya"), ("named", 51, 1, "Argun"), ("near", 60, 2, ""), ("zeya", 51, 20, "Zeya")
    )
    points = pd.concat([points, pd.DataFrame({"dam_id": ["none"], "river": ["Zeya"]})], ignore_index=True)
    placed = snap(points, drawn_rivers(), max_km=5).assign(passability=0.0).set_index("dam_id")
    assert placed["placement"].to_dict() == {
        "far": "no_reach_near",
        "named": "named_river",
        "near": "nearest_reach",
        "zeya": "named_river",
        "none": "no_coordinates",
    }
    assert placed.loc[["named", "near", "zeya"], "reach_id"].tolist() == [1, 0, 2]
    assert placed.loc[["named", "near", "zeya"], "position"].tolist() == pytest.approx(
        [1, 0.2, 1 / 3], abs=1e-5
    )
    assert placed.loc[["near", "zeya"], "moved_km"].tolist() == pytest.approx([2, 1], abs=1e-3)
    assert placed.loc[["far", "none"], ["reach_id", "position", "moved_km"]].isna().all(axis=None)
    assert (on_reaches(points, drawn_rivers())["passability"] == PASSABILITY).all()
    assert dci(drawn_rivers(), placed.dropna(subset="reach_id"))[0] < 100


def test_swapped_coordinates_are_named():
    points = dam_points(("right", 60, 0, ""), ("swapped", 50, 10, ""))
    points.loc[1, ["lat", "lon"]] = points.loc[1, ["lon", "lat"]].to_numpy()
    with pytest.raises(DataError, match=r"'swapped'.*swapped coordinates"):
        snap(points, drawn_rivers())


# Bad networks and barriers


@pytest.mark.parametrize(
    ("reaches", "message"),
    [
        (rivers([None, 2, 1]), r"\[1, 2\] flow in a loop"),
        (rivers([None, 1]), r"\[1\] flow in a loop"),
        (rivers([None, 0, 2, 2]), r"\[2\] flow in a loop"),
        (rivers([None, 7]), "reach 1 flows into 7"),
        (rivers([None, 0, 0], reach_id=[0, 1, 1]), "reach 1 has 2 downstream reaches"),
        (rivers([None], [-1.0]), "reach 0 has length_km = -1"),
        (rivers([None], [np.nan]), "reach 0 has length_km = nan"),
        (rivers([None], ends_in=["lake"]), "ends_in = 'lake'"),
    ],
)
def test_broken_network_is_named(reaches, message):
    with pytest.raises(DataError, match=message):
        dci(reaches, dams())


@pytest.mark.parametrize(
    ("row", "message"),
    [
        ((9, 0.5, 0.0), "'Big' is on no reach"),
        ((None, 0.5, 0.0), "'Big' is on no reach"),
        ((0, 1.5, 0.0), r"'Big' has position = 1\.5"),
        ((0, 0.5, -0.1), r"'Big' has passability = -0\.1"),
        ((0, 0.5, np.nan), "'Big' has passability = nan"),
    ],
)
def test_broken_barrier_is_named(row, message):
    with pytest.raises(DataError, match=message):
        dci(FORK, dams(row).assign(name="Big"))


def test_missing_column_and_mode_are_named():
    with pytest.raises(SchemaError, match="downstream_id"):
        dci(FORK.drop(columns="downstream_id"), dams())
    with pytest.raises(ParameterError, match="catadromous"):
        dci(FORK, dams(), "catadromous")


# The corridor


def test_profile_by_bank_and_country():
    north_park = gpd.GeoSeries([box(0, 0, 50 * KM, 3 * KM)], crs=EQUAL_AREA)
    countries = gpd.GeoDataFrame(
        {"iso3": ["RUS", "CHN"]},
        geometry=[box(-50 * KM, 0, 80 * KM, 90 * KM), box(-50 * KM, -90 * KM, 200 * KM, 0)],
        crs=EQUAL_AREA,
    )
    stem = main_stem(drawn_rivers(), "Argun")
    profile = corridor_profile(stem, north_park, width_km=3, step_km=20, countries=countries, country="iso3")
    assert profile["area_km2"].sum() == pytest.approx(600, rel=1e-3)
    left = profile[(profile["bank"] == "left") & (profile["country"] == "RUS")].set_index("from_km")
    assert left["protected_share"].tolist() == pytest.approx([1, 1, 0.5, 0], abs=0.01)
    right = profile[profile["bank"] == "right"]
    assert right["country"].unique().tolist() == ["CHN"]
    assert right["protected_share"].max() < 0.01
    assert profile.loc[profile["from_km"] == 80, "country"].tolist() == ["", "CHN"]
    # The Argun with its published length of twice the line: every kilometre of its 50 counts double.
    longer = drawn_rivers()
    longer["length_km"] *= longer["name"].map({"Argun": 2.0}).fillna(1.0)
    twice = corridor_profile(main_stem(longer, "Argun"), north_park, width_km=3, step_km=20)
    assert twice["from_km"].unique().tolist() == pytest.approx([0, 40, 80, 110, 130], abs=0.01)
    assert twice["to_km"].max() == pytest.approx(150, abs=0.01)
    assert twice["area_km2"].sum() == pytest.approx(600, rel=1e-3)


def test_a_border_that_leaves_the_stem_moves_no_land_to_the_other_bank():
    stem = gpd.GeoSeries([LineString([(0, 0), (200 * KM, 0)])], crs=EQUAL_AREA)
    north = shapely.union(box(-9 * KM, 1 * KM, 209 * KM, 9 * KM), box(90 * KM, -1 * KM, 110 * KM, 9 * KM))
    south = shapely.difference(box(-9 * KM, -9 * KM, 209 * KM, 9 * KM), north)
    countries = gpd.GeoDataFrame({"country": ["RUS", "CHN"]}, geometry=[north, south], crs=EQUAL_AREA)
    profile = corridor_profile(stem, stem.buffer(1), width_km=3, step_km=10, countries=countries)
    area = profile.groupby(["bank", "country"])["area_km2"].sum()
    assert area.to_dict() == pytest.approx({("left", "RUS"): 440, ("right", "CHN"): 760})


def test_a_country_on_both_banks_keeps_both():
    stem = gpd.GeoSeries([LineString([(0, 0), (200 * KM, 0)])], crs=EQUAL_AREA)
    halves = [box(-9 * KM, -9 * KM, 105 * KM, 9 * KM), box(105 * KM, -9 * KM, 209 * KM, 9 * KM)]
    countries = gpd.GeoDataFrame({"country": ["MNG", "RUS"]}, geometry=halves, crs=EQUAL_AREA)
    profile = corridor_profile(stem, stem.buffer(1), width_km=3, step_km=10, countries=countries)
    area = profile.groupby(["country", "bank"])["area_km2"].sum()
    assert area.tolist() == pytest.approx([315, 315, 285, 285])
    far = countries.translate(0, 99 * KM).to_frame("geometry").assign(country="CHN")
    profile = corridor_profile(stem, stem.buffer(1), width_km=3, step_km=10, countries=far)
    assert set(profile["country"]) == {""}


def test_bends_count_no_land_twice():
    bend = LineString([(0, 0), (20 * KM, 0), (20 * KM, 4 * KM), (0, 4 * KM)])
    stem = gpd.GeoSeries([bend], crs=EQUAL_AREA)
    everything = gpd.GeoSeries([box(-99 * KM, -99 * KM, 99 * KM, 99 * KM)], crs=EQUAL_AREA)
    profile = corridor_profile(stem, everything, width_km=3, step_km=5)
    assert profile["area_km2"].sum() == pytest.approx(
        bend.buffer(3 * KM, cap_style="flat").area / 1e6, rel=1e-6
    )
    assert profile["protected_share"].min() == pytest.approx(1)
    inside = profile[(profile["bank"] == "left")]
    assert inside["area_km2"].sum() == pytest.approx(20 * 4, rel=1e-3)


def test_gaps_are_runs_of_open_steps():
    start = np.arange(0, 200, 20.0)
    left = pd.DataFrame({"from_km": start, "bank": "left", "protected_km2": [1, 0, 0, 0, 1, 0, 0, 0, 0, 1.0]})
    right = pd.DataFrame(
        {"from_km": start, "bank": "right", "protected_km2": [0, 0, 0, 1, 1, 1, 0, 0, 0, 0.0]}
    )
    profile = pd.concat([left, right]).assign(area_km2=1.0)
    table = gaps(profile.assign(to_km=profile["from_km"] + 20))
    assert table[["bank", "from_km", "to_km"]].to_numpy().tolist() == [
        ["left", 100, 180],
        ["right", 120, 200],
        ["left", 20, 80],
        ["right", 0, 60],
        ["both", 120, 180],
    ]
    assert gaps(profile.assign(to_km=profile["from_km"] + 20), longer_than_km=100).empty


def test_corridor_asks_for_a_width():
    stem = gpd.GeoSeries([LineString([(0, 0), (1, 0)])], crs=EQUAL_AREA)
    with pytest.raises(ParameterError, match="width_km"):
        corridor_profile(stem, stem, width_km=0)


def test_corridor_sums_and_rivers():
    stem = drawn_rivers().iloc[[1, 0]].assign(name=["Argun", "Amur"], km_from_source=[0.0, 50.0])
    steps = pd.DataFrame(
        {"from_km": [0.0, 40.0], "to_km": [40.0, 80.0], "area_km2": 10.0, "protected_km2": [5, 0]}
    )
    named = on_rivers(steps, stem)
    assert named["river"].tolist() == ["Argun", "Amur"]
    assert on_rivers(steps.assign(length_km=40.0), stem)["river"].tolist() == ["Argun", "Argun – Amur"]
    assert corridor_summary(named, "river")["protected_percent"].tolist() == [50, 0, 25]
    with pytest.raises(SchemaError, match="country"):
        corridor_summary(named, "country")


def test_the_door_holds_the_functions_by_their_stable_names():
    assert connectivity.dci is dci
    assert connectivity.protconn is protconn


def test_of_many_nodes_the_largest_are_linked_and_the_rest_is_bounded():
    squares = [box(12_000 * n, 0, 12_000 * n + 1000 * (n + 1), 5000) for n in range(10)]
    areas = gpd.GeoDataFrame(geometry=squares, crs=EQUAL_AREA)
    region = gpd.GeoSeries([box(-10_000, -10_000, 200_000, 20_000)], crs=EQUAL_AREA)
    whole, some = protconn(areas, region), protconn(areas, region, most=4)
    assert protconn(areas, region, most=10).equals(whole)
    assert some["Prot"] == whole["Prot"]
    assert some["nodes"] == whole["nodes"] == 10
    assert some["ProtConn"] < whole["ProtConn"] <= some["ProtConn_max"] <= some["Prot"] + 1e-9
