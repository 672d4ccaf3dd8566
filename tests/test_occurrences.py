"""GBIF records in every form they come in, each cleaning rule, and the model fitted to them."""

import zipfile

import geopandas as gpd
import numpy as np
import pandas as pd
import pytest
import xarray as xr

from ahec_analysis.data import external, gbif
from ahec_analysis.errors import DataError, SchemaError
from ahec_analysis.habitat import distribution, occurrences
from ahec_analysis.habitat import species as taxa
from ahec_analysis.territory.ahec import EQUAL_AREA

GOOD = {"decimalLatitude": "45.213", "decimalLongitude": "136.217", "year": "2005"}


def table(*rows, **columns):
    frame = pd.DataFrame([{**GOOD, **row} for row in rows]).fillna("")
    return frame.assign(**columns)


class TestReading:
    @pytest.mark.parametrize("separator", ["\t", ",", ";"])
    def test_any_separator(self, tmp_path, separator):
        path = tmp_path / "records.csv"
        table({}, {"year": "2010"}).to_csv(path, sep=separator, index=False)
        assert occurrences.read(path)["year"].tolist() == ["2005", "2010"]

    def test_a_zip_holds_the_table(self, tmp_path):
        path = tmp_path / "download.zip"
        with zipfile.ZipFile(path, "w") as archive:
            archive.writestr("citations.txt", "cite")
            archive.writestr("occurrence.txt", table({}).to_csv(sep="\t", index=False))
        assert len(occurrences.read(path)) == 1

    @pytest.mark.parametrize(
        ("content", "error", "message"),
        [
            ("", DataError, "is empty"),
            ("decimalLatitude\tdecimalLongitude\n", DataError, "holds no record"),
            ("lat\tlon\n1\t2\n", SchemaError, "no column decimalLatitude, decimalLongitude"),
        ],
    )
    def test_unfit_files_say_why(self, tmp_path, content, error, message):
        path = tmp_path / "x.csv"
        path.write_text(content)
        with pytest.raises(error, match=message):
            occurrences.read(path)

    def test_a_zip_without_a_table(self, tmp_path):
        path = tmp_path / "x.zip"
        with zipfile.ZipFile(path, "w") as archive:
            archive.writestr("picture.jpg", "x")
        with pytest.raises(DataError, match="holds no table"):
            occurrences.read(path)

    def test_half_a_zip_is_one_plain_sentence(self, tmp_path):
        path = tmp_path / "half.zip"
        with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
            archive.writestr("occurrence.txt", "\t".join(map(str, np.random.default_rng(0).random(9999))))
        path.write_bytes(path.read_bytes()[:30_000])
        with pytest.raises(DataError) as caught:
            occurrences.read(path)
        assert str(caught.value) == "half.zip is half a zip; download it again"

    def test_a_damaged_member_and_a_password_are_named(self, tmp_path):
        path = tmp_path / "x.zip"
        with zipfile.ZipFile(path, "w") as archive:
            archive.writestr("occurrence.txt", table({}).to_csv(sep="\t", index=False))
        whole = path.read_bytes()
        path.write_bytes(whole.replace(b"136.217", b"137.217"))
        with pytest.raises(DataError, match=r"x\.zip cannot be unpacked \(Bad CRC-32"):
            occurrences.read(path)
        flagged = bytearray(whole)
        for mark, at in ((b"PK\x03\x04", 6), (b"PK\x01\x02", 8)):
            flagged[whole.index(mark) + at] |= 1
        path.write_bytes(flagged)
        with pytest.raises(DataError, match="password"):
            occurrences.read(path)

    @pytest.mark.parametrize(
        ("place", "found"),
        [
            ("gbif/records.csv", True),
            ("gbif/owls/2024/records.csv", True),
            ("0012345-240506114902167.csv", True),
            ("gbif/archive/occurrence.txt", True),
            ("gbif/archive/citations.txt", False),
            ("gbif/records.pdf", False),
            ("notes.csv", False),
        ],
    )
    def test_downloads_are_found_where_users_put_them(self, tmp_path, monkeypatch, place, found):
        monkeypatch.setattr(external, "root", lambda: tmp_path)
        path = tmp_path / "data/external" / place
        path.parent.mkdir(parents=True)
        rows = table({"scientificName": "Bubo blakistoni"})
        (rows if path.name != "notes.csv" else rows[["year"]]).to_csv(path, sep="\t", index=False)
        assert gbif.files() == [path] * found

    def test_a_missing_file(self, tmp_path):
        with pytest.raises(DataError, match="is missing"):
            occurrences.read(tmp_path / "none.csv")


