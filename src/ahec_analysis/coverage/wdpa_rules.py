"""The numbered rules that turn a WDPA download into the common table of protected areas, and their ledger."""

from __future__ import annotations

from datetime import date
from typing import Any

import geopandas as gpd
import numpy as np
import pandas as pd
import shapely

from ahec_analysis import expect
from ahec_analysis.coverage.ledger import Ledger
from ahec_analysis.coverage.overlay import polygonal
from ahec_analysis.errors import DataError
from ahec_analysis.territory.ahec import EQUAL_AREA, area_km2

RULES = {
    "wcmc": ("Designated", "Inscribed", "Adopted", "Established"),
    "wdpar": ("Designated", "Inscribed", "Established"),
}
"""Legal status that counts, by rule set."""

_REFUSED = {
    "": "status_missing",
    "Adopted": "status_adopted",
    "Not Reported": "status_not_reported",
    "Proposed": "status_proposed",
}
_MAB = ("UNESCO-MAB Biosphere Reserve", "UNESCO-MAB Réserve de Biosphère")
_UNKNOWN = ("", "Not Reported", "Not Applicable", "Not Assigned", "nan", "None", "<NA>")
_LEVELS = {
    "Federal or national ministry or agency": "national",
    "Sub-national ministry or agency": "subnational",
    "Local communities": "local",
    "Indigenous peoples": "local",
}


def clean(
    areas: gpd.GeoDataFrame,
    rules: str = "wcmc",
    *,
    classes: pd.DataFrame | None = None,
    countries: gpd.GeoDataFrame | None = None,
    year: int | None = None,
) -> tuple[gpd.GeoDataFrame, pd.DataFrame]:
    """Return the sites that count as protected in the common schema, and a ledger of every change.

    Parameters
    ----------
    areas : GeoDataFrame
        As :func:`ahec_analysis.coverage.wdpa.read` returns it.
    rules : {"wcmc", "wdpar"}, default "wcmc"
        The official rules, or those of the R package wdpar, which drops status Adopted as well.
    classes : DataFrame, optional
        Crosswalk with ``DESIG_ENG`` and, to be more specific, ``GOV_TYPE`` and ``IUCN_CAT`` (empty: any), to
        ``designation`` and ``level``. Without it the designation is the English one in lower case.
    countries : GeoDataFrame, optional
        ``country`` (ISO 3166 alpha-3) and polygons, by which sites of several countries are split.
    year : int, optional
        Year of the edition, beyond which no founding year is believed; this year by default.

    Returns
    -------
    tuple of GeoDataFrame and DataFrame
        The areas, EPSG:4326: ``site_id``, ``name``, ``name_local``, ``country``, ``province_code``,
        ``designation``, ``level``, ``iucn_category``, ``year`` (Int64), ``area_km2`` and ``marine_km2``
        (reported, km², NaN unknown), ``status``, ``site_type`` (PA or OECM), ``geometry``, all other fields.
        Points stay points: :func:`ahec_analysis.coverage.footprint` makes them circles.
        The ledger: ``rule``, ``effect``, ``rows`` (rows touched), ``change`` (of the number of rows),
        ``area_km2`` (of the rows touched: the polygons, or as reported) and ``site_ids``. Rows in plus all
        changes are rows out.

    Raises
    ------
    SchemaError, ParameterError
        If a field that a rule needs is missing, or ``rules`` is not a rule set.

    References
    ----------
    UNEP-WCMC, *Calculating protected area coverage*. Hanson JO (2022) wdpar. Journal of Open Source
    Software 7: 4594.

    Examples
    --------
    >>> raw = gpd.GeoDataFrame(
    ...     {"SITE_ID": [1, 2], "STATUS": ["Designated", "Proposed"], "DESIG_ENG": "Zapovednik", "STATUS_YR": 1963},
    ...     geometry=[shapely.box(132, 48, 133, 49), shapely.box(134, 48, 135, 49)], crs=4326,
    ... )
    >>> areas, ledger = clean(raw)
    >>> areas["site_id"].tolist(), ledger["rule"].tolist()
    (['1'], ['status_proposed', 'no_iso3'])
    """
    expect.choice(rules, RULES, "rules")
    _require(areas, "SITE_ID" if "SITE_ID" in areas else "SITE_PID", "STATUS", "DESIG_ENG")
    sites = _prepared(areas)
    book = _Book()
    sites = _keep_status(sites, book, RULES[rules])
    sites = book.drop(sites, "biosphere_reserve", _text(sites["DESIG_ENG"]).isin(_MAB))
    sites = _mend_numbers(sites, book)
    sites = _mend_years(sites, book, date.today().year if year is None else year)
    sites = _mend_positions(sites, book)
    sites = _mend_geometry(sites, book)
    sites = _drop_duplicates(sites, book)
    sites = _settle_points(sites, book)
    sites = _split_countries(sites, book, countries)
    return _common(sites, classes, book), book.table()


