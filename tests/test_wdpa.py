"""WDPA downloads: every packing and both schemas in, every rule and refusal by name."""

from pathlib import Path

import geopandas as gpd
import numpy as np
import pandas as pd
import pytest
import shapely
import wdpa_files as files

from ahec_analysis import coverage
from ahec_analysis.coverage import wdpa
from ahec_analysis.errors import DataError, ParameterError, SchemaError
from ahec_analysis.territory.ahec import EQUAL_AREA, area_km2

SAMPLES = Path(__file__).parents[1].resolve().parent / "shared" / "samples"


def polygons(count=5):
    return files.sites(files.squares(count))


def dots(count=3):
    return files.sites(files.points(count), SITE_PID=[f"1{n}" for n in range(count)])


@pytest.fixture(
    params=[
        "zip of zips",
        "zipped gdb",
        "gpkg",
        "zipped gpkg",
        "shp",
        "shp without cpg",
        "old",
        "csv",
        "folder",
    ]
)
def download(request, tmp_path):
    both = pd.concat([polygons(), dots()], ignore_index=True)
    kind = request.param
    path = tmp_path / f"download{'' if kind == 'folder' else '.zip'}"
    if kind == "zip of zips":
        files.country_zip(path, polygons(), dots())
    elif kind == "zipped gdb":
        files.geodatabase_zip(path, polygons(), dots())
    elif kind == "csv":
        path = path.with_suffix(".csv")
        both.drop(columns="geometry").to_csv(path, index=False, encoding="utf-8-sig")
    elif kind.startswith("shp") or kind == "folder":
        path = tmp_path / "download"
        path.mkdir()
        files.shapefile(path / "polygons.shp", polygons())
        files.shapefile(path / "points.shp", dots())
        if kind == "shp without cpg":
            (path / "polygons.cpg").unlink()
    else:
        path = path.with_suffix(".gpkg")
        files.geopackage(path, files.old_schema(both) if kind == "old" else both)
        if kind == "zipped gpkg":
            with files.zipfile.ZipFile(tmp_path / "again.zip", "w") as archive:
                archive.write(path, "wdpa.gpkg")
            path = tmp_path / "again.zip"
    return path


def test_every_packing_gives_the_same_sites(download):
    areas = wdpa.read(download)
    assert len(areas) == 8
    assert areas.crs == 4326
    assert areas.attrs["source"] == download.name
    assert areas.NAME.str.startswith("Заповедник").all()
    assert areas.NAME.str.endswith("保护区").all()
    cleaned, ledger = wdpa.clean(areas, year=2025)
    assert len(areas) + ledger.change.sum() == len(cleaned) == 8
    assert sorted(cleaned.site_id) == ["1", "10", "11", "12", "2", "3", "4", "5"]
    assert set(cleaned.site_type) == {"PA"}
    assert set(cleaned.REALM) == {"Terrestrial"}
    assert (cleaned.year == 1990).all()


def test_only_the_region_is_read(tmp_path):
    files.country_zip(tmp_path / "rus.zip", polygons(), dots())
    areas = wdpa.read(tmp_path / "rus.zip", bbox=(133.5, 46, 135.5, 49))
    assert sorted(areas.SITE_PID) == ["1", "10", "11", "2"]
    assert areas.geometry.notna().all()


def test_swapped_coordinates_are_found_in_the_region_they_were_meant_for(tmp_path):
    swapped = [shapely.transform(shape, lambda xy: xy[:, ::-1]) for shape in files.squares(2)]
    files.geopackage(tmp_path / "wdpa.gpkg", files.sites(swapped))
    areas = wdpa.read(tmp_path / "wdpa.gpkg", bbox=(133.5, 46, 134.5, 49))
    cleaned, ledger = wdpa.clean(areas, year=2025)
    assert cleaned.site_id.tolist() == ["1"]
    assert cleaned.total_bounds == pytest.approx([134, 47, 134.1, 47.1])
    assert ledger.rule.tolist() == ["coordinates_swapped"]


