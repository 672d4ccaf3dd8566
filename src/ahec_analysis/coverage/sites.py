"""Protected areas from either source, the shipped inventory or a WDPA download, in the form every report uses."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

import geopandas as gpd
import numpy as np
import pandas as pd
import shapely

from ahec_analysis import coverage, data, expect, territory
from ahec_analysis.coverage import downloads, matching, places, sums, wdpa
from ahec_analysis.coverage.wdpa_rules import Ledger, official_countries
from ahec_analysis.data.cache import content_digest, kept
from ahec_analysis.data.polygons import in_equal_area, polygonal
from ahec_analysis.errors import DataError, ParameterError, SchemaError
from ahec_analysis.project import root
from ahec_analysis.territory.ahec import EQUAL_AREA, area_km2

INVENTORY, ADDED = "inventory", "added"
"""Sources of what is no download: the sourced inventory of this project, and reserves of a user's own."""
_ORDERS = {"iucn_category": sums.IUCN, "level": sums.LEVELS}
_OWN = ("name", "designation", "level", "year", "iucn_category")


@dataclass(frozen=True)
class Sites:
    """Protected areas with the ground they cover, and where they come from.

    Two figures say how much is protected, and are never the same. The *summed* share of the reports
    (:meth:`in_territory`) adds the reported areas of all sites, also of those without a position; it is the one to
    compare with official totals. The *flat* share (:meth:`flat` with :func:`ahec_analysis.coverage.by_unit`) is drawn
    ground, where each spot counts once; it is the one for units of your own. Where all have outlines they are equal.
    """

    areas: gpd.GeoDataFrame
    """The common table of protected areas; geometry as the source gives it, EPSG:4326. ``source`` is the file, or
    :data:`INVENTORY` or :data:`ADDED`; ``outlined`` is False for rows of the inventory, whose overlaps are not cut."""
    footprints: gpd.GeoSeries
    """The ground of each, EQUAL_AREA, same index; missing where unknown."""
    ledger: pd.DataFrame
    """What was dropped, changed or moved, and why."""
    sources: pd.DataFrame
    """``country``, ``source``, ``release``, ``sites``, ``area_km2`` (as reported) and ``sha256`` of the file."""
    international: gpd.GeoDataFrame = field(default_factory=gpd.GeoDataFrame)
    """World Heritage, Ramsar and other international sites of a download on their ground; in no sum."""

    @property
    def exact(self) -> bool:
        """Return whether all rows have outlines; then each spot counts once."""
        return bool(self.areas["outlined"].all())

    @property
    def release(self) -> str:
        """Return the sources, joined by ``|``: ``inventory``, names of downloads, ``added``."""
        return "|".join(dict.fromkeys(self.sources["source"]))

    @property
    def basis(self) -> str:
        """Return whose the sites are: ``inventory``, ``download``, or ``mixed``; a download names no sources of its rows."""
        own = (self.areas["source_ids"] != "").unique()
        return "mixed" if len(own) > 1 else "inventory" if own.all() else "download"

    @property
    def rough(self) -> tuple[str, ...]:
        """Return the columns of tables that two digits are enough for; none where outlines are known."""
        return () if self.exact else places.ROUGH

    def pieces(self, question: str = "year") -> gpd.GeoDataFrame:
        """Return what the summed share adds: outlines cut flat, rows of the inventory whole (``piece_km2`` as reported).

        The question decides which area keeps shared ground: ``year`` the earliest, ``iucn_category`` the strictest,
        ``level`` the highest, ``designation`` the strictest class. Outlines keep no ground of rows of the inventory.
        """
        drawn = self.areas["outlined"]
        if drawn.all():
            return self.flat(question)
        rows = sums.pieces(self.areas[~drawn], self.footprints[~drawn])
        if not drawn.any():
            return rows
        cut = self._where(drawn).flat(question)
        listed = rows.geometry[rows.geometry.notna()].to_numpy()
        shapes = shapely.difference(cut.geometry.to_numpy(), shapely.union_all(listed))
        cut = cut.assign(outlined=True).set_geometry(
            gpd.GeoSeries(polygonal(shapes), cut.index, crs=EQUAL_AREA)
        )
        cut["piece_km2"] = cut.area / 1e6
        return _concat(cut[cut["piece_km2"] > 0], rows)

    def flat(self, question: str = "year") -> gpd.GeoDataFrame:
        """Return the drawn ground of all sites in pieces that do not overlap; the question is that of :meth:`pieces`."""
        orders = {name: {key: n for n, key in enumerate(keys)} for name, keys in _ORDERS.items()}
        orders["designation"] = _classes()["strictness"].to_dict()
        expect.choice(question, ["year", *orders], "question")
        shapes = gpd.GeoDataFrame(self.areas.drop(columns="geometry"), geometry=self.footprints)
        shapes = shapes[shapes.geometry.notna() & ~shapes.geometry.is_empty]
        if question == "year":
            return coverage.partition(shapes)
        rank = shapes[question].map(orders[question]).astype("Float64")
        return coverage.partition(shapes.assign(rank=rank), ("rank", "year")).drop(columns="rank")

    def with_added(self, layer: gpd.GeoDataFrame, **columns: Any) -> Sites:
        """Return the sites with reserves of your own added: outlines that count where nothing was protected before.

        Parameters
        ----------
        layer : GeoDataFrame
            Polygons in any CRS, one reserve a row. Of its columns ``name``, ``designation``, ``level``, ``year`` and
            ``iucn_category`` are used where there are any; country and province are those it lies in.
        **columns
            Values for all of them, such as ``designation="national_park"``. What is stated nowhere is unknown, the
            name ``own_reserve_1`` and so on.

        Raises
        ------
        DataError, ParameterError
            If the layer has no CRS, or a row no area in Russia, China or Mongolia; if a column is not one of these.

        Examples
        --------
        >>> found = sites("inventory", region="mongolia")
        >>> reserve = gpd.GeoDataFrame(geometry=[shapely.box(114.0, 47.8, 114.5, 48.2)], crs=4326)
        >>> effect(found, found.with_added(reserve))["change_km2"].round().tolist()
        [1660.0, 1660.0]
        """
        for name in columns:
            expect.choice(name, _OWN, "columns")
        expect.projected(layer, "layer")
        shapes = polygonal(np.asarray(layer.geometry.to_crs(EQUAL_AREA)))
        ground = gpd.GeoSeries(shapes, crs=EQUAL_AREA)
        units = territory.provinces().to_crs(EQUAL_AREA)
        units = units[units["country"].isin(data.COUNTRY_NAMES)]
        own = gpd.GeoDataFrame({"row": range(len(layer))}, geometry=ground).overlay(units)
        own = own[own.area > 1e-3 * ground.area.loc[own["row"]].to_numpy()].assign(size=own.area)
        own = own.sort_values("size", ascending=False).groupby("row")[["country", "province_code", "name"]]
        own = own.agg(lambda codes: "|".join(dict.fromkeys(codes)))
        if lost := sorted(set(range(len(layer))) - set(own.index)):
            raise DataError(
                f"row {layer.index[lost[0]]} of `layer` has no area in Russia, China or Mongolia; give polygons there"
            )
        given = {**{name: layer[name].to_numpy() for name in _OWN if name in layer}, **columns}
        first = 1 + int((self.areas["source"] == ADDED).sum())
        numbers = [str(first + n) for n in range(len(layer))]
        areas = gpd.GeoDataFrame(
            {
                "site_id": [f"{ADDED}-{n}" for n in numbers],
                "name": given.get("name", [f"own_reserve_{n}" for n in numbers]),
                **{name: given.get(name, "") for name in ("designation", "level", "iucn_category")},
                "year": pd.Series(given.get("year"), range(len(layer)), dtype="Int64"),
                "country": own["country"],
                "province_code": own["province_code"],
                "province": own["name"],
                "area_km2": area_km2(ground),
                "marine_km2": 0.0,
            },
            geometry=ground.to_crs(4326),
        )
        areas = _outlines(areas.assign(source=ADDED, site_type="PA", name_local=""))
        return _together(self, Sites(areas, ground, Ledger().table(), _sources(areas, {ADDED: ("", "")})))

    def _where(self, keep: pd.Series) -> Sites:
        """Return the sites without the others."""
        areas = self.areas[keep]
        return Sites(areas, self.footprints[keep], self.ledger, self.sources, self.international)

    def by(self, attribute: str) -> pd.DataFrame:
        """Return :func:`ahec_analysis.coverage.sums.by_attribute`, shared ground going by the attribute or the class.

        Designations stand under the name that the table of their classes has for several.
        """
        question = attribute if attribute in _ORDERS else "designation"
        parts = self.pieces(question)
        rest = pd.DataFrame(self.areas[~self.areas["site_id"].isin(parts["site_id"])])
        if len(rest):  # a site that keeps no ground of its own is counted all the same
            rest = rest.assign(piece_km2=rest["area_km2"] * 0.0)
            parts = pd.concat([rows.drop(columns="geometry") for rows in (pd.DataFrame(parts), rest)])
        out = sums.by_attribute(parts, attribute, order=_ORDERS.get(attribute, ()))
        return out.replace({"designation": _classes()["title_plural"].to_dict()})

    def overlap(self) -> pd.DataFrame:
        """Return what lies under several areas: the declared pairs of the inventory, and outlines by depth."""
        drawn = self.areas["outlined"]
        listed = sums.declared_overlaps(self.areas[~drawn])
        if not drawn.any():
            return listed
        shapes = gpd.GeoDataFrame(self.areas.loc[drawn, ["site_id"]], geometry=self.footprints[drawn])
        deep = coverage.depth(shapes).rename(columns={"depth": "areas_over_each_other"})
        return deep if drawn.all() else pd.concat([listed, deep], ignore_index=True)

    def in_territory(self, ground: gpd.GeoDataFrame, by: str) -> pd.DataFrame:
        """Return the summed share, :func:`ahec_analysis.coverage.sums.in_territory`, with its placement range.

        Sites of the inventory are moved within their precision on the ground they are confined to, 200 times with a
        fixed seed; ``low_km2`` and ``high_km2`` are the 5 and 95 % quantiles of ``placed_km2``. Outlines stay where
        they are: units with nothing else have no such range.
        """
        parts, drawn = self.pieces(), self.areas["outlined"]
        rows = sums.in_territory(parts, ground, by)
        key = sums.KEYS[by]
        units = ground[[key, "geometry"]].dissolve(key).reset_index()
        if key not in self.areas:
            rows["without_area"] = 0
        if drawn.any() or key not in self.areas:
            blank = (self if key not in self.areas else self._where(drawn)).without_area(units, key)
            rows["without_area"] += rows["unit"].map(blank).fillna(0).astype("int64")
        if drawn.all():
            return rows.assign(low_km2=np.nan, high_km2=np.nan)
        movable = self.areas[~drawn].drop(columns="outlined").assign(province_code=self.areas["place"])
        moved = coverage.interval(movable, units, places.ground(), None, lakes=territory.lakes())
        ranges = moved.iloc[:-1].set_index(key)[["low_km2", "high_km2"]]
        if drawn.any():
            fixed = sums.in_territory(parts[parts["outlined"]], ground, by).set_index("unit")["placed_km2"]
            fixed = fixed.reindex(ranges.index, fill_value=0.0)
            own = rows.set_index("unit")["placed_km2"].sub(fixed).reindex(ranges.index)
            ranges = ranges.add(fixed, axis=0)[own > sums.NOISE_KM2]
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


