"""The numbered rules that turn a WDPA download into the common table of protected areas, and their ledger."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Sequence
from datetime import date
from typing import Any

import geopandas as gpd
import numpy as np
import pandas as pd
import shapely

from ahec_analysis import expect
from ahec_analysis.data.polygons import in_equal_area, polygonal
from ahec_analysis.territory import borders
from ahec_analysis.territory.ahec import EQUAL_AREA, area_km2

RULES = {
    "wcmc": ("Designated", "Inscribed", "Adopted", "Established"),
    "wdpar": ("Designated", "Inscribed", "Established"),
}
"""Legal status that counts, by rule set."""

FIELDS = (
    *("SITE_ID", "SITE_PID", "SITE_TYPE", "NAME_ENG", "NAME", "DESIG", "DESIG_ENG", "DESIG_TYPE", "IUCN_CAT"),
    *("REALM", "REP_M_AREA", "REP_AREA", "STATUS", "STATUS_YR", "GOV_TYPE", "SUB_LOC", "ISO3", "PRNT_ISO3"),
)
"""Fields that are read where present; only those a step needs are asked for, when it needs them."""
_REFUSED = {
    "": "status_missing",
    "Adopted": "status_adopted",
    "Not Reported": "status_not_reported",
    "Proposed": "status_proposed",
}
_OFFICIAL = {
    "STATUS": ("Designated", "Inscribed", "Adopted", "Established", "Proposed", "Not Reported"),
    "SITE_TYPE": ("PA", "OECM"),
    "DESIG_TYPE": ("National", "Regional", "International", "Not Applicable"),
    "IUCN_CAT": ("Ia", "Ib", "II", "III", "IV", "V", "VI", "Not Reported", "Not Assigned", "Not Applicable"),
    "REALM": ("Terrestrial", "Coastal", "Marine"),
    "GOV_TYPE": (
        *("Federal or national ministry or agency", "Sub-national ministry or agency"),
        *("Government-delegated management", "Transboundary governance", "Collaborative governance"),
        *("Joint governance", "Individual landowners", "Non-profit organisations"),
        *("For-profit organisations", "Indigenous peoples", "Local communities", "Not Reported"),
    ),
}
"""The vocabulary of each coded field, WDPA and WD-OECM Manual."""
_ISO3 = """
ABW AFG AGO AIA ALA ALB AND ARE ARG ARM ASM ATA ATF ATG AUS AUT AZE BDI BEL BEN BES BFA BGD BGR BHR BHS BIH
BLM BLR BLZ BMU BOL BRA BRB BRN BTN BVT BWA CAF CAN CCK CHE CHL CHN CIV CMR COD COG COK COL COM CPV CRI CUB
CUW CXR CYM CYP CZE DEU DJI DMA DNK DOM DZA ECU EGY ERI ESH ESP EST ETH FIN FJI FLK FRA FRO FSM GAB GBR GEO
GGY GHA GIB GIN GLP GMB GNB GNQ GRC GRD GRL GTM GUF GUM GUY HKG HMD HND HRV HTI HUN IDN IMN IND IOT IRL IRN
IRQ ISL ISR ITA JAM JEY JOR JPN KAZ KEN KGZ KHM KIR KNA KOR KWT LAO LBN LBR LBY LCA LIE LKA LSO LTU LUX LVA
MAC MAF MAR MCO MDA MDG MDV MEX MHL MKD MLI MLT MMR MNE MNG MNP MOZ MRT MSR MTQ MUS MWI MYS MYT NAM NCL NER
NFK NGA NIC NIU NLD NOR NPL NRU NZL OMN PAK PAN PCN PER PHL PLW PNG POL PRI PRK PRT PRY PSE PYF QAT REU ROU
RUS RWA SAU SDN SEN SGP SGS SHN SJM SLB SLE SLV SMR SOM SPM SRB SSD STP SUR SVK SVN SWE SWZ SXM SYC SYR TCA
TCD TGO THA TJK TKL TKM TLS TON TTO TUN TUR TUV TWN TZA UGA UKR UMI URY USA UZB VAT VCT VEN VGB VIR VNM VUT
WLF WSM YEM ZAF ZMB ZWE ABNJ
"""
"""ISO 3166-1 alpha-3, and areas beyond national jurisdiction."""
GARBLED = r"[\x80-\xff]{4}|\ufffd"
"""What Cyrillic or Chinese looks like when it is read in the wrong encoding; no word is spelt like it."""
_LARGEST_KM2 = 3e6
"""No protected area of the world is as large: the largest has about 2 million km²."""
_FACTOR = 5
"""How many times larger or smaller than its outline a reported area is named in the ledger."""
_SHOWN, _LENGTH = 12, 60
"""How many values of a field a row of the ledger quotes, and how much of each."""
_UNKNOWN = ("", "Not Reported", "Not Applicable", "Not Assigned", "nan", "None", "<NA>")
_LONGEST = 200
"""Letters that are kept of a text."""
_AREAS = ["REP_AREA", "REP_M_AREA"]
_POINTS, _POLYGONS = (0, 4), (3, 6)
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
    classes : DataFrame
        Crosswalk with ``DESIG_ENG`` and, to be more specific, ``GOV_TYPE`` and ``IUCN_CAT`` (empty: any), to
        ``designation`` and ``level``. Without it the designation is the English one in lower case.
    countries : GeoDataFrame
        ``country`` (ISO 3166 alpha-3) and polygons, by which sites of several countries are split.
    year : int
        Year of the edition, beyond which no founding year is believed; this year by default.

    Returns
    -------
    tuple of GeoDataFrame and DataFrame
        The areas, EPSG:4326: ``site_id``, ``name``, ``name_local``, ``country``, ``province_code``,
        ``designation``, ``level``, ``iucn_category``, ``year`` (Int64), ``area_km2`` and ``marine_km2``
        (reported, km², NaN unknown), ``status``, ``site_type`` (PA or OECM), ``geometry``, all other fields.
        Points stay points; those without a reported area are counted, without ground. A polygon without a reported
        area has that of its outline. The ledger: ``rule``, ``effect``, ``value`` (field and values where they are
        the matter), ``rows`` (rows touched), ``change`` (of the number of rows), ``area_km2`` (of the rows touched:
        the polygons, or as reported) and ``site_ids``.

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
    ...     {"SITE_ID": [1, 2], "STATUS": ["Designated", "Proposed"], "DESIG_ENG": "Zapovednik", "STATUS_YR": 1963, "REP_AREA": 8000},
    ...     geometry=[shapely.box(132, 48, 133, 49), shapely.box(134, 48, 135, 49)], crs=4326,
    ... )
    >>> areas, ledger = clean(raw)
    >>> areas["site_id"].tolist(), ledger["rule"].tolist()
    (['1'], ['status_proposed', 'no_iso3'])
    """
    expect.choice(rules, RULES, "rules")
    _require(areas, "SITE_ID" if "SITE_ID" in areas else "SITE_PID", "STATUS", "DESIG_ENG")
    book = _Book()
    if countries is not None:
        _require(areas, "ISO3")
    sites = _mend_codes(_prepared(areas), book, ["STATUS"])
    status = sites["STATUS"].map(_REFUSED).fillna("status_other").mask(sites["STATUS"].isin(RULES[rules]), "")
    for rule in sorted(set(status) - {""}):
        out = status[sites.index] == rule
        value = _quoted("STATUS", sites.loc[out, "STATUS"]) if rule == "status_other" else ""
        sites = book.drop(sites, rule, out, value)
    mab = sites["DESIG_ENG"].str.casefold().str.startswith("unesco-mab")
    sites = book.drop(sites, "biosphere_reserve", mab)
    sites = _mend_codes(sites, book, [field for field in _OFFICIAL if field != "STATUS"])
    for field in ("NAME_ENG", "NAME"):
        garbled = sites[field].str.contains(GARBLED)
        book.enter("text_garbled", "kept", sites[garbled], 0, _quoted(field, sites.loc[garbled, field]))
    sites = _mend_numbers(sites, book)
    sites = _mend_years(sites, book, date.today().year if year is None else year)
    sites = _mend_positions(sites, book)
    sites = _mend_geometry(sites, book)
    sites = _drop_duplicates(sites, book)
    sites = _settle_areas(sites, book)
    sites = _settle_points(sites, book)
    sites = _split_countries(sites, book, countries)
    sites = _common(_shortened(sites.reset_index(drop=True), book), classes, book)
    return sites.drop(columns=list((set(FIELDS) | {"READ_NOTE"}) - set(areas)), errors="ignore"), book.table()