def test_conserved_areas_outside_the_network_are_told_apart_in_both_schemas(tmp_path):
    both = files.sites(files.squares(2), SITE_TYPE=["PA", "OECM"], REALM=["Marine", "Coastal"])
    for name, table in (("new", both), ("old", files.old_schema(both))):
        files.geopackage(tmp_path / f"{name}.gpkg", table)
        cleaned, _ = wdpa.clean(wdpa.read(tmp_path / f"{name}.gpkg"))
        assert cleaned.site_type.tolist() == ["PA", "OECM"]
        assert cleaned.REALM.tolist() == ["Marine", "Coastal"]


def test_other_projections_come_out_in_degrees(tmp_path):
    files.geopackage(tmp_path / "wdpa.gpkg", polygons().to_crs(EQUAL_AREA))
    areas = wdpa.read(tmp_path / "wdpa.gpkg", bbox=(133.5, 46, 134.5, 49))
    assert areas.SITE_PID.tolist() == ["1"]
    assert shapely.bounds(areas.geometry[0]) == pytest.approx([134, 47, 134.1, 47.1])


def test_further_columns_on_demand(tmp_path):
    files.geopackage(tmp_path / "wdpa.gpkg", polygons())
    assert "GOVSUBTYPE" not in wdpa.read(tmp_path / "wdpa.gpkg")
    assert "GOVSUBTYPE" in wdpa.read(tmp_path / "wdpa.gpkg", columns=["GOVSUBTYPE"])
    with pytest.raises(SchemaError, match="MANG_PLAN"):
        wdpa.read(tmp_path / "wdpa.gpkg", columns=["MANG_PLAN"])


def test_a_missing_optional_field_is_normal(tmp_path):
    few = polygons().drop(columns=["STATUS_YR", "SUB_LOC", "REP_AREA", "REP_M_AREA", "IUCN_CAT", "NAME"])
    files.geopackage(tmp_path / "wdpa.gpkg", few)
    cleaned, ledger = wdpa.clean(wdpa.read(tmp_path / "wdpa.gpkg"))
    assert cleaned.year.isna().all()
    assert cleaned.area_km2.tolist() == pytest.approx(area_km2(cleaned).tolist())
    assert ledger.rule.tolist() == ["status_yr_missing", "area_of_the_outline"]


def test_unfit_files_are_refused_with_the_place_and_the_remedy(tmp_path):
    path = tmp_path / "wdpa.gpkg"
    with pytest.raises(DataError, match="does not exist; download"):
        wdpa.read(path)
    files.geopackage(path, polygons().rename(columns={"SITE_ID": "ID", "SITE_PID": "PID"}), layer="parks")
    with pytest.raises(SchemaError, match=r"not a WDPA download.*layer parks"):
        wdpa.read(path)
    files.geopackage(path, polygons().assign(WDPAID=1), layer="parks")
    with pytest.raises(SchemaError, match=r"layer parks.*two WDPA schemas"):
        wdpa.read(path)
    with pytest.raises(ParameterError, match="bbox"):
        wdpa.read(path, bbox=(5, 4, 3, 2))
    (tmp_path / "notes.txt").write_text("no data")
    with pytest.raises(DataError, match=r"expected .shp"):
        wdpa.read(tmp_path / "notes.txt")
    (tmp_path / "broken.gpkg").write_bytes(b"no database")
    with pytest.raises(DataError, match=r"broken.gpkg cannot be opened"):
        wdpa.read(tmp_path / "broken.gpkg")


def test_two_editions_in_one_folder_are_refused(tmp_path):
    files.geopackage(tmp_path / "new.gpkg", polygons())
    files.geopackage(tmp_path / "old.gpkg", files.old_schema(polygons()))
    with pytest.raises(SchemaError, match="two editions"):
        wdpa.read(tmp_path)


def test_a_truncated_zip_is_refused(tmp_path):
    path = tmp_path / "rus.zip"
    files.country_zip(path, polygons(), dots())
    path.write_bytes(path.read_bytes()[:-4000])
    with pytest.raises(DataError, match=r"rus\.zip is not a complete zip.*download it again"):
        wdpa.read(path)


def test_a_layer_without_crs_is_refused(tmp_path):
    files.shapefile(tmp_path / "sites.shp", polygons())
    (tmp_path / "sites.prj").unlink()
    with pytest.raises(DataError, match=r"layer sites has no CRS.*EPSG:4326"):
        wdpa.read(tmp_path / "sites.shp")


