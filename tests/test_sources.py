"""One source for each country, files that are recognised or named, and sites added or compared."""

import zipfile

import geopandas as gpd
import pandas as pd
import pytest
import shapely
import wdpa_files
from typer.testing import CliRunner

from ahec_analysis import coverage, territory
from ahec_analysis.connectivity import reserves
from ahec_analysis.coverage import downloads, history, matching, sites
from ahec_analysis.data import gbif
from ahec_analysis.errors import DataError, ParameterError
from ahec_analysis.habitat import assessment
from ahec_analysis.report.cli import app


def russian(**columns):
    shapes = gpd.GeoSeries(wdpa_files.squares(4, lon=130.0, lat=47.0, size=0.6))
    return wdpa_files.sites(shapes, **columns).set_crs(4326)


@pytest.fixture
def zipped(copied):
    path = copied / "data/external/WDPA_WDOECM_Nov2025_Public_RUS_shp.zip"
    dots = wdpa_files.sites(gpd.GeoSeries(wdpa_files.points(3, lon=132.0, lat=49.0))).set_crs(4326)
    dots["SITE_ID"] += 100
    dots["SITE_PID"] = dots["SITE_ID"].astype(str)
    wdpa_files.country_zip(path, russian(), dots)
    return path


def about(name):
    return downloads.listed().set_index("file").loc[name]


def test_a_download_of_one_country_leaves_the_others_to_the_inventory(zipped):
    found, inventory = sites.sites(), sites.sites("inventory")
    ground = territory.ahec()
    rows, listed = (one.in_territory(ground, "country").set_index("unit") for one in (found, inventory))
    for code in ("CHN", "MNG"):
        assert rows.loc[code, "protected_km2"] == pytest.approx(listed.loc[code, "protected_km2"])
        assert rows.loc[code, "low_km2"] == pytest.approx(listed.loc[code, "low_km2"], rel=0.02)
    own = sites.sites(region="russia").in_territory(ground, "country").set_index("unit")
    assert rows.loc["RUS", "protected_km2"] == pytest.approx(own.loc["RUS", "protected_km2"], rel=1e-3)
    assert rows.loc["RUS", ["low_km2", "high_km2"]].isna().all()
    assert not found.exact
    assert found.areas.groupby("country")["outlined"].all().to_dict() == {
        "CHN": False,
        "MNG": False,
        "RUS": True,
    }
    assert sites.sites(region="china").in_territory(ground, "country").set_index("unit").loc[
        "CHN", "share_percent"
    ] == pytest.approx(listed.loc["CHN", "share_percent"])


def test_sources_are_a_table(zipped):
    sources = sites.sites().sources.set_index("country")
    assert sources["source"].to_dict() == {"RUS": zipped.name, "CHN": "inventory", "MNG": "inventory"}
    assert sources.loc["RUS", ["release", "sites"]].tolist() == ["Nov2025", 7]
    assert sources["sha256"].str.fullmatch("[0-9a-f]{64}").all()


def test_a_source_may_be_named_for_each_country(zipped):
    wdpa_files.geopackage(
        zipped.parent / "both.gpkg", russian(ISO3=["RUS", "RUS", "MNG", "CHN"], SITE_PID=list("abcd"))
    )
    found = sites.sites(f"RUS={zipped.name}|MNG=both.gpkg").sources.set_index("country")["source"]
    assert found.to_dict() == {"RUS": zipped.name, "MNG": "both.gpkg", "CHN": "inventory"}
    assert set(sites.sites("RUS=inventory").sources["source"]) == {"inventory"}
    with pytest.raises(DataError, match="holds no site of CHN"):
        sites.sites(f"CHN={zipped.name}")
    with pytest.raises(ParameterError, match="CHN=inventory"):
        sites.sites("RUS=elsewhere.zip")


def test_the_part_of_a_site_in_a_country_that_another_source_serves_is_left_out(copied):
    border = wdpa_files.sites(
        [shapely.box(115.0, 49.5, 116.0, 50.5), *wdpa_files.squares(1)], ISO3=["RUS;MNG", "RUS"]
    )
    wdpa_files.geopackage(copied / "data/external/WDPA_x.gpkg", border)
    found = sites.sites()
    assert found.areas.loc[found.areas["outlined"], "country"].unique().tolist() == ["RUS"]
    assert "other_country" in found.ledger["rule"].tolist()


def test_a_country_of_which_a_download_leaves_nothing_is_an_error(copied):
    wdpa_files.geopackage(copied / "data/external/WDPA_x.gpkg", russian(STATUS="Proposed"))
    with pytest.raises(DataError, match=r"leaves no site of RUS .*status_proposed.*RUS=inventory"):
        sites.sites()
    assert len(sites.sites("RUS=inventory").areas)


