"""What a GIS opens has the figures of the reports, whatever the source, and is whole or not there."""

import geopandas as gpd
import numpy as np
import pandas as pd
import pyogrio
import pytest
import rasterio
import shapely
import wdpa_files
from typer.testing import CliRunner

from ahec_analysis import data, territory
from ahec_analysis.connectivity import corridor, dams, reserves
from ahec_analysis.coverage import sites
from ahec_analysis.errors import ParameterError
from ahec_analysis.habitat import assessment
from ahec_analysis.habitat import species as taxa
from ahec_analysis.project import root
from ahec_analysis.report import export
from ahec_analysis.report.cli import app
from ahec_analysis.show import river_wording

LAYERS = ["sites", "footprints", "pieces", "international", "outline", "basins", "reaches", "gaps", "dams"]


@pytest.fixture(scope="module")
def folder(tmp_path_factory):
    out = tmp_path_factory.mktemp("gis")
    export.export(out)
    return out


@pytest.fixture(scope="module")
def layer(folder):
    return lambda name: gpd.read_file(folder / export.GEOPACKAGE, layer=name)


def test_every_layer_says_where_it_lies(folder, layer):
    listed = dict(pyogrio.list_layers(folder / export.GEOPACKAGE))
    assert list(listed) == [*LAYERS, "about", "datasets", "ledger"]
    for name in LAYERS:
        read = layer(name)
        assert read.crs == territory.EQUAL_AREA, name
        assert len(set(read.geom_type.dropna())) == 1, name


def test_sites_carry_what_a_map_is_coloured_by(layer):
    areas = sites.sites("inventory", year=2026).areas
    for name in ("sites", "footprints"):
        read = layer(name)
        assert read["site_id"].tolist() == areas["site_id"].tolist()
        for column in ("country", "level", "designation", "iucn_category", "confidence"):
            assert read[column].fillna("").tolist() == areas[column].tolist(), column
        assert read["area_km2"].sum() == pytest.approx(areas["area_km2"].sum())
        assert read["year"].notna().sum() == areas["year"].notna().sum()
    assert layer("sites").geometry.notna().sum() == areas.geometry.notna().sum()


def test_layers_have_the_sums_of_the_reports(folder, layer, reports):
    tables = reports / "tables"
    levels = pd.read_csv(tables / "protected-areas/by-level.csv")
    assert layer("pieces")["piece_km2"].sum() == pytest.approx(levels["area_km2"].iloc[-1])
    land = pd.read_csv(tables / "protected-areas/by-country.csv").set_index("name")["land_km2"]
    outline = layer("outline").set_index("country")
    for country in ("RUS", "CHN", "MNG"):
        assert outline.loc[country, "area_km2"] == pytest.approx(land[country], rel=1e-6)
        assert outline.geometry[country].area / 1e6 == pytest.approx(land[country], rel=1e-6)
    gaps = pd.read_csv(tables / "rivers-and-wetlands/corridor-gaps.csv")
    assert layer("gaps")["length_km"].tolist() == pytest.approx(gaps["length_km"].tolist())
    assert len(layer("dams")) == len(pd.read_csv(tables / "rivers-and-wetlands/dams.csv"))
    total = pd.read_csv(tables / "species-amur-tiger/total.csv")["habitat_km2"]
    _, bands = grid(folder / "habitat-amur-tiger.tif")
    assert [bands["habitat_km2"].sum(), bands["possible_km2"].sum()] == pytest.approx(
        total.tolist(), rel=1e-6
    )


def test_rivers_and_gaps_lie_where_the_report_says(layer):
    rivers = dams.on_network(data.table("dams"))
    reaches = layer("reaches")
    assert reaches["length_km"].sum() == pytest.approx(rivers.reaches["length_km"].sum())
    assert len(layer("basins")) == len(territory.basins())
    along = corridor.along(rivers.reaches, "Onon", reserves.drawn("inventory").pieces)
    gaps = layer("gaps")
    pd.testing.assert_frame_equal(
        gaps.drop(columns="geometry").fillna(""),
        river_wording.as_known(along.gaps()),
        check_dtype=False,
        check_column_type=False,
    )
    assert not gaps.geometry.is_empty.any()
    one = gaps[gaps["bank"] == "both"].geometry
    protected = layer("pieces").geometry.dropna().union_all()
    assert shapely.intersection(one.union_all(), protected).area < 0.011 * one.union_all().area


def grid(path):
    with rasterio.open(path) as opened:
        values = dict(zip(opened.descriptions, opened.read().astype(float), strict=True))
        return opened.profile, values


