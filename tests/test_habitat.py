"""Habitat on grids small enough for paper, and what must hold for every species of the tables."""

import re

import numpy as np
import pandas as pd
import pytest
import rasterio
import rioxarray  # noqa: F401
import xarray as xr
from geopandas import GeoDataFrame, GeoSeries
from hypothesis import given, settings
from hypothesis import strategies as st
from rasterio.transform import from_origin
from shapely import box

from ahec_analysis import data, habitat, territory
from ahec_analysis.errors import DataError, ParameterError, SchemaError
from ahec_analysis.habitat import assessment, covariates, movement, reaches, species
from ahec_analysis.habitat.niche import LIMITS, Membership, combined, memberships, rescored, shifted
from ahec_analysis.habitat.suitability import target_share
from ahec_analysis.show import species_wording
from ahec_analysis.territory.ahec import EQUAL_AREA

KM = 1000.0
NONE = float("nan")


def grid(**variables):
    """Variables of 4 × 4 cells of 1 km in the equal-area CRS; the north-west corner lies at (0, 4 km)."""
    coords = {"y": KM * np.arange(3.5, 0, -1), "x": KM * np.arange(0.5, 4, 1)}
    arrays = {name: (("y", "x"), np.asarray(v, dtype="float32")) for name, v in variables.items()}
    return xr.Dataset(arrays, coords).rio.write_crs(EQUAL_AREA)


def taxon(*parts, patch=NONE, group="mammal"):
    return species.Species("a-species", "A species", "Genus species", group, parts, patch)


EVERYWHERE = np.ones((4, 4), bool)
HEIGHT = Membership("hp-1", "elevation", "m", (0, 100, 500, 1000))
CLASSES = Membership("hp-2", "landcover", "IGBP class", scores=((1, 1.0), (2, 0.25), (3, 0.0)))


class TestMembership:
    def test_trapezoid_on_paper(self):
        values = HEIGHT(np.array([-1, 0, 25, 100, 300, 500, 900, 1000, 2000, np.nan]))
        assert values[:-1].tolist() == pytest.approx([0, 0, 0.25, 1, 1, 1, 0.2, 0, 0])
        assert np.isnan(values[-1])

    def test_an_empty_limit_is_unbounded(self):
        below = Membership("a", "elevation", "m", (NONE, 100, 500, 1000))
        assert below(np.array([-1e4, 50.0, 750.0])).tolist() == [1, 1, 0.5]
        above = Membership("b", "distance", "km", (0, 10, NONE, NONE))
        assert above(np.array([0.0, 5.0, 1e6])).tolist() == [0, 0.5, 1]

    def test_a_step_holds_its_own_limit(self):
        upper = Membership("a", "latitude", "deg", (NONE, NONE, NONE, 44.0))
        assert upper(np.array([43.9, 44.0, 44.1])).tolist() == [1, 1, 0]
        lower = Membership("b", "open_to_sea", "yes/no", (1.0, NONE, NONE, NONE))
        assert lower(np.array([0.0, 1.0])).tolist() == [0, 1]

    def test_classes_without_a_score_are_unknown(self):
        values = CLASSES(np.array([1, 2, 3, 9, np.nan]))
        assert values[:3].tolist() == [1, 0.25, 0]
        assert np.isnan(values[3:]).all()

    def test_limits_out_of_order_name_the_row(self):
        with pytest.raises(DataError, match=r"hp-9: the limits .* are out of order"):
            Membership("hp-9", "elevation", "m", (0, 500, 100, 1000))

    def test_a_row_that_never_matters_is_refused(self):
        with pytest.raises(DataError, match="neither limit is given"):
            Membership("hp-9", "elevation", "m", (NONE, 300, 600, NONE))

    def test_a_score_above_one_is_refused(self):
        with pytest.raises(DataError, match="scores lie in 0-1"):
            Membership("hp-9", "landcover", scores=((1, 1.2),))

    def test_moves_keep_the_order(self):
        assert shifted(HEIGHT, "limit_low", 0.2).limits == (100, 100, 500, 1000)
        assert shifted(HEIGHT, "preferred_high", -0.2).limits == (0, 100, 300, 1000)
        assert rescored(CLASSES, 2, -0.5).scores == ((1, 1.0), (2, 0.0), (3, 0.0))

    @settings(max_examples=60, deadline=None)
    @given(
        st.lists(st.integers(-100, 100).map(lambda n: n / 2), min_size=4, max_size=4).map(sorted),
        st.floats(-100, 100),
    )
    def test_a_membership_lies_between_zero_and_one(self, limits, value):
        found = Membership("a", "v", "u", tuple(limits))(np.array([value]))
        assert 0 <= found[0] <= 1
        if limits[1] < value < limits[2] and limits[0] < limits[1] and limits[2] < limits[3]:
            assert found[0] == pytest.approx(1, abs=1e-4)


