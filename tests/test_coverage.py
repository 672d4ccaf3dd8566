"""Coverage: checks by hand on paper, and properties that hold for any areas."""

import geopandas as gpd
import numpy as np
import pandas as pd
import pytest
import shapely
from hypothesis import given, settings
from hypothesis import strategies as st
from pyproj import Geod
from shapely import box

from ahec_analysis import coverage
from ahec_analysis.coverage import overlay
from ahec_analysis.coverage.shapes import PLAIN
from ahec_analysis.errors import DataError, ParameterError, SchemaError
from ahec_analysis.territory.ahec import EQUAL_AREA

KM = 1000.0


def squares(*corners, **columns):
    """Areas from (x0, y0, x1, y1) in km, named a, b, c ... unless told otherwise."""
    shapes = [box(*(KM * np.array(corner))) for corner in corners]
    columns.setdefault("site_id", [chr(97 + n) for n in range(len(shapes))])
    return gpd.GeoDataFrame(columns, geometry=shapes, crs=EQUAL_AREA)


def disc(x, y, radius):
    return shapely.Point(x * KM, y * KM).buffer(radius * KM)


THREE = squares((0, 0, 2, 2), (1, 1, 3, 3), (2, 0, 4, 2), year=[1990, 1980, 2000])


def test_three_squares_by_hand():
    pieces = coverage.partition(THREE).set_index("site_id")
    assert pieces.piece_km2.round(9).to_dict() == {"b": 4.0, "a": 3.0, "c": 3.0}
    assert pieces.crs == EQUAL_AREA
    assert pieces.loc["a"].geometry.equals(box(0, 0, 2000, 2000) - box(1000, 1000, 3000, 3000))


def test_the_inner_of_nested_circles_vanishes_when_the_outer_comes_first():
    rings = gpd.GeoDataFrame(
        {"site_id": ["inner", "outer"], "year": [2000, 1980]},
        geometry=[disc(0, 0, 1), disc(0, 0, 3)],
        crs=EQUAL_AREA,
    )
    assert coverage.partition(rings).site_id.tolist() == ["outer"]
    rings["year"] = [1980, 2000]
    pieces = coverage.partition(rings)
    assert pieces.site_id.tolist() == ["inner", "outer"]
    assert len(pieces.geometry.iloc[1].interiors) == 1


def test_unknown_priorities_come_last_and_categories_keep_their_order():
    areas = squares((0, 0, 2, 2), (0, 0, 2, 2), year=pd.array([pd.NA, 2020], dtype="Int64"))
    assert coverage.partition(areas).site_id.tolist() == ["b"]
    areas["iucn"] = pd.Categorical(["II", "Ia"], categories=["Ia", "II"], ordered=True)
    assert coverage.partition(areas, priority=("iucn", "year")).site_id.tolist() == ["b"]


def test_the_caller_keeps_what_it_passed():
    before = THREE.copy()
    coverage.partition(THREE)
    pd.testing.assert_frame_equal(THREE, before)


@pytest.mark.parametrize(
    ("areas", "error", "hint"),
    [
        (THREE.drop(columns="site_id"), SchemaError, "site_id"),
        (THREE.drop(columns="year"), SchemaError, "year"),
        (THREE.set_crs(None, allow_override=True), DataError, "set_crs"),
        (THREE.set_geometry(THREE.centroid), DataError, "footprint"),
    ],
)
def test_unfit_areas_are_refused_with_the_remedy(areas, error, hint):
    with pytest.raises(error, match=hint):
        coverage.partition(areas)


def test_units_by_hand():
    halves = squares((0, 0, 2, 4), (2, 0, 4, 4), basin=["west", "east"]).drop(columns="site_id")
    table = coverage.by_unit(coverage.partition(THREE), halves)
    assert table.columns.tolist() == ["basin", "protected_km2", "unit_km2", "share"]
    assert table.protected_km2.tolist() == pytest.approx([5, 5, 0])
    assert table.share[:2].tolist() == pytest.approx([5 / 8, 5 / 8])
    assert table.iloc[2][["basin", "unit_km2", "share"]].isna().all()