def test_csv_has_no_outlines_at_every_use(copied):
    russian().drop(columns="geometry").to_csv(copied / "data/external/WDPA_Nov2025_RUS.csv")
    for use in (sites.sites, assessment.protection, lambda: sites.sites("WDPA_Nov2025_RUS.csv")):
        with pytest.raises(DataError, match="CSV has no outlines; download shapefile or geodatabase"):
            use()


def test_downloads_are_recognised_by_what_they_hold(copied):
    folder = copied / "data/external"
    (folder / "unzipped/inner").mkdir(parents=True)
    wdpa_files.shapefile(folder / "unzipped/inner/areas.shp", russian())
    mongolian = russian(ISO3="MNG", SITE_PID=list("abcd"))
    mongolian.to_file(folder / "mongolia.geojson", driver="GeoJSON")
    assert about("unzipped")[["use", "countries", "sites"]].tolist() == ["protected_areas", "RUS", 4]
    assert about("mongolia.geojson")["use"] == "protected_areas"
    assert set(sites.sites().sources["source"]) == {"unzipped", "mongolia.geojson", "inventory"}


def test_what_is_not_used_is_named_with_the_reason(copied):
    folder = copied / "data/external"
    head = "gbifID\tdecimalLatitude\tdecimalLongitude\tscientificName\n"
    (folder / "gbif/sub").mkdir(parents=True)
    (folder / "gbif/owls.csv").write_text("gbifID\n1\n")
    (folder / "gbif/sub/owl.csv").write_text(head)
    (folder / "gbif/notes.pdf").write_bytes(b"%PDF")
    (folder / "owl.csv").write_text(head)
    with zipfile.ZipFile(folder / "0001-240.zip", "w") as archive:
        archive.writestr("occurrence.txt", head)
    (folder / "WDPA_RUS.zip.crdownload").write_bytes(b"PK")
    (folder / "WDPA_manual.pdf").write_bytes(b"%PDF")
    gpd.GeoDataFrame({"a": [1]}, geometry=[shapely.Point(130, 48)], crs=4326).to_file(folder / "own.gpkg")
    listed = downloads.listed().set_index("file")
    assert set(listed["use"]) == {"ignored", "other"}
    # What the doctor calls records is what the reports on species read.
    records = {path.relative_to(folder).as_posix() for path in gbif.files()}
    assert set(listed.index[listed["use"] == "other"]) == records
    assert records == {"owl.csv", "0001-240.zip", "gbif/owls.csv", "gbif/sub/owl.csv"}
    for name, word in {
        "gbif/notes.pdf": "no table",
        "WDPA_RUS.zip.crdownload": "unfinished",
        "WDPA_manual.pdf": "none of",
        "own.gpkg": "with_added",
    }.items():
        assert word in listed.loc[name, "why"]


def test_the_doctor_tells_and_a_report_says_first_what_it_does_not_use(zipped):
    (zipped.parent / "WDPA_CHN.zip.crdownload").write_bytes(b"PK")
    told = CliRunner().invoke(app, ["doctor"])
    assert told.exit_code == 0
    assert f"{zipped.name}: protected areas; Nov2025; RUS; 7 sites" in told.output
    assert "WDPA_CHN.zip.crdownload: ignored; an unfinished download" in told.output
    (zipped.parent / "WDPA_MNG.zip").write_bytes(b"PK")
    assert CliRunner().invoke(app, ["doctor"]).exit_code == 1
    built = CliRunner().invoke(app, ["report", "claims-audit"])
    for name in ("WDPA_CHN.zip.crdownload", "WDPA_MNG.zip"):
        assert f"data/external/{name} is not used: " in built.output


def test_one_of_three_parts_is_partial(zipped):
    folder = zipped.parent
    with zipfile.ZipFile(zipped) as archive:
        archive.extractall(folder)
    whole = len(sites.sites(zipped.name, region="russia").areas)
    zipped.unlink()
    assert len(sites.sites(region="russia").areas) == whole
    parts = sorted(folder.glob("*_shp_*.zip"))
    for part in parts[1:]:
        part.unlink()
    assert "partial" in about(parts[0].name)["why"]
    with pytest.raises(DataError, match=r"partial: .*_shp_1, .*_shp_2 is missing"):
        sites.sites()


def test_a_changed_file_is_read_again(copied):
    path = copied / "data/external/any.gpkg"
    wdpa_files.geopackage(path, russian())
    assert len(sites.sites(region="russia").areas) == 4
    path.unlink()
    wdpa_files.geopackage(path, russian().head(3))
    assert len(sites.sites(region="russia").areas) == 3


