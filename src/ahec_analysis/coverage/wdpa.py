"""Downloads of the World Database on Protected Areas (WDPA, WD-OECM), read as they come."""

from __future__ import annotations

import io
import re
import zipfile
import zlib
from collections.abc import Iterable, Iterator, Sequence
from contextlib import suppress
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import geopandas as gpd
import numpy as np
import pandas as pd
import pyogrio
import shapely
from pyproj import Transformer

from ahec_analysis.coverage.wdpa_rules import FIELDS, GARBLED, clean
from ahec_analysis.errors import DataError, ParameterError, SchemaError

__all__ = ["clean", "read"]

RENAMED = {
    "WDPAID": "SITE_ID",
    "WDPA_PID": "SITE_PID",
    "PA_DEF": "SITE_TYPE",
    "NAME": "NAME_ENG",
    "ORIG_NAME": "NAME",
    "MARINE": "REALM",
    "PARENT_ISO": "PRNT_ISO3",
    "PARENT_ISO3": "PRNT_ISO3",
}
"""Fields of the schema before November 2025 and their names since; NAME changed its meaning."""

_CODES = {
    "SITE_TYPE": {"1": "PA", "0": "OECM"},
    "REALM": {"0": "Terrestrial", "1": "Coastal", "2": "Marine"},
}
FORMATS = (".shp", ".gpkg", ".gdb", ".geojson", ".csv")
_ADDED = ("geometry", "LAYER", "ROW", "READ_NOTE")
_PARTS = 3
"""Protected Planet packs a download of shapefiles as this many inner zips, ``…_shp_0`` to ``…_shp_2``."""
_CPG = "put a .cpg beside the .shp that names its encoding: UTF-8, CP1251 (Russian) or GB18030 (Chinese)"
Box = tuple[float, float, float, float]


def read(
    path: str | Path,
    *,
    bbox: Box | None = None,
    columns: Sequence[str] | None = None,
) -> gpd.GeoDataFrame:
    """Return the sites of a WDPA or WD-OECM download, points and polygons together.

    Parameters
    ----------
    path : str or Path
        The download as it comes: a zip (of shapefiles, of three zips of shapefiles, of a geodatabase,
        GeoPackage or CSV), a .gdb, .gpkg, .shp, .geojson or .csv, or a folder of these.
    bbox : tuple of float
        West, south, east, north in degrees; only what intersects it is read, of a CSV everything.
    columns : sequence of str
        Further fields to read, beside those the cleaning uses.

    Returns
    -------
    GeoDataFrame
        EPSG:4326, fields under their names since November 2025 (``SITE_ID``, ``NAME_ENG`` …) whatever the
        schema of the file, and ``LAYER``, ``ROW`` and ``READ_NOTE`` (empty, or what had to be mended to
        read the row). ``attrs["source"]`` is the name of the file, ``attrs["schema"]`` "old" or "new".

    Raises
    ------
    DataError
        If the file is missing, truncated, in parts, under a password or unreadable, if text is in an encoding that
        the file does not name, or a layer has no CRS.
    SchemaError
        If no layer has the fields of the WDPA, one mixes both schemas, or a field asked for is missing.

    Examples
    --------
    >>> with TemporaryDirectory() as folder:
    ...     path = Path(folder, "wdpa.csv")
    ...     pd.DataFrame({"SITE_ID": [1], "NAME_ENG": ["Bastak"], "STATUS": ["Designated"]}).to_csv(path)
    ...     read(path)["NAME_ENG"].tolist()
    ['Bastak']
    """
    path = Path(path)
    if not path.exists():
        raise DataError(f"{path} does not exist; download it from protectedplanet.net into data/external/")
    if bbox is not None and not (len(bbox) == 4 and bbox[0] < bbox[2] and bbox[1] < bbox[3]):
        raise ParameterError(f"`bbox` is (west, south, east, north) in degrees, not {bbox}")
    tables, skipped = {}, []
    with TemporaryDirectory() as folder:
        for name, dataset in _inside(path, path.name, Path(folder)):
            for layer, fields in _layers(name, dataset):
                where = f"{name}, layer {layer}"
                schema = _schema(where, fields)
                if schema is None:
                    skipped.append(f"{where} ({', '.join(fields[:6])})")
                    continue
                wanted = _wanted(where, fields, schema, columns or ())
                tables[where] = _canonical(_table(where, dataset, layer, wanted, bbox), schema), schema
    if not tables:
        found = "; ".join(skipped[:3]) or f"no layer of a known format ({', '.join(FORMATS)})"
        raise SchemaError(f"{path} is not a WDPA download: no layer has SITE_ID or WDPAID; found {found}")
    schemas = {schema for _, schema in tables.values()}
    if len(schemas) > 1:
        raise SchemaError(f"{path} mixes layers of two WDPA schemas, so two editions; keep one of them")
    areas = pd.concat([table for table, _ in tables.values()], ignore_index=True)
    areas = gpd.GeoDataFrame(areas, geometry="geometry", crs=4326)
    areas.attrs.update(source=path.name, schema=schemas.pop())
    return areas