def test_what_lies_outside_has_its_own_row_and_classes_split_every_row():
    west = squares((0, 0, 2, 4), basin=["west"]).drop(columns="site_id")
    table = coverage.by_unit(coverage.partition(THREE), west, by="year")
    assert table.loc[table.basin == "west", "year"].tolist() == [1980, 1990, 2000]
    assert table.loc[table.basin == "west", "protected_km2"].tolist() == pytest.approx([2, 3, 0])
    assert table.protected_km2.sum() == pytest.approx(10)
    with pytest.raises(ParameterError, match="year"):
        coverage.by_unit(coverage.partition(THREE), west.assign(year=1), by="year")


def test_overlapping_units_leave_the_outside_right():
    units = squares((0, 0, 2, 2), (0, 0, 2, 2), name=["x", "y"]).drop(columns="site_id")
    table = coverage.by_unit(coverage.partition(squares((0, 0, 4, 2), year=[1])), units)
    assert table.protected_km2.tolist() == pytest.approx([4, 4, 4])


def test_growth_counts_each_spot_once_and_keeps_unknown_years_apart():
    areas = squares(
        (0, 0, 2, 2),
        (1, 1, 3, 3),
        (2, 0, 4, 2),
        (5, 0, 6, 1),
        year=pd.array([1990, 1980, 2000, pd.NA], dtype="Int64"),
    )
    table = coverage.growth(coverage.partition(areas))
    assert table.year.tolist()[:3] == [1980, 1990, 2000]
    assert table.year.isna().tolist() == [False, False, False, True]
    assert table.new_km2.tolist() == pytest.approx([4, 3, 3, 1])
    assert table.cumulative_km2[:3].tolist() == pytest.approx([4, 7, 10])
    assert np.isnan(table.cumulative_km2[3])


def test_depth_by_hand():
    areas = squares((0, 0, 3, 1), (1, 0, 4, 1), (2, 0, 5, 1), (2, 0, 3, 1))
    assert coverage.depth(areas).protected_km2.tolist() == pytest.approx([2, 2, 1])
    units = squares((0, 0, 2, 1), name=["west"]).drop(columns="site_id")
    table = coverage.depth(areas, units)
    assert table.protected_km2.tolist() == pytest.approx([1, 1, 0, 1, 1, 1])


SITES = gpd.GeoDataFrame(
    {"site_id": ["p", "q", "r"], "area_km2": [1000.0, 2500.0, np.nan], "province_code": ["A", "A|B", "A"]},
    geometry=gpd.points_from_xy([130, 134, 131], [45, 55, 48]),
    crs=4326,
)


def test_a_footprint_has_exactly_the_reported_area_on_the_ellipsoid():
    shapes = coverage.footprint(SITES)
    assert shapes.area.iloc[:2].to_numpy() / 1e6 == pytest.approx([1000, 2500], rel=1e-12)
    on_the_ellipsoid = abs(Geod(ellps="WGS84").geometry_area_perimeter(shapes.to_crs(4326).iloc[1])[0]) / 1e6
    assert on_the_ellipsoid == pytest.approx(2500, rel=1e-4)
    assert shapes.iloc[2] is None
    assert shapes.index.equals(SITES.index)


def shore(*corners, codes):
    return squares(*corners, province_code=codes).drop(columns="site_id")


def at(x, y, **columns):
    return gpd.GeoDataFrame(
        {"site_id": ["s"], "province_code": ["A"], **columns},
        geometry=[shapely.Point(x * KM, y * KM)],
        crs=EQUAL_AREA,
    )


