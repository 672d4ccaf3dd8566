"""Occurrence records from a GBIF download: read in any of its forms, cleaned by named rules."""

from __future__ import annotations

import io
import zipfile
from collections.abc import Sequence
from pathlib import Path

import geopandas as gpd
import numpy as np
import pandas as pd
import shapely

from ahec_analysis import territory
from ahec_analysis.data.layers import EQUAL_AREA
from ahec_analysis.errors import DataError, SchemaError
from ahec_analysis.habitat import species as taxa
from ahec_analysis.project import root

NEEDED = ("decimalLatitude", "decimalLongitude")
MAX_UNCERTAINTY_M = 10_000.0
FIRST_YEAR = 1950
CAPITAL_KM = 5.0
MIN_SEA_KM = 5.0
LEDGER = ["rule", "effect", "rows", "change"]
_ENDINGS = (".csv", ".tsv", ".txt", ".zip")
_DATA_MEMBERS = ("occurrence.txt", ".csv", ".tsv", ".txt")


def downloads() -> list[Path]:
    """Return the files in data/external/gbif."""
    folder = root() / "data" / "external" / "gbif"
    return sorted(p for p in folder.glob("*") if p.suffix.lower() in _ENDINGS)


def read(path: str | Path) -> pd.DataFrame:
    """Return the records of a GBIF download (table or zip), Darwin Core names, as text."""
    file = Path(path)
    if not file.is_file():
        raise DataError(f"{file} is missing; put the GBIF download into data/external/gbif")
    content = _unpacked(file) if zipfile.is_zipfile(file) else file.read_bytes()
    text = content.decode("utf-8-sig", errors="replace")
    head = text.partition("\n")[0]
    if not text.strip():
        raise DataError(f"{file.name} is empty; download it again")
    separator = max("\t,;", key=head.count)
    try:
        # GBIF's tab-separated files carry quotation marks that open nothing.
        quoting = 3 if separator == "\t" else 0
        rows = pd.read_csv(
            io.StringIO(text),
            sep=separator,
            dtype="str",
            keep_default_na=False,
            quoting=quoting,
        )
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
    rows: pd.DataFrame,
    *,
    scientific_names: Sequence[str] = (),
    max_uncertainty_m: float = MAX_UNCERTAINTY_M,
    first_year: int = FIRST_YEAR,
) -> tuple[gpd.GeoDataFrame, pd.DataFrame]:
    """Return the records that can be used, as points in EPSG:4326, and the ledger of those that cannot.

    Rules, in this order; a record falls to the first that it meets: ``other species`` (no name begins so),
    ``no coordinates``, ``not degrees`` (projected or impossible), ``zero-zero``, ``swapped`` (latitude and
    longitude of a place in the region: mended, not dropped), ``outside the region``, ``uncertain`` (above the
    limit in metres; unknown ones stay), ``rounded`` (whole degrees), ``sea`` (more than 5 km from land),
    ``capital`` (within 5 km of the capital of a country or province: often where a collection is kept),
    ``captive``, ``old`` (before the first year; unknown ones stay), ``absent``, ``duplicate`` (same place and
    year). Rows kept and rows lost sum to the rows given. Zizka et al. (2019), CoordinateCleaner, Methods in
    Ecology and Evolution 10, 744-751.
    """
    lat = pd.to_numeric(rows["decimalLatitude"], errors="coerce").to_numpy(dtype=float)
    lon = pd.to_numeric(rows["decimalLongitude"], errors="coerce").to_numpy(dtype=float)
    lat, lon = lat.copy(), lon.copy()
    year = pd.to_numeric(_column(rows, "year"), errors="coerce").astype("Int64")
    uncertain = pd.to_numeric(_column(rows, "coordinateUncertaintyInMeters"), errors="coerce")
    name = _column(rows, "scientificName").str.lower()
    wanted = tuple(n.lower() for n in scientific_names)
    north, east = (39.0, 59.0), (105.0, 145.0)
    swapped = (lat >= east[0]) & (lat <= east[1]) & (lon >= north[0]) & (lon <= north[1])
    lat[swapped], lon[swapped] = lon[swapped], lat[swapped]
    inside = (lat >= north[0]) & (lat <= north[1]) & (lon >= east[0]) & (lon <= east[1])
    sea, capital = np.zeros(len(rows), bool), np.zeros(len(rows), bool)
    if inside.any():
        sea[inside], capital[inside] = (
            _far_from_land(lon[inside], lat[inside]),
            _in_capital(lon[inside], lat[inside]),
        )
    record = _column(rows, "basisOfRecord").str.upper()
    means = (_column(rows, "establishmentMeans") + _column(rows, "degreeOfEstablishment")).str.lower()
    rules = {
        "other species": ~name.str.startswith(wanted).to_numpy() if wanted else np.zeros(len(rows), bool),
        "no coordinates": np.isnan(lat) | np.isnan(lon),
        "not degrees": (np.abs(lat) > 90) | (np.abs(lon) > 180),
        "zero-zero": (lat == 0) & (lon == 0),
        "outside the region": ~inside,
        "uncertain": (uncertain > max_uncertainty_m).to_numpy(),
        "rounded": (lat == np.round(lat)) & (lon == np.round(lon)),
        "sea": sea,
        "capital": capital,
        "captive": (
            record.isin(["LIVING_SPECIMEN", "FOSSIL_SPECIMEN"])
            | means.str.contains("captive|cultivated|managed")
        ).to_numpy(),
        "old": (year < first_year).fillna(False).to_numpy(dtype=bool),
        "absent": (_column(rows, "occurrenceStatus").str.upper() == "ABSENT").to_numpy(),
    }
    left = np.ones(len(rows), bool)
    ledger = [("swapped", "mended", int(swapped.sum()), 0)]
    for rule, hit in rules.items():
        lost = left & hit
        ledger.append((rule, "dropped", int(lost.sum()), -int(lost.sum())))
        left &= ~hit
    points = gpd.GeoDataFrame(
        rows.assign(year=year, decimalLatitude=lat, decimalLongitude=lon)[left],
        geometry=gpd.points_from_xy(lon[left], lat[left]),
        crs="EPSG:4326",
    )
    twice = points.duplicated(["decimalLatitude", "decimalLongitude", "year"])
    ledger.append(("duplicate", "dropped", int(twice.sum()), -int(twice.sum())))
    points = points[~twice].reset_index(drop=True)
    shown = [entry for entry in ledger if entry[2]]
    total = [("records read", "", len(rows), 0), *shown, ("records kept", "", len(points), 0)]
    return points, pd.DataFrame(total, columns=LEDGER)


