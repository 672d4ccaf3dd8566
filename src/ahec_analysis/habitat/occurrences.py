"""Occurrence records from a GBIF download: read in any of its forms, cleaned by named rules."""

from __future__ import annotations

import io
import re
from collections.abc import Collection, Sequence
from pathlib import Path

import geopandas as gpd
import numpy as np
import pandas as pd
from numpy.typing import NDArray

from ahec_analysis import territory
from ahec_analysis.data import gbif
from ahec_analysis.data.layers import EQUAL_AREA
from ahec_analysis.errors import DataError, SchemaError
from ahec_analysis.habitat import species as taxa
from ahec_analysis.values import UNKNOWN

NEEDED = list(gbif.COORDINATES)
_INTERPRETED = ["scientificName", "acceptedScientificName", "species"]
_READ = [
    *(
        "year",
        "coordinateUncertaintyInMeters",
        "basisOfRecord",
        "establishmentMeans",
        "degreeOfEstablishment",
    ),
    *("occurrenceStatus", "speciesKey", "verbatimScientificName", *_INTERPRETED),
]
MAX_UNCERTAINTY_M = 10_000.0
FIRST_YEAR = 1950
CAPITAL_KM = 5.0
MIN_SEA_KM = 5.0
LEDGER = ["rule", "effect", "rows", "change", "names"]
_NAMED = 5


def read(path: str | Path) -> pd.DataFrame:
    """Return the records of a GBIF download (table or zip), Darwin Core names, as text."""
    file = Path(path)
    if not file.is_file():
        raise DataError(f"{file} is missing; put the GBIF download into data/external/gbif")
    text = gbif.text(file)
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
            f"{', '.join(str(name)[:40] for name in rows.columns[:8])}"
        )
    if rows.empty:
        raise DataError(f"{file.name} holds no record; check the filter of the download")
    return rows


def clean(
    rows: pd.DataFrame, *, scientific_names: Sequence[str] = ()
) -> tuple[gpd.GeoDataFrame, pd.DataFrame]:
    """Return the records that can be used, as points in EPSG:4326, and the ledger of those that cannot.

    Rules, in this order; a record falls to the first that it meets: ``other_species`` (none of its names is one of
    those given: two words, or three where three are given, whatever their author; ``names`` of the ledger says which
    came), ``no_coordinates``, ``not_degrees`` (projected or impossible), ``zero_zero``, ``swapped`` (latitude and
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
    named, synonym = _named(rows, scientific_names)
    names = rows["scientificName"].mask(rows["scientificName"] == "", UNKNOWN)
    rules = {
        "other_species": ~(named | synonym),
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
        ("records_read", "", len(rows), 0, ""),
        ("other_name", "kept", int(synonym.sum()), 0, _listed(names[synonym])),
        ("swapped", "mended", int(swapped.sum()), 0, ""),
        *((rule, "dropped", int(n), -int(n), "") for rule, n in lost.items()),
        ("records_kept", "", int((~dropped).sum()), 0, ""),
    ]
    points = gpd.GeoDataFrame(rows, geometry=gpd.points_from_xy(lon, lat), crs="EPSG:4326")
    told = pd.DataFrame(ledger, columns=LEDGER).query("rows > 0 or effect == ''")
    told.loc[told["rule"] == "other_species", "names"] = _listed(names[hits["other_species"]])
    return points[~dropped].reset_index(drop=True), told.reset_index(drop=True)


def _named(rows: pd.DataFrame, names: Sequence[str]) -> tuple[pd.Series, pd.Series]:
    """Return which records go by one of the names, and which others GBIF holds for the same species."""
    if not names:
        return pd.Series(True, rows.index), pd.Series(False, rows.index)
    wanted = {name.lower() for name in names}
    pairs = {name for name in wanted if name.count(" ") == 1}
    keys = set(rows.loc[_any_of(rows[_INTERPRETED], pairs), "speciesKey"]) - {"", "0"}
    named = _any_of(rows[[*_INTERPRETED, "verbatimScientificName"]], wanted)
    return named, ~named & rows["speciesKey"].isin(keys)


def _any_of(columns: pd.DataFrame, wanted: Collection[str]) -> pd.Series:
    """Return which rows have one of the names in any column."""
    found = {name: _goes_by(name, wanted) for name in pd.unique(columns.to_numpy().ravel())}
    return columns.apply(lambda column: column.map(found)).any(axis=1)


def _goes_by(name: str, wanted: Collection[str]) -> bool:
    """Return whether genus and epithet, or these and the subspecies, are one of the names, without subgenus and author.

    >>> _goes_by("Acipenser (Huso) dauricus Georgi, 1775", ["acipenser dauricus"])
    True
    """
    words = [
        w for w in re.sub(r"\([^)]*\)", " ", name.lower()).split() if w not in ("subsp.", "ssp.", "var.")
    ]
    return any(" ".join(words[:n]) in wanted for n in (2, 3))


def _listed(names: pd.Series) -> str:
    """Return the commonest names with their records."""
    counts = names.value_counts()
    shown = [f"{name[:60]} ({n})" for name, n in counts.head(_NAMED).items()]
    return ", ".join(shown + [f"{len(counts) - _NAMED} more"] * (len(counts) > _NAMED))


def _in_region(lat: NDArray[np.float64], lon: NDArray[np.float64]) -> NDArray[np.bool_]:
    return (lat >= 39) & (lat <= 59) & (lon >= 105) & (lon <= 145)


def of_species(taxon: taxa.Species) -> tuple[gpd.GeoDataFrame, pd.DataFrame] | None:
    """Return the cleaned records of a species from data/external with their ledger, None without download.

    They come under its scientific name or a synonym of species_names.csv.
    """
    files = gbif.files()
    if not files:
        return None
    rows = pd.concat([read(path) for path in files], ignore_index=True).fillna("")
    own = " ".join(taxon.scientific_name.split()[:2])
    return clean(rows, scientific_names=[own, *taxa.rows("species_names", taxon.species_id)["synonym"]])


def _near(places: gpd.GeoSeries, layer: gpd.GeoDataFrame, km: float) -> NDArray[np.bool_]:
    """Return which places lie within so many km of a layer."""
    tree = layer.geometry.to_crs(EQUAL_AREA).sindex
    found, _ = tree.query(places.to_crs(EQUAL_AREA), predicate="dwithin", distance=1000 * km)
    return np.isin(np.arange(len(places)), found)
