"""Faults of real downloads: each is mended or refused, by name and in the ledger, never in silence."""

import re
import shutil
import sqlite3
import struct
import zipfile
from pathlib import Path

import pandas as pd
import pyogrio
import pytest
import shapely
import wdpa_files as files

from ahec_analysis import territory
from ahec_analysis.coverage import sites as sources
from ahec_analysis.coverage import wdpa, wdpa_rules
from ahec_analysis.data.polygons import in_equal_area
from ahec_analysis.errors import DataError, SchemaError
from ahec_analysis.show import messages
from ahec_analysis.territory.ahec import EQUAL_AREA, area_km2

FEDERAL, STATE = "Federal or national ministry or agency", "Sub-national ministry or agency"
BROKEN_IN_METRES = shapely.Polygon([(125, 49), (141, 49), (141, 53), (133, 49.01), (125, 53)])
"""Valid in degrees; in metres the long lower edge lies beyond the corner that nearly touches it."""


def cleaned_with_ledger(areas, **options):
    cleaned, ledger = wdpa.clean(areas, year=2026, **options)
    assert len(areas) + ledger.change.sum() == len(cleaned)
    return cleaned, ledger.set_index("rule")


def test_a_multipolygon_uncut_across_the_antimeridian_is_unwrapped():
    ring = shapely.Polygon([(178, 68), (-178, 68), (-178, 69), (178, 69)])
    areas = files.sites([shapely.MultiPolygon([ring, shapely.box(170, 68, 171, 69)])])
    cleaned, ledger = cleaned_with_ledger(areas)
    assert "crosses_the_antimeridian" in ledger.index
    assert cleaned.total_bounds == pytest.approx([170, 68, 182, 69])


@pytest.mark.parametrize(
    ("field", "value", "rule", "column", "after"),
    [
        ("IUCN_CAT", "VII", "code_not_official", "iucn_category", ""),
        ("IUCN_CAT", "IA", "code_spelt_otherwise", "iucn_category", "Ia"),
        ("DESIG_TYPE", "Federal", "code_not_official", "DESIG_TYPE", ""),
        ("GOV_TYPE", "The ministry", "code_not_official", "level", "national"),
        ("SITE_TYPE", "2", "code_not_official", "site_type", ""),
        ("REALM", "Lacustrine", "code_not_official", "REALM", ""),
        ("STATUS", "designated", "code_spelt_otherwise", "status", "Designated"),
        ("ISO3", "RU", "code_not_official", "country", ""),
        ("ISO3", "rus", "code_spelt_otherwise", "country", "RUS"),
        ("ISO3", "RUS;XX", "code_not_official", "country", "RUS"),
        ("SUB_LOC", "Primorsky Krai", "code_not_official", "province_code", ""),
    ],
)
def test_values_outside_the_vocabulary_stand_in_the_ledger(field, value, rule, column, after):
    cleaned, ledger = cleaned_with_ledger(files.sites(files.squares(1), **{field: value}))
    assert cleaned[column].tolist() == [after]
    assert ledger.value[rule] == f"{field}: {value.replace(';', '|')}"
    assert ledger.site_ids[rule] == "1"


def test_a_status_that_is_no_status_is_refused_with_its_value():
    _, ledger = cleaned_with_ledger(files.sites(files.squares(2), STATUS=["Designated", "Closed"]))
    assert ledger.loc["status_other", ["effect", "value"]].tolist() == ["dropped", "STATUS: Closed"]


def test_old_codes_outside_their_lists_are_named(tmp_path):
    old = files.old_schema(files.sites(files.squares(2))).assign(PA_DEF=["1", "7"], MARINE=["0", "5"])
    files.geopackage(tmp_path / "wdpa.gpkg", old)
    _, ledger = wdpa.clean(wdpa.read(tmp_path / "wdpa.gpkg"))
    assert ledger.value[ledger.rule == "code_not_official"].tolist() == ["SITE_TYPE: 7", "REALM: 5"]


def test_a_realm_against_the_marine_area_is_named():
    realms = ["Terrestrial", "Marine", "Coastal", "Marine", "Coastal"]
    areas = files.sites(files.squares(5), REALM=realms, REP_M_AREA=[40.0, 0.0, 0.0, 100.0, 50.0])
    _, ledger = cleaned_with_ledger(areas)
    assert ledger.site_ids["realm_against_marine_area"] == "1|2|3"
    assert "Terrestrial, 40" in ledger.value["realm_against_marine_area"]


