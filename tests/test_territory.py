import geopandas as gpd
import numpy as np
import pandas as pd
import pytest
import rasterio
import shapely
from hypothesis import given, settings
from hypothesis import strategies as st
from pyproj import Geod
from shapely import Point, box

from ahec_analysis import data, territory
from ahec_analysis.data import layers
from ahec_analysis.errors import DataError, ParameterError, SchemaError
from ahec_analysis.show import ecoregion_wording
from ahec_analysis.territory import hydrography

KINDS = ["basin", "sub_basin", "province_part", "country_part"]
WITHIN_3 = ["amur-closed", "zeya", "ussuri", "songhua", "nen"]
DEFINITIONS = ["composition", "amur", "amur_closed", "russia", "provinces", "russia_provinces"]


@pytest.fixture(scope="module")
def compared():
    return territory.published_comparison(data.table("hydrology")).set_index("unit_id")


def test_basins_neither_overlap_nor_leave_a_hole():
    basins = territory.basins()
    assert shapely.coverage_is_valid(basins.geometry.values)
    whole = shapely.union_all(basins.geometry.values)
    assert sum(len(part.interiors) for part in shapely.get_parts(whole)) == 0


def test_basins_fill_the_land_of_their_provinces_to_the_coast():
    for code in ("RU-PRI", "RU-YEV", "CN-HL"):
        row = territory.shares(by="province").set_index("unit").loc[code]
        assert row["inside_percent"] == pytest.approx(100, abs=0.01)


@pytest.mark.parametrize("level", ["river", "system"])
def test_levels_hold_the_same_land(level):
    leaves, merged = territory.basins(), territory.basins(level)
    assert merged["basin_id"].is_unique
    assert layers.area_km2(merged).sum() == pytest.approx(layers.area_km2(leaves).sum(), rel=1e-6)


@pytest.mark.parametrize("definition", DEFINITIONS)
def test_sums_by_country_province_and_basin_agree(definition):
    totals = []
    for by in ("country", "province", "basin", "river", "system"):
        table = territory.shares(definition, by)
        totals.append(table.loc[table["status"] != "excluded", "area_km2"].sum())
    assert totals == pytest.approx([totals[0]] * 5, rel=1e-9)
    assert territory.outline(definition)["area_km2"][0] == pytest.approx(totals[0])
    outline = layers.area_km2(territory.outline(definition).segmentize(0.1))[0]
    assert outline == pytest.approx(totals[0], rel=1e-4)
    listed = territory.definitions().set_index("definition").loc[definition]
    assert listed["area_km2"] == pytest.approx(totals[0])
    assert listed[["RUS", "CHN", "MNG"]].sum() == pytest.approx(totals[0])


def test_percent_is_of_the_territory_without_excluded_land():
    table = territory.shares()
    kept = table[table["status"] != "excluded"]
    assert kept["percent"].sum() == pytest.approx(100)
    assert set(table.loc[table["status"] == "excluded", "unit"]) == {"PRK"}
    assert "PRK" not in set(territory.ahec()["country"])


def test_slivers_are_marked_and_still_counted():
    table = territory.shares(by="province").set_index("unit")
    assert table.loc["CN-LN", "status"] == "sliver"
    assert table.loc["RU-BU", "status"] == "sliver"
    assert table.loc["MN-051", "status"] == "inside"


@pytest.mark.parametrize("unit", WITHIN_3)
def test_derived_areas_within_three_percent(compared, unit):
    assert abs(compared.loc[unit, "difference_percent"]) < 3


def test_large_basins_within_ten_percent_and_each_miss_explained(compared):
    large = compared[compared["published_km2"] > 50_000]
    assert len(large) >= 12
    assert (large["difference_percent"].abs() < 10).all()
    missed = compared[compared["difference_percent"].abs() > 10]
    assert (missed["explanation"] != "").all()
    assert compared.loc["bureya", "explanation"] != ""


@pytest.mark.parametrize(
    ("place", "lon", "lat", "basin"),
    [
        ("Chunhua", 131.03, 43.22, "tumen"),
        ("Mogocha", 119.77, 53.73, "upper_amur"),
        ("Yai", 140.2, 51.1, "lower_amur"),
        ("Shelopugino on the Unda", 117.56, 51.65, "onon"),
        ("Lipovtsy", 131.73, 44.2, "ussuri"),
        ("Pokrovka", 131.64, 43.95, "razdolnaya"),
        ("Slavyanka", 131.38, 42.86, "peter_the_great"),
        ("Sretensk", 117.71, 52.25, "lower_shilka"),
        ("Harbin", 126.6, 45.75, "songhua_rest"),
    ],
)
def test_places_lie_in_the_basin_that_drains_them(place, lon, lat, basin):
    basins = territory.basins()
    assert basins.loc[basins.contains(Point(lon, lat)), "basin_id"].tolist() == [basin]


