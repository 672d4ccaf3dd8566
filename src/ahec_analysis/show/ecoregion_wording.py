"""Sentences and small tables of the ecoregion report, computed from the territory."""

from __future__ import annotations

import pandas as pd

from ahec_analysis import data, territory
from ahec_analysis.coverage import places
from ahec_analysis.show.messages import figure, name_of, say

_PUBLISHED = ("ahec", "amur-basin", "amur-basin-undrained", "amur-closed")


def key_figures(
    definition: str, readings: pd.DataFrame, countries: pd.DataFrame, provinces: pd.DataFrame
) -> list[tuple[str, str, str]]:
    """Return the key figures of the ecoregion report."""
    areas = readings.set_index("definition")["area_km2"]
    return [
        figure("ecoregion-area", km2=areas[definition], name=name_of(definition, "definition")),
        *(
            figure("ecoregion-country", name=name_of(row.unit, "name"), km2=row.area_km2, percent=row.percent)
            for row in countries[countries["status"] == "inside"].itertuples()
        ),
        figure("ecoregion-provinces", provinces=(provinces["status"] == "inside").sum()),
        figure("ecoregion-readings", least=areas.min() / 1e6, most=areas.max() / 1e6),
    ]


def opening(definition: str, readings: pd.DataFrame, countries: pd.DataFrame) -> str:
    """Return the first paragraph: what the reading holds and how far the readings lie apart."""
    own = readings.set_index("definition")
    parts = ", ".join(
        say("ecoregion-part", name=name_of(row.unit, "name"), percent=row.percent)
        for row in countries[countries["status"] == "inside"].itertuples()
    )
    files = territory.hydrobasins_path() or ()
    source = "ecoregion-basins.files" if files else "ecoregion-basins"
    return say(
        "ecoregion-opening",
        name=name_of(definition, "definition"),
        what=name_of(definition, "what"),
        area=own.loc[definition, "area_km2"],
        excluded=own.loc[definition, "excluded_km2"],
        russian=own.loc["russia", "area_km2"],
        parts=parts,
        basins=say(source, files=", ".join(f.name for f in files)),
    )


def published_areas(hydrology: pd.DataFrame, readings: pd.DataFrame) -> pd.DataFrame:
    """Return published areas of the complex and the basin with the reading whose area is nearest."""
    known = hydrology[(hydrology["metric"] == "area") & hydrology["unit_id"].isin(_PUBLISHED)]
    areas = readings.set_index("definition")["area_km2"]
    nearest = [(areas - value).abs().idxmin() for value in known["value"]]
    rows = known.rename(columns={"unit_name": "published", "value": "published_km2"})
    rows = rows.assign(definition=nearest, reading_km2=areas[nearest].to_numpy())
    return rows.assign(difference_percent=(rows["reading_km2"] / rows["published_km2"] - 1) * 100)


def sums(*shares: pd.DataFrame) -> str:
    """Return the sentence that the tables by country, province and basin agree."""
    totals = [float(s.loc[s["status"] != "excluded", "area_km2"].sum()) for s in shares]
    apart = (max(totals) / min(totals) - 1) * 100
    return say("ecoregion-sums", apart=f"{apart:.1g}") if apart else say("ecoregion-sums.equal")


def agreement(compared: pd.DataFrame) -> str:
    """Return how many basins agree with published areas, and the largest misses."""
    large = compared[compared["published_km2"] > 50_000]
    miss = large["difference_percent"].abs()
    worst = compared.loc[compared["difference_percent"].abs().nlargest(3).index]
    misses = "; ".join(
        say("ecoregion-miss", name=name_of(r.name, "name"), percent=f"{r.difference_percent:+.0f}")
        for r in worst.itertuples(index=False)
    )
    counts = {"large": len(large), "all": len(compared)}
    return say("ecoregion-agreement", **counts, most=miss.max(), half=miss.median(), misses=misses)


def wide_cover(cover: pd.DataFrame) -> pd.DataFrame:
    """Return the shares of land cover with a row for each basin."""
    wide = cover.pivot_table(index="basin", columns="group", values="share_percent", sort=False)
    return wide.add_suffix("_percent").rename_axis(columns=None).reset_index()


def disagreements(definition: str) -> pd.DataFrame:
    """Return the sites on which the inventory (``table``) and the territory (``derived``) disagree."""
    sites = places.confined(data.protected_areas(totals_only=False))
    sites = sites[sites.geometry.notna() & ~sites["status"].isin(["former", "planned"])]
    sites = sites.assign(derived=territory.in_ahec(sites, definition))
    wholly = (sites["in_ahec"] == "partly") & (sites["derived"] == "yes")
    rows = sites[(sites["derived"] != sites["in_ahec"]) & ~wholly].to_crs(territory.EQUAL_AREA)
    ground = territory.outline(definition).to_crs(territory.EQUAL_AREA).geometry.iloc[0]
    return rows.rename(columns={"in_ahec": "table", "location_precision_km": "precision_km"}).assign(
        from_territory_km=rows.distance(ground) / 1e3
    )