def test_a_fitted_footprint_keeps_to_its_province_and_its_area():
    land = shore((-50, -50, 0, 50), (0, -50, 50, 50), codes=["A", "B"])
    shape = coverage.footprint(at(-3, 0, area_km2=[500.0]), land).iloc[0]
    assert shape.area / 1e6 == pytest.approx(500, rel=1e-9)
    assert shape.difference(land.geometry.iloc[0]).area == pytest.approx(0, abs=1)
    both = coverage.footprint(at(-3, 0, area_km2=[500.0], province_code=["A|B"]), land).iloc[0]
    assert both.intersection(land.geometry.iloc[1]).area > 1e6


def test_the_marine_part_stays_at_sea():
    land = shore((-50, -50, 0, 50), codes=["A"])
    shape = coverage.footprint(at(-1, 0, area_km2=[300.0], marine_km2=[100.0]), land).iloc[0]
    dry = shape.intersection(land.geometry.iloc[0]).area / 1e6
    assert (dry, shape.area / 1e6) == (pytest.approx(200, rel=1e-9), pytest.approx(300, rel=1e-9))


@pytest.mark.parametrize(("precision", "rule"), [(10.0, "moved_to_province"), (2.0, "far_outside_province")])
def test_a_point_outside_its_province_enters_the_ledger(precision, rule):
    land = shore((-50, -50, 0, 50), codes=["A"])
    shapes = coverage.footprint(at(4, 0, area_km2=[50.0], location_precision_km=[precision]), land)
    assert shapes.area.iloc[0] / 1e6 == pytest.approx(50)
    (entry,) = shapes.attrs["ledger"]
    assert entry["site_id"] == "s"
    assert rule in entry["rule"]
    assert entry["moved_km"] == (4.0 if precision == 10 else 0.0)


def test_land_that_lacks_the_province_or_is_too_small_leaves_a_plain_circle():
    land = shore((-50, -50, 0, 50), codes=["A"])
    for site in (at(-3, 0, area_km2=[9.0], province_code=["Z"]), at(-3, 0, area_km2=[9e4])):
        shapes = coverage.footprint(site, land)
        assert shapes.attrs["ledger"][0]["rule"] in PLAIN
        assert shapes.equals(coverage.footprint(site))


def limited(*corners, **columns):
    """A site whose limits are these corners, km, to within the bend of the parallels."""
    west, south, east, north = (
        gpd.GeoSeries([box(*(v * KM for v in corners))], crs=EQUAL_AREA).to_crs(4326).total_bounds
    )
    limits = {"box_west": west, "box_south": south, "box_east": east, "box_north": north}
    x, y = (corners[0] + corners[2]) / 2, (corners[1] + corners[3]) / 2
    return at(x, y, **{name: [value] for name, value in limits.items()}, **columns)


WIDE = shore((-200, -200, 0, 200), (0, -200, 200, 200), codes=["A", "B"])


def test_limits_are_filled_by_an_ellipse_of_their_proportions():
    shape = coverage.footprint(limited(-45, -10, -5, 10, area_km2=[400.0]), WIDE).iloc[0]
    west, south, east, north = shape.bounds
    assert shape.area / 1e6 == pytest.approx(400, rel=1e-9)
    assert (east - west) / (north - south) == pytest.approx(2, rel=0.03)
    assert shape.area / ((east - west) * (north - south)) == pytest.approx(np.pi / 4, rel=0.01)
    assert (west + east) / 2 / KM == pytest.approx(-25, abs=0.5)


def test_limits_are_cut_by_the_land_of_the_site_and_grown_to_its_area():
    shape = coverage.footprint(limited(-40, -20, 40, 20, area_km2=[500.0]), WIDE).iloc[0]
    assert shape.area / 1e6 == pytest.approx(500, rel=1e-9)
    assert shape.intersection(WIDE.geometry.iloc[1]).area == pytest.approx(0, abs=1)


@pytest.mark.parametrize(("area", "filled", "entries"), [(1900.0, True, 0), (2400.0, False, 1)])
def test_a_site_larger_than_the_ellipse_fills_the_corners_then_widens_the_limits(area, filled, entries):
    site = limited(-120, -20, -70, 20, area_km2=[area])
    shapes = coverage.footprint(site, WIDE)
    inside = box(-121 * KM, -21 * KM, -69 * KM, 21 * KM)
    assert shapes.area.iloc[0] / 1e6 == pytest.approx(area, rel=1e-9)
    assert inside.contains(shapes.iloc[0]) == filled
    assert len(shapes.attrs["ledger"]) == entries