def test_a_reported_area_far_from_the_outline_is_named():
    areas = files.sites(files.squares(4), REP_AREA=[8447.0, 100.0, 16.0, 17.0])
    cleaned, ledger = cleaned_with_ledger(areas)
    assert ledger.site_ids["rep_area_against_outline"] == "1|3"
    assert ledger.value["rep_area_against_outline"] == "REP_AREA: 8447 ≠ 84.47; 16 ≠ 84.47"
    assert cleaned.area_km2.tolist() == [8447, 100, 16, 17]


def test_many_odd_values_stay_short_in_the_ledger():
    names = [f"{'province ' * 9}{n}" for n in range(300)]
    _, ledger = cleaned_with_ledger(files.sites([files.squares(1)[0]] * 300, SUB_LOC=names))
    assert ledger.value["code_not_official"].endswith("… (300)")
    assert len(ledger.value["code_not_official"]) < 1000


def test_every_rule_has_words():
    code = Path(wdpa_rules.__file__).read_text(encoding="utf-8")
    rules = set(re.findall(r'"(\w+)", "(?:changed|kept|repaired|split)"', code))
    rules |= set(re.findall(r'drop\(\w+, "(\w+)"', code))
    assert len(rules) > 20
    assert [rule for rule in rules if not messages.found(f"value-rule-{rule}")] == []


def test_rows_without_geometry_are_not_the_same_geometry():
    areas = files.sites(
        [None] * 3, SITE_PID="7", ISO3=["RUS", "MNG", "MNG"], SITE_ID=7, NAME_ENG="Dauria", NAME="Д"
    )
    cleaned, ledger = cleaned_with_ledger(areas)
    assert cleaned.country.tolist() == ["RUS", "MNG"]
    assert ledger.rows["same_row"] == 1


def test_a_site_without_a_country_has_that_of_its_ground():
    areas = files.sites(files.squares(1, lon=134.0, lat=49.0), ISO3="")
    cleaned, ledger = cleaned_with_ledger(areas, countries=territory.countries())
    assert cleaned.country.tolist() == ["RUS"]
    assert ledger.site_ids["country_by_position"] == "1"
    with pytest.raises(SchemaError, match="ISO3"):
        wdpa.clean(areas.drop(columns="ISO3"), countries=territory.countries())


def test_geometry_is_repaired_in_the_crs_of_its_use():
    areas = files.sites([BROKEN_IN_METRES])
    assert areas.is_valid.all()
    assert not areas.to_crs(EQUAL_AREA).is_valid.any()
    assert in_equal_area(areas.geometry).is_valid.all()
    assert territory.in_ahec(areas).tolist() == ["yes"]
    cleaned, ledger = cleaned_with_ledger(areas)
    assert len(cleaned) == 1
    assert ledger.site_ids["invalid_in_metres"] == "1"


def test_a_site_that_cannot_be_repaired_is_named_and_kept_out(monkeypatch):
    def fails(shapes):
        raise shapely.GEOSException("TopologyException")

    monkeypatch.setattr(wdpa_rules, "polygonal", fails)
    bow = shapely.Polygon([(134, 47), (135, 48), (135, 47), (134, 48)])
    cleaned, ledger = cleaned_with_ledger(files.sites([*files.squares(1), bow, BROKEN_IN_METRES]))
    assert cleaned.site_id.tolist() == ["1"]
    assert ledger.site_ids["beyond_repair"] == "2|3"


def with_geometry(path, wkb):
    """A GeoPackage of two sites, the geometry of the first given as it is."""
    files.geopackage(path, files.sites(files.squares(2)))
    with sqlite3.connect(path) as database:
        names = "SELECT name FROM sqlite_master WHERE type = 'trigger' AND tbl_name = 'wdpa'"
        for (name,) in database.execute(names).fetchall():
            database.execute(f'DROP TRIGGER "{name}"')
        blob = b"GP\x00\x01" + struct.pack("<i", 4326) + wkb
        database.execute("UPDATE wdpa SET geom = ? WHERE SITE_ID = 1", (blob,))
    database.close()


