"""Opens the tables and layers that the project ships; one loader each, typed by their published schema."""

from __future__ import annotations

import hashlib
import json
import re
from collections.abc import Sequence
from datetime import datetime
from functools import lru_cache
from pathlib import Path
from typing import Any

import geopandas as gpd
import numpy as np
import pandas as pd

from ahec_analysis import expect
from ahec_analysis.errors import DataError, ParameterError, SchemaError
from ahec_analysis.project import root

CONFIDENCE = ("low", "medium", "high")
REGIONS = {"ahec": (), "russia": ("RUS",), "china": ("CHN",), "mongolia": ("MNG",)}
"""Regions a report can be restricted to, with the ISO3 codes they keep (empty: all)."""
COUNTRY_NAMES = {"RUS": "Russia", "CHN": "China", "MNG": "Mongolia"}

opened: set[str] = set()
"""Names of the shipped files that this process has read, and ``external/…`` kinds that it has asked for."""
downloads: set[str] = set()
"""Files of data/external whose protected areas this process reports."""
_DTYPES = {"string": "str", "number": "float64", "integer": "Int64", "boolean": "boolean"}


@lru_cache
def package() -> dict[str, Any]:
    """Return the description of every shipped file (Frictionless data package)."""
    path = root() / "data" / "datapackage.json"
    try:
        described: dict[str, Any] = json.loads(path.read_text(encoding="utf-8"))
    except ValueError as error:
        raise SchemaError(
            f"{path.name} is not valid JSON ({error}); restore it with `git checkout`"
        ) from error
    return described


def resource(name: str) -> dict[str, Any]:
    """Return the description of one shipped file by its name."""
    found = {r["name"]: r for r in package()["resources"]}
    if name not in found:
        raise ParameterError(
            f"`{name}` is not in data/datapackage.json; there are: {', '.join(sorted(found))}"
        )
    described: dict[str, Any] = found[name]
    return described


def table(name: str) -> pd.DataFrame:
    """Return a table of data/tables with the types its schema states; unknown values are missing.

    Parameters
    ----------
    name : str
        Name in data/datapackage.json, such as ``protected_areas``.

    Returns
    -------
    DataFrame
        Text as ``str`` ("" where unknown), numbers as float64, integers as Int64, flags as boolean.

    Raises
    ------
    DataError
        If the file is missing.
    SchemaError
        If a column is missing or a value has the wrong type.

    Examples
    --------
    >>> table("designation_classes").set_index("designation").loc["strict_nature_reserve", "strictness"]
    np.int64(1)
    """
    path = root() / "data" / resource(name)["path"]
    if not path.is_file():
        raise DataError(f"data/{resource(name)['path']} is missing; restore it with `git checkout data`")
    opened.add(name)
    about = path.stat()
    return _read(name, path, about.st_size, about.st_mtime_ns).copy()


@lru_cache(maxsize=64)
def _read(name: str, path: Path, size: int, changed_ns: int) -> pd.DataFrame:
    del size, changed_ns
    where, out = f"data/{resource(name)['path']}", {}
    raw = pd.read_csv(path, dtype="str", keep_default_na=False)
    for field in resource(name)["schema"]["fields"]:
        column = field["name"]
        if column not in raw:
            raise SchemaError(f"{where} has no column `{column}`; run `ahec data check`")
        try:
            out[column] = _typed(raw[column], field["type"])
        except (ValueError, TypeError) as error:
            raise SchemaError(
                f"{where}, column `{column}`: {error}; run `ahec data check` for every such cell"
            ) from error
    return pd.DataFrame(out)


def _typed(text: pd.Series, kind: str) -> pd.Series:
    if kind == "string":
        return text
    known = text.mask(text == "")
    if kind == "boolean":
        wrong = known[known.notna() & ~known.isin(["true", "false"])]
        if len(wrong):
            raise ValueError(f"line {wrong.index[0] + 2} has {wrong.iloc[0]!r}, write true or false")
        return known.map({"true": True, "false": False}).astype("boolean")
    return pd.to_numeric(known).astype(_DTYPES[kind])


