"""Every sentence of a page holds for its source: the inventory, a download, or both."""

import re
from types import SimpleNamespace

import geopandas as gpd
import pandas as pd
import pytest
import wdpa_files

from ahec_analysis import data, report
from ahec_analysis.coverage import inventory, sites
from ahec_analysis.data import tables as read
from ahec_analysis.report import pages
from ahec_analysis.show import area_wording, claim_wording, river_wording, tables
from ahec_analysis.show.messages import messages, say

NAME = "WDPA_WDOECM_Nov2026_Public_RUS_shp.zip"
OF_THE_INVENTORY = re.compile(
    r"[Tt]his inventory|stand-in|printed limits|our inventory|no source states|its reported area"
)


@pytest.fixture
def download(copied, monkeypatch):
    """Two sites over each other, one wholly under the other, and a site of two points."""
    monkeypatch.setattr(read, "downloads", set())
    box = wdpa_files.squares(1, lon=130.0, lat=47.0, size=0.6)[0]
    polygons = wdpa_files.sites(
        gpd.GeoSeries([box, box.buffer(-0.1)]), IUCN_CAT=["Ia", "IV"], STATUS_YR=[1963, 1990]
    )
    dots = wdpa_files.sites(
        gpd.GeoSeries([wdpa_files.points(1)[0].union(wdpa_files.points(1, lon=133.0)[0])])
    )
    dots[["SITE_ID", "SITE_PID"]] = [[100, "100"]]
    path = copied / "data/external" / NAME
    wdpa_files.country_zip(path, polygons.set_crs(4326), dots.set_crs(4326))
    return sites.sites(region="russia")


@pytest.fixture
def mixed(download):
    """The Russian sites of the download beside the Chinese ones of the inventory."""
    china = sites.sites("inventory", region="china")
    areas = gpd.GeoDataFrame(pd.concat([download.areas, china.areas], ignore_index=True), crs=4326)
    return SimpleNamespace(areas=areas, release=f"{NAME}|inventory", basis="mixed")


def test_sites_are_counted_once_each_and_also_those_wholly_under_others(download):
    assert (len(download.areas), download.areas["site_id"].nunique()) == (4, 3)
    by_country = pd.DataFrame(
        [{"name": "total", "listed_percent": 1.0, "upper_percent": 1.0, "land_km2": 1.0}]
    )
    figures = area_wording.key_figures(download, by_country, "composition")
    assert next(value for what, value, _ in figures if what == "Sites") == "3"
    for attribute in ("level", "iucn_category", "designation"):
        assert download.by(attribute)["sites"].iloc[-1] == 3
    assert inventory.completeness(download.areas)["sites"].iloc[-1] == 3


def test_the_basis_says_whose_the_sites_are(download, mixed):
    assert (download.basis, sites.sites("inventory").basis) == ("download", "inventory")
    assert sites.Sites.basis.fget(mixed) == "mixed"


def test_sentences_hold_for_their_source(download, mixed):
    every = [name for name, entry in messages().items() if "basis" in str_of(entry)]
    assert len(every) > 20
    for told in (area_wording.drawing, area_wording.unplaced, area_wording.release):
        assert not OF_THE_INVENTORY.search(told(download)), told(download)
        assert "WDPA" in told(mixed) or "download" in told(mixed)
        assert told(mixed) not in (told(download), told(sites.sites("inventory")))
    for name in ("areas-ends", "areas-tables", "areas-growth", "areas-overlaps", "areas-method"):
        assert not OF_THE_INVENTORY.search(say(name, basis="download")), name
        assert len({say(name, basis=basis) for basis in ("inventory", "download", "mixed")}) >= 2
    assert area_wording.release(mixed) == f"WDPA: {NAME}; for China the sourced inventory of this project"
    assert "stand-ins" in area_wording.unplaced(mixed)
    assert say("areas-inventory", basis="inventory") == ""
    assert "sums nothing" in say("areas-inventory", basis="download")


def str_of(entry):
    return str(entry.to_json())


def test_official_texts_are_those_of_the_inventorys_part(download, mixed):
    by_country = pd.DataFrame(
        [{"name": "total", "listed_percent": 1.0, "upper_percent": 1.0, "land_km2": 1.0}]
    )
    notes = [note for *_, note in area_wording.key_figures(mixed, by_country, "composition")]
    assert any(note.startswith("of the area taken from the inventory cites") for note in notes)
    assert not any("cites" in n for *_, n in area_wording.key_figures(download, by_country, "composition"))


def test_rivers_and_remedies_follow_the_source(download):
    assert "recalled" not in river_wording.positions(download.areas, basis="download")
    assert "3 of 3 sites" in river_wording.positions(download.areas, basis="download")
    frame = pd.DataFrame({"x": []})
    frame.attrs["withheld"] = {"what": "rows", "why": "rough_ground", "left_out": 1, "rows": 2}
    assert "put into data/external" not in tables.withheld(frame)
    read.downloads.clear()
    assert "put into data/external" in tables.withheld(frame)


def test_nothing_changed_when_no_edition_is_given(download):
    split = pd.concat([download.areas.assign(area_km2=1.0), download.areas])
    assert area_wording.from_earlier("", split).empty


def test_the_audit_names_downloads_it_does_not_use(download):
    assert f"so {NAME} in data/external was not read" in claim_wording.used()


def test_a_download_is_listed_with_its_version_digest_terms_and_citation(download):
    row = data.provenance().iloc[0]
    assert row["file"] == f"external/{NAME}"
    assert row["dataset"].endswith("November 2026")
    assert len(row["sha256"]) == 12
    assert "not to be passed on" in row["licence"]
    assert row["origin"] == (
        "UNEP-WCMC and IUCN (2026), Protected Planet: The World Database on Protected Areas (WDPA) and World "
        "Database on Other Effective Area-based Conservation Measures (WD-OECM) [On-line], November 2026, "
        "Cambridge, UK: UNEP-WCMC and IUCN. Available at: www.protectedplanet.net"
    )
    shown = tables.table(data.provenance(), "datasets")._repr_mimebundle_()[0]["text/html"]
    assert pages.restriction(shown)
    assert "withheld" not in data.provenance(drawn=False).attrs
    read.downloads.clear()
    assert not data.provenance()["file"].str.startswith("external/").any()
    assert not pages.restriction(
        tables.table(data.provenance(), "datasets")._repr_mimebundle_()[0]["text/html"]
    )


def test_pages_with_outlines_of_the_wdpa_are_marked_and_the_index_says_so(download, tmp_path):
    page = report.render("brief", out=tmp_path)
    text = page.read_text(encoding="utf-8")
    assert text.count(say("report-restricted")) == 2
    assert "[On-line], November 2026" in text
    assert "not with the download" in text
    index = pages.index([page])
    assert say("report-index.mark") in index
    assert "can be mailed" not in index
