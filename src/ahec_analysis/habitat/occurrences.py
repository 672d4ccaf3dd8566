"""Occurrence records from a GBIF download: read in any of its forms, cleaned by named rules."""

from __future__ import annotations

import io
import zipfile
from collections.abc import Sequence
from pathlib import Path

import geopandas as gpd
import numpy as np
import pandas as pd
from numpy.typing import NDArray

from ahec_analysis import territory
from ahec_analysis.data import external
from ahec_analysis.data.layers import EQUAL_AREA
from ahec_analysis.errors import DataError, SchemaError
from ahec_analysis.habitat import species as taxa

NEEDED = ["decimalLatitude", "decimalLongitude"]
_READ = [
    *("year", "coordinateUncertaintyInMeters", "scientificName", "basisOfRecord", "establishmentMeans"),
    *("degreeOfEstablishment", "occurrenceStatus"),
]
MAX_UNCERTAINTY_M = 10_000.0
FIRST_YEAR = 1950
CAPITAL_KM = 5.0
MIN_SEA_KM = 5.0
LEDGER = ["rule", "effect", "rows", "change"]
_ENDINGS = (".csv", ".tsv", ".txt", ".zip")
_DATA_MEMBERS = ("occurrence.txt", ".csv", ".tsv", ".txt")


def read(path: str | Path) -> pd.DataFrame:
    """Return the records of a GBIF download (table or zip), Darwin Core names, as text."""
    file = Path(path)
    if not file.is_file():
        raise DataError(f"{file} is missing; put the GBIF download into data/external/gbif")
    content = _unpacked(file) if zipfile.is_zipfile(file) else file.read_bytes()
    text = content.decode("utf-8-sig", errors="replace")
    if not text.strip():
        raise DataError(f"{file.name} is empty; download it again")
    separator = max("\t,;", key=text.partition("\n")[0].count)
    # GBIF's tab-separated files carry quotation marks that open nothing.
    options = {"sep": separator, "quoting": 3 if separator == "\t" else 0}
    try:
        rows = pd.read_csv(io.StringIO(text), dtype="str", keep_default_na=False, **options)
    except (pd.errors.ParserError, ValueError) as error:
        raise DataError(f"{file.name} is not a table ({error}); download it again") from error
    missing = [c for c in NEEDED if c not in rows]
    if missing:
        raise SchemaError(
            f"{file.name} has no column {', '.join(missing)}; use a GBIF download with Darwin Core names, it has: "
            f"{', '.join(map(str, rows.columns[:8]))}"
        )
    if rows.empty:
        raise DataError(f"{file.name} holds no record; check the filter of the download")
    return rows


def _unpacked(file: Path) -> bytes:
    with zipfile.ZipFile(file) as archive:
        names = [n for n in archive.namelist() if not n.endswith("/") and "__MACOSX" not in n]
        for ending in _DATA_MEMBERS:
            hits = [n for n in names if n.lower().endswith(ending)]
            if hits:
                return archive.read(max(hits, key=lambda n: archive.getinfo(n).file_size))
    raise DataError(
        f"{file.name} holds no table (found: {', '.join(names[:5]) or 'nothing'}); download it again"
    )