def test_limits_without_land_of_the_province_are_filled_where_they_are():
    shapes = coverage.footprint(limited(20, -20, 60, 20, area_km2=[500.0]), WIDE)
    assert shapes.intersection(WIDE.geometry.iloc[1]).area.iloc[0] / 1e6 == pytest.approx(500, rel=1e-9)
    assert "outside_province" in shapes.attrs["ledger"][0]["rule"]


@pytest.mark.parametrize("site", [limited(-60, -30, 20, 30), at(-5, 0)])
def test_each_province_has_the_share_that_is_stated(site):
    site = site.assign(area_km2=1000.0, province_code="A|B", province_shares="A=30000|B=70000")
    shape = coverage.footprint(site, WIDE).iloc[0]
    parts = [shape.intersection(land).area / 1e6 for land in WIDE.geometry]
    assert parts == pytest.approx([300, 700], rel=1e-9)


LAKE = squares((-60, -10, 0, 10), name=["Long Lake"])


def test_a_lake_grows_a_ring_of_shore_of_its_own_province():
    site = at(-90, 0, area_km2=[2000.0], lake=["Long Lake"])
    shape = coverage.footprint(site, WIDE, lakes=LAKE).iloc[0]
    assert shape.area / 1e6 == pytest.approx(2000, rel=1e-9)
    assert shape.covers(LAKE.geometry.iloc[0])
    assert shape.intersection(WIDE.geometry.iloc[1]).area == pytest.approx(0, abs=1)
    assert (
        shapely.hausdorff_distance(shape.intersection(box(-1e6, -5e4, -6e4, 5e4)), LAKE.geometry.iloc[0])
        < 7e4
    )


def test_a_site_smaller_than_its_lake_is_the_strip_along_the_shore():
    site = at(-90, 0, area_km2=[100.0], lake=["Long Lake"])
    shape = coverage.footprint(site, WIDE, lakes=LAKE).iloc[0]
    assert shape.area / 1e6 == pytest.approx(100, rel=1e-9)
    assert not shape.contains(shapely.Point(-30 * KM, 0))
    assert shape.distance(LAKE.geometry.iloc[0].boundary) == 0


def test_a_lake_that_the_layer_does_not_have_is_refused():
    with pytest.raises(DataError, match="Short Lake"):
        coverage.footprint(at(0, 0, area_km2=[9.0], lake=["Short Lake"]), WIDE, lakes=LAKE)


def test_a_negative_area_is_refused():
    with pytest.raises(DataError, match="area_km2"):
        coverage.footprint(at(0, 0, area_km2=[-1.0]))


@st.composite
def area_sets(draw, most=12):
    """Discs, squares, self-crossing stars, rings, duplicates, slivers and empties on a coarse grid."""
    count = draw(st.integers(1, most))
    shapes = [draw(shape()) for _ in range(count)]
    if draw(st.booleans()):
        shapes.append(shapes[0])
    years = draw(st.lists(st.sampled_from([1950, 1990, 2010]), min_size=len(shapes), max_size=len(shapes)))
    return gpd.GeoDataFrame(
        {"site_id": [f"s{n:02d}" for n in range(len(shapes))], "year": years},
        geometry=shapes,
        crs=EQUAL_AREA,
    )