class TestCombination:
    def test_the_least_factor_on_paper(self):
        found = combined(
            [HEIGHT, CLASSES], {"elevation": np.array([300.0, 50.0]), "landcover": np.array([2.0, 1.0])}
        )
        assert found.tolist() == pytest.approx([0.25, 0.5])

    @settings(max_examples=60, deadline=None)
    @given(
        st.lists(st.lists(st.floats(0, 1, width=32), min_size=3, max_size=3), min_size=1, max_size=4),
        st.integers(1, 3),
    )
    def test_variables_that_are_1_everywhere_change_nothing(self, values, copies):
        parts = [Membership(f"p{n}", f"v{n}", "1", (0, 1, NONE, NONE)) for n in range(len(values))]
        given_values = {f"v{n}": np.array(v) for n, v in enumerate(values)}
        idle = [Membership(f"q{n}", f"w{n}", "1", (0, 1, NONE, NONE)) for n in range(copies)]
        everywhere = {f"w{n}": np.ones(3) for n in range(copies)}
        before = combined(parts, given_values)
        after = combined([*parts, *idle], given_values | everywhere)
        assert np.array_equal(before, after)

    def test_zero_if_any_factor_is_zero(self):
        assert (
            combined([HEIGHT, CLASSES], {"elevation": np.array([300.0]), "landcover": np.array([3.0])}) == 0
        )

    def test_blocks_change_nothing(self):
        values = np.random.default_rng(0).uniform(-100, 1100, 200_000)
        whole = combined([HEIGHT], {"elevation": values})
        assert np.allclose(whole, HEIGHT(values), atol=1e-5)

    def test_a_missing_variable_is_named(self):
        with pytest.raises(ParameterError, match="landcover"):
            combined([CLASSES], {"elevation": np.zeros(1)})

    @settings(max_examples=40, deadline=None)
    @given(st.lists(st.floats(0, 1), min_size=32, max_size=32), st.integers(0, 31), st.floats(0, 1))
    def test_suitability_is_monotone_in_each_membership(self, values, position, raised):
        share = Membership("a", "one", "1", (0, 1, NONE, NONE))
        other = Membership("b", "two", "1", (0, 1, NONE, NONE))
        start = np.array(values, dtype="float32").reshape(2, 4, 4)
        better = start.copy()
        better.flat[position] = max(better.flat[position], raised)
        for patch in (NONE, 3.0):
            model = taxon(share, other, patch=patch)
            before = habitat.suitability(model, grid(one=start[0], two=start[1]), area=EVERYWHERE)
            after = habitat.suitability(model, grid(one=better[0], two=better[1]), area=EVERYWHERE)
            assert (after.to_numpy() >= before.to_numpy()).all()