def sites(
    source: str | Sites = "auto",
    *,
    region: str = "ahec",
    definition: str = territory.DEFAULT,
    year: int | None = None,
    min_confidence: str = "low",
) -> Sites:
    """Return the protected areas of a source, or of one for each country.

    Parameters
    ----------
    source : str or Sites
        ``auto``: each WDPA download in data/external serves the countries whose sites it holds, the inventory the
        others; ``inventory``; the name of one download, which serves its countries; or sources by country, such as
        ``RUS=WDPA_Nov2025_Public_RUS_shp.zip|CHN=inventory``, where the inventory serves what is not named. :class:`Sites` are returned as they are.
    region, min_confidence : str
        As in :func:`ahec_analysis.data.protected_areas`; a download carries no judgement of confidence.
    definition : str
        One of :func:`ahec_analysis.territory.definitions`; what of a download lies wholly outside is left out.
    year : int
        Keep what was founded up to this year; unknown years stay.

    Raises
    ------
    ParameterError, DataError
        If there is no such source or region, or no site is left; if a download is damaged, partial, without outlines
        or holds nothing here.

    Examples
    --------
    >>> found = sites("inventory", region="mongolia")
    >>> found.exact, found.release
    (False, 'inventory')
    """
    if isinstance(source, Sites):
        return source
    expect.choice(region, data.REGIONS, "region")
    serving = _serving(source)
    asked = data.REGIONS[region] or tuple(data.COUNTRY_NAMES)
    listed = tuple(code for code in asked if not serving[code])
    parts = [_from_downloads(serving, asked, definition, year)] if len(listed) < len(asked) else []
    if listed:
        parts.append(_from_inventory(listed, year, min_confidence))
    found = _together(*parts)
    if found.areas.empty:
        raise ParameterError(
            f"no site is left in {region} up to {year}; widen `region`, `year` or `min_confidence`"
        )
    data.tables.downloads.update(set(found.release.split("|")) - {INVENTORY})
    return found