def official_countries(codes: pd.Series) -> pd.Series:
    """Return what is an ISO 3166 code in each list of countries, joined by ``|``; "" where nothing is."""
    official = set(_ISO3.split())
    lists = _text(codes).str.upper().str.split(r"\s*[;,|]\s*", regex=True)
    return lists.map(lambda each: "|".join(code for code in each if code in official))


class Ledger:
    """What was dropped or changed on the way, in order: rows in plus all changes are rows out."""

    def __init__(self) -> None:
        self._entries: list[tuple[str, str, str, int, int, float, str]] = []

    def enter(self, rule: str, effect: str, rows: gpd.GeoDataFrame, change: int = 0, value: str = "") -> None:
        """Enter what a rule does to rows, and by how many it changes their number; no entry where there are none."""
        if len(rows):
            ids = "|".join(rows["site_id"].astype("str"))
            self._entries.append((rule, effect, value, len(rows), change, self.area_km2(rows), ids))

    def drop(self, table: gpd.GeoDataFrame, rule: str, out: Any, value: str = "") -> gpd.GeoDataFrame:
        """Return the table without the rows that a rule drops."""
        out = np.asarray(out, dtype=bool)
        self.enter(rule, "dropped", table[out], -int(out.sum()), value)
        return table[~out]

    def area_km2(self, rows: gpd.GeoDataFrame) -> float:
        """Return the area of rows, km²."""
        return float(rows["area_km2"].sum())

    def table(self) -> pd.DataFrame:
        """Return the entries as a table, without a column of values where there is none."""
        columns = ["rule", "effect", "value", "rows", "change", "area_km2", "site_ids"]
        entries = pd.DataFrame(self._entries, columns=columns)
        return entries if (entries["value"] != "").any() else entries.drop(columns="value")