class _Book(Ledger):
    """The ledger of a raw table, with the area of the rows a rule touches: of their polygons, or as reported."""

    def note(self, rule: str, effect: str, rows: gpd.GeoDataFrame, change: int = 0) -> None:
        """Enter what a rule does to rows."""
        if rows.empty:
            return
        shapes = np.array(rows["geometry"])
        drawn = np.isin(shapely.get_type_id(shapes), [3, 6]) & _on_globe(shapes)
        shapes[~drawn] = None
        polygons = gpd.GeoSeries(polygonal(shapes), rows.index, crs=4326)
        reported = pd.to_numeric(rows.get("REP_AREA", pd.Series(np.nan, rows.index)), errors="coerce")
        area = reported.mask(drawn, area_km2(polygons)).replace([np.inf, -np.inf], np.nan)
        self.enter(rule, effect, rows, change, area_km2=area.sum(min_count=1))

    def drop(self, table: gpd.GeoDataFrame, rule: str, out: Any) -> gpd.GeoDataFrame:
        """Return the table without the rows that a rule drops."""
        out = np.asarray(out, dtype=bool)
        self.note(rule, "dropped", table[out], -int(out.sum()))
        return table[~out]


def _require(table: pd.DataFrame, *fields: str) -> None:
    hint = "read the download with wdpa.read, or rename among " + ", ".join(map(str, table.columns))
    expect.columns(table, fields, "areas", hint=hint)


def _prepared(areas: gpd.GeoDataFrame) -> gpd.GeoDataFrame:
    if areas.crs is None:
        raise DataError("`areas` has no CRS; WDPA layers are in EPSG:4326: areas.set_crs(4326)")
    sites = areas.to_crs(4326).reset_index(drop=True)
    if sites.geometry.name != "geometry":
        sites = sites.rename_geometry("geometry")
    both = [field for field in ("SITE_PID", "SITE_ID") if field in sites]
    for field in both:
        sites[field] = _text(sites[field]).str.removesuffix(".0")
    return sites.assign(site_id=sites[both[0]].where(sites[both[0]] != "", sites[both[-1]]))


def _text(column: pd.Series) -> pd.Series:
    return column.astype("object").where(column.notna(), "").astype("str").str.strip()


def _field(table: pd.DataFrame, name: str) -> pd.Series:
    return _text(table[name]) if name in table else pd.Series("", table.index, dtype="str")


def _number(table: pd.DataFrame, name: str) -> pd.Series:
    return table[name] if name in table else pd.Series(np.nan, table.index)


def _keep_status(table: gpd.GeoDataFrame, book: _Book, kept: tuple[str, ...]) -> gpd.GeoDataFrame:
    status = _text(table["STATUS"])
    rules = status.map(_REFUSED).fillna("status_other").mask(status.isin(kept), "")
    for rule in sorted(set(rules) - {""}):
        table = book.drop(table, rule, rules[table.index] == rule)
    return table