def differences(found: Sites, beside: Sites | None = None) -> pd.DataFrame:
    """Return how downloads differ from the inventory (or ``beside``) in the countries they serve, one row a site.

    ``kind`` is in_both, only_in_download or only_in_inventory; ``matched_by`` id, name or place, as
    :func:`ahec_analysis.coverage.matching.paired` says; ``download_km2`` and ``inventory_km2`` are reported areas.

    Examples
    --------
    >>> differences(sites("inventory", region="mongolia")).empty
    True
    """
    served = set(found.sources["country"][~found.sources["source"].isin([INVENTORY, ADDED])])
    own = found.areas[~found.areas["source"].isin([INVENTORY, ADDED])]
    listed = (beside or sites(INVENTORY)).areas
    rows = matching.paired(own, listed[listed["country"].isin(served)])
    kinds = ["only_in_download", "only_in_inventory"]
    rows["kind"] = np.select([rows["two_id"].isna(), rows["one_id"].isna()], kinds, "in_both")
    names = {
        "one_km2": "download_km2",
        "two_km2": "inventory_km2",
        "one_id": "site_id",
        "two_id": "inventory_id",
    }
    rows = rows.rename(columns={**names, "by": "matched_by"}).fillna({"site_id": "", "inventory_id": ""})
    shown = ["country", "kind", "name", "matched_by", *names.values()]
    return rows.sort_values(["country", "kind", "name"], ignore_index=True)[shown]