def test_the_stanovoy_divide_leaves_yakutia_out():
    for definition in DEFINITIONS:
        assert "RU-SA" not in set(territory.ahec(definition)["province_code"])
    olekma = territory.basins().set_index("basin_id").geometry["olekma"]
    yakutia = territory.provinces().set_index("province_code").geometry["RU-SA"]
    assert olekma.intersects(yakutia)


def test_the_state_border_parts_the_hunchun_from_the_coast():
    pieces = layers.layer("pieces").set_index(["basin_id", "province_code"])
    assert ("peter_the_great", "CN-JL") not in pieces.index
    assert ("tumen", "CN-JL") in pieces.index


def test_the_naoli_ends_at_dongan():
    naoli = territory.rivers().query("name == 'Naoli'")
    mouth = shapely.get_point(naoli.loc[naoli["upstream_km2"].idxmax(), "geometry"], -1)
    assert Geod(ellps="WGS84").inv(mouth.x, mouth.y, 134.17, 47.32)[2] < 15_000


def test_led_rivers_reach_their_published_areas(compared):
    for river in ("tumen", "amazar", "unda", "songacha", "razdolnaya-suifen"):
        assert abs(compared.loc[river, "difference_percent"]) < 6, river
    assert abs(compared.loc["naoli", "difference_percent"]) < 10


def test_baganuur_is_part_of_ulaanbaatar_and_not_govisumber():
    provinces = territory.provinces().set_index("province_code")
    assert "MN-064" not in provinces.index
    assert provinces.geometry["MN-1"].contains(Point(108.35, 47.75))


def test_every_published_basin_is_compared(compared):
    published = data.table("hydrology")
    areas = published[(published["metric"] == "area") & published["kind"].isin(KINDS)]
    assert set(areas["unit_id"]) <= set(compared.index)


def test_reaches_form_a_tree_that_gathers_area():
    reaches = territory.rivers().set_index("reach_id")
    inner = reaches[reaches["downstream_id"].notna()]
    below = reaches.loc[inner["downstream_id"].astype(int)]
    assert (below["upstream_km2"].to_numpy() >= inner["upstream_km2"].to_numpy()).all()
    assert (inner["outlet"] == "").all()
    assert (reaches.loc[reaches["downstream_id"].isna(), "outlet"] != "").all()
    assert (reaches["elevation_up_m"] >= reaches["elevation_down_m"]).all()
    assert (below["elevation_up_m"].to_numpy() == inner["elevation_down_m"].to_numpy()).all()
    ends = shapely.get_point(inner.geometry.values, -1)
    starts = shapely.get_point(below.geometry.values, 0)
    assert shapely.distance(ends, starts).max() == 0


def test_a_fall_is_known_between_heights_and_never_zero():
    reaches = territory.rivers()
    known = reaches[reaches["fall_m"].notna()]
    assert (known["fall_m"] > 0).all()
    drop = known["elevation_up_m"] - known["elevation_down_m"]
    assert (known["fall_m"] - drop).abs().max() < 0.11
    large = reaches[reaches["strahler"] >= 4]
    assert large.loc[large["fall_m"].isna(), "length_km"].sum() < 0.02 * large["length_km"].sum()
    assert reaches.loc[reaches["name"].isin(["Amur", "Shilka", "Argun", "Amgun"]), "fall_m"].notna().all()
    assert reaches.loc[reaches["outlet"] == "closed_lake", "fall_m"].isna().any()


def test_reach_lengths_are_geodesic():
    reaches = territory.rivers().iloc[::200]
    geod = Geod(ellps="WGS84")
    measured = [geod.geometry_length(line) / 1e3 for line in reaches.geometry]
    assert reaches["length_km"].to_numpy() == pytest.approx(measured, abs=0.01)


@pytest.mark.parametrize(
    ("head", "outlet", "basin"),
    [
        ("Kherlen", "closed_lake", "khalkh_hulun"),
        ("Ulz", "closed_lake", "ulz"),
        ("Amgun", "sea", "lower_amur"),
        ("Nen", "sea", "lower_amur"),
        ("Olekma", "leaves_the_territory", "olekma"),
    ],
)
def test_rivers_end_where_geography_says(head, outlet, basin):
    reaches = territory.rivers()
    last = reaches.set_index("reach_id").loc[hydrography._chain(reaches, head)[-1]]
    assert (last["outlet"], last["basin_id"]) == (outlet, basin)


