"""Validates every shipped file against data/datapackage.json and reports all problems at once."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterator
from typing import Any, NamedTuple

import geopandas as gpd
import numpy as np
import pandas as pd
import pyogrio
import shapely

from ahec_analysis import data, territory
from ahec_analysis.coverage.shapes import BOX, DEFAULT_PRECISION_KM
from ahec_analysis.project import root
from ahec_analysis.territory import hydrography

COLUMNS = ["severity", "file", "row", "column", "value", "rule"]
_LOOSE_POSITIONS = ("proxy", "recalled", "centroid")


class _Problem(NamedTuple):
    file: str
    rule: str
    row: int | None = None
    column: str = ""
    value: object = ""
    severity: str = "error"


def problems() -> pd.DataFrame:
    """Return every problem of the shipped data, one row each with :data:`COLUMNS` (``row``: line in the file, header 1).

    Hashes, types, ranges, vocabularies and single foreign keys are checked by Frictionless; lists of references
    (``a|b``) and positions against provinces by this module.
    """
    found = list(_file_problems())
    if not any(problem.rule.startswith("missing file") for problem in found):
        found += [*_schema_problems(), *_list_problems(), *_position_problems(), *_ground_problems()]
        found += _species_problems()
    return pd.DataFrame(found, columns=_Problem._fields)[COLUMNS].drop_duplicates(ignore_index=True)


def refresh_hashes() -> list[str]:
    """Write the sha256 and size of every described file into data/datapackage.json; return what changed."""
    folder = root() / "data"
    described = json.loads((folder / "datapackage.json").read_text(encoding="utf-8"))
    changed = []
    for item in described["resources"]:
        content = (folder / item["path"]).read_bytes()
        now = {"hash": f"sha256:{hashlib.sha256(content).hexdigest()}", "bytes": len(content)}
        if item != item | now:
            item.update(now)
            changed.append(item["path"])
    if changed:
        text = json.dumps(described, ensure_ascii=False, indent=1) + "\n"
        (folder / "datapackage.json").write_text(text, encoding="utf-8")
        data.package.cache_clear()
    return changed


def _file_problems() -> Iterator[_Problem]:
    folder = root() / "data"
    described = {item["path"]: item for item in data.package()["resources"]}
    for path, item in described.items():
        file = folder / path
        if not file.is_file():
            yield _Problem(path, "missing file; restore it with `git checkout data`")
        elif f"sha256:{hashlib.sha256(file.read_bytes()).hexdigest()}" != item["hash"]:
            rule = "sha256 differs from data/datapackage.json; after an intended edit run `ahec data hash`"
            yield _Problem(path, rule)
    for file in sorted([*(folder / "tables").iterdir(), *(folder / "reference").iterdir()]):
        path = file.relative_to(folder).as_posix()
        if path not in described:
            yield _Problem(path, "file is not described in data/datapackage.json")


def _schema_problems() -> Iterator[_Problem]:
    from frictionless import Package

    # Hashes are left out: they are reported above with their remedy.
    tables = [
        {key: value for key, value in item.items() if key not in ("hash", "bytes")}
        for item in data.package()["resources"]
        if "schema" in item
    ]
    described = {**data.package(), "resources": tables}
    for task in Package.from_descriptor(described, basepath=str(root() / "data")).validate().tasks:
        for error in task.errors:
            about = error.to_descriptor()
            place = about.get("rowNumber"), about.get("fieldName", ""), about.get("cell", "")
            yield _Problem(task.place, error.note, *place)


def _list_problems() -> Iterator[_Problem]:
    for item in data.package()["resources"]:
        fields = [field for field in item.get("schema", {}).get("fields", []) if "list" in field]
        rows = _raw(item["path"]) if fields else pd.DataFrame()
        for field in fields:
            name, rule = field["name"], field["list"]
            if name not in rows:
                continue
            if "reference" in rule:
                key = rule["reference"]
                target = data.resource(key["resource"])["path"]
                allowed = set(_raw(target)[key["field"]])
                complaint = f"is not a {key['field']} of data/{target}"
            else:
                allowed = set(rule["enum"])
                complaint = f"is not one of: {', '.join(rule['enum'])}"
            parts = rows[name].str.split(rule["delimiter"], regex=False).explode()
            for index, part in parts[(parts != "") & ~parts.isin(allowed)].items():
                yield _Problem(item["path"], f"`{part}` {complaint}", int(str(index)) + 2, name, part)


def _raw(path: str) -> pd.DataFrame:
    if path.endswith(".fgb"):
        return pyogrio.read_dataframe(root() / "data" / path, read_geometry=False).astype("str")
    return pd.read_csv(root() / "data" / path, dtype="str", keep_default_na=False, on_bad_lines="skip")


def _position_problems() -> Iterator[_Problem]:
    """Return the points that lie outside what their own row names, or away from a second source."""
    path = data.resource("protected_areas")["path"]
    rows = _raw(path)
    numbers = ["lat", "lon", "location_precision_km", "marine_area_ha", "area_ha", *BOX]
    rows[numbers] = rows[numbers].apply(pd.to_numeric, errors="coerce")
    rows = rows[rows["lat"].notna() & rows["lon"].notna()]
    points = _plane(gpd.GeoSeries.from_xy(rows["lon"], rows["lat"], index=rows.index, crs=4326))
    layers = {
        "province_code": _plane(territory.provinces().dissolve("province_code").geometry),
        "basin": _plane(hydrography.basins("basin").dissolve("parent").geometry),
    }
    for index, row in rows.iterrows():
        point, precision = points[index], row["location_precision_km"]
        precision = DEFAULT_PRECISION_KM if pd.isna(precision) else precision
        # Two points of one site may lie as far apart as the site is large.
        radius = float(np.sqrt(max(np.nan_to_num(row["area_ha"]), 0.0) / 100 / np.pi))
        loose = row["marine_area_ha"] > 0 or row["location_basis"] in _LOOSE_POSITIONS
        away = [
            (f"outside {row[name]}", float(named.distance(point).min()) / 1000, precision)
            for name, layer in layers.items()
            if len(named := layer[layer.index.isin(row[name].split("|"))])
        ]
        away += [(what, km, precision + radius) for what, km in _from_second_source(row, point)]
        for what, km, allowed in away:
            if km > 0:
                explained = km <= allowed or (loose and what == f"outside {row['province_code']}")
                rule = f"the point of {row['site_id']} lies {km:.1f} km {what}; {allowed:.0f} km are allowed"
                severity = "warning" if explained else "error"
                yield _Problem(
                    path, rule, int(str(index)) + 2, "lat", f"{row['lat']}, {row['lon']}", severity
                )


def _from_second_source(row: pd.Series, point: Any) -> Iterator[tuple[str, float]]:
    """Return how far a point lies from its own printed box and from the points that other sources give (km)."""
    if row[BOX].notna().all():
        ring = _plane(gpd.GeoSeries([shapely.box(*row[BOX])], crs=4326).segmentize(0.1))
        yield "outside its own box", float(ring.distance(point).iloc[0]) / 1000
    others = data.table("value_variants")
    others = others[(others["record_id"] == row["site_id"]) & others["field"].isin(["lat", "lon"])]
    for _, pair in others.groupby(others["variant_id"].str.rsplit("-", n=1).str[-1]):
        at = pair.set_index("field")["value"].astype(float)
        other = _plane(gpd.GeoSeries.from_xy([at["lon"]], [at["lat"]], crs=4326))
        yield f"from the point of {pair['source_ids'].iloc[0]}", float(other.distance(point).iloc[0]) / 1000


def _plane(shapes: gpd.GeoSeries) -> gpd.GeoSeries:
    return shapes.to_crs(territory.EQUAL_AREA)


def _ground_problems() -> Iterator[_Problem]:
    """Return limits that are no box, and shares by province that do not add up to the area of their site."""
    path = data.resource("protected_areas")["path"]
    for number, row in enumerate(_raw(path).to_dict("records"), start=2):
        west, south, east, north = (pd.to_numeric(row[name], errors="coerce") for name in BOX)
        if any(row[name] for name in BOX) and not (west < east and south < north):
            rule = (
                f"the limits of {row['site_id']} lack one, or east is not beyond west and north beyond south"
            )
            yield _Problem(path, rule, number, "box_west", row["box_west"])
        shares = dict(part.split("=", 1) for part in row["province_shares"].split("|") if "=" in part)
        whole = pd.to_numeric(pd.Series(shares.values(), dtype="str"), errors="coerce").sum()
        same = set(shares) == set(row["province_code"].split("|"))
        if shares and not (
            same and np.isclose(whole, pd.to_numeric(row["area_ha"], errors="coerce"), rtol=0.01)
        ):
            rule = f"the shares of {row['site_id']} are not those of its provinces, or do not sum to its area"
            yield _Problem(path, rule, number, "province_shares", row["province_shares"])


def _species_problems() -> Iterator[_Problem]:
    """Return what keeps the model of a species from being read: variables, units, and rows that it lacks."""
    columns = {
        "species": ["species_id", "group", "model_state"],
        "habitat_parameters": ["species_id", "variable", "unit", "model"],
        "species_ranges": ["species_id", "presence"],
        "habitat_variables": ["variable", "unit", "ground"],
    }
    paths = {name: data.resource(name)["path"] for name in columns}
    species, rows, ranges, known = (
        _raw(paths[name]).reindex(columns=needed, fill_value="") for name, needed in columns.items()
    )
    fish = set(species.loc[species["group"] == "fish", "species_id"])
    used = rows[rows["model"] == "true"]
    for index, row in used.iterrows():
        ground = "river" if row["species_id"] in fish else "land"
        units = known[known["ground"] == ground].set_index("variable")["unit"].to_dict()
        place = paths["habitat_parameters"], int(str(index)) + 2
        if row["variable"] not in units:
            rule = (
                f"no {ground} model reads `{row['variable']}`; there are {', '.join(units)}; a layer of your own in "
                "data/external/covariates gets a row in habitat_variables.csv"
            )
            yield _Problem(place[0], rule, place[1], "variable", row["variable"])
        elif row["unit"] != (unit := units[row["variable"]]):
            rule = f"`{row['variable']}` is read in {unit}; convert the limits"
            yield _Problem(place[0], rule, place[1], "unit", row["unit"])
    for index, row in species[species["model_state"] != ""].iterrows():
        own = ranges[ranges["species_id"] == row["species_id"]]
        here = own["presence"].isin(["resident", "reintroduced"]).any()
        lacking = {
            "with `model` true in habitat_parameters.csv": not (
                used["species_id"] == row["species_id"]
            ).any(),
            "in species_ranges.csv": own.empty,
            "resident or reintroduced in species_ranges.csv": row["model_state"] == "published" and not here,
        }
        for what in (what for what, lacks in lacking.items() if lacks):
            rule = f"{row['species_id']} has a model_state but no row {what}; add one"
            yield _Problem(paths["species"], rule, int(str(index)) + 2, "model_state", row["model_state"])


def summary(found: pd.DataFrame) -> str:
    """Return one line that counts files, errors and warnings."""
    files = len(data.package()["resources"])
    errors = int((found["severity"] == "error").sum())
    return f"{files} files checked: {errors} errors, {len(found) - errors} warnings"