def test_each_land_species_has_a_grid_with_the_sums_of_its_report(folder):
    held = assessment.protection("inventory", year=2026)
    land = taxa.focal().query("model_state == @taxa.PUBLISHED and group != 'fish'")["slug"]
    assert sorted(f.name for f in folder.glob("*.tif")) == sorted(f"habitat-{slug}.tif" for slug in land)
    for slug in land:
        profile, bands = grid(folder / f"habitat-{slug}.tif")
        assert (profile["crs"].to_epsg(), profile["dtype"]) == (4326, "float32")
        assert np.isnan(profile["nodata"])
        assert list(bands) == ["index", "habitat_km2", "possible_km2"]
        total = assessment.assess(slug, held).total().set_index("listed")["habitat_km2"]
        assert bands["habitat_km2"].sum() == pytest.approx(total["resident"], rel=1e-6)
        assert bands["possible_km2"].sum() == pytest.approx(total.get("possible", 0.0), rel=1e-6)
        assert 0 <= np.nanmin(bands["index"]) <= np.nanmax(bands["index"]) <= 1


def test_no_file_knows_the_machine(folder):
    for file in folder.iterdir():
        content = file.read_bytes()
        for place in (folder, root(), folder.parent):
            assert str(place).encode() not in content, file.name


def test_a_second_run_replaces_the_first_whole(folder, layer, monkeypatch):
    before = {name: layer(name) for name in LAYERS}
    package = folder / export.GEOPACKAGE
    old = package.read_bytes()

    def full(*_, **__):
        raise OSError(28, "No space left on device")

    with monkeypatch.context() as broken:
        broken.setattr(export, "_write_grid", full)
        with pytest.raises(ParameterError, match=r"No space left on device.*--out"):
            export.export(folder)
    assert package.read_bytes() == old
    stale = folder / f"{export.GEOPACKAGE}-wal"
    stale.write_bytes(b"left by a GIS")
    export.export(folder)
    assert not stale.exists()
    assert not list(folder.glob(".export-*"))
    for name, rows in before.items():
        pd.testing.assert_frame_equal(rows, layer(name))


def test_a_folder_that_cannot_be_written_is_one_sentence(tmp_path):
    (tmp_path / "file").write_text("")
    said = CliRunner().invoke(app, ["export", "--out", str(tmp_path / "file" / "gis")])
    assert said.exit_code == 2
    assert said.output.startswith("ahec: the export into ")
    assert said.output.count("\n") == 1


@pytest.mark.parametrize("given", ["regoin=china", "region=mars", "threshold=high", "compare=x"])
def test_parameters_are_checked_before_anything_is_computed(given, tmp_path):
    said = CliRunner().invoke(app, ["export", "--out", str(tmp_path / "gis"), "-p", given])
    assert said.exit_code == 2
    assert given.partition("=")[0] in said.output
    assert not (tmp_path / "gis").exists()


def test_outlines_of_a_download_are_exported_as_they_count(copied):
    shapes = [
        *wdpa_files.squares(2, lon=130.0, lat=50.0, size=0.6),
        *wdpa_files.squares(1, lon=130.3, lat=50.0, size=0.6),
        *wdpa_files.squares(1, lon=134.0, lat=50.0),
        *wdpa_files.points(1, lon=132.0, lat=49.0),
    ]
    kinds = ["National"] * 3 + ["International", "National"]
    table = wdpa_files.sites(gpd.GeoSeries(shapes), DESIG_TYPE=kinds, STATUS_YR=[1990, 1980, 2000, 0, 0])
    table.loc[3, "DESIG_ENG"] = "Ramsar Site, Wetland of International Importance"
    for name, rows in (("poly", table[:4]), ("point", table[4:])):
        wdpa_files.geopackage(copied / f"data/external/WDPA_{name}.gpkg", rows.set_crs(4326))
    out = copied / "gis"
    export.export(out, {"region": "russia"})
    found = sites.sites(year=2026, region="russia")
    read = {
        name: gpd.read_file(out / export.GEOPACKAGE, layer=name) for name in ("sites", "footprints", "pieces")
    }
    assert len(read["sites"]) == len(read["footprints"]) == 4
    ledger = pyogrio.read_dataframe(out / export.GEOPACKAGE, layer="ledger").set_index("rule")
    assert ledger.loc["international_designation", "site_ids"] == "4"
    assert set(read["sites"].geom_type) == {"Point"}
    total = found.by("level")["area_km2"].iloc[-1]
    assert read["pieces"]["piece_km2"].sum() == pytest.approx(total)
    assert read["pieces"].area.sum() / 1e6 == pytest.approx(total)
    assert read["footprints"].union_all().area / 1e6 == pytest.approx(total)