def of_species(taxon: taxa.Species) -> tuple[gpd.GeoDataFrame, pd.DataFrame] | None:
    """Return the cleaned records of a species from data/external/gbif with their ledger, None without download."""
    files = downloads()
    if not files:
        return None
    rows = pd.concat([read(path) for path in files], ignore_index=True).fillna("")
    genus_species = " ".join(taxon.scientific_name.split()[:2])
    return clean(rows, scientific_names=[genus_species])


def _column(rows: pd.DataFrame, name: str) -> pd.Series:
    return rows[name].astype("str") if name in rows else pd.Series("", index=rows.index, dtype="str")


def _metres(lon: np.ndarray, lat: np.ndarray) -> np.ndarray:
    return np.asarray(gpd.GeoSeries.from_xy(lon, lat, crs="EPSG:4326").to_crs(EQUAL_AREA))


def _far_from_land(lon: np.ndarray, lat: np.ndarray) -> np.ndarray:
    land = np.asarray(territory.land().geometry.to_crs(EQUAL_AREA))
    tree = shapely.STRtree(land)
    found, _ = tree.query(_metres(lon, lat), predicate="dwithin", distance=1000 * MIN_SEA_KM)
    near = np.zeros(len(lon), bool)
    near[found] = True
    return ~near


def _in_capital(lon: np.ndarray, lat: np.ndarray) -> np.ndarray:
    towns = territory.towns()
    capitals = np.asarray(towns[towns["capital"]].geometry.to_crs(EQUAL_AREA))
    tree = shapely.STRtree(capitals)
    found, _ = tree.query(_metres(lon, lat), predicate="dwithin", distance=1000 * CAPITAL_KM)
    near = np.zeros(len(lon), bool)
    near[found] = True
    return near