def missing_parts(names: Iterable[str]) -> list[str]:
    """Return the parts of zips of shapefiles that are not among the names of files, where any of them is.

    Examples
    --------
    >>> missing_parts(["WDPA_Nov2026_Public_RUS_shp_0.zip", "WDPA_Nov2026_Public_RUS_shp_2.zip", "a.gpkg"])
    ['WDPA_Nov2026_Public_RUS_shp_1']
    """
    found = {Path(name).stem if name.lower().endswith(".zip") else Path(name).name for name in names}
    bases = {base[1] for name in found if (base := re.fullmatch(r"(?i)(.*_shp_)\d", name))}
    return sorted({f"{base}{n}" for base in bases for n in range(_PARTS)} - found)


def _complete(name: str, items: Iterable[str]) -> None:
    if missing := missing_parts(items):
        raise DataError(f"{name} is a part of a download: {', '.join(missing)} is missing; download it again")


def _is_litter(name: str) -> bool:
    """Return whether a file is what a Mac leaves in zips and folders."""
    return any(part == "__MACOSX" or part.startswith(".") for part in Path(name).parts)


def _inside(path: Path, name: str, folder: Path) -> Iterator[tuple[str, Any]]:
    """Give the datasets in a path as name and what pandas or GDAL opens, inner zips unpacked into a folder."""
    if path.suffix.lower() in FORMATS:
        yield name, str(path)
    elif path.is_dir():
        items = [item for item in sorted(path.iterdir()) if not _is_litter(item.name)]
        _complete(name, (item.name for item in items))
        for item in items:
            if item.is_dir() or item.suffix.lower() in (*FORMATS, ".zip"):
                yield from _inside(item, f"{name}/{item.name}", folder)
    elif path.suffix.lower() == ".zip":
        yield from _zipped(path, name, folder)
    else:
        raise DataError(
            f"{name} is not a WDPA download: expected {', '.join(FORMATS)}, .zip or a folder of them"
        )


def _zipped(path: Path, name: str, folder: Path) -> Iterator[tuple[str, Any]]:
    try:
        with zipfile.ZipFile(path) as archive:
            if any(item.flag_bits & 1 for item in archive.infolist()):
                raise DataError(
                    f"{name} is protected by a password; unpack it and put the folder in its place"
                )
            # A truncated zip of zips can end in the directory of an inner one, which then passes for its own.
            whole = min((item.header_offset for item in archive.infolist()), default=1) == 0
            bad = archive.testzip()
            if bad is not None or not whole:
                raise zipfile.BadZipFile(f"{bad} is damaged" if whole else "its end is missing")
            members = sorted(member for member in archive.namelist() if not _is_litter(member))
            inner = [member for member in members if member.lower().endswith(".zip")]
            _complete(name, inner)
            for member in inner:
                unpacked = Path(archive.extract(member, folder / path.stem))
                yield from _zipped(unpacked, f"{name}/{member}", folder)
            for member in members:
                if member.lower().endswith(".csv"):
                    yield f"{name}/{member}", io.BytesIO(archive.read(member))
    except (zipfile.BadZipFile, zlib.error) as error:
        raise DataError(f"{name} is not a complete zip ({error}); download it again") from error
    except NotImplementedError as error:  # so zipfile names a method of compression that it does not know
        raise DataError(
            f"{name} is packed in a way that cannot be read ({error}); unpack it and put the folder in its place"
        ) from error
    bases = [m for m in members if m.lower().endswith((".shp", ".gpkg", ".geojson"))]
    bases += sorted({m[: m.lower().index(".gdb/") + 4] for m in members if ".gdb/" in m.lower()})
    for base in bases:
        yield f"{name}/{base}", f"/vsizip/{path.resolve()}/{base}"


def _is_csv(dataset: Any) -> bool:
    return isinstance(dataset, io.BytesIO) or dataset.lower().endswith(".csv")


def _csv(name: str, dataset: Any, **options: Any) -> pd.DataFrame:
    if isinstance(dataset, io.BytesIO):
        dataset.seek(0)
    try:
        return pd.read_csv(dataset, encoding="utf-8-sig", dtype=str, keep_default_na=False, **options)
    except UnicodeError as error:
        raise DataError(
            f"{name} is not in UTF-8; open it in its own encoding and save it as CSV UTF-8"
        ) from error
    except (pd.errors.ParserError, pd.errors.EmptyDataError) as error:
        raise DataError(f"{name} cannot be read as CSV ({error}); download it again") from error


def _layers(name: str, dataset: Any) -> Iterator[tuple[str, list[str]]]:
    if _is_csv(dataset):
        yield Path(name).stem, list(_csv(name, dataset, nrows=0).columns)
        return
    try:
        for layer, _ in pyogrio.list_layers(dataset):
            yield layer, list(pyogrio.read_info(dataset, layer=layer)["fields"])
    except pyogrio.errors.DataSourceError as error:
        raise DataError(f"{name} cannot be opened ({error}); download it again") from error