def protected_areas(
    *, region: str = "ahec", year: int | None = None, min_confidence: str = "low", totals_only: bool = True
) -> gpd.GeoDataFrame:
    """Return the inventory as the common table of protected areas, one row per site.

    Parameters
    ----------
    region : str
        One of :data:`REGIONS`.
    year : int, optional
        Keep what was founded up to this year; sites of unknown year stay, in a class of their own.
    min_confidence : str
        One of :data:`CONFIDENCE`: rows judged lower are left out.
    totals_only : bool
        Keep only rows that may be added up (``in_totals``).

    Returns
    -------
    GeoDataFrame
        Columns of the inventory plus ``name``, ``level``, ``year`` (Int64), ``area_km2`` and ``marine_km2``;
        points in EPSG:4326, missing where the position is unknown.

    Examples
    --------
    >>> areas = protected_areas(region="mongolia", min_confidence="high")
    >>> areas["country"].unique().tolist()
    ['MNG']
    """
    expect.choice(region, REGIONS, "region")
    expect.choice(min_confidence, CONFIDENCE, "min_confidence")
    rows = table("protected_areas")
    keep = rows["confidence"].isin(CONFIDENCE[CONFIDENCE.index(min_confidence) :])
    if totals_only:
        keep &= rows["in_totals"].fillna(False)
    if REGIONS[region]:
        keep &= rows["country"].isin(REGIONS[region])
    if year is not None:
        keep &= rows["established_year"].isna() | (rows["established_year"] <= year)
    rows = rows[keep.astype(bool)].reset_index(drop=True)
    return _located(
        rows.assign(
            name=rows["name_en"],
            level=rows["governance_level"],
            site_type="PA",
            year=rows["established_year"],
            area_km2=rows["area_ha"] / 100,
            marine_km2=np.where(rows["area_ha"].notna(), rows["marine_area_ha"].fillna(0) / 100, np.nan),
        )
    )


def of_region(rows: pd.DataFrame, region: str) -> pd.DataFrame:
    """Return the rows whose ``country`` belongs to a region of :data:`REGIONS`; ParameterError if none does."""
    expect.choice(region, REGIONS, "region")
    kept = rows[rows["country"].isin(REGIONS[region])] if REGIONS[region] else rows
    if kept.empty:
        raise ParameterError(
            f"`region` {region} has no ground in this definition of the territory; change either"
        )
    return kept.reset_index(drop=True)


def international_sites(*, region: str = "ahec") -> gpd.GeoDataFrame:
    """Return the international designations (Ramsar, World Heritage, biosphere reserves …) as points in EPSG:4326.

    A site shared by several countries belongs to each of them; the point is missing where the position is unknown.
    """
    expect.choice(region, REGIONS, "region")
    rows = table("designations")
    within = rows["country"].str.contains("|".join(REGIONS[region]))  # every row if none is named
    return _located(rows[within].reset_index(drop=True))


def _located(rows: pd.DataFrame) -> gpd.GeoDataFrame:
    points = gpd.points_from_xy(rows["lon"], rows["lat"], crs="EPSG:4326")
    located = gpd.GeoDataFrame(rows, geometry=points)
    located.loc[rows["lat"].isna() | rows["lon"].isna(), "geometry"] = None
    return located


def claims(path: str = "") -> pd.DataFrame:
    """Return the statements to audit: those of the project, or a CSV with the same columns.

    ``path`` is absolute or from the project's folder. ParameterError if it does not exist or is no CSV.
    """
    if not path:
        return table("claims")
    file = root() / path
    if not file.is_file():
        raise ParameterError(
            f"`claims` is {path!r}, but {file} does not exist; give a CSV like data/tables/claims.csv"
        )
    try:
        return pd.read_csv(file, dtype="str", keep_default_na=False)
    except (ValueError, OSError) as error:  # pandas' own parsing errors are ValueErrors
        raise ParameterError(
            f"`claims` is {path!r}, which cannot be read as CSV ({error}); see data/tables/claims.csv"
        ) from error