def test_curves_and_heights_are_read_and_other_kinds_named(tmp_path):
    corners = [(134, 47), (134.1, 47.1), (134.2, 47), (134.1, 46.9), (134, 47)]
    circle = struct.pack("<BII", 1, 8, 5) + b"".join(struct.pack("<dd", *corner) for corner in corners)
    square = shapely.to_wkb(files.squares(1)[0])
    for wkb, area in (
        (struct.pack("<BII", 1, 10, 1) + circle, 0.0314),
        (struct.pack("<BII", 1, 12, 1) + struct.pack("<BII", 1, 10, 1) + circle, 0.0314),
        (shapely.to_wkb(shapely.force_3d(files.squares(1)[0]), output_dimension=3), 0.01),
    ):
        with_geometry(tmp_path / "wdpa.gpkg", wkb)
        cleaned, _ = wdpa.clean(wdpa.read(tmp_path / "wdpa.gpkg"))
        assert shapely.area(cleaned.geometry[0]) == pytest.approx(area, rel=0.01)
        assert not cleaned.has_z.any()
    with_geometry(tmp_path / "wdpa.gpkg", struct.pack("<BII", 1, 15, 1) + square)
    cleaned, ledger = cleaned_with_ledger(wdpa.read(tmp_path / "wdpa.gpkg"))
    assert cleaned.site_id.tolist() == ["2"]
    assert ledger.site_ids["geometry_unreadable"] == "1"


@pytest.fixture
def country(tmp_path):
    path = tmp_path / "WDPA_Nov2026_Public_RUS_shp.zip"
    files.country_zip(
        path, files.sites(files.squares(5)), files.sites(files.points(3), SITE_PID=["a", "b", "c"])
    )
    return path


def repacked(path, change):
    """Rewrite a zip; `change` gives the members to write in place of one."""
    with zipfile.ZipFile(path) as archive:
        members = [(name, archive.read(name)) for name in archive.namelist()]
    with zipfile.ZipFile(path, "w") as archive:
        for name, content in members:
            for item in change(name, content):
                archive.writestr(*item)


def test_what_a_mac_adds_to_a_zip_or_a_folder_is_ignored(country, tmp_path):
    repacked(
        country,
        lambda name, content: [(f"__MACOSX/sub/._{name}", b"\0\5\x16\7"), (f"sub/{name}", content)],
    )
    with zipfile.ZipFile(country, "a") as archive:
        archive.writestr("sub/.DS_Store", b"x")
    assert len(wdpa.read(country)) == 8
    folder = tmp_path / "unpacked"
    shutil.unpack_archive(country, folder)
    (folder / "sub" / "._WDPA_Nov2026_Public_RUS_shp_0.zip").write_bytes(b"\0\5\x16\7")
    assert len(wdpa.read(folder)) == 8


def test_a_missing_or_damaged_part_is_named(country, tmp_path):
    shutil.unpack_archive(country, tmp_path / "parts")
    (tmp_path / "parts" / "WDPA_Nov2025_Public_RUS_shp_2.zip").unlink()
    with pytest.raises(DataError, match=r"RUS_shp_2 is missing; download it again"):
        wdpa.read(tmp_path / "parts")
    copy = tmp_path / "damaged.zip"
    shutil.copy(country, copy)
    repacked(copy, lambda name, content: [(name, content[:-900] if name.endswith("1.zip") else content)])
    with pytest.raises(DataError, match=r"RUS_shp_1\.zip is not a complete zip"):
        wdpa.read(copy)
    repacked(country, lambda name, content: [] if name.endswith("1.zip") else [(name, content)])
    with pytest.raises(DataError, match=r"RUS_shp_1 is missing"):
        wdpa.read(country)


def test_a_password_is_named(country):
    content = bytearray(country.read_bytes())
    for mark, offset in ((b"PK\x03\x04", 6), (b"PK\x01\x02", 8)):
        content[content.rfind(mark) + offset if offset == 8 else offset] |= 1
    country.write_bytes(bytes(content))
    with pytest.raises(DataError, match=r"protected by a password; unpack it"):
        wdpa.read(country)


@pytest.mark.parametrize(
    ("encoding", "name"), [("CP1251", "Заповедник"), ("GB18030", "自然保护区"), ("UTF-8", "保护区")]
)
@pytest.mark.parametrize("zipped", [True, False])
def test_encodings_are_read_or_named(tmp_path, encoding, name, zipped):
    path = tmp_path / "sites.shp"
    table = files.sites(files.squares(1), NAME=name, DESIG=name)
    pyogrio.write_dataframe(table, path, encoding=encoding)

    def read():
        if not zipped:
            return wdpa.read(path)
        with zipfile.ZipFile(tmp_path / "wdpa.zip", "w") as archive:
            for file in tmp_path.glob("sites.*"):
                archive.write(file, file.name)
        return wdpa.read(tmp_path / "wdpa.zip")

    assert read().NAME.tolist() == [name]
    path.with_suffix(".cpg").unlink()
    if encoding == "UTF-8":
        assert read().NAME.tolist() == [name]
        return
    with pytest.raises(DataError, match=r"put a \.cpg beside the \.shp"):
        read()
    for wrong in ("UTF-8", "ISO-8859-1"):
        path.with_suffix(".cpg").write_text(wrong)
        with pytest.raises(DataError, match=r"put a \.cpg beside the \.shp"):
            read()