def _mend_numbers(table: gpd.GeoDataFrame, book: _Book) -> gpd.GeoDataFrame:
    table = table.copy()
    for field, no_number, negative in (
        ("REP_AREA", "rep_area_not_a_number", "rep_area_negative"),
        ("REP_M_AREA", "rep_m_area_not_a_number", "rep_m_area_negative"),
    ):
        if field not in table:
            continue
        text = _text(table[field])
        number = pd.to_numeric(text, errors="coerce").astype(float)
        bad = number.isna() & ~text.isin(_UNKNOWN) | np.isinf(number)
        book.note(no_number, "changed", table[bad])
        book.note(negative, "changed", table[(number < 0) & ~bad])
        table[field] = number.mask(bad | (number < 0))
    if "REP_AREA" in table and "REP_M_AREA" in table:
        more = table["REP_M_AREA"] > table["REP_AREA"] * (1 + 1e-6)
        book.note("rep_m_area_exceeds_rep_area", "changed", table[more])
        table["REP_M_AREA"] = table["REP_M_AREA"].mask(more, table["REP_AREA"])
    return table


def _mend_years(table: gpd.GeoDataFrame, book: _Book, limit: int) -> gpd.GeoDataFrame:
    if "STATUS_YR" not in table:
        book.note("no_status_yr", "changed", table)
        return table.assign(STATUS_YR=pd.array([pd.NA] * len(table), dtype="Int64"))
    text = _text(table["STATUS_YR"])
    number = pd.to_numeric(text, errors="coerce").astype(float)
    none = (number == 0) | text.isin(_UNKNOWN)
    odd = ~none & (number.isna() | (number != number.round()) | (number < 1000))
    future = number > limit
    book.note("status_yr_missing", "changed", table[none])
    book.note("status_yr_not_a_year", "changed", table[odd])
    book.note("status_yr_in_the_future", "changed", table[future & ~odd])
    return table.assign(STATUS_YR=number.mask(none | odd | future).astype("Int64"))


def _mend_positions(table: gpd.GeoDataFrame, book: _Book) -> gpd.GeoDataFrame:
    shapes = np.array(table.geometry)
    if "READ_NOTE" in table:
        book.note("ring_not_closed", "repaired", table[_text(table["READ_NOTE"]) != ""])
    west, south, east, north = np.nan_to_num(shapely.bounds(shapes)).T
    swapped = ((south > 90) | (north < -90)) & (west >= -90) & (east <= 90)
    book.note("coordinates_swapped", "repaired", table[swapped])
    shapes[swapped] = [shapely.transform(shape, lambda xy: xy[:, ::-1]) for shape in shapes[swapped]]
    west, _, east, _ = np.nan_to_num(shapely.bounds(shapes)).T
    wide = east - west > 180
    wide[wide] = [_jumps(shape) for shape in shapes[wide]]
    book.note("crosses_the_antimeridian", "repaired", table[wide])
    shapes[wide] = [_unwrapped(shape) for shape in shapes[wide]]
    placed = table.set_geometry(gpd.GeoSeries(shapes, table.index, crs=4326))
    return book.drop(placed, "outside_the_globe", ~_on_globe(shapes))


def _on_globe(shapes: np.ndarray) -> np.ndarray:
    west, south, east, north = np.nan_to_num(shapely.bounds(shapes), posinf=999, neginf=-999).T
    return np.asarray((south >= -90) & (north <= 90) & (west >= -180) & (east <= 360))


def _jumps(shape: Any) -> bool:
    """Return whether any edge spans more than half the globe: it was meant to go the other way round."""
    corners, ring = shapely.get_coordinates(shapely.get_rings(shape), return_index=True)
    return bool(((np.abs(np.diff(corners[:, 0])) > 180) & (np.diff(ring) == 0)).any())


def _unwrapped(shape: Any) -> Any:
    return shapely.transform(
        shape, lambda xy: np.c_[np.where(xy[:, 0] < 0, xy[:, 0] + 360, xy[:, 0]), xy[:, 1]]
    )


