"""Downloads of true size in the schema of the WDPA: invented sites with everything a real file brings along."""

from pathlib import Path

import geopandas as gpd
import numpy as np
import pandas as pd
import shapely
import wdpa_files

# Window in degrees, share of the sites, and designations with their type, government and category.
COUNTRIES = {
    "RUS": ((110.0, 44.0, 141.0, 56.0), 0.6),
    "CHN": ((116.0, 41.5, 134.0, 53.0), 0.25),
    "MNG": ((106.0, 45.0, 118.0, 50.0), 0.15),
}
FEDERAL, STATE = "Federal or national ministry or agency", "Sub-national ministry or agency"
DESIGNATIONS = {
    "RUS": [
        *(("Natural Monument", "National", STATE, "III"), ("Zakaznik", "National", STATE, "IV")),
        *(("Zapovednik", "National", FEDERAL, "Ia"), ("National Park", "National", FEDERAL, "II")),
        ("Zakaznik (Federal)", "National", FEDERAL, "IV"),
    ],
    "CHN": [
        ("Nature Reserve", "National", STATE, "V"),
        ("National Nature Reserve", "National", FEDERAL, "V"),
    ],
    "MNG": [
        ("Local Protected Area", "National", "Local communities", "Not Reported"),
        ("Strictly Protected Area", "National", FEDERAL, "Ib"),
        ("National Park", "National", FEDERAL, "II"),
    ],
}
INTERNATIONAL = [
    "World Heritage Site (natural or mixed)",
    "Ramsar Site, Wetland of International Importance",
    "UNESCO-MAB Biosphere Reserve",
]


def areas(count: int, *, seed: int = 7) -> gpd.GeoDataFrame:
    """Invented sites of three countries: small ones by far the most, a tenth of them points."""
    rng = np.random.default_rng(seed)
    tables = [_country(code, round(count * share), rng) for code, (_, share) in COUNTRIES.items()]
    table = pd.concat([*tables, _beyond(rng)], ignore_index=True)
    number = np.arange(1, len(table) + 1)
    return table.assign(SITE_ID=number, SITE_PID=number.astype(str))


def _country(code: str, count: int, rng: np.random.Generator) -> gpd.GeoDataFrame:
    west, south, east, north = COUNTRIES[code][0]
    size = np.exp(rng.normal(1.5, 2.2, count)).clip(0.01, 12_000)
    centre = np.c_[rng.uniform(west, east, count), rng.uniform(south, north, count)]
    shapes = [_outline(x, y, km2, rng) for (x, y), km2 in zip(centre, size, strict=True)]
    point = rng.random(count) < 0.1
    for n in np.flatnonzero(point):
        shapes[n] = shapely.MultiPoint([centre[n], centre[n] + 0.2][: 1 + (n % 5 == 0)])
    kinds = DESIGNATIONS[code]
    chosen = [kinds[n] for n in rng.choice(len(kinds), count, p=_weights(len(kinds)))]
    world = rng.random(count) < 0.01
    table = wdpa_files.sites(
        shapes,
        NAME_ENG=[f"{code} site {n}" for n in range(count)],
        DESIG_ENG=[kind[0] for kind in chosen],
        DESIG_TYPE=[kind[1] for kind in chosen],
        GOV_TYPE=[kind[2] for kind in chosen],
        IUCN_CAT=[kind[3] for kind in chosen],
        REP_AREA=np.where(point & (rng.random(count) < 0.3), 0.0, size),
        STATUS=rng.choice(["Designated", "Proposed"], count, p=[0.97, 0.03]),
        STATUS_YR=rng.choice([0, *range(1916, 2026)], count),
        SUB_LOC="Not Reported",
        ISO3=code,
        PRNT_ISO3=code,
    )
    table.loc[world, ["DESIG_ENG", "DESIG_TYPE"]] = np.c_[
        rng.choice(INTERNATIONAL, world.sum()), np.full(world.sum(), "International")
    ]
    return table


def _weights(count: int) -> np.ndarray:
    weights = 1.0 / np.arange(1, count + 1) ** 2
    return weights / weights.sum()


def _outline(lon: float, lat: float, km2: float, rng: np.random.Generator) -> shapely.Geometry:
    """A wavy outline of about the area asked for, with as many corners as its size deserves."""
    corners = int(np.clip(8 * np.sqrt(km2), 12, 400))
    angle = np.linspace(0, 2 * np.pi, corners, endpoint=False)
    radius = (
        np.sqrt(km2 / np.pi) / 111.2 * (1 + 0.25 * np.sin(angle * rng.integers(2, 7) + rng.uniform(0, 6)))
    )
    return shapely.Polygon(
        np.c_[lon + radius * np.cos(angle) / np.cos(np.radians(lat)), lat + radius * np.sin(angle)]
    )


def _beyond(rng: np.random.Generator) -> gpd.GeoDataFrame:
    """Sites far from the complex: one across the antimeridian, cut there in two and not cut, and an island."""
    cut = shapely.MultiPolygon([shapely.box(178, 70, 180, 72), shapely.box(-180, 70, -178, 72)])
    around = shapely.Polygon([(178, 68), (-178, 68), (-178, 69), (178, 69)])
    return wdpa_files.sites([cut, around, _outline(20.5, 54.7, 66, rng)], SUB_LOC="Not Reported")


def write(folder: Path, table: gpd.GeoDataFrame, *, packed: str, schema: str = "new") -> list[Path]:
    """Write one download for each country, zipped as Protected Planet does: ``packed`` is ``shp`` or ``gdb``."""
    written = []
    for code, rows in table.groupby("ISO3"):
        rows = wdpa_files.old_schema(rows) if schema == "old" else rows
        dots = rows.geometry.geom_type == "MultiPoint"
        path = folder / f"WDPA_WDOECM_Nov2026_Public_{code}_{packed}.zip"
        pack = wdpa_files.country_zip if packed == "shp" else wdpa_files.geodatabase_zip
        pack(path, rows[~dots], rows[dots])
        written.append(path)
    return written