class _Book(Ledger):
    """The ledger of a raw table."""

    def area_km2(self, rows: gpd.GeoDataFrame) -> float:
        """Return the area of the polygons of rows, or the reported one, km²."""
        shapes = np.array(rows["geometry"])
        drawn = _is(rows, _POLYGONS) & _on_globe(shapes)
        shapes[~drawn] = None
        broken = ~shapely.is_valid(shapes) & drawn
        shapes[broken] = [_repaired(shape) for shape in shapes[broken]]
        polygons = gpd.GeoSeries(shapes, rows.index, crs=4326)
        area = pd.to_numeric(rows["REP_AREA"], errors="coerce").mask(drawn, area_km2(polygons))
        return float(area.replace([np.inf, -np.inf], np.nan).sum(min_count=1))


def _require(table: pd.DataFrame, *fields: str) -> None:
    hint = "read the download with wdpa.read, or rename among " + ", ".join(map(str, table.columns))
    expect.columns(table, fields, "areas", hint=hint)


def _prepared(areas: gpd.GeoDataFrame) -> gpd.GeoDataFrame:
    """Return the table with every field that a rule reads as text, empty where unknown, and ``site_id``."""
    expect.projected(areas, "areas")
    if areas.geom_type.isin(["Point", "MultiPoint"]).any():
        _require(areas, "REP_AREA")
    sites = areas.to_crs(4326).reset_index(drop=True)
    sites = sites if sites.geometry.name == "geometry" else sites.rename_geometry("geometry")
    for field in (*FIELDS, "READ_NOTE"):
        sites[field] = _text(sites[field]) if field in sites else "PA" if field == "SITE_TYPE" else ""
    ids = sites[["SITE_PID", "SITE_ID"]].apply(lambda column: column.str.removesuffix(".0"))
    sites = sites.assign(**ids)
    return sites.assign(site_id=ids["SITE_PID"].where(ids["SITE_PID"] != "", ids["SITE_ID"]))


def _quoted(field: str, values: Iterable[str]) -> str:
    """Return a field with its values, the most frequent first."""
    found = [value[:_LENGTH] for value, _ in Counter(values).most_common()]
    return f"{field}: {'; '.join(found[:_SHOWN])}{f' … ({len(found)})' if len(found) > _SHOWN else ''}"


def _text(column: pd.Series) -> pd.Series:
    return column.astype("object").where(column.notna(), "").astype("str").str.strip()