def test_an_unclosed_ring_is_closed_and_entered(tmp_path):
    files.unclosed_ring(tmp_path / "wdpa.gpkg")
    cleaned, ledger = wdpa.clean(wdpa.read(tmp_path / "wdpa.gpkg"))
    assert ledger.rule.tolist() == ["ring_not_closed", "rep_area_against_outline"]
    assert area_km2(cleaned)[0] == pytest.approx(8400, rel=0.01)


def rows_balance(areas, **options):
    cleaned, ledger = wdpa.clean(areas, year=2025, **options)
    assert len(areas) + ledger.change.sum() == len(cleaned)
    assert (
        ledger.loc[ledger.effect == "dropped", "change"] == -ledger.loc[ledger.effect == "dropped", "rows"]
    ).all()
    return cleaned, ledger.set_index("rule")


def test_status_and_biosphere_reserves():
    areas = files.sites(
        files.squares(6),
        STATUS=["Designated", "Adopted", "Proposed", "Not Reported", "Inscribed", "Established"],
        DESIG_ENG=["Zapovednik"] * 5 + ["UNESCO-MAB Réserve de Biosphère"],
    )
    cleaned, ledger = rows_balance(areas)
    assert cleaned.site_id.tolist() == ["1", "2", "5"]
    assert ledger.site_ids.to_dict() == {
        "status_not_reported": "4",
        "status_proposed": "3",
        "biosphere_reserve": "6",
    }
    assert ledger.area_km2["status_proposed"] == pytest.approx(area_km2(areas)[2])
    assert rows_balance(areas, rules="wdpar")[0].site_id.tolist() == ["1", "5"]
    with pytest.raises(ParameterError, match="wdpar"):
        wdpa.clean(areas, rules="own")


def test_bad_numbers_and_years_become_unknown():
    areas = files.sites(
        files.squares(6),
        REP_AREA=["100", "-5", "about 20", "inf", "7", "8"],
        STATUS_YR=["1990", "0", "2050", "n/a", "", "1990.5"],
    )
    cleaned, ledger = rows_balance(areas)
    drawn = area_km2(areas)[0]
    assert cleaned.area_km2.tolist() == pytest.approx([100, drawn, drawn, drawn, 7, 8])
    assert ledger.site_ids["area_of_the_outline"] == "2|3|4"
    assert cleaned.year.isna().tolist() == [False, True, True, True, True, True]
    assert ledger.site_ids["rep_area_negative"] == "2"
    assert ledger.site_ids["rep_area_not_a_number"] == "3|4"
    assert ledger.site_ids["status_yr_in_the_future"] == "3"
    assert ledger.site_ids["status_yr_not_a_year"] == "4|6"


def test_points_need_a_reported_area_and_yield_to_polygons():
    areas = pd.concat(
        [
            files.sites(files.squares(1)),
            files.sites(files.points(3), SITE_PID=["1", "2", "3"], REP_AREA=[100.0, 50.0, 0.0]),
            files.sites([shapely.MultiPoint([(134, 50), (135, 50)])], SITE_PID=["4"], REP_AREA=[80.0]),
        ]
    )
    cleaned, ledger = rows_balance(areas)
    assert ledger.site_ids["point_beside_a_polygon"] == "1"
    assert ledger.site_ids["point_without_area"] == "3"
    assert cleaned.site_id.tolist() == ["1", "2", "3", "4", "4"]
    assert cleaned.area_km2.tolist() == pytest.approx([100, 50, np.nan, 40, 40], nan_ok=True)
    shapes = coverage.footprint(cleaned.explode())
    assert shapes.area[1:].to_numpy() / 1e6 == pytest.approx([50, np.nan, 40, 40], nan_ok=True)
    assert shapes.area[0] / 1e6 == pytest.approx(area_km2(cleaned)[0])


