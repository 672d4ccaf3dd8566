"""Validates every shipped file against data/datapackage.json and reports all problems at once."""

from __future__ import annotations

import hashlib
import json
from typing import Any

import geopandas as gpd
import pandas as pd
import pyogrio

from ahec_analysis import data, territory
from ahec_analysis.project import root

COLUMNS = ["severity", "file", "row", "column", "value", "rule"]
_LOOSE_POSITIONS = ("proxy", "recalled", "centroid")


def problems() -> pd.DataFrame:
    """Return every problem of the shipped data, one row each.

    Hashes, types, ranges, vocabularies and single foreign keys are checked by Frictionless; lists of
    references (``a|b``) and positions against provinces by this module.

    Returns
    -------
    DataFrame
        ``severity`` (error or warning), ``file``, ``row`` (line in the file, header 1), ``column``,
        ``value``, ``rule``; empty where all is well.
    """
    found = [*_file_problems()]
    if not any(p["rule"].startswith("missing file") for p in found):
        found += [*_schema_problems(), *_list_problems(), *_position_problems()]
    return pd.DataFrame(found, columns=COLUMNS).drop_duplicates(ignore_index=True)


def refresh_hashes() -> list[str]:
    """Write the sha256 and size of every described file into data/datapackage.json; return what changed."""
    folder = root() / "data"
    described = json.loads((folder / "datapackage.json").read_text(encoding="utf-8"))
    changed = []
    for item in described["resources"]:
        content = (folder / item["path"]).read_bytes()
        now = {"hash": f"sha256:{hashlib.sha256(content).hexdigest()}", "bytes": len(content)}
        if any(item.get(key) != value for key, value in now.items()):
            item.update(now)
            changed.append(item["path"])
    if changed:
        text = json.dumps(described, ensure_ascii=False, indent=1) + "\n"
        (folder / "datapackage.json").write_text(text, encoding="utf-8")
        data.package.cache_clear()
    return changed


def _problem(
    file: str, row: int | None, column: str, value: object, rule: str, *, severity: str = "error"
) -> dict[str, Any]:
    return {"severity": severity, "file": file, "row": row, "column": column, "value": value, "rule": rule}


def _file_problems() -> list[dict[str, Any]]:
    folder = root() / "data"
    described = {item["path"]: item for item in data.package()["resources"]}
    found = []
    for path, item in described.items():
        file = folder / path
        if not file.is_file():
            found.append(_problem(path, None, "", "", "missing file; restore it with `git checkout data`"))
        elif f"sha256:{hashlib.sha256(file.read_bytes()).hexdigest()}" != item["hash"]:
            rule = "sha256 differs from data/datapackage.json; after an intended edit run `ahec data hash`"
            found.append(_problem(path, None, "", "", rule))
    for file in sorted([*(folder / "tables").iterdir(), *(folder / "reference").iterdir()]):
        path = file.relative_to(folder).as_posix()
        if path not in described:
            found.append(_problem(path, None, "", "", "file is not described in data/datapackage.json"))
    return found


def _schema_problems() -> list[dict[str, Any]]:
    from frictionless import Package

    folder = root() / "data"
    # Hashes are left out: they are reported above with their remedy.
    tables = [
        {key: value for key, value in item.items() if key not in ("hash", "bytes")}
        for item in data.package()["resources"]
        if "schema" in item
    ]
    package = Package.from_descriptor({**data.package(), "resources": tables}, basepath=str(folder))
    found = []
    for task in package.validate().tasks:
        for error in task.errors:
            about = error.to_descriptor()
            found.append(
                _problem(
                    task.place,
                    about.get("rowNumber"),
                    about.get("fieldName", ""),
                    about.get("cell", ""),
                    error.note,
                )
            )
    return found


def _list_problems() -> list[dict[str, Any]]:
    found = []
    for item in data.package()["resources"]:
        rows: pd.DataFrame | None = None
        for field in item.get("schema", {}).get("fields", []):
            if "list" not in field:
                continue
            if rows is None:
                rows = _raw(item["path"])
            if field["name"] not in rows:
                continue
            rule = field["list"]
            if "reference" in rule:
                key = rule["reference"]
                target = data.resource(key["resource"])["path"]
                allowed = set(_raw(target)[key["field"]])
                complaint = f"is not a {key['field']} of data/{target}"
            else:
                allowed = set(rule["enum"])
                complaint = f"is not one of: {', '.join(rule['enum'])}"
            found += [
                _problem(item["path"], number, field["name"], part, f"`{part}` {complaint}")
                for number, cell in enumerate(rows[field["name"]], start=2)
                for part in (cell.split(rule["delimiter"]) if cell else ())
                if part not in allowed
            ]
    return found


def _raw(path: str) -> pd.DataFrame:
    if path.endswith(".fgb"):
        return pyogrio.read_dataframe(root() / "data" / path, read_geometry=False).astype("str")
    return pd.read_csv(root() / "data" / path, dtype="str", keep_default_na=False, on_bad_lines="skip")


def _position_problems() -> list[dict[str, Any]]:
    path = data.resource("protected_areas")["path"]
    rows = _raw(path)
    for column in ("lat", "lon", "location_precision_km", "marine_area_ha"):
        rows[column] = pd.to_numeric(rows[column], errors="coerce")
    rows = rows[rows["lat"].notna() & rows["lon"].notna()]
    points = gpd.GeoSeries.from_xy(rows["lon"], rows["lat"], crs="EPSG:4326").to_crs(territory.EQUAL_AREA)
    points.index = rows.index
    land = territory.provinces().to_crs(territory.EQUAL_AREA).dissolve("province_code").geometry
    found = []
    for index, row in rows.iterrows():
        own = land[land.index.isin(row["province_code"].split("|"))]
        if own.empty:
            continue
        away_km = own.distance(points[index]).min() / 1000
        allowed_km = 0.0 if pd.isna(row["location_precision_km"]) else row["location_precision_km"]
        if away_km == 0:
            continue
        explained = (
            row["marine_area_ha"] > 0
            or row["location_basis"] in _LOOSE_POSITIONS
            or row["location_note"] != ""
        )
        found.append(
            _problem(
                path,
                index + 2,
                "lat",
                f"{row['lat']}, {row['lon']}",
                f"the point of {row['site_id']} lies {away_km:.1f} km outside {row['province_code']}, "
                f"its precision is {allowed_km:.0f} km",
                severity="warning" if explained or away_km <= allowed_km else "error",
            )
        )
    return found


def summary(found: pd.DataFrame) -> str:
    """Return one line that counts files, errors and warnings."""
    files = len(data.package()["resources"])
    errors = int((found["severity"] == "error").sum())
    return f"{files} files checked: {errors} errors, {len(found) - errors} warnings"