class TestSuitability:
    def test_range_nodata_and_attributes(self):
        height = np.full((4, 4), 300.0)
        height[0, 0] = np.nan
        height[3, 3] = np.nan
        inside = EVERYWHERE.copy()
        inside[3] = False
        found = habitat.suitability(taxon(HEIGHT, CLASSES), grid(elevation=height), area=inside)
        assert np.isnan(found.to_numpy()[0, 0])
        assert np.isnan(found.to_numpy()[3, 3])
        assert (found.to_numpy()[3, :3] == 0).all()
        assert (found.to_numpy()[1:3] == 1).all()
        assert found.attrs["not_used"] == "landcover"
        assert found.attrs["unknown_km2"] == pytest.approx(1.0, rel=1e-6)

    def test_small_patches_are_marginal_at_best(self):
        height = np.full((4, 4), -1.0)
        height[0, 0] = height[2, 2] = height[3, 3] = 300
        found = habitat.suitability(taxon(HEIGHT, patch=2.0), grid(elevation=height), area=EVERYWHERE)
        values = found.to_numpy()
        assert values[2, 2] == values[3, 3] == 1
        assert habitat.THRESHOLD - 0.01 < values[0, 0] < habitat.THRESHOLD
        assert found.attrs["small_patches"] == 1
        assert found.attrs["small_patches_km2"] == pytest.approx(1.0, rel=1e-6)

    def test_the_neighbourhood_averages_scores_but_not_over_the_unsuitable(self):
        nearby = Membership("hp-3", habitat.NEARBY, "IGBP class", scores=CLASSES.scores)
        classes = np.ones((4, 4))
        classes[0, 0], classes[3, 3] = 2, 3
        found = habitat.suitability(taxon(nearby), grid(landcover=classes), area=EVERYWHERE).to_numpy()
        assert found[0, 0] == pytest.approx((14 + 0.25) / 16, abs=1e-3)
        assert found[3, 3] == 0

    def test_dask_gives_the_same(self):
        pytest.importorskip("dask")
        values = np.linspace(-100, 1100, 16).reshape(4, 4)
        eager = habitat.suitability(taxon(HEIGHT), grid(elevation=values), area=EVERYWHERE)
        lazy = habitat.suitability(taxon(HEIGHT), grid(elevation=values).chunk(x=2, y=2), area=EVERYWHERE)
        assert lazy.chunks
        assert np.array_equal(lazy.compute().to_numpy(), eager.to_numpy())

    def test_the_caller_keeps_its_data(self):
        before = grid(elevation=np.full((4, 4), 300.0))
        kept = before.copy(deep=True)
        habitat.suitability(taxon(HEIGHT, patch=100.0), before, area=EVERYWHERE)
        xr.testing.assert_identical(before, kept)

    def test_a_grid_that_misses_the_range_is_refused(self):
        far = GeoSeries([box(2 * KM, 0, 8 * KM, 4 * KM)], crs=EQUAL_AREA)
        with pytest.raises(DataError, match="67 % of it lies outside"):
            habitat.suitability(taxon(HEIGHT), grid(elevation=np.zeros((4, 4))), area=far)

    def test_no_variable_at_hand_is_refused(self):
        with pytest.raises(DataError, match="none of the variables of A species: landcover"):
            habitat.suitability(taxon(CLASSES), grid(elevation=np.zeros((4, 4))), area=EVERYWHERE)

    def test_a_fish_is_sent_to_its_rivers(self):
        with pytest.raises(ParameterError, match=r"reaches\.habitat"):
            habitat.suitability("kaluga", grid(elevation=np.zeros((4, 4))))


class TestArea:
    @pytest.fixture
    def suitable(self):
        """Habitat in the western half (8 km²), range everywhere (16 km²)."""
        height = np.full((4, 4), 300.0)
        height[:, 2:] = 950.0
        return habitat.suitability(taxon(HEIGHT), grid(elevation=height), area=EVERYWHERE)

    def test_area_and_prevalence(self, suitable):
        row = habitat.area_of_habitat(suitable).iloc[0]
        assert row[["range_km2", "habitat_km2", "prevalence"]].round(6).tolist() == [16, 8, 0.5]

    def test_area_by_unit(self, suitable):
        units = GeoDataFrame(
            {"unit": ["one", "two"]},
            geometry=[box(0, 0, 1500, 4 * KM), box(1500, 0, 3 * KM, 4 * KM)],
            crs=EQUAL_AREA,
        )
        rows = habitat.area_of_habitat(suitable, units)
        assert rows["habitat_km2"].round(6).tolist() == [6, 2]
        assert rows["range_km2"].round(6).tolist() == [6, 6]

    def test_representation_on_paper(self, suitable):
        parks = GeoDataFrame(
            {"level": ["national", "local", "local"]},
            geometry=[box(0, 0, KM, 4 * KM), box(1500, 0, 3 * KM, KM), None],
            crs=EQUAL_AREA,
        )
        whole = habitat.representation(suitable, parks).iloc[0]
        assert whole["habitat_km2"] == pytest.approx(8)
        assert whole["protected_km2"] == pytest.approx(4.5)
        assert whole["protected_percent"] == pytest.approx(56.25)
        halves = GeoDataFrame(
            {"unit": ["south", "north"]},
            geometry=[box(0, 0, 4 * KM, KM), box(0, KM, 4 * KM, 4 * KM)],
            crs=EQUAL_AREA,
        )
        rows = habitat.representation(suitable, parks, halves)
        assert rows["protected_km2"].round(6).tolist() == [1.5, 3.0]
        assert rows["habitat_km2"].round(6).tolist() == [2.0, 6.0]

    def test_without_any_protected_land(self, suitable):
        none = GeoDataFrame({"level": []}, geometry=[], crs=EQUAL_AREA)
        assert habitat.representation(suitable, none)["protected_percent"].iloc[0] == 0

    def test_targets_of_rodrigues(self):
        share = target_share(pd.Series([1_000.0, 10_000.0, 50_000.0, 250_000.0, 9e5]))
        assert (100 * share).round(1).tolist() == [100, 62.5, 36.2, 10, 10]