@st.composite
def shape(draw):
    x, y = (draw(st.integers(0, 20)) for _ in "xy")
    width, height = (draw(st.integers(1, 8)) for _ in "wh")
    kind = draw(st.sampled_from(["square", "disc", "ring", "bow tie", "sliver", "star", "two", "empty"]))
    square = box(x * KM, y * KM, (x + width) * KM, (y + height) * KM)
    if kind == "disc":
        return disc(x + 0.3, y, width)
    if kind == "ring":
        return disc(x, y, width + 1).difference(disc(x, y, width / 2))
    if kind == "bow tie":
        corners = np.array([(0, 0), (width, height), (width, 0), (0, height)])
        return shapely.Polygon(np.add(corners, (x, y)) * KM)
    if kind == "sliver":
        return box(x * KM, y * KM, (x + width) * KM, y * KM + 0.01)
    if kind == "star":
        angle = np.arange(5) * 4 * np.pi / 5
        return shapely.Polygon(KM * (np.c_[np.cos(angle), np.sin(angle)] * width + [x, y]))
    if kind == "two":
        return shapely.MultiPolygon([square, shapely.affinity.translate(square, 12 * KM, 0)])
    return shapely.Polygon() if kind == "empty" else square


@settings(max_examples=150, deadline=None)
@given(area_sets())
def test_pieces_tile_the_union(areas):
    pieces = coverage.partition(areas)
    whole = shapely.union_all(
        shapely.make_valid(areas.geometry.array, method="structure", keep_collapsed=False)
    )
    tiled = shapely.union_all(pieces.geometry.array)
    assert pieces.is_valid.all()
    assert tiled.symmetric_difference(whole).area <= 1e-9 * max(whole.area, 1)
    assert pieces.piece_km2.sum() * 1e6 == pytest.approx(whole.area, rel=1e-9, abs=1e-3)


@settings(max_examples=60, deadline=None)
@given(area_sets(), st.randoms(use_true_random=False))
def test_the_order_of_the_rows_does_not_matter(areas, random):
    rows = list(range(len(areas)))
    random.shuffle(rows)
    first = coverage.partition(areas)
    second = coverage.partition(areas.iloc[rows])
    pd.testing.assert_frame_equal(first.drop(columns="geometry"), second.drop(columns="geometry"))
    assert (shapely.to_wkb(first.geometry.array) == shapely.to_wkb(second.geometry.array)).all()


@settings(max_examples=60, deadline=None)
@given(area_sets())
def test_another_area_never_lowers_coverage(areas):
    fewer = coverage.partition(areas.iloc[:-1]).piece_km2.sum()
    assert coverage.partition(areas).piece_km2.sum() >= fewer * (1 - 1e-9)


@settings(max_examples=60, deadline=None)
@given(area_sets())
def test_every_breakdown_sums_to_the_total(areas):
    pieces = coverage.partition(areas)
    total = pytest.approx(pieces.piece_km2.sum(), rel=1e-9, abs=1e-9)
    fine = squares(*[(x, y, x + 7, y + 7) for x in range(-7, 28, 7) for y in range(-7, 28, 7)])
    coarse = squares((-7, -7, 28, 7), (-7, 7, 28, 28))
    for units in (fine, coarse):
        units = units.rename(columns={"site_id": "unit"})
        assert coverage.by_unit(pieces, units).protected_km2.sum() == total
        assert coverage.by_unit(pieces, units, by="year").protected_km2.sum() == total
        assert coverage.growth(pieces, units).new_km2.sum() == total
    assert coverage.growth(pieces).new_km2.sum() == total
    assert coverage.depth(areas).protected_km2.sum() == total


LAND = shore((-100, -100, 0, 100), (0, -100, 100, 100), codes=["A", "B"])
HALVES = squares((-100, -100, 100, 0), (-100, 0, 100, 100), basin=["south", "north"]).drop(columns="site_id")


def test_the_interval_of_a_site_that_hardly_moves_is_its_area():
    site = at(-50, 0.1, area_km2=[400.0], location_precision_km=[0.1], year=[1990])
    table = coverage.interval(site, HALVES, LAND, draws=20)
    assert table.basin.tolist()[:2] == ["south", "north"]
    assert table.protected_km2.tolist() == pytest.approx([200, 200, 0], abs=5)
    assert table.low_km2.tolist() == pytest.approx([200, 200, 0], abs=25)
    assert table.high_km2.tolist() == pytest.approx(table.low_km2.tolist(), abs=5)