def _is(table: gpd.GeoDataFrame, kinds: tuple[int, ...]) -> np.ndarray:
    """Return whether the geometry of each row is of one of the kinds, by their number in shapely."""
    return np.isin(shapely.get_type_id(np.asarray(table.geometry)), kinds)


def _mend_codes(table: gpd.GeoDataFrame, book: _Book, fields: Sequence[str]) -> gpd.GeoDataFrame:
    """Read what is spelt like an official code as that code, and other values as unknown (a status stays)."""
    for field in fields:
        text = table[field]
        odd = ~text.isin([*_OFFICIAL[field], *_UNKNOWN])
        code = text.str.casefold().map({code.casefold(): code for code in _OFFICIAL[field]})
        spelt, other = odd & code.notna(), odd & code.isna() & (field != "STATUS")
        book.enter("code_spelt_otherwise", "changed", table[spelt], 0, _quoted(field, text[spelt]))
        book.enter("code_not_official", "changed", table[other], 0, _quoted(field, text[other]))
        table = table.assign(**{field: text.mask(spelt, code).mask(other, "")})
    return table


def _mend_numbers(table: gpd.GeoDataFrame, book: _Book) -> gpd.GeoDataFrame:
    for field, no_number, negative in (
        ("REP_AREA", "rep_area_not_a_number", "rep_area_negative"),
        ("REP_M_AREA", "rep_m_area_not_a_number", "rep_m_area_negative"),
    ):
        number = pd.to_numeric(table[field], errors="coerce").astype(float)
        bad = number.isna() & ~table[field].isin(_UNKNOWN) | np.isinf(number)
        book.enter(no_number, "changed", table[bad])
        book.enter(negative, "changed", table[(number < 0) & ~bad])
        vast = (number > _LARGEST_KM2) & ~bad
        book.enter("larger_than_any_site", "changed", table[vast], 0, _quoted(field, table.loc[vast, field]))
        table = table.assign(**{field: number.mask(bad | vast | (number < 0))})
    more = table["REP_M_AREA"] > table["REP_AREA"] * (1 + 1e-6)
    book.enter("rep_m_area_exceeds_rep_area", "changed", table[more])
    table = table.assign(REP_M_AREA=table["REP_M_AREA"].mask(more, table["REP_AREA"]))
    realm, sea, half = table["REALM"], table["REP_M_AREA"], table["REP_AREA"] / 2
    odd = (
        (realm == "Terrestrial") & (sea > 0)
        | (realm == "Coastal") & (sea == 0)
        | (realm == "Marine") & (sea < half)
    )
    both = [f"{one}, {other:g}" for one, other in zip(realm[odd], sea[odd], strict=True)]
    book.enter("realm_against_marine_area", "kept", table[odd], 0, _quoted("REALM, REP_M_AREA", both))
    return table


def _mend_years(table: gpd.GeoDataFrame, book: _Book, limit: int) -> gpd.GeoDataFrame:
    number = pd.to_numeric(table["STATUS_YR"], errors="coerce").astype(float)
    none = (number == 0) | table["STATUS_YR"].isin(_UNKNOWN)
    odd = ~none & (number.isna() | (number != number.round()) | (number < 1000))
    future = number > limit
    book.enter("status_yr_missing", "changed", table[none])
    book.enter("status_yr_not_a_year", "changed", table[odd])
    book.enter("status_yr_in_the_future", "changed", table[future & ~odd])
    return table.assign(STATUS_YR=number.mask(none | odd | future).astype("Int64"))


def _mend_positions(table: gpd.GeoDataFrame, book: _Book) -> gpd.GeoDataFrame:
    shapes = np.array(table.geometry)
    book.enter("ring_not_closed", "repaired", table[table["READ_NOTE"] == "ring_not_closed"])
    west, south, east, north = np.nan_to_num(shapely.bounds(shapes)).T
    swapped = ((south > 90) | (north < -90)) & (west >= -90) & (east <= 90)
    book.enter("coordinates_swapped", "repaired", table[swapped])
    shapes[swapped] = [shapely.transform(shape, lambda xy: xy[:, ::-1]) for shape in shapes[swapped]]
    west, _, east, _ = np.nan_to_num(shapely.bounds(shapes)).T
    wide = east - west > 180
    wide[wide] = [_jumps(shape) for shape in shapes[wide]]
    book.enter("crosses_the_antimeridian", "repaired", table[wide])
    shapes[wide] = [shapely.transform(shape, lambda xy: xy + (xy < 0) * (360, 0)) for shape in shapes[wide]]
    placed = table.set_geometry(gpd.GeoSeries(shapes, table.index, crs=4326))
    return book.drop(placed, "outside_the_globe", ~_on_globe(shapes))