class TestCleaning:
    @pytest.mark.parametrize(
        ("change", "rule"),
        [
            ({"decimalLatitude": ""}, "no_coordinates"),
            ({"decimalLatitude": "5012345", "decimalLongitude": "700000"}, "not_degrees"),
            ({"decimalLatitude": "0", "decimalLongitude": "0"}, "zero_zero"),
            ({"decimalLatitude": "12.3"}, "outside_the_region"),
            ({"coordinateUncertaintyInMeters": "50000"}, "uncertain"),
            ({"decimalLatitude": "45", "decimalLongitude": "136"}, "rounded"),
            ({"decimalLatitude": "43.21", "decimalLongitude": "139.5"}, "sea"),
            ({"decimalLatitude": "48.48", "decimalLongitude": "135.08"}, "capital"),
            ({"basisOfRecord": "LIVING_SPECIMEN"}, "captive"),
            ({"year": "1911"}, "old"),
            ({"occurrenceStatus": "ABSENT"}, "absent"),
            ({"scientificName": "Lynx lynx"}, "other_species"),
        ],
    )
    def test_each_rule_takes_its_record(self, change, rule):
        rows = table(
            {"scientificName": "Panthera tigris L."}, {"scientificName": "Panthera tigris L.", **change}
        )
        points, ledger = occurrences.clean(rows, scientific_names=["Panthera tigris"])
        assert len(points) == 1
        assert ledger.set_index("rule").loc[rule, "rows"] == 1

    @pytest.mark.parametrize(
        "name",
        [
            "Huso dauricus (Georgi, 1775)",
            "Acipenser dauricus Georgi, 1775",
            "Acipenser (Huso) dauricus",
            "ACIPENSER DAURICUS",
        ],
    )
    def test_a_record_is_not_lost_to_a_name(self, name):
        names = ["Huso dauricus", "Acipenser dauricus"]
        for column in ("scientificName", "species", "acceptedScientificName", "verbatimScientificName"):
            points, ledger = occurrences.clean(table({column: name}), scientific_names=names)
            assert len(points) == 1, column
            assert ledger["rule"].tolist() == ["records_read", "records_kept"]

    @pytest.mark.parametrize("name", ["Ciconia ciconia boyciana", "Ciconia ciconia subsp. boyciana Swinhoe"])
    def test_three_words_do_not_take_the_whole_species(self, name):
        rows = table({"scientificName": name}, {"scientificName": "Ciconia ciconia", "year": "2001"})
        rows = rows.assign(speciesKey="2481912")
        points, _ = occurrences.clean(rows, scientific_names=["Ciconia boyciana", "Ciconia ciconia boyciana"])
        assert points["scientificName"].tolist() == [name]

    def test_another_name_of_the_same_key_stays_and_is_named(self):
        rows = table(
            {"scientificName": "Bubo blakistoni", "speciesKey": "7"},
            {"scientificName": "Strix blakistoni X", "speciesKey": "7", "year": "2001"},
            {"scientificName": "Bubo bubo", "speciesKey": "8"},
            {"scientificName": "", "speciesKey": ""},
        )
        points, ledger = occurrences.clean(rows, scientific_names=["Bubo blakistoni"])
        assert len(points) == 2
        told = ledger.set_index("rule")
        assert told.loc["other_name", ["effect", "rows", "names"]].tolist() == [
            *("kept", 1, "Strix blakistoni X (1)")
        ]
        assert told.loc["other_species", "names"] == "Bubo bubo (1), – (1)"

    @pytest.mark.parametrize(
        ("species", "name"),
        [
            ("blakiston-fish-owl", "Ketupa blakistoni (Seebohm, 1884)"),
            ("siberian-crane", "Grus leucogeranus Pallas, 1773"),
            ("white-naped-crane", "Grus vipio Pallas, 1811"),
            ("swan-goose", "Anser cygnoid (Linnaeus, 1758)"),
            ("kaluga", "Acipenser dauricus Georgi, 1775"),
            ("amur-tiger", "Panthera tigris tigris (Linnaeus, 1758)"),
        ],
    )
    def test_the_names_of_the_backbone_reach_their_species(self, tmp_path, monkeypatch, species, name):
        path = tmp_path / "records.csv"
        table({"scientificName": name}).to_csv(path, index=False)
        monkeypatch.setattr(gbif, "files", lambda: [path])
        points, _ = occurrences.of_species(taxa.find(species))
        assert len(points) == 1

    def test_swapped_coordinates_are_mended(self):
        points, ledger = occurrences.clean(
            table({"decimalLatitude": "136.217", "decimalLongitude": "45.213"})
        )
        assert points.geometry.x.tolist() == [136.217]
        assert ledger.set_index("rule").loc["swapped", "effect"] == "mended"

    def test_unknown_year_and_uncertainty_stay(self):
        points, _ = occurrences.clean(table({"year": "", "coordinateUncertaintyInMeters": ""}))
        assert points["year"].isna().tolist() == [True]

    def test_nothing_is_lost_without_an_entry(self):
        rows = table({}, {}, {"year": "1900"}, {"decimalLatitude": "x"}, {"decimalLatitude": "44.1"})
        points, ledger = occurrences.clean(rows)
        assert len(points) - int(ledger["change"].sum()) == len(rows)
        assert ledger.set_index("rule").loc["duplicate", "rows"] == 1