def test_a_site_moves_within_its_precision_and_its_province_and_keeps_its_area():
    site = at(-30, 0, area_km2=[400.0], location_precision_km=[40.0], year=[1990])
    basins, provinces = (
        coverage.interval(site, units, LAND, draws=100, cell_km=1) for units in (HALVES, LAND)
    )
    north = basins.iloc[1]
    assert (north.low_km2, north.high_km2) == (pytest.approx(0, abs=20), pytest.approx(400, abs=20))
    assert provinces.low_km2.tolist() == pytest.approx([400, 0, 0])
    assert provinces.high_km2.tolist() == pytest.approx([400, 0, 0])


def across(distance, area, precision):
    """The quantiles of what lies west of x = 0 of a circle that stands `distance` km east of it."""
    site = at(
        distance, 0.7, area_km2=[area], location_precision_km=[precision], year=[1990], province_code=["A|B"]
    )
    sides = shore((-200, -200, 0, 200), (0, -200, 200, 200), codes=["west", "east"])
    return coverage.interval(site, sides, WIDE)[["low_km2", "median_km2", "high_km2"]]


def segment(distance, area):
    """Area of the part of a circle beyond a line at this distance from its middle."""
    along = np.clip(-distance / np.sqrt(area / np.pi), -1, 1)
    return area * (0.5 + (np.arcsin(along) + along * np.sqrt(1 - along**2)) / np.pi)


@pytest.mark.parametrize("distance", [-11.3, -7.9, -3.1, -0.6, 0.0, 1.3, 5.2, 9.7])
def test_a_circle_at_a_straight_border_is_cut_where_the_border_is(distance):
    found = across(distance, 400.0, 0.001)
    assert found.iloc[0].to_numpy() == pytest.approx([segment(distance, 400)] * 3, abs=8)
    assert found.iloc[:2].sum().to_numpy() == pytest.approx([400] * 3, abs=0.1)


@pytest.mark.parametrize(("distance", "precision"), [(2.3, 10), (9.1, 10), (4.4, 25)])
def test_the_placement_range_is_that_of_the_integral_on_either_side(distance, precision):
    found, mirrored = across(distance, 900.0, precision), across(-distance, 900.0, precision)
    assert found.iloc[0].to_numpy() == pytest.approx(mirrored.iloc[1].to_numpy(), abs=18)
    x, y = np.meshgrid(*[np.linspace(-precision, precision, 400)] * 2)
    truth = np.quantile(segment(distance + x[np.hypot(x, y) < precision], 900), [0.05, 0.5, 0.95])
    assert found.iloc[0].to_numpy() == pytest.approx(truth, abs=18)


def test_filled_limits_move_by_the_error_of_their_middle_not_by_their_size():
    site = limited(-170, -30, -30, 30, area_km2=[4000.0], year=[1990])
    units = shore((-200, -200, -100, 200), (-100, -200, 200, 200), codes=["west", "east"])
    table = coverage.interval(site, units, WIDE)
    height = 4000 / (np.pi / 4 * np.sqrt(4000 / (np.pi / 4) * 140 / 60))
    assert table.median_km2.iloc[0] == pytest.approx(2000, abs=60)
    assert table.high_km2.iloc[0] - table.low_km2.iloc[0] == pytest.approx(2 * 0.8 * 5 * height, rel=0.15)


def test_a_site_on_its_border_keeps_its_area_and_its_land_wherever_it_moves():
    site = at(-4, 0, area_km2=[400.0], location_precision_km=[30.0], year=[1990])
    table = coverage.interval(site, WIDE.rename(columns={"province_code": "unit"}), WIDE)
    assert table.low_km2.tolist() == pytest.approx([400, 0, 0], abs=1e-3)
    assert table.high_km2.tolist() == pytest.approx([400, 0, 0], abs=1e-3)