def test_bad_geometry_is_mended_by_a_named_rule():
    bow = shapely.Polygon([(134, 47), (135, 48), (135, 47), (134, 48)])
    swapped = shapely.transform(files.squares(1)[0], lambda xy: xy[:, ::-1])
    line = shapely.Polygon([(134, 47), (135, 48), (134, 47)])
    chukotka = shapely.Polygon([(179, 65), (-179, 65), (-179, 66), (179, 66)])
    nowhere = shapely.Polygon([(400, 65), (401, 65), (401, 66)])
    square = files.squares(1)[0]
    areas = files.sites(
        [bow, swapped, line, chukotka, nowhere, None, square, square], SITE_PID=[*"1234567", "7"]
    )
    before = areas.copy()
    cleaned, ledger = rows_balance(areas)
    assert ledger.site_ids.to_dict() == {
        "coordinates_swapped": "2",
        "crosses_the_antimeridian": "4",
        "outside_the_globe": "5",
        "no_geometry": "6",
        "invalid_polygon": "1",
        "no_area_in_the_geometry": "3",
        "same_site_and_geometry": "7",
        "rep_area_against_outline": "1|4",
    }
    assert cleaned.geometry.iloc[1].bounds == pytest.approx((134, 47, 134.1, 47.1))
    across = cleaned[cleaned.site_id == "4"]
    assert area_km2(across).iloc[0] == pytest.approx(2 * 111.5 * 47, rel=0.02)
    pd.testing.assert_frame_equal(areas, before)


def test_sites_of_several_countries_are_split():
    areas = files.sites(
        [shapely.box(134, 47, 136, 47.1), files.squares(1)[0], files.points(1)[0]],
        ISO3=["RUS;CHN", "RUS", "RUS; CHN"],
    )
    countries = gpd.GeoDataFrame(
        {"country": ["CHN", "RUS"]},
        geometry=shapely.segmentize(shapely.box([130, 135], 40, [135, 145], 50), 0.1),
        crs=4326,
    )
    cleaned, ledger = rows_balance(areas, countries=countries)
    assert cleaned.country.tolist()[:2] == ["RUS", "CHN"]
    assert cleaned.area_km2[:2].tolist() == pytest.approx([50, 50], rel=1e-3)
    assert ledger.change["several_countries_split"] == 1
    whole = area_km2(areas.geometry.segmentize(0.1))[0]
    assert area_km2(cleaned.geometry.segmentize(0.1))[:2].sum() == pytest.approx(whole, rel=1e-4)
    assert rows_balance(areas)[0].country.tolist() == ["RUS|CHN", "RUS", "RUS|CHN"]


def test_the_crosswalk_prefers_its_most_specific_row():
    areas = files.sites(
        files.squares(3),
        DESIG_ENG=["Zakaznik", "Zakaznik", "Ramsar Site, Wetland of International Importance"],
        GOV_TYPE=[
            "Federal or national ministry or agency",
            "Sub-national ministry or agency",
            "Not Reported",
        ],
        DESIG_TYPE=["National", "National", "International"],
    )
    classes = pd.DataFrame(
        {
            "DESIG_ENG": ["Zakaznik", "Zakaznik"],
            "GOV_TYPE": ["Sub-national ministry or agency", None],
            "designation": ["provincial_refuge", "federal_refuge"],
            "level": ["subnational", "national"],
        }
    )
    cleaned, ledger = rows_balance(areas, classes=classes)
    assert cleaned.designation.tolist()[:2] == ["federal_refuge", "provincial_refuge"]
    assert cleaned.level.tolist() == ["national", "subnational", "international"]
    assert ledger.site_ids["not_in_the_crosswalk"] == "3"


def test_a_needed_field_that_is_missing_is_named():
    with pytest.raises(SchemaError, match=r"STATUS.*wdpa.read"):
        wdpa.clean(polygons().drop(columns="STATUS"))
    with pytest.raises(SchemaError, match="REP_AREA"):
        wdpa.clean(dots().drop(columns="REP_AREA"))


@pytest.mark.parametrize(("name", "count"), [("wdpa_laos.gpkg", 2), ("wdpa_qa_data.gdb.zip", 23)])
def test_real_samples_of_the_old_schema(name, count):
    if not (SAMPLES / name).exists():
        pytest.skip(f"shared/samples/{name} is not beside the checkout")
    cleaned, ledger = wdpa.clean(wdpa.read(SAMPLES / name))
    assert len(cleaned) == count + ledger.change.sum() == count
    pieces = coverage.partition(cleaned.to_crs(6933))
    assert 0 < pieces.piece_km2.sum() <= area_km2(cleaned).sum() * (1 + 1e-9)
