"""The same report from the inventory and from a download in the schema of the WDPA."""

import io
import re

import geopandas as gpd
import pandas as pd
import pytest
import shapely
import wdpa_files

from ahec_analysis import data, report, territory
from ahec_analysis.connectivity import reserves
from ahec_analysis.coverage import downloads, official, places, sites, sums
from ahec_analysis.errors import DataError, ParameterError, SchemaError
from ahec_analysis.show import area_wording, tables


@pytest.fixture
def download(copied):
    """A country download with overlapping polygons, points and rows that the rules drop."""
    shapes = wdpa_files.squares(6, lon=130.0, lat=47.0, size=0.6)
    shapes.append(wdpa_files.squares(1, lon=130.3, lat=47.0, size=0.6)[0])
    polygons = wdpa_files.sites(
        gpd.GeoSeries(shapes),
        STATUS=["Designated"] * 5 + ["Proposed", "Designated"],
        STATUS_YR=[1963, 1990, 2000, 2010, 0, 2020, 2024],
        DESIG_ENG=["Zakaznik"] * 4 + ["UNESCO-MAB Biosphere Reserve", "Zakaznik", "National Park"],
        IUCN_CAT=["IV"] * 6 + ["II"],
    )
    dots = wdpa_files.sites(
        gpd.GeoSeries(wdpa_files.points(3, lon=132.0, lat=49.0)), REP_AREA=[100.0, 0.0, 50.0]
    )
    dots["SITE_ID"] += 100
    dots["SITE_PID"] = dots["SITE_ID"].astype(str)
    path = copied / "data/external/WDPA_Nov2025_Public_RUS_shp.zip"
    wdpa_files.country_zip(path, polygons.set_crs(4326), dots.set_crs(4326))
    return path


def test_a_download_is_taken_when_there_is_one(download):
    found = sites.sites(region="russia")
    assert found.exact
    assert found.release == "WDPA_Nov2025_Public_RUS_shp.zip"
    assert not sites.sites("inventory").exact
    assert sites.sites(download.name, region="russia").release == found.release


def test_outlines_are_known_to_their_edge_and_carry_every_table(download):
    found = sites.sites(region="russia")
    assert found.areas.loc[found.areas["location_basis"] == "polygon", "own_ground"].all()
    assert found.rough == ()
    assert places.edge_km(found.areas) == 0
    assert reserves.distances(found.areas) == [1, 10, 30, 100]


def test_basins_of_rough_points_are_left_out_of_the_inventorys_table():
    found, ground = sites.sites("inventory"), territory.ahec()
    rows = sums.in_territory(found.pieces(), ground, "basin")
    kept = found.carried(rows, ground, "basin")
    assert {"Songhua", "Ussuri"} <= set(kept["name"]) < set(rows["name"])
    parts = found.pieces()
    own = sums.in_territory(parts[parts["own_ground"]], ground, "basin").set_index("name")["placed_km2"]
    left_out = rows[~rows["name"].isin(kept["name"]) & (rows["placed_km2"] > 0)].set_index("name")[
        "placed_km2"
    ]
    assert (own.reindex(left_out.index).fillna(0) < places.OWN_SHARE * left_out).all()


def test_shared_ground_goes_by_the_question(download):
    found = sites.sites(region="russia")
    by_year = sums.by_attribute(found.pieces("year"), "designation").set_index("designation")["area_km2"]
    by_class = sums.by_attribute(found.pieces("designation"), "designation").set_index("designation")[
        "area_km2"
    ]
    assert by_year["total"] == pytest.approx(by_class["total"])
    assert by_class["national_park"] > by_year["national_park"]


def test_the_territory_sums_to_the_union(download):
    found = sites.sites(region="russia")
    rows = found.in_territory(territory.ahec(), "basin")
    assert rows["protected_km2"].sum() == pytest.approx(found.pieces()["piece_km2"].sum(), rel=1e-6)
    assert rows["low_km2"].isna().all()


def test_nothing_is_dropped_in_silence(download):
    ledger = sites.sites(region="russia", year=2005).ledger
    rules = " ".join(ledger["rule"])
    assert "founded_later" in rules
    raw = 7 + 3
    assert raw + ledger["change"].sum() == len(sites.sites(region="russia", year=2005).areas)