def earlier_sites(folder: str) -> pd.DataFrame:
    """Return the sites of an earlier edition from a kept copy of its folder reports/tables/<edition>."""
    path = root() / folder / "sites.csv"
    if not path.is_file():
        raise ParameterError(
            f"`compare` is {folder!r}, but {path} does not exist; give a folder with sites.csv"
        )
    text = {"site_id": "str", "name": "str"}
    return pd.read_csv(path, keep_default_na=False, na_values={"area_km2": [""]}, dtype=text)


def provenance(names: Sequence[str] | None = None, *, drawn: bool = True) -> pd.DataFrame:
    """Return for each shipped file its title, origin, licence and hash.

    Parameters
    ----------
    names : sequence of str, optional
        Names in data/datapackage.json; by default every file that this process has read so far, in that order.
    drawn : bool
        Whether the report draws protected areas: outlines of the WDPA may not be passed on.

    Returns
    -------
    DataFrame
        ``dataset``, ``file``, ``origin``, ``licence``, ``sha256`` (first 12 digits). By default the downloads come
        first, cited as Protected Planet asks; where they are drawn, ``attrs["withheld"]`` marks the report.

    Examples
    --------
    >>> provenance(["protected_areas"])["licence"].tolist()
    ['CC-BY-4.0']
    """
    own = cited() if names is None else []
    if names is None:
        names = [file["name"] for file in package()["resources"] if file["name"] in opened]
    rows = [
        {
            "dataset": file["title"],
            "file": file["path"],
            "origin": "; ".join(source["title"] for source in file["sources"]),
            "licence": ", ".join(licence["name"] for licence in file["licenses"]),
            "sha256": file["hash"].removeprefix("sha256:")[:12],
        }
        for file in map(resource, names)
    ]
    out = pd.DataFrame([*own, *rows], columns=["dataset", "file", "origin", "licence", "sha256"])
    if own and drawn:
        out.attrs["withheld"] = "wdpa"
    return out


def cited() -> list[dict[str, str]]:
    """Return the rows of :func:`provenance` for each WDPA download in use, ``origin`` as Protected Planet asks to cite it.

    The version is the month in the name of the file.
    """
    from ahec_analysis.data.cache import content_digest
    from ahec_analysis.data.fetch import SOURCES

    wdpa, rows = SOURCES["wdpa"], []
    for name in sorted(downloads):
        path = root() / "data" / "external" / name
        month = re.search(r"(?:^|_)([A-Z][a-z]{2}20\d\d)(?:_|\.|$)", name)
        dated = datetime.strptime(month[1], "%b%Y") if month else None
        version, year = (f"{dated:%B %Y}", f"{dated:%Y}") if dated else ("undated", "undated")
        held = [title for key, title in wdpa.databases.items() if key in name.upper()]
        databases = " and ".join(held or [*wdpa.databases.values()][:1])
        files = [path] if path.is_file() else sorted(f for f in path.rglob("*") if f.is_file())
        digests = [content_digest(file) for file in files]
        whole = digests[0] if path.is_file() else hashlib.sha256("".join(digests).encode()).hexdigest()
        rows.append(
            {
                "dataset": f"{wdpa.title}, {version}",
                "file": f"external/{name}",
                "origin": wdpa.citation.format(year=year, version=version, databases=databases),
                "licence": wdpa.licence,
                "sha256": whole[:12],
            }
        )
    return rows


def references(*tables: pd.DataFrame) -> pd.DataFrame:
    """Return the sources that the rows of these tables name in ``source_ids``.

    Columns ``source_id``, ``title``, ``kind``, ``url`` ("" where the address is not to be passed on).
    """
    used = {part for rows in tables for cell in rows["source_ids"] for part in cell.split("|")}
    sources = table("sources").rename(columns={"title_or_publisher": "title"})
    of_these = sources["source_id"].isin(used)
    return sources.loc[of_these, ["source_id", "title", "kind", "url"]].reset_index(drop=True)