class TestExtent:
    def test_a_square_on_paper(self):
        corners = GeoSeries.from_xy([0, 0, 1e5, 1e5], [0, 1e5, 0, 1e5], crs=EQUAL_AREA)
        assert habitat.eoo(corners)[["hull_km2", "eoo_km2", "threshold"]].tolist() == [10_000, 10_000, "VU"]
        assert habitat.aoo(corners)[["cells", "aoo_km2", "threshold"]].tolist() == [4, 16, "EN"]

    def test_a_single_point(self):
        one = GeoSeries.from_xy([5.0], [5.0], crs=EQUAL_AREA)
        assert habitat.aoo(one)["aoo_km2"] == 4
        assert habitat.eoo(one)["eoo_km2"] == 4
        assert habitat.eoo(one)["threshold"] == "CR"

    def test_points_on_a_line_never_fall_below_their_cells(self):
        line = GeoSeries.from_xy(np.arange(10) * 4 * KM, np.zeros(10), crs=EQUAL_AREA)
        assert habitat.eoo(line)["hull_km2"] == 0
        assert habitat.eoo(line)["eoo_km2"] == habitat.aoo(line)["aoo_km2"] == 40

    def test_more_origins_never_need_more_cells(self):
        places = np.random.default_rng(1).uniform(0, 2e4, (30, 2))
        points = GeoSeries.from_xy(places[:, 0], places[:, 1], crs=EQUAL_AREA)
        assert habitat.aoo(points, origins=8)["cells"] <= habitat.aoo(points, origins=1)["cells"]

    def test_bad_points_are_refused(self):
        with pytest.raises(DataError, match="no CRS"):
            habitat.eoo(GeoSeries.from_xy([0], [0]))
        with pytest.raises(DataError, match="no located point"):
            habitat.aoo(GeoSeries([None], crs=EQUAL_AREA))
        with pytest.raises(DataError, match="other geometries"):
            habitat.aoo(GeoSeries([box(0, 0, 1, 1)], crs=EQUAL_AREA))