def test_differences_match_by_id_name_and_place(copied):
    listed = sites.sites("inventory", region="russia").areas.set_index("site_id")
    khingan = listed.loc["ru-khingansky"]
    alin = listed.loc["ru-sikhote-alin"]
    shapes = [khingan.geometry.buffer(0.3), alin.geometry.buffer(0.3), shapely.box(140.0, 50.0, 140.1, 50.1)]
    drawn = wdpa_files.sites(
        shapes,
        NAME_ENG=["Khinganskiy", "Unheard", "Nowhere"],
        NAME=["Хинганский", "Неведомый", "Нигде"],
        REP_AREA=[khingan["area_km2"], alin["area_km2"] * 1.1, 70.0],
    )
    wdpa_files.geopackage(copied / "data/external/any.gpkg", drawn)
    rows = sites.differences(sites.sites())
    assert set(rows["country"]) == {"RUS"}
    both = rows[rows["kind"] == "in_both"].set_index("site_id")
    assert both.loc["1", ["matched_by", "inventory_id"]].tolist() == ["name", "ru-khingansky"]
    assert both.loc["2", ["matched_by", "inventory_id"]].tolist() == ["place", "ru-sikhote-alin"]
    assert rows.loc[rows["kind"] == "only_in_download", "name"].tolist() == ["Nowhere"]
    assert (rows["kind"] == "only_in_inventory").sum() == len(listed) - 2


def test_nothing_changed_where_a_site_is_split_by_country(copied):
    border = wdpa_files.sites(
        [
            shapely.box(115.0, 49.5, 116.0, 50.5),
            *wdpa_files.squares(1),
            *wdpa_files.squares(1, lon=114.0, lat=48.0),
        ],
        ISO3=["RUS;MNG", "RUS", "MNG"],
    )
    wdpa_files.geopackage(copied / "data/external/any.gpkg", border)
    areas = sites.sites().areas
    assert areas["site_id"].duplicated().any()
    assert history.changes(areas, areas).empty


def test_two_sources_of_one_site_are_no_change():
    table = pd.DataFrame({"site_id": ["7"], "name": "Khinganskiy", "area_km2": 970.0})
    ours = pd.DataFrame({"site_id": ["ru-khingan"], "name": "Khingan Nature Reserve", "area_km2": 970.0})
    assert history.changes(table, ours).empty
    assert matching.paired(ours.assign(country="CHN"), table.assign(country="RUS"))["by"].tolist() == ["", ""]


def test_own_reserves_are_added_with_next_to_no_columns():
    found = sites.sites("inventory", region="russia")
    square = gpd.GeoDataFrame(geometry=[shapely.box(139.0, 51.0, 140.0, 51.8)], crs=4326).to_crs(3857)
    more = found.with_added(square, designation="national_park").with_added(square)
    assert more.areas["site_id"].tail(2).tolist() == ["added-1", "added-2"]
    assert more.areas.iloc[-1][["name", "country", "province_code"]].tolist() == [
        "own_reserve_2",
        "RUS",
        "RU-KHA",
    ]
    change = sites.effect(found, more).set_index("name").loc["total"]
    new = more.areas["area_km2"].iloc[-1]
    assert 0 < change["change_km2"] <= new * 1.001
    assert change["after_percent"] > change["before_percent"] > change["flat_before_percent"] > 0
    assert change["flat_after_percent"] - change["flat_before_percent"] == pytest.approx(
        change["after_percent"] - change["before_percent"], rel=1e-3
    )
    assert history.changes(more.areas, found.areas)["change"].tolist() == ["added", "added"]
    assert {"added-1", "added-2"} <= set(reserves.drawn(more).nodes["site_id"])
    held = assessment.protection(more)
    assert {"added-1", "added-2"} & set(held.pieces["site_id"]) == {"added-1"}


@pytest.mark.parametrize("shape", [shapely.Point(139, 51), shapely.box(0, 51, 1, 52)])
def test_a_reserve_without_ground_here_is_refused(shape):
    with pytest.raises(DataError, match="has no area in Russia, China or Mongolia"):
        sites.sites("inventory").with_added(gpd.GeoDataFrame(geometry=[shape], crs=4326))


def test_flat_and_summed_shares_are_not_confused():
    found = sites.sites("inventory", region="mongolia")
    units = territory.provinces()[["name", "geometry"]]
    with pytest.raises(ParameterError, match=r"found\.flat\(\)"):
        coverage.by_unit(found.pieces(), units)
    assert coverage.by_unit(found.flat(), units)["protected_km2"].sum() < found.pieces()["piece_km2"].sum()


def test_two_downloads_of_one_border_site_keep_both_parts(copied):
    shapes = [
        shapely.box(115.0, 49.5, 116.0, 50.5),
        *wdpa_files.squares(1),
        *wdpa_files.squares(1, lon=114.0, lat=48.0),
    ]
    table = wdpa_files.sites(shapes, ISO3=["RUS;MNG", "RUS", "MNG"])
    wdpa_files.geopackage(copied / "data/external/a.gpkg", table.iloc[[0, 1]])
    wdpa_files.geopackage(copied / "data/external/b.gpkg", table.iloc[[0, 2]])
    areas = sites.sites().areas
    assert sorted(areas.loc[areas["site_id"] == "1", "country"]) == ["MNG", "RUS"]
