"""Protected areas from either source, the shipped inventory or a WDPA download, in the form every report uses."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import geopandas as gpd
import numpy as np
import pandas as pd

from ahec_analysis import coverage, data, expect, territory
from ahec_analysis.coverage import places, sums, wdpa
from ahec_analysis.coverage.wdpa_rules import Ledger
from ahec_analysis.data import external
from ahec_analysis.data.cache import kept
from ahec_analysis.errors import DataError, ParameterError, SchemaError
from ahec_analysis.territory.ahec import EQUAL_AREA

INVENTORY = "inventory"
"""Release of what is no download: the sourced inventory of this project."""
BBOX = (105.0, 39.0, 145.0, 59.0)
"""What is read of a download, degrees."""
_ORDERS = {"iucn_category": sums.IUCN, "level": sums.LEVELS}


@dataclass(frozen=True)
class Sites:
    """Protected areas with the ground they cover, and where they come from."""

    areas: gpd.GeoDataFrame
    """The common table of protected areas; geometry as the source gives it, EPSG:4326."""
    footprints: gpd.GeoSeries
    """The ground of each, EQUAL_AREA, same index; missing where unknown."""
    ledger: pd.DataFrame
    """What was dropped, changed or moved, and why."""
    release: str
    """``inventory``, or the names of the downloads joined by ``|``."""
    exact: bool
    """True when outlines are polygons of a download; then overlaps are cut."""

    @property
    def rough(self) -> tuple[str, ...]:
        """Return the columns of tables that two digits are enough for; none where outlines are known."""
        return () if self.exact else places.ROUGH

    def pieces(self, question: str = "year") -> gpd.GeoDataFrame:
        """Return the pieces that answer a question; each spot counts once where outlines are known.

        The question decides which area keeps shared ground: ``year`` the earliest, ``iucn_category`` the strictest,
        ``level`` the highest, ``designation`` the strictest class.
        """
        if not self.exact:
            return sums.pieces(self.areas, self.footprints)
        shapes = gpd.GeoDataFrame(self.areas.drop(columns="geometry"), geometry=self.footprints)
        orders = {name: {key: n for n, key in enumerate(keys)} for name, keys in _ORDERS.items()}
        orders["designation"] = _classes()["strictness"].to_dict()
        expect.choice(question, ["year", *orders], "question")
        if question == "year":
            return coverage.partition(shapes)
        rank = shapes[question].map(orders[question]).astype("Float64")
        return coverage.partition(shapes.assign(rank=rank), ("rank", "year")).drop(columns="rank")

    def by(self, attribute: str) -> pd.DataFrame:
        """Return :func:`ahec_analysis.coverage.sums.by_attribute`, shared ground going by the attribute or the class.

        Designations stand under the name that the table of their classes has for several.
        """
        question = attribute if attribute in _ORDERS else "designation"
        out = sums.by_attribute(self.pieces(question), attribute, order=_ORDERS.get(attribute, ()))
        return out.replace({"designation": _classes()["title_plural"].to_dict()})

    def overlap(self) -> pd.DataFrame:
        """Return what lies under several areas: by depth where outlines are known, else the declared pairs."""
        if self.exact:
            shapes = gpd.GeoDataFrame(self.areas[["site_id"]], geometry=self.footprints)
            return coverage.depth(shapes).rename(columns={"depth": "areas_over_each_other"})
        return sums.declared_overlaps(self.areas)

    def in_territory(self, ground: gpd.GeoDataFrame, by: str) -> pd.DataFrame:
        """Return :func:`ahec_analysis.coverage.sums.in_territory` with its placement range.

        Sites are moved within their precision on the ground they are confined to, 200 times with a fixed seed;
        ``low_km2`` and ``high_km2`` are the 5 and 95 % quantiles of ``placed_km2``. Outlines of a download have no
        such range: the columns are empty.
        """
        rows = sums.in_territory(self.pieces(), ground, by)
        if self.exact:
            return rows.assign(low_km2=np.nan, high_km2=np.nan)
        key = sums.KEYS[by]
        units = ground[[key, "geometry"]].dissolve(key).reset_index()
        if key not in self.areas:
            rows["without_area"] = rows["unit"].map(self.without_area(units, key)).fillna(0).astype("int64")
        movable = self.areas.assign(province_code=self.areas["place"])
        moved = coverage.interval(movable, units, places.ground(), None, lakes=territory.lakes())
        ranges = moved.iloc[:-1].set_index(key)[["low_km2", "high_km2"]]
        # A range of nothing to nothing would call certain what is least known.
        nothing = (rows["protected_km2"] == 0) & (rows["without_area"] > 0)
        rows["share_percent"] = rows["share_percent"].mask(nothing)
        rows[["low_km2", "high_km2"]] = ranges.reindex(rows["unit"]).to_numpy()
        rows.loc[nothing, ["low_km2", "high_km2"]] = np.nan
        return rows

    def carried(self, rows: pd.DataFrame, ground: gpd.GeoDataFrame, by: str) -> pd.DataFrame:
        """Return the rows of :meth:`in_territory` that positions carry, as :func:`ahec_analysis.coverage.places.carried`."""
        parts = self.pieces()
        own = sums.in_territory(parts[parts["own_ground"]], ground, by).set_index("unit")["placed_km2"]
        return places.carried(rows, rows["unit"].map(own), rows["placed_km2"], what="rows")

    def without_area(self, units: gpd.GeoDataFrame, key: str) -> pd.Series:
        """Return how many sites of unknown area have their point in each unit, by its ``key``."""
        blank = self.areas[self.areas["area_km2"].isna() & self.areas.geometry.notna()].to_crs(units.crs)
        return gpd.sjoin(blank[["geometry"]], units, predicate="within")[key].value_counts()


def downloads() -> list[Path]:
    """Return the WDPA and WD-OECM downloads in data/external."""
    found = [
        path for path in external.folder("downloads").glob("*") if re.search(r"(?i)wdpa|wdoecm", path.name)
    ]
    return sorted(path for path in found if path.suffix in (".zip", *wdpa.FORMATS))


def sites(
    source: str = "auto",
    *,
    region: str = "ahec",
    definition: str = territory.DEFAULT,
    year: int | None = None,
    min_confidence: str = "low",
) -> Sites:
    """Return the protected areas of a source.

    Parameters
    ----------
    source : str
        ``inventory``; the name of a download in data/external; or ``auto``: every WDPA download there, and
        the inventory when there is none.
    region, min_confidence : str
        As in :func:`ahec_analysis.data.protected_areas`; a download carries no judgement of confidence.
    definition : str
        One of :func:`ahec_analysis.territory.definitions`; what of a download lies wholly outside is left out.
    year : int
        Keep what was founded up to this year; unknown years stay.

    Raises
    ------
    ParameterError, DataError
        If there is no such source or region, or no site is left; if a download is damaged or holds nothing here.

    Examples
    --------
    >>> found = sites("inventory", region="mongolia")
    >>> found.exact, found.release
    (False, 'inventory')
    """
    expect.choice(region, data.REGIONS, "region")
    files = [] if source == "inventory" else downloads()
    if source not in ("auto", "inventory"):
        named = [path for path in external.folder("downloads").iterdir() if path.name == source]
        if not named:
            have = ", ".join(path.name for path in files) or "no download"
            raise ParameterError(
                f"`source` is {source!r}; use auto, inventory or one of data/external: {have}"
            )
        files = named
    if source == "inventory" or not files:
        found = _from_inventory(region, year, min_confidence)
    else:
        found = _from_download(files, region, definition, year)
    if found.areas.empty:
        raise ParameterError(
            f"no site is left in {region} up to {year}; widen `region`, `year` or `min_confidence`"
        )
    return found


@kept("protected_areas", "districts", "provinces", "lakes")
def _from_inventory(region: str, year: int | None, min_confidence: str) -> Sites:
    areas = places.confined(data.protected_areas(region=region, year=year, min_confidence=min_confidence))
    shapes = places.footprints(areas)
    moved = {entry["site_id"]: entry["rule"] for entry in shapes.attrs["ledger"]}
    ledger = Ledger()
    for rule in dict.fromkeys(moved.values()):
        ledger.enter(rule, "changed", areas[areas["site_id"].map(moved) == rule])
    return Sites(areas, shapes, ledger.table(), INVENTORY, exact=False)


def _from_download(files: Sequence[Path], region: str, definition: str, year: int | None) -> Sites:
    names = [path.name for path in files]
    tables = [wdpa.read(path, bbox=BBOX) for path in files]
    schemas = [table.attrs["schema"] for table in tables]
    if len(set(schemas)) > 1:
        named = ", ".join(f"{name} ({schema})" for name, schema in zip(names, schemas, strict=True))
        raise SchemaError(
            f"downloads of two WDPA schemas lie side by side: {named}; keep those of one edition"
        )
    raw = gpd.GeoDataFrame(pd.concat(tables, ignore_index=True), crs=4326)
    if raw.empty:
        raise DataError(f"{', '.join(names)} holds no site inside {BBOX} (degrees); take another download")
    areas, cleaned = wdpa.clean(raw, classes=_crosswalk(), countries=territory.countries())
    kept = set(data.REGIONS[region] or data.COUNTRY_NAMES)
    own = areas["country"].map(lambda codes: bool(set(re.split("[;|]", codes)) & kept))
    left_out = Ledger()
    areas = left_out.drop(areas, "other_country", ~own)
    areas = left_out.drop(areas, "founded_later", (areas["year"] > (year or 9999)).fillna(False))
    areas = left_out.drop(areas, "outside_territory", territory.in_ahec(areas, definition) == "no")
    areas = areas.reset_index(drop=True)
    points = areas.geom_type.isin(["Point", "MultiPoint"])
    areas = areas.assign(
        area_ha=areas["area_km2"] * 100,
        area_basis=np.where(areas["area_km2"].notna(), "sourced", "none"),
        existence_basis="sourced",
        location_basis=np.where(points, "site", "polygon"),
        district_ids="",
        overlaps_with="",
        province=areas["province_code"],
        confidence="",
        source_ids="",
    )
    areas["own_ground"] = places.own_ground(areas)
    shapes = areas.geometry.to_crs(EQUAL_AREA)
    if points.any():
        single = areas[points].to_crs(EQUAL_AREA)
        shapes[points] = coverage.footprint(single.set_geometry(single.centroid))
    ledger = pd.concat([cleaned, left_out.table()], ignore_index=True)
    return Sites(areas, shapes, ledger, "|".join(names), exact=True)


def _classes() -> pd.DataFrame:
    return data.table("designation_classes").set_index("designation")


def _crosswalk() -> pd.DataFrame:
    """Return the table designation_classes with one row for each English designation of the WDPA."""
    classes = data.table("designation_classes")
    rows = classes.assign(DESIG_ENG=classes["wdpa_desig_eng"].str.split("|")).explode("DESIG_ENG")
    rows = rows.assign(GOV_TYPE="")[["DESIG_ENG", "GOV_TYPE", "designation", "level"]]
    both = rows[rows["level"] == ""]
    lower = both.assign(GOV_TYPE="Sub-national ministry or agency", level="subnational")
    return pd.concat([rows.replace({"level": {"": "national"}}), lower], ignore_index=True)