def clean(
    rows: pd.DataFrame, *, scientific_names: Sequence[str] = ()
) -> tuple[gpd.GeoDataFrame, pd.DataFrame]:
    """Return the records that can be used, as points in EPSG:4326, and the ledger of those that cannot.

    Rules, in this order; a record falls to the first that it meets: ``other_species`` (no name begins so),
    ``no_coordinates``, ``not_degrees`` (projected or impossible), ``zero_zero``, ``swapped`` (latitude and
    longitude of a place in the region: mended, not dropped), ``outside_the_region``, ``uncertain`` (above 10 km;
    unknown ones stay), ``rounded`` (whole degrees), ``sea`` (more than 5 km from land),
    ``capital`` (within 5 km of the capital of a country or province: often where a collection is kept),
    ``captive``, ``old`` (before 1950; unknown ones stay), ``absent``, ``duplicate`` (same place and
    year). Rows kept and rows lost sum to the rows given. Zizka et al. (2019), CoordinateCleaner, Methods in
    Ecology and Evolution 10, 744-751.
    """
    blank = {name: "" for name in _READ if name not in rows}
    rows = rows.assign(**blank).astype(dict.fromkeys(_READ, "str"))
    lat, lon = (pd.to_numeric(rows[c], errors="coerce").to_numpy(dtype=float, copy=True) for c in NEEDED)
    year = pd.to_numeric(rows["year"], errors="coerce").astype("Int64")
    uncertain = pd.to_numeric(rows["coordinateUncertaintyInMeters"], errors="coerce")
    swapped = _in_region(lon, lat)
    lat[swapped], lon[swapped] = lon[swapped], lat[swapped]
    inside = _in_region(lat, lon)
    places = gpd.GeoSeries.from_xy(np.where(inside, lon, 0.0), np.where(inside, lat, 0.0), crs="EPSG:4326")
    towns = territory.towns()
    kept = rows["basisOfRecord"].str.upper().isin(["LIVING_SPECIMEN", "FOSSIL_SPECIMEN"])
    means = (rows["establishmentMeans"] + rows["degreeOfEstablishment"]).str.lower()
    wanted = tuple(n.lower() for n in scientific_names)
    rules = {
        "other_species": ~rows["scientificName"].str.lower().str.startswith(wanted or ""),
        "no_coordinates": np.isnan(lat) | np.isnan(lon),
        "not_degrees": (np.abs(lat) > 90) | (np.abs(lon) > 180),
        "zero_zero": (lat == 0) & (lon == 0),
        "outside_the_region": ~inside,
        "uncertain": uncertain > MAX_UNCERTAINTY_M,
        "rounded": (lat == np.round(lat)) & (lon == np.round(lon)),
        "sea": ~_near(places, territory.land(), MIN_SEA_KM),
        "capital": _near(places, towns[towns["capital"]], CAPITAL_KM),
        "captive": kept | means.str.contains("captive|cultivated|managed"),
        "old": (year < FIRST_YEAR).fillna(False),
        "absent": rows["occurrenceStatus"].str.upper() == "ABSENT",
    }
    hits = pd.DataFrame({rule: np.asarray(hit, dtype=bool) for rule, hit in rules.items()}, index=rows.index)
    rows = rows.assign(year=year, decimalLatitude=lat, decimalLongitude=lon)
    hits["duplicate"] = (
        rows[~hits.any(axis=1)].duplicated([*NEEDED, "year"]).reindex(rows.index, fill_value=False)
    )
    dropped = hits.any(axis=1)
    lost = hits.idxmax(axis=1)[dropped].value_counts().reindex(hits.columns, fill_value=0)
    ledger = [
        ("records_read", "", len(rows), 0),
        ("swapped", "mended", int(swapped.sum()), 0),
        *((rule, "dropped", int(n), -int(n)) for rule, n in lost.items()),
        ("records_kept", "", int((~dropped).sum()), 0),
    ]
    points = gpd.GeoDataFrame(rows, geometry=gpd.points_from_xy(lon, lat), crs="EPSG:4326")
    told = pd.DataFrame(ledger, columns=LEDGER).query("rows > 0 or effect == ''")
    return points[~dropped].reset_index(drop=True), told.reset_index(drop=True)


def _in_region(lat: NDArray[np.float64], lon: NDArray[np.float64]) -> NDArray[np.bool_]:
    return (lat >= 39) & (lat <= 59) & (lon >= 105) & (lon <= 145)


def of_species(taxon: taxa.Species) -> tuple[gpd.GeoDataFrame, pd.DataFrame] | None:
    """Return the cleaned records of a species from data/external/gbif with their ledger, None without download."""
    folder = external.folder("gbif")
    files = sorted(path for path in folder.glob("*") if path.suffix.lower() in _ENDINGS)
    if not files:
        return None
    rows = pd.concat([read(path) for path in files], ignore_index=True).fillna("")
    return clean(rows, scientific_names=[" ".join(taxon.scientific_name.split()[:2])])


def _near(places: gpd.GeoSeries, layer: gpd.GeoDataFrame, km: float) -> NDArray[np.bool_]:
    """Return which places lie within so many km of a layer."""
    tree = layer.geometry.to_crs(EQUAL_AREA).sindex
    found, _ = tree.query(places.to_crs(EQUAL_AREA), predicate="dwithin", distance=1000 * km)
    return np.isin(np.arange(len(places)), found)