def effect(without: Sites, having: Sites, *, definition: str = territory.DEFAULT) -> pd.DataFrame:
    """Return what sites add by country and in all, as the summed and the flat share of :class:`Sites`.

    ``before_km2``, ``after_km2``, ``change_km2``, ``before_percent`` and ``after_percent`` of the land are summed,
    ``flat_before_percent`` and ``flat_after_percent`` drawn ground.
    """
    ground = territory.ahec(definition)
    codes = "|".join([*without.sources["country"], *having.sources["country"]]).split("|")
    ground = ground[ground["country"].isin(codes)]
    rows = {}
    for when, found in (("before", without), ("after", having)):
        summed = sums.in_territory(found.pieces(), ground, "country").dropna(subset="land_km2")
        flat = sums.in_territory(found.flat(), ground, "country").dropna(subset="land_km2")
        rows["name"], rows["land_km2"] = summed["name"], summed["land_km2"]
        rows[f"{when}_km2"], rows[f"flat_{when}_km2"] = summed["protected_km2"], flat["protected_km2"]
    out = sums.with_total(pd.DataFrame(rows), "name")
    for when in ("before", "after"):
        out[f"{when}_percent"] = 100 * out[f"{when}_km2"] / out["land_km2"]
        out[f"flat_{when}_percent"] = 100 * out.pop(f"flat_{when}_km2") / out["land_km2"]
    return out.assign(change_km2=out["after_km2"] - out["before_km2"])


def _serving(source: str) -> dict[str, tuple[str, ...]]:
    """Return for each country the downloads that serve it; where there are none, the inventory does."""
    if source == INVENTORY:
        return dict.fromkeys(data.COUNTRY_NAMES, ())
    found = {one.file: one for one in downloads.files() if one.use != "other"}
    have = [name for name, one in found.items() if one.use in ("protected_areas", "unusable")]
    asked: dict[str, list[str]] = {code: [] for code in data.COUNTRY_NAMES}
    if source == "auto" or source in found:
        for name in have if source == "auto" else [source]:
            for code in _usable(found[name]).countries:
                asked[code].append(name)
    else:
        for part in source.split("|"):
            code, equals, name = part.strip().partition("=")
            if not equals or code not in asked or name not in (INVENTORY, *found):
                raise ParameterError(
                    f"`source` is {source!r}; use auto, inventory or one of data/external: "
                    f"{', '.join(have) or 'no download'}; or one for each country, as RUS=…|CHN=inventory"
                )
            if name != INVENTORY:
                if code not in _usable(found[name]).countries:
                    raise DataError(f"{name} holds no site of {code}; name another source for it")
                asked[code].append(name)
    return {code: tuple(dict.fromkeys(names)) for code, names in asked.items()}