class TestGrids:
    @staticmethod
    def write(path, *, names=("elevation",), shape=(8, 8), cell=0.05, crs="EPSG:4326", **place):
        corner = from_origin(place.get("west", 120.0), place.get("north", 50.0), cell, cell)
        with rasterio.open(
            path, "w", driver="GTiff", dtype="float32", count=len(names), height=shape[0], width=shape[1],
            crs=crs, transform=corner, nodata=-1,
        ) as target:  # fmt: skip
            for number, name in enumerate(names, start=1):
                target.write(np.full(shape, place.get("value", 1.0), "float32"), number)
                if name:
                    target.set_band_description(number, name)
        return path

    def test_bands_by_name(self, tmp_path):
        one = self.write(tmp_path / "a.tif", names=("elevation", "ndvi_max"))
        two = self.write(tmp_path / "snow_depth.tif", names=("",))
        assert set(covariates.read([one, two])) == {"elevation", "ndvi_max", "snow_depth"}

    @pytest.mark.parametrize(
        ("options", "message"),
        [
            ({"west": 120.025}, "a shift of 0.50 cells in x"),
            ({"cell": 0.1}, "cells of 0.1 against 0.05"),
            ({"crs": "EPSG:3857"}, "CRS EPSG:3857 against EPSG:4326"),
            ({"shape": (8, 9)}, "rows and columns"),
        ],
    )
    def test_another_grid_is_refused(self, tmp_path, options, message):
        first = self.write(tmp_path / "a.tif")
        second = self.write(tmp_path / "b.tif", names=("other",), **options)
        with pytest.raises(DataError, match=message):
            covariates.read([first, second])

    def test_one_name_twice_and_no_name(self, tmp_path):
        one, two = self.write(tmp_path / "a.tif"), self.write(tmp_path / "b.tif")
        with pytest.raises(SchemaError, match="two bands named `elevation`"):
            covariates.read([one, two])
        with pytest.raises(SchemaError, match="no name for band 2"):
            covariates.read([self.write(tmp_path / "c.tif", names=("a", ""))])

    def test_a_broken_file_is_named(self, tmp_path):
        path = tmp_path / "broken.tif"
        path.write_text("no raster")
        with pytest.raises(DataError, match=r"broken\.tif cannot be read"):
            covariates.read([path])

    def test_a_climate_layer_on_the_same_grid_enters_the_model(self, tmp_path):
        snow = self.write(
            tmp_path / "snow.tif", west=105, shape=(400, 800), names=("snow_depth",), north=59, value=40.0
        )
        with_snow = habitat.suitability("amur-tiger", covariates.load([snow]))
        without = habitat.suitability("amur-tiger", covariates.load())
        assert with_snow.attrs["not_used"] == ""
        assert without.attrs["not_used"] == "snow_depth"
        assert float(with_snow.sum()) < float(without.sum())

    def test_cells_agree_with_polygons(self):
        cells = covariates.cell_km2(covariates.load())
        corner = GeoSeries([box(120, 50, 120.05, 50.05)], crs="EPSG:4326").segmentize(0.001)
        found = float(cells.sel(y=50.025, x=120.025, method="nearest"))
        assert found == pytest.approx(float(territory.area_km2(corner)[0]), rel=1e-4)

    def test_a_shore_cell_takes_the_class_of_its_land_but_a_lake_stays_water(self):
        grid = covariates.load()
        shore = float(grid["landcover"].sel(y=45.0, x=136.65, method="nearest"))
        khanka = float(grid["landcover"].sel(y=44.9, x=132.4, method="nearest"))
        assert shore != covariates.WATER == khanka
        assert np.isnan(float(grid["landcover"].sel(y=44.0, x=138.0, method="nearest")))


class TestTables:
    def test_at_most_one_row_of_a_species_and_variable(self):
        rows = data.table("habitat_parameters")
        used = rows[rows["model"].astype(bool)]
        assert not used.duplicated(["species_id", "variable"]).any()

    def test_two_rows_for_one_variable_are_refused(self):
        rows = pd.DataFrame(
            {
                "parameter_id": ["hp-1", "hp-2"], "species_id": "x", "variable": "elevation", "unit": "m",
                **dict.fromkeys(LIMITS, 1.0), "class_scores": "", "model": True,
            }
        )  # fmt: skip
        with pytest.raises(DataError, match="hp-1, hp-2 are all marked `model`"):
            memberships(rows)

    def test_every_focal_species_has_a_model_and_a_range_of_units_that_exist(self):
        for row in species.focal().itertuples():
            assert species.find(row.slug).memberships
            assert len(species.range_units(row.species_id))
            assert row.model_state

    def test_no_model_excludes_valleys_by_the_relief_of_a_cell(self):
        for row in species.focal().itertuples():
            for part in species.find(row.slug).memberships:
                assert part.variable != "ruggedness" or np.isnan(part.limits[3]), row.slug

    def test_the_table_says_which_models_are_shown(self):
        held = assessment.protection("inventory", year=1930)
        for row in species.focal().itertuples():
            if row.model_state != species.PUBLISHED:
                with pytest.raises(ParameterError, match=r"is off until .*03_species_sites"):
                    assessment.assess(row.slug, held)

    def test_unknown_species_names_the_nearest(self):
        with pytest.raises(ParameterError, match="did you mean `amur-tiger`"):
            species.find("amur-tigre")
        with pytest.raises(ParameterError, match="no parameters marked `model`"):
            species.find("ginseng")