def test_one_garbled_name_among_many_is_entered(tmp_path):
    names = ["Заповедник", "Озеро", "保护区", "Çàïîâåäíèê"]
    files.geopackage(tmp_path / "wdpa.gpkg", files.sites(files.squares(4), NAME=names))
    _, ledger = cleaned_with_ledger(wdpa.read(tmp_path / "wdpa.gpkg"))
    assert ledger.loc["text_garbled", ["site_ids", "value"]].tolist() == ["4", "NAME: Çàïîâåäíèê"]


@pytest.mark.parametrize("encoding", ["cp1251", "utf-16"])
def test_a_csv_in_another_encoding_is_named(tmp_path, encoding):
    table = files.sites(files.squares(1), NAME="Заповедник").drop(columns="geometry")
    table.to_csv(tmp_path / "wdpa.csv", index=False, encoding=encoding)
    with pytest.raises(DataError, match="save it as CSV UTF-8"):
        wdpa.read(tmp_path / "wdpa.csv")


def external(copied, table, name="WDPA_x.gpkg"):
    files.geopackage(copied / "data" / "external" / name, table)


@pytest.mark.parametrize(
    ("table", "why"),
    [
        (files.sites(files.squares(2, lat=49.0), STATUS="Proposed"), "status_proposed"),
        (
            files.sites(files.squares(2, lat=49.0), DESIG_ENG="UNESCO-MAB Biosphere Reserve"),
            "biosphere_reserve",
        ),
        (files.sites(files.points(2, lat=49.0), REP_AREA=0.0), "point_without_area"),
        (files.sites(files.squares(2, lon=138.0, lat=43.0), ISO3="JPN"), "(other_country|holds no site)"),
        (files.sites(files.points(1, lat=49.0), REP_AREA=6e8), "larger_than_any_site"),
    ],
)
def test_a_download_of_which_nothing_is_left_ends_in_one_sentence(copied, table, why):
    external(copied, table)
    with pytest.raises(DataError, match=rf"WDPA_x\.gpkg.*{why}"):
        sources.sites()


def test_points_without_an_area_are_counted_without_ground(copied):
    both = pd.concat(
        [
            files.sites(files.squares(2, lat=49.0)),
            files.sites(
                files.points(3, lat=49.5),
                REP_AREA=[0.0, 50.0, 6e8],
                SITE_ID=[7, 8, 9],
                SITE_PID=["7", "8", "9"],
            ),
        ]
    )
    external(copied, both)
    found = sources.sites(region="russia")
    assert sorted(found.areas.site_id) == ["1", "2", "7", "8", "9"]
    assert found.areas.set_index("site_id").area_km2.isna()[["7", "9"]].all()
    assert found.footprints[found.areas.area_km2.isna()].isna().all()
    assert found.by("level").iloc[-1][["sites", "without_area"]].tolist() == [5, 2]
    rows = found.in_territory(territory.ahec(), "province")
    assert rows.without_area.sum() == 2
    ledger = found.ledger.set_index("rule")
    assert ledger.effect["point_without_area"] == "kept"
    assert ledger.value["larger_than_any_site"] == "REP_AREA: 600000000.0"


def test_the_government_decides_where_the_designation_does_not(copied):
    names = [
        "Zakaznik",
        "Zakaznik",
        "Zakaznik",
        "Zakaznik (Regional)",
        "Nature Reserve",
        "Natural Monument",
        "National Park",
    ]
    kinds = [FEDERAL, STATE, "Not Reported", FEDERAL, STATE, "Local communities", STATE]
    external(copied, files.sites(files.squares(7, lon=130.0, lat=49.0), DESIG_ENG=names, GOV_TYPE=kinds))
    areas = sources.sites(region="russia").areas
    assert list(zip(areas.designation, areas.level, strict=True)) == [
        ("federal_refuge", "national"),
        ("provincial_refuge", "subnational"),
        ("provincial_refuge", "subnational"),
        ("provincial_refuge", "subnational"),
        ("provincial_nature_reserve", "subnational"),
        ("natural_monument", "local"),
        ("national_park", "national"),
    ]


def test_a_download_broken_in_metres_is_reported(copied):
    external(copied, files.sites([BROKEN_IN_METRES]))
    found = sources.sites(region="russia")
    assert found.footprints.is_valid.all()
    assert found.pieces()["piece_km2"].sum() == pytest.approx(area_km2(found.footprints).sum())
