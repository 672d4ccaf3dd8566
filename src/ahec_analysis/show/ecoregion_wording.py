"""Sentences and small tables of the ecoregion report, computed from the territory."""

from __future__ import annotations

import geopandas as gpd
import pandas as pd

from ahec_analysis import data, territory
from ahec_analysis.coverage import places
from ahec_analysis.territory.ahec import EQUAL_AREA
from ahec_analysis.values import shown

_EQUAL_PERCENT = 1e-6
_PUBLISHED = ("ahec", "amur-basin", "amur-basin-undrained", "amur-closed")


def key_figures(
    definition: str, readings: pd.DataFrame, countries: pd.DataFrame, provinces: pd.DataFrame
) -> list[tuple[str, str, str]]:
    """Return the key figures of the ecoregion report."""
    own = readings.set_index("definition").loc[definition]
    figures = [("Area", _million(own["area_km2"]), own["name"])]
    figures += [
        (row.name, _million(row.area_km2), f"{row.percent:.0f} % of the territory")
        for row in countries[countries["status"] == "inside"].itertuples()
    ]
    inside = int((provinces["status"] == "inside").sum())
    figures.append(("Provinces", shown(inside), "with 1 % of their land or 1 000 km² inside"))
    spread = f"{readings['area_km2'].min() / 1e6:.2f} to {readings['area_km2'].max() / 1e6:.2f}"
    figures.append(("Other readings", f"{spread} million km²", "depending on what the name is taken to mean"))
    return figures


def opening(definition: str, readings: pd.DataFrame, countries: pd.DataFrame) -> str:
    """Return the first paragraph: what the reading holds and how far the readings lie apart."""
    own = readings.set_index("definition").loc[definition]
    russian = readings.set_index("definition").loc["russia", "area_km2"]
    parts = ", ".join(
        f"{row.name} {row.percent:.1f} %" for row in countries[countries["status"] == "inside"].itertuples()
    )
    return (
        f"**{own['name']}**: {own['what']}. It covers **{shown(float(own['area_km2']), 'area_km2')} km²** ({parts}); "
        f"{shown(float(own['excluded_km2']), 'area_km2')} km² in the DPRK belong to the same basins and are left out. "
        f"The Russian part of the composition alone is {_million(russian)}: a share of the one must not be quoted "
        f"as a share of the other. Basins: {_basin_source()}."
    )


def published_areas(hydrology: pd.DataFrame, readings: pd.DataFrame) -> pd.DataFrame:
    """Return published areas of the complex and the Amur basin with the reading whose area is nearest.

    Returns
    -------
    DataFrame
        ``published``, ``published_km2``, ``alternatives``, ``nearest_reading``, ``reading_km2``,
        ``difference_percent``, ``source_ids``.
    """
    known = hydrology[(hydrology["metric"] == "area") & hydrology["unit_id"].isin(_PUBLISHED)]
    whole = readings.set_index("name")["area_km2"]
    rows = []
    for row in known.itertuples():
        nearest = (whole - row.value).abs().idxmin()
        rows.append(
            {
                "published": row.unit_name,
                "published_km2": row.value,
                "alternatives": row.alternatives,
                "nearest_reading": nearest,
                "reading_km2": whole[nearest],
                "difference_percent": (whole[nearest] / row.value - 1) * 100,
                "source_ids": row.source_ids,
            }
        )
    return pd.DataFrame(rows)


def sums(*shares: pd.DataFrame) -> str:
    """Return the sentence that the tables by country, province and basin agree."""
    totals = [float(s.loc[s["status"] != "excluded", "area_km2"].sum()) for s in shares]
    apart = (max(totals) / min(totals) - 1) * 100
    return (
        f"The sums by country, province and basin differ by {apart:.1g} %."
        if apart
        else "The three sums are equal."
    )


def agreement(compared: pd.DataFrame) -> str:
    """Return how many basins agree with published areas, and the largest misses."""
    large = compared[compared["published_km2"] > 50_000]
    miss = large["difference_percent"].abs()
    worst = compared.loc[compared["difference_percent"].abs().nlargest(3).index]
    return (
        f"Of {len(large)} basins over 50 000 km² all agree within {miss.max():.1f} %, half of them within "
        f"{miss.median():.1f} %. The largest misses of all {len(compared)}: "
        + "; ".join(f"{r.name} {r.difference_percent:+.0f} %" for r in worst.itertuples(index=False))
        + ". Each has its explanation in the table."
    )


def named_basins(pieces: gpd.GeoDataFrame) -> gpd.GeoDataFrame:
    """Return the territory by river, ``basin`` its name."""
    named = pieces.assign(basin=pieces["parent_name"].replace("", "Outside the basins"))
    return named.dissolve("basin", sort=False).reset_index()[["basin", "geometry"]]


def wide_cover(cover: pd.DataFrame) -> pd.DataFrame:
    """Return the shares of land cover with a row for each basin."""
    wide = cover.pivot_table(index="basin", columns="group", values="share_percent", sort=False)
    wide.columns = [f"{name}_percent" for name in wide.columns]
    return wide.reset_index()


def disagreements(definition: str) -> pd.DataFrame:
    """Return the sites whose place in the complex differs between inventory and derived territory.

    Returns
    -------
    DataFrame
        ``name``, ``province``, ``table`` (in_ahec of the inventory), ``derived``, ``location_basis``,
        ``precision_km``, ``km_from_territory`` (of its point) and ``note``.
    """
    sites = places.confined(data.protected_areas(totals_only=False))
    sites = sites[sites.geometry.notna() & ~sites["status"].isin(["former", "planned"])].reset_index(
        drop=True
    )
    derived = territory.in_ahec(sites, definition)
    differ = (derived != sites["in_ahec"]) & ~((sites["in_ahec"] == "partly") & (derived == "yes"))
    rows = sites[differ].to_crs(EQUAL_AREA)
    ground = territory.outline(definition).to_crs(EQUAL_AREA).geometry.iloc[0]
    return pd.DataFrame(
        {
            "name": rows["name"],
            "province": rows["province"],
            "table": rows["in_ahec"],
            "derived": derived[differ],
            "location_basis": rows["location_basis"],
            "precision_km": rows["location_precision_km"],
            "from_territory_km": rows.distance(ground) / 1e3,
            "note": rows["note"],
        }
    ).reset_index(drop=True)


def _basin_source() -> str:
    files = territory.hydrobasins_path()
    return "HydroBASINS, " + ", ".join(f.name for f in files) if files else "derived by this project"


def _million(km2: float) -> str:
    return f"{km2 / 1e6:.3f} million km²"