def _schema(where: str, fields: list[str]) -> str | None:
    """Return "old", "new", or None for a layer that lists no sites (such as the table of sources)."""
    if "DESIG_ENG" not in fields and "STATUS" not in fields:
        return None
    old, new = {"WDPAID", "WDPA_PID"} & set(fields), {"SITE_ID", "SITE_PID"} & set(fields)
    if old and new:
        both = ", ".join(sorted(old | new))
        raise SchemaError(f"{where} has {both}: fields of two WDPA schemas; keep the layer of one edition")
    return "old" if old else "new" if new else None


def _wanted(where: str, fields: list[str], schema: str, extra: Sequence[str]) -> list[str]:
    missing = [field for field in extra if field not in fields]
    if missing:
        raise SchemaError(f"{where} has no field {', '.join(missing)}; it has {', '.join(fields)}")
    names = {field: RENAMED.get(field, field) if schema == "old" else field for field in fields}
    return [field for field in fields if names[field] in FIELDS or field in extra]


def _table(where: str, dataset: Any, layer: str, fields: list[str], bbox: Box | None) -> pd.DataFrame:
    if _is_csv(dataset):
        table = _csv(where, dataset, usecols=fields)
        empty = np.full(len(table), None, dtype=object)
        return table.assign(geometry=empty, LAYER=where, ROW=range(2, len(table) + 2), READ_NOTE="")
    info = pyogrio.read_info(dataset, layer=layer)
    if info["geometry_type"] is None:
        return pd.DataFrame(columns=[*fields, *_ADDED])
    if info["crs"] is None:
        raise DataError(f"{where} has no CRS; WDPA layers are in EPSG:4326, add the .prj that came with it")
    boxes = [bbox]
    if bbox is not None and (bbox[0] > 90 or bbox[2] < -90):
        # No latitude is beyond 90: what lies in the mirrored box has its coordinates swapped.
        boxes.append((bbox[1], bbox[0], bbox[3], bbox[2]))
    parts = [_features(where, dataset, layer, fields, info, box) for box in boxes]
    return pd.concat([part for part in parts if len(part)] or parts[:1], ignore_index=True)


def _features(
    where: str, dataset: str, layer: str, fields: list[str], info: dict[str, Any], bbox: Box | None
) -> pd.DataFrame:
    if bbox is not None:
        bbox = Transformer.from_crs(4326, info["crs"], always_xy=True).transform_bounds(*bbox)
        if not np.isfinite(bbox).all():
            return pd.DataFrame(columns=[*fields, *_ADDED])
    options = {"bbox": bbox, "return_fids": True, "force_2d": True}
    try:
        meta, rows, binary, values = _decoded(
            dataset, info["encoding"], layer=layer, columns=fields, **options
        )
    except UnicodeDecodeError as error:
        raise DataError(f"{where} has text that is not in the encoding of its .cpg; {_CPG}") from error
    except (pyogrio.errors.DataSourceError, pyogrio.errors.FeatureError) as error:
        raise DataError(f"{where} cannot be read ({error}); download it again") from error
    shapes = shapely.from_wkb(binary, on_invalid="ignore")
    broken = shapely.is_missing(shapes) & np.array([item is not None for item in binary], dtype=bool)
    shapes[broken] = shapely.from_wkb(binary[broken], on_invalid="fix")
    lost = broken & shapely.is_missing(shapes)
    table = pd.DataFrame(dict(zip(meta["fields"], values, strict=True)))
    geometry = gpd.GeoSeries(shapes, crs=info["crs"]).to_crs(4326)
    note = np.select([lost, broken], ["geometry_unreadable", "ring_not_closed"], "")
    for field in table.select_dtypes(exclude="number"):
        text = table[field].astype("str")
        garbled = text.str.contains(GARBLED)
        if 2 * garbled.sum() > text.str.contains(r"[^\x00-\x7f]").sum():
            first = text[garbled].iloc[0][:40]
            raise DataError(
                f"{where} has {field} {first!r}, text in an encoding that it does not name; {_CPG}"
            )
    return table.assign(geometry=np.asarray(geometry), LAYER=where, ROW=rows, READ_NOTE=note)


def _decoded(dataset: str, named: str, **options: Any) -> Any:
    """Read a layer; text whose encoding is not named is tried as UTF-8, which no other text passes for."""
    if named != "UTF-8":
        with suppress(UnicodeDecodeError):
            return pyogrio.raw.read(dataset, encoding="UTF-8", **options)
    return pyogrio.raw.read(dataset, **options)


def _canonical(table: pd.DataFrame, schema: str) -> pd.DataFrame:
    if schema == "old":
        table = table.rename(columns=RENAMED)
    for field, names in _CODES.items():
        if field in table:
            text = table[field].astype("str").str.strip().str.removesuffix(".0")
            table[field] = text.replace(names)
    return table