def _usable(one: downloads.File) -> downloads.File:
    if one.use != "protected_areas":
        raise DataError(f"data/external/{one.file}: {one.why}")
    return one


@kept("protected_areas", "districts", "provinces", "lakes")
def _from_inventory(countries: tuple[str, ...], year: int | None, min_confidence: str) -> Sites:
    areas = data.protected_areas(year=year, min_confidence=min_confidence)
    areas = places.confined(areas[areas["country"].isin(countries)].reset_index(drop=True))
    areas = areas.assign(source=INVENTORY, outlined=False)
    shapes = places.footprints(areas)
    moved = {entry["site_id"]: entry["rule"] for entry in shapes.attrs["ledger"]}
    ledger = Ledger()
    for rule in dict.fromkeys(moved.values()):
        ledger.enter(rule, "changed", areas[areas["site_id"].map(moved) == rule])
    digest = content_digest(root() / "data" / "tables" / "protected_areas.csv")
    return Sites(areas, shapes, ledger.table(), _sources(areas, {INVENTORY: ("", digest)}, countries))


def _from_downloads(
    serving: Mapping[str, tuple[str, ...]], asked: tuple[str, ...], definition: str, year: int | None
) -> Sites:
    about = {one.file: one for one in downloads.files()}
    codes = {name: [code for code in asked if name in serving[code]] for name in about}
    used = {
        name: (downloads.stamp(downloads.folder() / name), tuple(own)) for name, own in codes.items() if own
    }
    areas, cleaned = _cleaned(used, definition)
    served = [code for code in asked if serving[code]]
    left_out = Ledger()
    own = areas["country"].str.split("|").map(lambda codes: [code for code in codes if code in served])
    areas = left_out.drop(areas.assign(country=own.map("|".join)), "other_country", own.map(len) == 0)
    areas = left_out.drop(areas, "outside_territory", areas["inside"] == "no").drop(columns="inside")
    grounded = areas["area_km2"].notna() & areas.geometry.notna()
    for code in set(served) & set(territory.ahec(definition)["country"]):
        if not (grounded & areas["country"].str.contains(code)).any():
            raise DataError(
                f"{', '.join(serving[code])} leaves no site of {code} with an area in the territory that counts as protected "
                f"({', '.join(dict.fromkeys([*cleaned['rule'], *left_out.table()['rule']]))}); "
                f"take it away, or set `source` to {code}=inventory"
            )
    areas = left_out.drop(areas, "founded_later", (areas["year"] > (year or 9999)).fillna(False))
    areas = _outlines(areas.reset_index(drop=True))
    points = areas.geom_type.isin(["Point", "MultiPoint"])
    shapes = in_equal_area(areas.geometry)
    if points.any():
        single = areas[points].to_crs(EQUAL_AREA)
        shapes[points] = coverage.footprint(single.set_geometry(single.centroid))
    apart = sums.only_international(areas)
    left_out.drop(areas, "international_designation", apart)
    overlaid = areas[apart].set_geometry(shapes[apart])
    areas, shapes = (part[~apart].reset_index(drop=True) for part in (areas, shapes))
    ledger = pd.concat([cleaned, left_out.table()], ignore_index=True)
    named = {name: (about[name].release, about[name].sha256) for name in used}
    return Sites(areas, shapes, ledger, _sources(areas, named), overlaid)


@kept(
    *("external/downloads", "external/hydrobasins", "basins", "countries", "designation_classes"),
    *("districts", "lakes", "land", "pieces", "provinces"),
)
def _cleaned(
    used: Mapping[str, tuple[downloads.Stamp, tuple[str, ...]]], definition: str
) -> tuple[gpd.GeoDataFrame, pd.DataFrame]:
    """Return the cleaned sites of downloads in the countries each serves, with ``source`` and ``inside``, and a ledger."""
    tables = [wdpa.read(downloads.folder() / name, bbox=downloads.BBOX) for name in used]
    schemas = [table.attrs["schema"] for table in tables]
    if len(set(schemas)) > 1:
        named = ", ".join(f"{name} ({schema})" for name, schema in zip(used, schemas, strict=True))
        raise SchemaError(
            f"downloads of two WDPA schemas lie side by side: {named}; keep those of one edition"
        )
    for table, (name, (_, codes)) in zip(tables, used.items(), strict=True):
        table["source"] = name
        own = official_countries(table["ISO3"])
        table["SERVED"] = own.str.contains("|".join(codes)) | (own == "")
    raw = gpd.GeoDataFrame(pd.concat(tables, ignore_index=True), crs=4326)
    others = Ledger()
    number = raw["SITE_PID"] if "SITE_PID" in raw else raw["SITE_ID"]
    raw = raw.assign(site_id=number, area_km2=pd.to_numeric(raw.get("REP_AREA"), errors="coerce"))
    raw = others.drop(raw, "other_country", ~raw["SERVED"]).drop(columns=["SERVED", "site_id", "area_km2"])
    areas, ledger = wdpa.clean(raw, classes=_crosswalk(), countries=territory.countries())
    areas = areas.assign(inside=territory.in_ahec(areas, definition))
    return areas, pd.concat([others.table(), ledger], ignore_index=True)