@pytest.fixture(scope="module")
def world():
    """A world of 60 × 60 cells in which the species lives where the first variable is high."""
    size, km = 60, 1000.0
    random = np.random.default_rng(0)
    ramp = np.linspace(0, 1, size)[None, :] + random.normal(0, 0.1, (size, size))
    other = random.normal(0, 1, (size, size))
    coords = {"y": km * 10 * np.arange(size - 0.5, 0, -1), "x": km * 10 * np.arange(0.5, size)}
    grid = xr.Dataset({"good": (("y", "x"), ramp), "noise": (("y", "x"), other)}, coords)
    grid = grid.rio.write_crs(EQUAL_AREA)
    cells = np.argwhere(ramp > 0.8)
    chosen = cells[random.permutation(len(cells))[:80]]
    points = gpd.GeoDataFrame(
        geometry=gpd.points_from_xy(coords["x"][chosen[:, 1]], coords["y"][chosen[:, 0]]), crs=EQUAL_AREA
    )
    return grid, points


class TestModel:
    def test_it_finds_the_signal_on_unseen_blocks(self, world):
        pytest.importorskip("sklearn")
        grid, points = world
        model = distribution.fit(points, grid, np.ones((60, 60), bool), block_km=100)
        overall = model.scores.set_index("fold").loc["all"]
        assert overall["auc"] > 0.8
        assert overall["boyce"] > 0.5
        again = distribution.fit(points, grid, np.ones((60, 60), bool), block_km=100)
        assert np.array_equal(model.suitability, again.suitability)

    def test_beyond_the_training_cells_it_says_so(self, world):
        pytest.importorskip("sklearn")
        grid, points = world
        model = distribution.fit(points, grid, np.ones((60, 60), bool))
        assert not model.extrapolates.any()

    def test_too_few_records_are_refused(self, world):
        pytest.importorskip("sklearn")
        grid, points = world
        with pytest.raises(DataError, match="a model needs 30"):
            distribution.fit(points.head(20), grid, np.ones((60, 60), bool))

    def test_boyce_on_paper(self):
        ground = np.linspace(0, 1, 2001)
        assert distribution.boyce(ground[ground > 0.9], ground) > 0.5
        assert distribution.boyce(ground[ground < 0.1], ground) < -0.5
        assert np.isnan(distribution.boyce(np.array([]), ground))
        assert np.isnan(distribution.boyce(np.array([0.5]), np.full(10, 0.5)))