@pytest.mark.parametrize("threshold", [7, 0, -1, NONE, "0.7", True, None])
@pytest.mark.parametrize("name", ["amur-tiger", "kaluga"])
def test_a_threshold_that_is_none_is_refused_in_one_sentence(name, threshold):
    held = assessment.Protection(None, None)
    with pytest.raises(ParameterError, match=r"^`threshold` is .*; give a number above 0 and up to 1$"):
        assessment.assess(name, held, threshold=threshold)
    with pytest.raises(ParameterError, match="`threshold` is"):
        (reaches.habitat if name == "kaluga" else habitat.suitability)(name, grid(), threshold=threshold)


@pytest.mark.parametrize("year", [2000.5, [1990, 2000], "1990", True, 99999, -5])
def test_a_year_that_is_none_is_refused_in_one_sentence(year):
    with pytest.raises(ParameterError, match=r"^`year` is .*; give a whole number above 0 and up to 9999$"):
        assessment.protection("inventory", year=year)


@pytest.mark.parametrize("name", ["", 5, None])
def test_what_is_no_name_is_no_species(name):
    with pytest.raises(ParameterError, match="is not a species"):
        species.record(name)


@pytest.fixture(scope="module")
def tiger():
    return assessment.assess("amur-tiger", assessment.protection("inventory"))


class TestTiger:
    @pytest.fixture
    def found(self, tiger):
        return tiger

    def test_the_map_shows_tiger_country(self, found):
        def at(lon, lat):
            return float(found.suitable.sel(x=lon, y=lat, method="nearest"))

        places = {"Sikhote-Alin": (136.2, 45.2), "Bikin": (136.5, 46.7), "Khasan": (131.1, 43.2)}
        low = {n: at(*p) for n, p in places.items() if at(*p) < 0.6}
        assert not low
        elsewhere = {"Gobi": (110, 43.5), "Sakhalin": (142.8, 50), "Zeya": (127, 54), "Khanka": (132.4, 44.9)}
        assert not {n for n, p in elsewhere.items() if at(*p) > 0.5}

    def test_height_alone_excludes_nothing(self, found):
        high = found.resident & (found.covariates["elevation"].to_numpy() > 900)
        assert (found.suitable.to_numpy()[high] > 0).any()

    def test_every_breakdown_sums_to_the_same_total(self, found):
        total = found.total().iloc[0]
        for key in ("country", "province"):
            rows = found.by(key)
            for column in ("habitat_km2", "habitat_low_km2", "habitat_high_km2", "protected_km2"):
                assert rows[column].sum() == pytest.approx(total[column], rel=1e-9), column
        whole = float(found.areas["habitat_km2"].iloc[0])
        assert total["habitat_km2"] == pytest.approx(whole, rel=0.005)
        rows = found.by_threshold().set_index("threshold")
        assert rows.loc[found.threshold, "habitat_km2"] == pytest.approx(total["habitat_km2"])
        assert rows["habitat_km2"].is_monotonic_decreasing

    def test_what_is_only_possible_is_in_no_figure_of_the_present(self, found):
        rows = found.total().set_index("listed")
        km2 = habitat.amounts(found.suitable, found.threshold)["habitat_km2"]
        land = habitat.amounts(found.suitable, 0.0)["range_km2"] > 0
        assert rows.loc["resident", "habitat_km2"] == pytest.approx(
            km2[found.resident & land].sum(), rel=0.01
        )
        assert rows.loc["possible", "habitat_km2"] == pytest.approx(
            km2[~found.resident & land].sum(), rel=0.01
        )
        assert rows.loc["possible", "habitat_km2"] > 0

    def test_published_areas_stand_beside_the_same_ground(self, found):
        rows = found.beside_published().set_index(["units", "what"])
        china = rows.loc[("China", "occupied")]
        assert china["habitat_km2"] == pytest.approx(
            rows.loc[("Heilongjiang, Jilin", "suitable habitat"), "habitat_km2"], rel=1e-3
        )
        assert china["habitat_km2"] < float(found.total()["habitat_km2"].iloc[0]) / 2

    def test_sensitivity_names_every_limit_and_moves_both_ways(self, found):
        rows = found.sensitivity()
        assert set(rows["shift"]) == {-0.2, -0.1, 0.1, 0.2}
        assert rows["change_percent"].min() < 0 < rows["change_percent"].max()
        assert set(rows["variable"]) <= {m.variable for m in found.taxon.memberships}

    def test_evidence_states_the_control(self, found):
        rows = found.recorded()
        assert len(rows) == len(species.sites("panthera-tigris-altaica"))
        text = species_wording.evidence(found)
        assert re.search(
            r"Of the \d+ with a point .* \d+ % of the range, so points thrown at random would hit", text
        )


