"""Small files in the WDPA schema since November 2025, and before, as Protected Planet packs them."""

import shutil
import sqlite3
import struct
import zipfile
from pathlib import Path

import geopandas as gpd
import numpy as np
import pandas as pd
import pyogrio
import shapely

OLD = {
    "SITE_ID": "WDPAID",
    "SITE_PID": "WDPA_PID",
    "SITE_TYPE": "PA_DEF",
    "NAME_ENG": "NAME",
    "NAME": "ORIG_NAME",
    "REALM": "MARINE",
    "PRNT_ISO3": "PARENT_ISO3",
}


def sites(geometry, **columns):
    """Sites of the new schema with everyday values; `columns` replace them."""
    count = len(geometry)
    values = {
        "SITE_ID": list(range(1, count + 1)),
        "SITE_PID": [str(n) for n in range(1, count + 1)],
        "SITE_TYPE": "PA",
        "NAME_ENG": [f"Site {n}" for n in range(1, count + 1)],
        "NAME": [f"Заповедник {n} 保护区" for n in range(1, count + 1)],
        "DESIG": "заповедник",
        "DESIG_ENG": "Zapovednik",
        "DESIG_TYPE": "National",
        "IUCN_CAT": "Ia",
        "REALM": "Terrestrial",
        "REP_M_AREA": 0.0,
        "REP_AREA": 100.0,
        "NO_TAKE": "Not Applicable",
        "STATUS": "Designated",
        "STATUS_YR": 1990,
        "GOV_TYPE": "Federal or national ministry or agency",
        "GOVSUBTYPE": "Not Reported",
        "SUB_LOC": "RU-PRI",
        "ISO3": "RUS",
        "PRNT_ISO3": "RUS",
    }
    return gpd.GeoDataFrame({**values, **columns}, geometry=list(geometry), crs=4326)


def squares(count, lon=134.0, lat=47.0, size=0.1):
    return [shapely.box(lon + n, lat, lon + n + size, lat + size) for n in range(count)]


def points(count, lon=134.0, lat=48.0):
    return [shapely.MultiPoint([(lon + n, lat)]) for n in range(count)]


def old_schema(table):
    table = table.drop(columns="GOVSUBTYPE").rename(columns=OLD)
    table["PA_DEF"] = table["PA_DEF"].replace({"PA": "1", "OECM": "0"})
    table["MARINE"] = table["MARINE"].replace({"Terrestrial": "0", "Coastal": "1", "Marine": "2"})
    return table


def country_zip(path, polygons, dots):
    """A zip of three zips, each with a points and a polygons shapefile and a third of the rows."""
    folder = Path(path).parent
    with zipfile.ZipFile(path, "w") as outer:
        for part in range(3):
            inner = folder / f"WDPA_Nov2025_Public_RUS_shp_{part}.zip"
            with zipfile.ZipFile(inner, "w") as archive:
                for kind, table in (("polygons", polygons), ("points", dots)):
                    shapefile(folder / f"WDPA_Nov2025_Public_RUS_shp-{kind}.shp", table.iloc[part::3])
                    for file in sorted(folder.glob(f"*shp-{kind}.*")):
                        archive.write(file, file.name)
                        file.unlink()
            outer.write(inner, inner.name)
            inner.unlink()


def shapefile(path, table):
    pyogrio.write_dataframe(table, path, encoding="UTF-8")


def geodatabase_zip(path, polygons, dots):
    """A zipped file geodatabase with layers of polygons, points and sources."""
    base = Path(path).parent / "WDPA_Nov2025_Public.gdb"
    for layer, table in (("WDPA_poly_Nov2025", polygons), ("WDPA_point_Nov2025", dots)):
        number = "SITE_ID" if "SITE_ID" in table else "WDPAID"
        table = table.astype({number: "float64", "STATUS_YR": "int32"})
        pyogrio.write_dataframe(
            table, base, layer=layer, driver="OpenFileGDB", append=base.exists(), promote_to_multi=True
        )
    source = pd.DataFrame({"METADATAID": pd.array([1], dtype="int32"), "DATA_TITLE": ["Cadastre"]})
    pyogrio.write_dataframe(source, base, layer="WDPA_source_Nov2025", driver="OpenFileGDB", append=True)
    with zipfile.ZipFile(path, "w") as archive:
        for file in sorted(base.iterdir()):
            archive.write(file, f"{base.name}/{file.name}")
    shutil.rmtree(base)


def geopackage(path, table, layer="wdpa"):
    pyogrio.write_dataframe(table, path, layer=layer, driver="GPKG")


def unclosed_ring(path):
    """A GeoPackage of one square whose ring lacks its last corner."""
    geopackage(path, sites(squares(1)), layer="wdpa")
    corners = np.array([(134, 47), (135, 47), (135, 48), (134, 48)], dtype="<f8")
    ring = struct.pack("<BIII", 1, 3, 1, len(corners)) + corners.tobytes()
    blob = b"GP\x00\x01" + struct.pack("<i", 4326) + ring
    with sqlite3.connect(path) as database:
        for (name,) in database.execute(
            "SELECT name FROM sqlite_master WHERE type = 'trigger' AND tbl_name = 'wdpa'"
        ).fetchall():
            database.execute(f'DROP TRIGGER "{name}"')
        database.execute("UPDATE wdpa SET geom = ?", (blob,))
    database.close()