def _outlines(areas: gpd.GeoDataFrame) -> gpd.GeoDataFrame:
    """Return rows that are not of the inventory with the columns that it has."""
    points = areas.geom_type.isin(["Point", "MultiPoint"])
    areas = areas.assign(
        outlined=True,
        area_ha=areas["area_km2"] * 100,
        area_basis=np.where(areas["area_km2"].notna(), "sourced", "none"),
        existence_basis="sourced",
        location_basis=np.where(points, "site", "polygon"),
        district_ids="",
        overlaps_with="",
        confidence="",
        source_ids="",
    )
    if "province" not in areas:
        areas["province"] = areas["province_code"]
    return areas.assign(own_ground=places.own_ground(areas))


def _sources(
    areas: pd.DataFrame, named: Mapping[str, tuple[str, str]], countries: tuple[str, ...] = ()
) -> pd.DataFrame:
    """Return what each source, with its release and sha256, gives for each country."""
    rows = areas.assign(country=areas["country"].str.split("|")).explode("country")
    grouped = pd.DataFrame(rows).groupby(["country", "source"])
    out = grouped.agg(sites=("site_id", "nunique"), area_km2=("area_km2", "sum")).reset_index()
    if countries:
        out = out.set_index("country").reindex(list(countries)).rename_axis("country").reset_index()
        out = out.fillna({"source": next(iter(named)), "sites": 0}).astype({"sites": "int64"})
    out["release"], out["sha256"] = ([named[name][n] for name in out["source"]] for n in (0, 1))
    return out[["country", "source", "release", "sites", "area_km2", "sha256"]]


def _together(*parts: Sites) -> Sites:
    """Return the sites of several sources as one."""
    if len(parts) == 1:
        return parts[0]
    order = [*data.COUNTRY_NAMES]
    sources = pd.concat([one.sources for one in parts]).sort_values(
        "country", key=lambda codes: codes.map(order.index), kind="stable", ignore_index=True
    )
    return Sites(
        _concat(*(one.areas for one in parts)),
        gpd.GeoSeries(pd.concat([one.footprints for one in parts], ignore_index=True), crs=EQUAL_AREA),
        pd.concat([one.ledger for one in parts], ignore_index=True),
        sources,
        next((one.international for one in parts if len(one.international)), gpd.GeoDataFrame()),
    )


def _concat(*layers: gpd.GeoDataFrame) -> gpd.GeoDataFrame:
    """Return layers below each other; text that one does not have is "" there."""
    out = gpd.GeoDataFrame(pd.concat(layers, ignore_index=True), crs=layers[0].crs)
    text = {name for layer in layers for name in layer if pd.api.types.is_string_dtype(layer[name])}
    return out.fillna(dict.fromkeys(text - {"geometry"}, ""))


def _classes() -> pd.DataFrame:
    return data.table("designation_classes").set_index("designation")


def _crosswalk() -> pd.DataFrame:
    """Return the table designation_classes with one row for each English designation of the WDPA."""
    classes = data.table("designation_classes")
    rows = classes.assign(DESIG_ENG=classes["wdpa_desig_eng"].str.split("|")).explode("DESIG_ENG")
    # Of designations that several classes share the government decides, else the lowest class has them.
    shared = rows["DESIG_ENG"].duplicated(keep=False)
    rows["GOV_TYPE"] = rows["wdpa_gov_type"].where(shared, "")
    lowest = rows[shared].drop_duplicates("DESIG_ENG", keep="last").assign(GOV_TYPE="")
    return pd.concat([rows, lowest])[["DESIG_ENG", "GOV_TYPE", "designation", "level"]].reset_index(drop=True)