def test_the_report_runs_on_a_download(download):
    page = report.render("protected-areas").read_text(encoding="utf-8")
    assert "WDPA_Nov2025_Public_RUS_shp.zip" in page
    assert len(page) < 2_000_000


def test_tables_of_sites_can_be_joined_and_mapped():
    areas = sites.sites("inventory").areas
    bundle, _ = tables.table(places.with_points(areas), "areas/sites", basis="inventory")._repr_mimebundle_()
    rows = pd.read_csv(
        io.StringIO(bundle["text/csv"]), keep_default_na=False, na_values={"lon": "", "lat": ""}
    )
    assert rows["country"].tolist() == areas["country"].tolist()
    assert rows["level"].tolist() == areas["level"].tolist()
    assert rows["iucn_category"].tolist() == areas["iucn_category"].tolist()
    assert rows["lon"].notna().sum() == areas.geometry.notna().sum()
    assert rows["lon"].dropna().between(100, 150).all()
    assert rows["lat"].dropna().between(39, 60).all()
    heads = re.findall(r"<th scope=.col.[^>]*>([^<]*)", bundle["text/html"])
    assert len(heads) == 11, "the page stays as narrow as it was"


def test_outlines_have_a_point_within_them(download):
    areas = places.with_points(sites.sites(region="russia").areas)
    points = shapely.points(areas["lon"], areas["lat"])
    assert (shapely.distance(areas.geometry.to_numpy(), points) < 1e-4).all()


@pytest.fixture
def heritage(copied):
    """A park, a World Heritage site half over it and half beside, a Ramsar site within, and one of unnamed type."""
    shapes = [
        wdpa_files.squares(1, lon=130.0 + shift, lat=50.0, size=size)[0]
        for shift, size in ((0, 0.6), (0.3, 0.6), (0.1, 0.2), (2, 0.5))
    ]
    table = wdpa_files.sites(
        gpd.GeoSeries(shapes),
        DESIG_ENG=[
            "National Park",
            "World Heritage Site (natural or mixed)",
            *["Ramsar Site, Wetland of International Importance"] * 2,
        ],
        DESIG_TYPE=["National", "International", "International", "Not Reported"],
        STATUS=["Designated", "Inscribed", "Designated", "Designated"],
        SUB_LOC="RU-AMU",
    )
    wdpa_files.geopackage(copied / "data/external/WDPA_Nov2026_Public_RUS.gpkg", table.set_crs(4326))
    return territory.ahec()


def test_international_sites_are_in_no_sum_of_a_download_as_in_none_of_the_inventory(heritage):
    found = sites.sites(region="russia")
    assert found.areas["designation"].tolist() == ["national_park"]
    assert not sums.only_international(sites.sites("inventory").areas).any()
    dropped = found.ledger.set_index("rule").loc["international_designation"]
    assert (dropped["rows"], dropped["change"]) == (3, -3)


def test_both_figures_of_international_sites_are_told(heritage):
    found = sites.sites(region="russia")
    parts = found.pieces()
    rows = sums.with_international(parts, found.international, heritage).set_index("name")
    listed = official.by_country(parts, heritage, official.by_province(parts, heritage)).set_index("name")
    assert rows["listed_km2"].tolist() == pytest.approx(
        listed.loc[rows.index, "listed_km2"].fillna(0).tolist()
    )
    ground = found.international.geometry.union_all().difference(found.footprints.union_all())
    assert rows.loc["RUS", "added_km2"] == pytest.approx(ground.area / 1e6, rel=1e-6)
    assert rows.loc["total", "with_km2"] == pytest.approx(
        rows.loc["total", "listed_km2"] + ground.area / 1e6, rel=1e-6
    )
    assert rows.loc["total", "sites"] == 3
    same = found.areas.set_geometry(found.footprints)
    within = sums.with_international(parts, same, heritage).set_index("name")
    assert within.loc["total", "added_km2"] == pytest.approx(0)
    assert "**" in area_wording.international(found, rows)
    assert sums.with_international(parts, found.international.iloc[:0], heritage).empty


def test_two_editions_side_by_side_are_refused(download):
    older = wdpa_files.old_schema(wdpa_files.sites(gpd.GeoSeries(wdpa_files.squares(1))).set_crs(4326))
    wdpa_files.geopackage(download.parent / "WDPA_older.gpkg", older)
    with pytest.raises(SchemaError, match="two WDPA schemas"):
        sites.sites()