def test_hulun_flows_on_when_open():
    closed, opened = territory.rivers(), territory.rivers(hulun="open")
    grown = opened["upstream_km2"].max() - closed["upstream_km2"].max()
    assert grown > 150_000
    ends = opened[opened["basin_id"].isin(["kherlen", "khalkh_hulun"])]
    assert ends["downstream_id"].notna().all()


@pytest.mark.parametrize(("head", "course"), [("onon", "Onon"), ("argun", "Hailar")])
def test_profile_falls_to_the_sea(head, course):
    profile = territory.profile(head)
    assert profile["river"].iloc[0] == course
    assert (np.diff(profile["elevation_m"]) <= 1e-9).all()
    assert profile["elevation_m"].iloc[-1] == 0
    assert (np.diff(profile["distance_km"]) > 0).all()


@given(
    lon=st.floats(108, 141),
    lat=st.floats(42, 56),
)
@settings(max_examples=25, deadline=None)
def test_a_point_is_inside_exactly_when_one_piece_holds_it(lon, lat):
    point = gpd.GeoDataFrame(geometry=[Point(lon, lat)], crs=4326)
    if not territory.land().contains(point.geometry[0]).any():
        return
    pieces = territory.ahec()
    holding = pieces.contains(point.geometry[0]).sum()
    assert holding <= 1
    assert (territory.in_ahec(point)[0] == "yes") == (holding == 1)


def test_in_ahec_answers_points_polygons_sea_and_nothing():
    sites = gpd.GeoDataFrame(
        index=["harbin", "irkutsk", "bay", "half", "none"],
        geometry=[Point(126.6, 45.75), Point(105.5, 52.3), Point(131.95, 42.9), box(107, 47, 109, 48), None],
        crs=4326,
    )
    answers = territory.in_ahec(sites.to_crs(territory.EQUAL_AREA))
    assert answers.to_dict() == {"harbin": "yes", "irkutsk": "no", "bay": "yes", "half": "partly", "none": ""}
    assert territory.in_ahec(sites, "russia")["harbin"] == "no"


def test_in_ahec_asks_for_a_crs():
    with pytest.raises(DataError, match="set_crs"):
        territory.in_ahec(gpd.GeoDataFrame(geometry=[Point(0, 0)]))


def test_ecoregions_tile_the_territory_within_its_basins_and_provinces():
    pieces, cut = territory.ahec(), territory.by_ecoregion(territory.ahec())
    assert set(pieces.columns) <= set(cut.columns)
    assert cut.to_crs(territory.EQUAL_AREA).is_valid.all()
    for key in ("basin_id", "province_code"):
        parts = cut.groupby(key)["area_km2"].sum()
        assert parts.to_numpy() == pytest.approx(pieces.groupby(key)["area_km2"].sum()[parts.index], rel=1e-4)
    assert cut.loc[cut["ecoregion"] == "", "area_km2"].sum() < 0.005 * pieces["area_km2"].sum()
    held = cut.set_index("ecoregion").contains(Point(126.6, 45.75))
    assert held.index[held].tolist() == ["Northeast China Plain deciduous forests"]


def test_ground_outside_every_ecoregion_is_kept_without_one():
    sea = gpd.GeoDataFrame({"site": ["sea"]}, geometry=[box(136, 42, 136.1, 42.1)], crs=4326)
    cut = territory.by_ecoregion(sea)
    assert cut[["site", "ecoregion", "biome"]].to_numpy().tolist() == [["sea", "", ""]]
    assert cut["ecoregion_id"].isna().all()
    assert cut["area_km2"][0] == pytest.approx(layers.area_km2(sea)[0])


def test_shares_by_ecoregion_add_up_and_whole_ones_are_inside():
    table = territory.shares(by="ecoregion").set_index("unit")
    kept = table[table["status"] != "excluded"]
    assert kept["area_km2"].sum() == pytest.approx(territory.ahec()["area_km2"].sum(), rel=1e-4)
    assert kept.loc["Suiphun-Khanka meadows and forest meadows", "inside_percent"] == pytest.approx(
        100, abs=1
    )
    clipped = territory.ecoregions().set_index("name")["clipped"]
    assert kept.loc[clipped.index[clipped].intersection(kept.index), "inside_percent"].isna().all()