def _mend_geometry(table: gpd.GeoDataFrame, book: _Book) -> gpd.GeoDataFrame:
    shapes = np.array(table.geometry)
    missing = shapely.is_missing(shapes) | shapely.is_empty(shapes)
    book.note("no_geometry", "kept", table[missing])
    point = np.isin(shapely.get_type_id(shapes), [0, 4])
    broken = ~missing & ~point & ~(shapely.is_valid(shapes) & np.isin(shapely.get_type_id(shapes), [3, 6]))
    shapes[broken] = polygonal(shapes[broken])
    flat = broken & (shapely.area(shapes) == 0)
    book.note("invalid_polygon", "repaired", table[broken & ~flat])
    shapes[missing] = None
    mended = book.drop(table, "no_area_in_the_geometry", flat)
    return mended.set_geometry(gpd.GeoSeries(shapes[~flat], mended.index, crs=4326))


def _drop_duplicates(table: gpd.GeoDataFrame, book: _Book) -> gpd.GeoDataFrame:
    again = table["site_id"].duplicated(keep=False)
    key = table.loc[again, ["site_id"]].assign(shape=shapely.to_wkb(np.asarray(table.geometry[again])))
    twice = key.duplicated().reindex(table.index, fill_value=False)
    table = book.drop(table, "same_site_and_geometry", twice)
    point = table.geometry.geom_type.isin(["Point", "MultiPoint"])
    drawn = set(table.loc[table.geometry.geom_type.isin(["Polygon", "MultiPolygon"]), "site_id"])
    beside = point & table["site_id"].isin(drawn)
    return book.drop(table, "point_beside_a_polygon", beside)


def _settle_points(table: gpd.GeoDataFrame, book: _Book) -> gpd.GeoDataFrame:
    point = table.geometry.geom_type.isin(["Point", "MultiPoint"])
    if point.any():
        _require(table, "REP_AREA")
        unknown = point & ~(table["REP_AREA"] > 0)
        table = book.drop(table, "point_without_area", unknown)
    count = pd.Series(shapely.get_num_geometries(np.asarray(table.geometry)), table.index)
    several = (table.geometry.geom_type == "MultiPoint") & (count > 1)
    added = int((count - 1)[several].sum())
    book.note("several_points", "split", table[several], added)
    table = table.copy()
    for field in {"REP_AREA", "REP_M_AREA"} & set(table):
        table[field] = table[field].where(~several, table[field] / count.clip(lower=1))
    one = table.geometry.geom_type == "MultiPoint"
    return pd.concat([table[~one], table[one].explode(ignore_index=False)]).sort_index(kind="stable")


def _split_countries(
    table: gpd.GeoDataFrame, book: _Book, countries: gpd.GeoDataFrame | None
) -> gpd.GeoDataFrame:
    if "ISO3" not in table:
        book.note("no_iso3", "changed", table)
        return table.assign(ISO3="")
    codes = _text(table["ISO3"]).str.replace(r"\s*[;,|]\s*", "|", regex=True).str.strip("|")
    table = table.assign(ISO3=codes).reset_index(drop=True)
    several = table["ISO3"].str.contains("|", regex=False)
    drawn = several & table.geometry.geom_type.isin(["Polygon", "MultiPolygon"])
    if countries is None:
        drawn &= False
    book.note("several_countries_kept", "kept", table[several & ~drawn])
    if countries is None or not drawn.any():
        return table
    expect.columns(countries, ["country"], "countries", hint="ISO 3166 alpha-3 codes")
    land = countries.to_crs(EQUAL_AREA).dissolve("country").geometry
    parts = [_parts(table.loc[[label]], land) for label in table.index[drawn]]
    split = pd.concat([table[~drawn], *parts]).sort_index(kind="stable")
    book.note("several_countries_split", "split", table[drawn], len(split) - len(table))
    return split