@pytest.mark.parametrize(
    ("source", "error", "message"),
    [
        ("nothing.zip", ParameterError, "use auto, inventory or one of"),
        ("broken WDPA.zip", DataError, "broken WDPA"),
    ],
)
def test_wrong_sources_are_named(copied, source, error, message):
    (copied / "data/external/broken WDPA.zip").write_bytes(b"PK\x03\x04 cut off")
    with pytest.raises(error, match=message):
        sites.sites(source)


def test_the_inventory_loses_no_row():
    found = sites.sites("inventory")
    assert found.areas["site_id"].tolist() == data.protected_areas()["site_id"].tolist()
    assert found.pieces("level")["piece_km2"].sum() == pytest.approx(data.protected_areas()["area_km2"].sum())


def test_what_lies_outside_the_territory_is_left_out_by_name(copied):
    shapes = [*wdpa_files.squares(1, lon=130.0, lat=47.0), *wdpa_files.squares(1, lon=108.0, lat=53.5)]
    wdpa_files.geopackage(
        copied / "data/external/WDPA_x.gpkg", wdpa_files.sites(gpd.GeoSeries(shapes)).set_crs(4326)
    )
    found = sites.sites(region="russia")
    assert found.areas["site_id"].tolist() == ["1"]
    assert "outside_territory" in found.ledger["rule"].tolist()


def test_a_point_of_two_countries_stays(copied):
    dots = wdpa_files.sites(
        gpd.GeoSeries(wdpa_files.points(3, lon=130.0, lat=48.0)),
        ISO3=["RUS;CHN", "RUS", "CHN"],
        REP_AREA=50.0,
    )
    wdpa_files.geopackage(copied / "data/external/WDPA_x.gpkg", dots.set_crs(4326))
    found = sites.sites(region="china")
    assert found.areas["country"].tolist() == ["CHN", "CHN"]


def test_other_files_named_like_a_download_are_ignored(copied):
    (copied / "data/external/WDPA_manual.pdf").write_bytes(b"%PDF")
    (copied / "data/external/WDPA_x.zip.part").write_bytes(b"PK")
    assert set(downloads.listed()["use"]) == {"ignored"}


@pytest.mark.parametrize(
    "options", [{"year": 1500, "min_confidence": "high", "region": "russia"}, {"region": "mars"}]
)
def test_nothing_left_is_an_error_with_a_remedy(options):
    with pytest.raises(ParameterError, match=r"no site is left|use one of"):
        sites.sites("inventory", **options)


def test_a_region_has_the_same_share_in_its_own_report():
    rows = sums.in_territory(sites.sites("inventory").pieces(), territory.ahec(), "country").set_index(
        "country"
    )
    for region, code in (("russia", "RUS"), ("china", "CHN"), ("mongolia", "MNG")):
        own = sites.sites("inventory", region=region)
        ground = data.of_region(territory.ahec(), region)
        alone = sums.in_territory(own.pieces(), ground, "country").set_index("country")
        assert alone.loc[code, "share_percent"] == pytest.approx(rows.loc[code, "share_percent"])


def test_region_and_definition_that_do_not_meet_are_refused():
    with pytest.raises(ParameterError, match="no ground in this definition"):
        data.of_region(territory.ahec("russia"), "mongolia")


def test_ledgers_of_both_sources_join_identifiers_alike(download):
    for found in (sites.sites(region="russia", year=1995), sites.sites("inventory")):
        several = found.ledger[found.ledger["rows"] > 1]
        assert len(several)
        assert (several["site_ids"].str.count(r"\|") + 1 == several["rows"]).all()
        assert not found.ledger["site_ids"].str.contains(r"[, ]").any()


def test_placement_ranges_belong_to_units_not_to_names():
    found, ground = sites.sites("inventory", region="mongolia"), territory.ahec()
    rows = found.in_territory(ground.assign(province="one name for all"), "province").set_index("unit")
    named = found.in_territory(ground, "province").set_index("unit")
    assert rows[["low_km2", "high_km2"]].equals(named[["low_km2", "high_km2"]])
    assert rows.loc[[sums.OUTSIDE], ["low_km2", "high_km2"]].isna().all(axis=None)