def _on_globe(shapes: np.ndarray) -> np.ndarray:
    west, south, east, north = np.nan_to_num(shapely.bounds(shapes), posinf=999, neginf=-999).T
    return np.asarray((south >= -90) & (north <= 90) & (west >= -180) & (east <= 360))


def _jumps(shape: Any) -> bool:
    """Return whether any edge spans more than half the globe: it was meant to go the other way round."""
    rings = shapely.get_rings(shapely.get_parts(shapely.get_parts(shape)))
    corners, ring = shapely.get_coordinates(rings, return_index=True)
    return bool(((np.abs(np.diff(corners[:, 0])) > 180) & (np.diff(ring) == 0)).any())


def _mend_geometry(table: gpd.GeoDataFrame, book: _Book) -> gpd.GeoDataFrame:
    table = book.drop(table, "geometry_unreadable", table["READ_NOTE"] == "geometry_unreadable")
    shapes = np.array(table.geometry)
    missing = shapely.is_missing(shapes) | shapely.is_empty(shapes)
    book.enter("no_geometry", "kept", table[missing])
    broken = ~missing & ~_is(table, _POINTS) & ~(shapely.is_valid(shapes) & _is(table, _POLYGONS))
    shapes[broken] = [_repaired(shape) for shape in shapes[broken]]
    lost = broken & shapely.is_missing(shapes)
    flat = broken & (shapely.area(shapes) == 0) & ~lost
    book.enter("invalid_polygon", "repaired", table[broken & ~flat & ~lost])
    shapes[missing] = None
    table = table.set_geometry(gpd.GeoSeries(shapes, table.index, crs=4326))
    drawn = _is(table, _POLYGONS) & ~flat
    # What is valid in degrees may be broken in metres, where it is used.
    metres = np.asarray(table.geometry[drawn].to_crs(EQUAL_AREA))
    doubtful = ~shapely.is_valid(metres) | ~np.isfinite(shapely.bounds(metres)).all(axis=1)
    lost[np.flatnonzero(drawn)[doubtful]] = [_repaired(shape) is None for shape in shapes[drawn][doubtful]]
    book.enter("invalid_in_metres", "repaired", table[drawn][doubtful & ~lost[drawn]])
    table = book.drop(table, "no_area_in_the_geometry", flat)
    return book.drop(table, "beyond_repair", lost[~flat])


def _repaired(shape: Any) -> Any:
    """Return a shape made valid in degrees, None where it cannot be made valid there or in metres."""
    try:
        mended = gpd.GeoSeries(polygonal(np.array([shape], dtype=object)), crs=4326)
        metres = in_equal_area(mended).iloc[0]
    except shapely.GEOSException:
        return None
    usable = shapely.is_valid(metres) and np.isfinite(shapely.bounds(metres)).all()
    return mended.iloc[0] if usable or mended.iloc[0].is_empty else None


def _drop_duplicates(table: gpd.GeoDataFrame, book: _Book) -> gpd.GeoDataFrame:
    again = table["site_id"].duplicated(keep=False)
    key = table.loc[again, ["site_id"]].assign(shape=shapely.to_wkb(np.asarray(table.geometry[again])))
    drawn = table.geometry.notna()
    twice = key.duplicated().reindex(table.index, fill_value=False) & drawn
    alike = table.duplicated(["site_id", *FIELDS]) & ~drawn
    table = book.drop(table, "same_site_and_geometry", twice)
    table = book.drop(table, "same_row", alike[table.index])
    drawn = table["site_id"].isin(table.loc[_is(table, _POLYGONS), "site_id"])
    return book.drop(table, "point_beside_a_polygon", _is(table, _POINTS) & drawn)