def _parts(site: gpd.GeoDataFrame, land: gpd.GeoSeries) -> gpd.GeoDataFrame:
    """Return a row for each country of a site, reported areas in proportion; the rest keeps all its codes."""
    whole = polygonal(np.asarray(site.geometry.segmentize(0.1).to_crs(EQUAL_AREA)))[0]
    names, shapes, rest = [], [], whole
    for code in site["ISO3"].iloc[0].split("|"):
        if code in land.index:
            names.append(code)
            shapes.append(shapely.intersection(rest, land[code]))
            rest = shapely.difference(rest, land[code])
    shapes = list(polygonal(np.array([*shapes, rest], dtype=object)))
    names.append(site["ISO3"].iloc[0])
    area = shapely.area(shapes)
    kept = np.flatnonzero(area > 1e-6 * whole.area)
    parts = site.loc[site.index.repeat(len(kept))].to_crs(EQUAL_AREA)
    parts["ISO3"] = [names[n] for n in kept]
    for field in {"REP_AREA", "REP_M_AREA"} & set(site):
        parts[field] = parts[field] * area[kept] / area[kept].sum()
    return parts.set_geometry(gpd.GeoSeries([shapes[n] for n in kept], parts.index, crs=EQUAL_AREA)).to_crs(
        4326
    )


def _common(table: gpd.GeoDataFrame, classes: pd.DataFrame | None, book: _Book) -> gpd.GeoDataFrame:
    table = table.reset_index(drop=True)

    local, english = _field(table, "NAME"), _field(table, "NAME_ENG")
    book.note("no_english_name", "changed", table[(english == "") & (local != "")])
    designation, level = _classified(table, classes, book)
    category = _field(table, "IUCN_CAT")
    place = _field(table, "SUB_LOC").str.replace(r"\s*[;,]\s*", "|", regex=True)
    coded = place.str.fullmatch(r"[A-Z]{2}-[A-Z0-9]{1,3}(\|[A-Z]{2}-[A-Z0-9]{1,3})*")
    columns = {
        "site_id": table["site_id"],
        "name": english.where(english != "", local),
        "name_local": local,
        "country": table["ISO3"],
        "province_code": place.where(coded, ""),
        "designation": designation,
        "level": level,
        "iucn_category": category.where(~category.isin(_UNKNOWN), ""),
        "year": table["STATUS_YR"].astype("Int64"),
        "area_km2": _number(table, "REP_AREA").mask(lambda area: area == 0),
        "marine_km2": _number(table, "REP_M_AREA"),
        "status": _field(table, "STATUS"),
        "site_type": _field(table, "SITE_TYPE").replace("", "PA"),
    }
    spent = {"NAME", "NAME_ENG", "STATUS_YR", "REP_AREA", "REP_M_AREA", "STATUS", "SITE_TYPE", "ISO3"}
    others = table.drop(columns=[*(spent & set(table)), "site_id", "geometry"])
    return gpd.GeoDataFrame({**columns, **others}, geometry=table.geometry, crs=4326)


def _classified(
    table: gpd.GeoDataFrame,
    classes: pd.DataFrame | None,
    book: _Book,
) -> tuple[pd.Series, pd.Series]:
    """Return designation and level by the most specific row of the crosswalk, else by the fields."""
    designation = (
        _field(table, "DESIG_ENG").str.lower().str.replace(r"[^\w]+", "_", regex=True).str.strip("_")
    )
    level = _field(table, "GOV_TYPE").map(_LEVELS).fillna("")
    level = level.mask(_field(table, "DESIG_TYPE").isin(["International", "Regional"]), "international")
    level = level.mask((level == "") & (_field(table, "DESIG_TYPE") == "National"), "national")
    if classes is None:
        return designation, level
    expect.columns(classes, ["DESIG_ENG", "designation", "level"], "classes")
    keys = [name for name in ("DESIG_ENG", "GOV_TYPE", "IUCN_CAT") if name in classes]
    wanted = classes[keys].apply(_text)
    fields = pd.DataFrame({key: _field(table, key) for key in keys})
    found = pd.Series(False, table.index)
    for row in (wanted != "").sum(axis=1).sort_values(kind="stable").index:
        asked = wanted.loc[row]
        match = ((fields == asked) | (asked == "")).all(axis=1)
        designation = designation.mask(match, classes["designation"][row])
        level = level.mask(match, classes["level"][row])
        found |= match
    book.note("not_in_the_crosswalk", "changed", table[~found])
    return designation, level