def test_published_lengths_are_compared_with_the_argun_of_the_hailar():
    lengths = territory.published_lengths(data.table("hydrology")).set_index("name")
    reaches = territory.rivers().groupby("name")["length_km"].sum()
    assert lengths.loc["Hailar|Argun", "derived_km"] == pytest.approx(reaches["Argun"] + reaches["Hailar"])
    named = set(reaches.index) - {""}
    assert set("|".join(lengths.index).split("|")) == named
    assert (lengths["difference_percent"].dropna() < 0).mean() > 0.8


def test_a_length_of_another_course_stretches_no_river():
    reaches = pd.DataFrame({"name": ["Amur", "Amur", "Tugur", ""], "length_km": [30.0, 50.0, 20.0, 7.0]})
    published = pd.DataFrame(
        {
            "metric": "length",
            "unit_id": ["amur", "tugur", "tugur-2"],
            "unit_name": ["Amur", "Tugur", "Tugur"],
            "network_names": "",
            "same_course": pd.array([None, False, False], dtype="boolean"),
            "value": [100.0, 10.0, 12.0],
            **dict.fromkeys(["alternatives", "confidence", "source_ids", "note"], ""),
        }
    )
    lengths = territory.published_lengths(published, reaches)
    assert lengths.set_index("name")["factor"].round(2).to_dict() == {
        "Amur": 1.25,
        "Tugur": pytest.approx(np.nan, nan_ok=True),
    }
    long = hydrography.stretched(reaches, lengths)
    assert long["length_km"].tolist() == [37.5, 62.5, 20, 7]
    assert long["drawn_km"].tolist() == [30, 50, 20, 7]


def test_focus_regions_lie_inside_and_apart():
    regions = territory.focus_regions()
    assert not regions.geometry[0].intersects(regions.geometry[1])
    assert (regions["area_km2"] > 300_000).all()


@pytest.mark.parametrize(
    "call",
    [
        lambda: territory.ahec("page"),
        lambda: territory.shares(by="continent"),
        lambda: territory.basins("tributary"),
        lambda: territory.rivers(hulun="full"),
        lambda: territory.profile("yangtze"),
    ],
)
def test_unknown_choices_name_the_known_ones(call):
    with pytest.raises(ParameterError, match="use one of"):
        call()


def _like_hydrobasins(basins):
    return gpd.GeoDataFrame(
        {
            "HYBAS_ID": np.arange(len(basins)),
            "NEXT_DOWN": 0,
            "MAIN_BAS": basins["system"].isin(["amur", "closed"]).astype(int),
            "SUB_AREA": layers.area_km2(basins),
            "PFAF_ID": 1,
        },
        geometry=basins.geometry.values,
        crs=4326,
    )


def test_hydrobasins_replace_ours_by_the_same_functions(tmp_path):
    file = tmp_path / "hybas_as_lev06.gpkg"
    _like_hydrobasins(territory.basins()).to_file(file)
    assert list(territory.basins(source=file).columns) == list(territory.basins().columns)
    theirs = territory.shares(by="country", source=file).set_index("unit")["area_km2"]
    ours = territory.shares(by="country").set_index("unit")["area_km2"]
    assert theirs.to_numpy() == pytest.approx(ours[theirs.index].to_numpy(), rel=1e-4)
    assert territory.agreement(file) == pytest.approx(1)


def test_files_in_data_external_are_taken_together(copied):
    whole = _like_hydrobasins(territory.basins())
    whole.iloc[:15].to_file(copied / "data/external/hybas_as_lev06_v1c.gpkg")
    whole.iloc[15:].to_file(copied / "data/external/hybas_si_lev06_v1c.gpkg")
    assert len(territory.hydrobasins_path()) == 2
    theirs, ours = territory.ahec(), territory.ahec(source=hydrography.DERIVED)
    assert theirs["area_km2"].sum() == pytest.approx(ours["area_km2"].sum(), rel=1e-4)
    assert len(theirs) != len(ours) or not theirs.geometry.geom_equals(ours.geometry).all()