def _settle_areas(table: gpd.GeoDataFrame, book: _Book) -> gpd.GeoDataFrame:
    """Compare reported areas with outlines; a polygon without a reported area has that of its outline."""
    drawn = _is(table, _POLYGONS)
    reported, outline = table["REP_AREA"], area_km2(table.geometry).where(drawn)
    none = drawn & ~(reported > 0)
    odd = (reported > _FACTOR * outline) | (reported < outline / _FACTOR) & ~none
    both = [f"{one:.4g} ≠ {other:.4g}" for one, other in zip(reported[odd], outline[odd], strict=True)]
    book.enter("area_of_the_outline", "changed", table[none])
    book.enter("rep_area_against_outline", "kept", table[odd], 0, _quoted("REP_AREA", both))
    return table.assign(REP_AREA=reported.mask(none, outline))


def _settle_points(table: gpd.GeoDataFrame, book: _Book) -> gpd.GeoDataFrame:
    blank = _is(table, _POINTS) & ~(table["REP_AREA"] > 0)
    book.enter("point_without_area", "kept", table[blank])
    many = _is(table, (4,)) & ~blank
    count = pd.Series(np.where(many, shapely.get_num_geometries(np.asarray(table.geometry)), 1), table.index)
    book.enter("several_points", "split", table[count > 1], int((count - 1).sum()))
    table = table.assign(**table[_AREAS].div(count, axis=0))
    return pd.concat([table[~many], table[many].explode(ignore_index=False)]).sort_index(kind="stable")


def _split_countries(
    table: gpd.GeoDataFrame, book: _Book, countries: gpd.GeoDataFrame | None
) -> gpd.GeoDataFrame:
    codes = table["ISO3"].str.replace(r"\s*[;,|]\s*", "|", regex=True).str.strip("|")
    table = _official_countries(table.assign(ISO3=codes).reset_index(drop=True), book)
    table = _countries_by_position(table, book, countries)
    several = table["ISO3"].str.contains("|", regex=False)
    drawn = several & _is(table, _POLYGONS) & (countries is not None)
    book.enter("several_countries_kept", "kept", table[several & ~drawn])
    if countries is None or not drawn.any():
        return table
    expect.columns(countries, ["country"], "countries", hint="ISO 3166 alpha-3 codes")
    land = countries.to_crs(EQUAL_AREA).dissolve("country").geometry
    parts = [_parts(table.loc[[label]], land) for label in table.index[drawn]]
    split = pd.concat([table[~drawn], *parts]).sort_index(kind="stable")
    book.enter("several_countries_split", "split", table[drawn], len(split) - len(table))
    return split


def _official_countries(table: gpd.GeoDataFrame, book: _Book) -> gpd.GeoDataFrame:
    """Leave out what is no ISO 3166 code in the list of countries of each site."""
    codes = official_countries(table["ISO3"])
    spelt = (codes != table["ISO3"]) & (codes == table["ISO3"].str.upper())
    other = (codes != table["ISO3"]) & ~spelt & (table["ISO3"] != "Not Reported")
    book.enter("code_spelt_otherwise", "changed", table[spelt], 0, _quoted("ISO3", table.loc[spelt, "ISO3"]))
    book.enter("code_not_official", "changed", table[other], 0, _quoted("ISO3", table.loc[other, "ISO3"]))
    return table.assign(ISO3=codes)


def _countries_by_position(
    table: gpd.GeoDataFrame, book: _Book, countries: gpd.GeoDataFrame | None
) -> gpd.GeoDataFrame:
    """Give a site without a country that on which its middle lies, or the nearest."""
    unknown = table["ISO3"] == ""
    placed = unknown & table.geometry.notna() & (countries is not None)
    book.enter("no_iso3", "changed", table[unknown & ~placed])
    book.enter("country_by_position", "changed", table[placed])
    if countries is None or not placed.any():
        return table
    middles = gpd.GeoDataFrame(geometry=table.geometry[placed].representative_point().to_crs(EQUAL_AREA))
    found = middles.sjoin_nearest(countries[["country", "geometry"]].to_crs(EQUAL_AREA))["country"]
    return table.assign(ISO3=table["ISO3"].mask(placed, found[~found.index.duplicated()]))