class TestBarriers:
    def test_a_line_parts_what_touches_only_over_corners(self):
        strip = np.ones((3, 5), bool)
        one, two = np.zeros_like(strip), np.zeros_like(strip)
        one[1, 0] = two[1, 4] = True
        assert movement.state(strip, one, two) == "one_patch"
        cut = strip.copy()
        cut[:, 2] = False
        assert movement.state(cut, one, two) == "apart"
        cut[1, 2] = True
        assert movement.state(cut, one, two) == "one_patch"

    def test_the_barrier_of_the_big_cats_is_tested_and_imposed(self, tiger):
        rows = tiger.barriers()
        assert rows["threshold"].tolist() == tiger.thresholds
        known = rows[rows["as_modelled"] != "no_suitable_cell"]
        assert len(known) >= 3
        assert (known["with_barrier"] == "apart").all()
        text = species_wording.barrier(rows)
        assert "merge" in text

    def test_species_without_a_barrier_have_no_row(self):
        found = assessment.assess("kaluga", assessment.protection("inventory", year=1930))
        assert found.barriers().empty


class TestOwnSpecies:
    NEEDS = (
        {"variable": "tree_cover", "limit_low": 20, "preferred_low": 60},
        {"variable": "elevation", "limit_low": 100},
    )

    def ground(self):
        return territory.provinces().query("province_code in ['RU-KHA', 'RU-AMU']")

    def test_it_is_assessed_as_those_of_the_tables_are(self):
        found = assessment.assess(
            species.own("Sable", self.NEEDS, self.ground()), assessment.protection("inventory")
        )
        total = found.total().iloc[0]
        assert 0 < total["protected_km2"] < total["habitat_km2"] < total["range_km2"]
        by_country = found.by("country").set_index("country")["habitat_km2"]
        assert by_country["RUS"] > 0.99 * by_country.sum()
        assert found.facts["outside_km2"] is None
        assert found.holding()["recorded"].unique().tolist() == ["not_in_our_table"]
        assert set(found.sensitivity()["variable"]) == {"tree_cover", "elevation"}

    @pytest.mark.parametrize(
        ("change", "error", "said"),
        [
            ({"variable": "tree_covr", "limit_low": 20}, ParameterError, "'tree_covr'; use one of: "),
            (
                {"variable": "tree_cover", "limit_lwo": 20},
                ParameterError,
                "'limit_lwo'; use one of: variable",
            ),
            ({"variable": "tree_cover"}, DataError, "needs of Sable: neither limit is given"),
            ({"variable": "tree_cover", "limit_low": 60, "preferred_low": 20}, DataError, "out of order"),
        ],
    )
    def test_a_mistake_in_what_it_needs_is_named(self, change, error, said):
        with pytest.raises(error, match=re.escape(said)):
            assessment.assess(
                species.own("Sable", [change], self.ground()), assessment.protection("inventory")
            )

    def test_ground_elsewhere_is_refused(self):
        with pytest.raises(DataError, match="no area inside the complex"):
            species.own("Sable", self.NEEDS, GeoDataFrame(geometry=[box(0, 0, 1, 1)], crs=4326))


@pytest.mark.parametrize("threshold", [7, 0, -1, float("nan")])
def test_a_threshold_that_is_no_share_is_refused(threshold):
    with pytest.raises(ParameterError, match=r"`threshold` is .*; give a number above 0 and up to 1"):
        assessment.assess("amur-tiger", None, threshold=threshold)