def test_unfit_hydrobasins_are_refused_with_the_reason(tmp_path):
    good = _like_hydrobasins(territory.basins())
    lacking = tmp_path / "a.gpkg"
    good.drop(columns="MAIN_BAS").to_file(lacking)
    with pytest.raises(SchemaError, match="lacks MAIN_BAS"):
        territory.basins(source=lacking)
    projected = tmp_path / "b.gpkg"
    good.to_crs(3857).to_file(projected)
    with pytest.raises(DataError, match="EPSG:3857"):
        territory.basins(source=projected)
    partial = tmp_path / "c.gpkg"
    good.iloc[:10].to_file(partial)
    with pytest.raises(DataError, match=r"km² of the territory uncovered \(\d+\.\d %\)"):
        territory.basins(source=partial)
    with pytest.raises(DataError, match="cannot be read"):
        territory.basins(source=tmp_path / "none.gpkg")


def test_amur_agrees_with_hydrobasins():
    file = territory.hydrobasins_path()
    if file is None:
        pytest.skip("no HydroBASINS in data/external")
    assert territory.agreement(file) >= 0.97


def test_callers_cannot_spoil_the_layers():
    territory.provinces()["name"] = "x"
    territory.ahec()["basin_id"] = "x"
    assert territory.provinces()["name"].nunique() > 10
    assert territory.ahec()["basin_id"].nunique() > 10


def test_a_missing_layer_says_how_to_get_it_back(monkeypatch, tmp_path):
    monkeypatch.setattr(layers, "root", lambda: tmp_path)
    with pytest.raises(DataError, match="make data"):
        territory.lakes()


def _raster(path, *, west=105.0, crs="EPSG:4326", hole=False):
    values = np.ones((40, 80), dtype="float32")
    if hole:
        values[20, 40:42] = -9999
    placed = rasterio.Affine(0.5, 0, west, 0, -0.5, 59)
    with rasterio.open(
        path,
        "w",
        driver="GTiff",
        width=80,
        height=40,
        count=1,
        dtype="float32",
        crs=crs,
        transform=placed,
        nodata=-9999,
    ) as target:
        target.write(values, 1)
    return path


def test_unfit_elevation_is_refused_with_the_reason(tmp_path):
    assert territory.elevation(source=_raster(tmp_path / "good.tif")).shape == (40, 80)
    with pytest.raises(DataError, match="EPSG:3857"):
        territory.elevation(source=_raster(tmp_path / "a.tif", crs="EPSG:3857"))
    with pytest.raises(DataError, match="ends short 3"):
        territory.elevation(source=_raster(tmp_path / "b.tif", west=110))
    with pytest.raises(DataError, match=r"2 missing cells .*\(0.09%\)"):
        territory.elevation(source=_raster(tmp_path / "c.tif", hole=True))
    with pytest.raises(DataError, match="cannot be read"):
        territory.elevation(source=tmp_path / "none.tif")


def test_grids_cover_the_window():
    relief, cover = territory.elevation(), territory.landcover()
    for grid in (relief, cover):
        assert float(grid["x"].min()) < 106
        assert float(grid["x"].max()) > 144
        assert float(grid["y"].max()) > 58
        assert float(grid["y"].min()) < 40
    assert 250 < int(relief.sel(x=127.9, y=54.4, method="nearest")) < 500
    assert set(np.unique(cover)) <= set(range(17)) | {255}


def test_areas_match_the_geodesic(compared):
    cells = gpd.GeoSeries([box(x, 45, x + 1, 46) for x in range(107, 142, 7)], crs=4326).segmentize(0.05)
    geod = Geod(ellps="WGS84")
    exact = [abs(geod.geometry_area_perimeter(cell)[0]) / 1e6 for cell in cells.segmentize(0.001)]
    assert territory.area_km2(cells).to_numpy() == pytest.approx(exact, rel=1e-4)


def test_provinces_and_towns_carry_what_maps_need():
    provinces = territory.provinces().set_index("province_code")
    assert provinces.loc["RU-ZAB", "name"] == "Zabaikalsky Krai"
    assert provinces.loc["RU-YEV", "name_local"] == "Еврейская автономная область"
    towns = territory.towns()
    assert pd.api.types.is_integer_dtype(towns["population"])
    assert towns.loc[towns["name"] == "Harbin", "country"].tolist() == ["CHN"]


@pytest.mark.parametrize(
    ("areas", "counted"), [([60_000], "Of 1 basin over"), ([60_000] * 2, "Of 2 basins over")]
)
def test_basins_that_agree_are_counted_in_words_that_fit(areas, counted):
    compared = pd.DataFrame({"name": "Zeya", "published_km2": areas, "difference_percent": -1.5})
    said = ecoregion_wording.agreement(compared)
    assert said.startswith(counted)
    assert "Zeya -2 %" in said
    assert "within 1.5 %" in said