def _parts(site: gpd.GeoDataFrame, land: gpd.GeoSeries) -> gpd.GeoDataFrame:
    """Return a row for each country of a site, reported areas in proportion; the rest keeps all its codes."""
    whole = in_equal_area(site.geometry.segmentize(0.1)).iloc[0]
    named = borders.divided(whole, site["ISO3"].iloc[0].split("|"), land)
    shapes = gpd.GeoSeries(polygonal(np.array([*named.values()], dtype=object)), [*named], crs=EQUAL_AREA)
    shapes = shapes[shapes.area > 1e-6 * whole.area]
    parts = site.loc[site.index.repeat(len(shapes))].assign(ISO3=shapes.index)
    parts[_AREAS] = parts[_AREAS].mul((shapes.area / shapes.area.sum()).to_numpy(), axis=0)
    return parts.set_geometry(shapes.set_axis(parts.index).to_crs(4326))


def _common(table: gpd.GeoDataFrame, classes: pd.DataFrame | None, book: _Book) -> gpd.GeoDataFrame:
    """Return the table in the common schema, further fields at its end."""
    unnamed = (table["NAME_ENG"] == "") & (table["NAME"] != "")
    book.enter("no_english_name", "changed", table[unnamed])
    designation, level = _classified(table, classes, book)
    place = table["SUB_LOC"].str.replace(r"\s*[;,]\s*", "|", regex=True)
    coded = place.str.fullmatch(r"[A-Z]{2}-[A-Z0-9]{1,3}(\|[A-Z]{2}-[A-Z0-9]{1,3})*")
    odd = ~coded & ~place.isin(_UNKNOWN)
    book.enter("code_not_official", "changed", table[odd], 0, _quoted("SUB_LOC", table.loc[odd, "SUB_LOC"]))
    columns = {
        "site_id": table["site_id"],
        "name": table["NAME_ENG"].mask(unnamed, table["NAME"]),
        "name_local": table["NAME"],
        "country": table["ISO3"],
        "province_code": place.where(coded, ""),
        "designation": designation,
        "level": level,
        "iucn_category": table["IUCN_CAT"].mask(table["IUCN_CAT"].isin(_UNKNOWN), ""),
        "year": table["STATUS_YR"],
        "area_km2": table["REP_AREA"].mask(lambda area: area == 0),
        "marine_km2": table["REP_M_AREA"],
        "status": table["STATUS"],
        "site_type": table["SITE_TYPE"],
    }
    spent = ["NAME", "NAME_ENG", "STATUS_YR", "STATUS", "SITE_TYPE", "ISO3", "site_id", "geometry", *_AREAS]
    return gpd.GeoDataFrame({**columns, **table.drop(columns=spent)}, geometry=table.geometry, crs=4326)


def _shortened(table: gpd.GeoDataFrame, book: _Book) -> gpd.GeoDataFrame:
    """Return the table with names and designations that a page can carry."""
    texts = table[["NAME", "NAME_ENG", "DESIG", "DESIG_ENG"]]
    longer = texts.apply(lambda column: column.str.len() > _LONGEST)
    book.enter("text_shortened", "changed", table[longer.any(axis=1)])
    return table.assign(**texts.mask(longer, texts.apply(lambda column: column.str[:_LONGEST] + "…")))


def _classified(
    table: gpd.GeoDataFrame, classes: pd.DataFrame | None, book: _Book
) -> tuple[pd.Series, pd.Series]:
    """Return designation and level by the most specific row of the crosswalk, else by the fields."""
    designation = table["DESIG_ENG"].str.lower().str.replace(r"[^\w]+", "_", regex=True).str.strip("_")
    level = table["GOV_TYPE"].map(_LEVELS).fillna("")
    level = level.mask(table["DESIG_TYPE"].isin(["International", "Regional"]), "international")
    level = level.mask((level == "") & (table["DESIG_TYPE"] == "National"), "national")
    if classes is None:
        return designation, level
    expect.columns(classes, ["DESIG_ENG", "designation", "level"], "classes")
    keys = [name for name in ("DESIG_ENG", "GOV_TYPE", "IUCN_CAT") if name in classes]
    wanted = classes[keys].apply(_text)
    found = pd.Series(False, table.index)
    for row in (wanted != "").sum(axis=1).sort_values(kind="stable").index:
        asked = wanted.loc[row]
        match = ((table[keys] == asked) | (asked == "")).all(axis=1)
        designation = designation.mask(match, classes["designation"][row])
        level = level.mask(match & (classes["level"][row] != ""), classes["level"][row])
        found |= match
    book.enter("not_in_the_crosswalk", "changed", table[~found])
    return designation, level