def test_draws_depend_on_the_seed_and_not_on_the_order_of_the_rows():
    sites = pd.concat(
        [
            at(x, 0, area_km2=[area], location_precision_km=[30.0], year=[1990]).assign(site_id=name)
            for name, x, area in [("p", -50, 400.0), ("q", -30, 900.0), ("r", -20, np.nan)]
        ],
        ignore_index=True,
    )
    first = coverage.interval(sites, HALVES, LAND, draws=30)
    pd.testing.assert_frame_equal(first, coverage.interval(sites.iloc[::-1], HALVES, LAND, draws=30))
    assert (
        first.high_km2.tolist() != coverage.interval(sites, HALVES, LAND, draws=30, seed=1).high_km2.tolist()
    )
    apart = coverage.interval(sites, HALVES, LAND, None, 30)
    assert apart.protected_km2.sum() == pytest.approx(1300)
    assert first.protected_km2.sum() < 1300
    with pytest.raises(ParameterError, match="draws"):
        coverage.interval(sites, HALVES, LAND, draws=0)


def test_the_simulation_counts_overlapping_units_each():
    site = at(-50, 50, area_km2=[400.0], location_precision_km=[1.0], year=[1990])
    units = squares((-100, 0, 100, 100), (-100, 0, 0, 100), (-100, 0, 0, 100), name=list("xyz"))
    table = coverage.interval(site, units.drop(columns="site_id"), LAND, draws=5)
    assert table.median_km2.tolist() == pytest.approx([400, 400, 400, 0])


def random_areas(count=60):
    rng = np.random.default_rng(5)
    shapes = [disc(*xy, radius) for *xy, radius in rng.uniform((0, 0, 1), (60, 60, 9), (count, 3))]
    return gpd.GeoDataFrame(
        {"site_id": [f"s{n:03d}" for n in range(count)], "year": rng.integers(1950, 2020, count)},
        geometry=shapes,
        crs=EQUAL_AREA,
    )


def test_two_worker_processes_give_the_same_to_the_bit(monkeypatch):
    distributed = pytest.importorskip("distributed")
    monkeypatch.setattr(overlay, "_PAIRS", 50)
    areas = random_areas()
    units = squares(*[(x, y, x + 20, y + 20) for x in range(0, 60, 20) for y in range(0, 60, 20)])
    units = units.rename(columns={"site_id": "unit"})
    here = coverage.partition(areas)
    cluster = distributed.LocalCluster(
        n_workers=2, threads_per_worker=1, processes=True, dashboard_address=None, host="127.0.0.1"
    )
    with cluster, distributed.Client(cluster) as client:
        executor = client.get_executor()
        there = coverage.partition(areas, executor=executor)
        table = coverage.by_unit(there, units, executor=executor)
    pd.testing.assert_frame_equal(
        here.drop(columns="geometry"), there.drop(columns="geometry"), check_exact=True
    )
    assert (shapely.to_wkb(here.geometry.array) == shapely.to_wkb(there.geometry.array)).all()
    pd.testing.assert_frame_equal(coverage.by_unit(here, units), table, check_exact=True)


def test_no_areas_give_empty_tables_with_their_columns():
    none = coverage.partition(THREE.iloc[:0])
    assert set(none.columns) == {"site_id", "year", "piece_km2", "geometry"}
    assert coverage.by_unit(none, HALVES).protected_km2.tolist() == [0, 0, 0]
    assert coverage.growth(none).empty
    assert coverage.depth(THREE.iloc[:0]).protected_km2.tolist() == [0, 0, 0]


def test_units_without_any_piece_stay_with_nothing():
    units = gpd.GeoDataFrame({"unit": ["A"]}, geometry=[box(0, 0, 1000, 1000)], crs=EQUAL_AREA)
    none = gpd.GeoDataFrame({"country": pd.Series([], dtype="str")}, geometry=[], crs=EQUAL_AREA)
    rows = coverage.by_unit(none, units, by="country")
    assert rows["protected_km2"].tolist() == [0, 0]
    assert rows["unit_km2"].iloc[0] == 1
