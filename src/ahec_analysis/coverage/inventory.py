"""How complete the inventory is: what is sourced, what has a place, and its share of official totals."""

from __future__ import annotations

import numpy as np
import pandas as pd

from ahec_analysis import data, territory
from ahec_analysis.coverage.official import WHOLE_PERCENT
from ahec_analysis.data import scopes

_PROVINCIAL = ("provincial_refuge", "nature_park", "ecological_corridor", "regional_wetland")
_PLACED = ("site", "centroid")


def completeness(*, region: str = "ahec") -> pd.DataFrame:
    """Return what is known of the sites that may be summed, by country, level and designation.

    Parameters
    ----------
    region : str
        As in :func:`ahec_analysis.data.protected_areas`.

    Returns
    -------
    DataFrame
        ``country``, ``level``, ``designation``, ``rows``, ``existence_sourced``, ``area_sourced`` (rows),
        ``area_ha``, ``sourced_ha``, ``joint_ha`` (stated only for a group of sites, less what is known of its
        members), ``placed`` (rows whose position a source gives or whose district a source names) and
        ``placed_percent``. The last row is the sum.
    """
    areas = data.protected_areas(region=region)
    areas = areas.assign(
        existence_sourced=areas["existence_basis"] == "sourced",
        area_sourced=areas["area_basis"] == "sourced",
        sourced_ha=areas["area_ha"].where(areas["area_basis"] == "sourced"),
        joint_ha=areas["site_id"].map(_joint()),
        placed=_placed(areas),
        rows=1,
    )
    counted = ["rows", "existence_sourced", "area_sourced", "area_ha", "sourced_ha", "joint_ha", "placed"]
    keys = ["country", "level", "designation"]
    out = pd.DataFrame(areas).groupby(keys, sort=False)[counted].sum(min_count=1).reset_index()
    total = {**out[counted].sum(min_count=1).to_dict(), "country": "All", "level": "", "designation": ""}
    out = pd.concat([out, pd.DataFrame([total])], ignore_index=True)
    for column in ("rows", "existence_sourced", "area_sourced", "placed"):
        out[column] = out[column].astype("int64")
    out["placed_percent"] = 100 * out["placed"] / out["rows"]
    return out


def _joint() -> pd.Series:
    """Return the part of joint totals that no single site has yet, given to the first of its members."""
    known = data.table("protected_areas").set_index("site_id")
    rest: dict[str, float] = {}
    for total in data.table("reported_totals").itertuples():
        members = [s for s in total.site_ids.split("|") if s]
        if members and not pd.isna(total.area_ha):
            open_members = [s for s in members if pd.isna(known.loc[s, "area_ha"])]
            left = total.area_ha - known.loc[members, "area_ha"].sum()
            if open_members and left > 0:
                rest[open_members[0]] = rest.get(open_members[0], 0.0) + left
    return pd.Series(rest, dtype=float)


def official(*, region: str = "ahec") -> pd.DataFrame:
    """Return the totals that official texts state beside what the inventory holds of them.

    Parameters
    ----------
    region : str
        As in :func:`ahec_analysis.data.protected_areas`.

    Returns
    -------
    DataFrame
        ``what``, ``province``, ``as_of``, ``stated_sites``, ``stated_ha``, ``listed_sites``, ``listed_ha`` and
        ``share_percent`` of the stated area; empty where the two are not comparable: the province lies only
        partly inside the complex, or the list holds later sites or sites of several provinces.
    """
    areas = data.protected_areas(region=region)
    inside = territory.shares(territory.DEFAULT, "province").set_index("unit")["inside_percent"]
    rows = []
    totals = data.of_region(data.table("reported_totals"), region)
    for total in totals[totals["scope_filter"] != ""].itertuples():
        chosen = scopes.select(areas, total.scope_filter)
        listed = float(chosen["area_ha"].sum(min_count=1))
        whole = inside.get(total.province_code, 0.0) >= WHOLE_PERCENT
        alone = not chosen["province_code"].str.contains("|", regex=False).any()
        share = 100 * listed / total.area_ha if whole and alone and not pd.isna(total.area_ha) else np.nan
        rows.append(
            {
                "what": total.scope,
                "province": total.province,
                "as_of": total.as_of,
                "stated_sites": total.site_count,
                "stated_ha": total.area_ha,
                "listed_sites": len(chosen),
                "listed_ha": listed,
                "share_percent": share if share <= 100 else np.nan,
            }
        )
    columns = [
        "what",
        "province",
        "as_of",
        "stated_sites",
        "stated_ha",
        "listed_sites",
        "listed_ha",
        "share_percent",
    ]
    return pd.DataFrame(rows, columns=columns)


def against_counts(areas: pd.DataFrame, claims: pd.DataFrame) -> pd.DataFrame:
    """Return the number of sites beside the number that the WWF page states, by class.

    Parameters
    ----------
    areas : DataFrame
        The common table of protected areas with ``existence_basis``.
    claims : DataFrame
        The table ``claims``; rows with the metric ``site_count`` that are no variant are used.

    Returns
    -------
    DataFrame
        ``claim``, ``stated``, ``listed``, ``confirmed`` (existence sourced), ``missing`` (stated less confirmed, 0 where more are listed).
    """
    stated = claims[(claims["metric"] == "site_count") & (claims["variant_of"] == "")]
    rows = []
    for claim in stated.itertuples():
        countries = set(scopes.conditions(claim.scope).get("country", ()))
        if not countries & set(areas["country"]):
            continue
        chosen = scopes.select(areas, claim.scope)
        confirmed = int((chosen["existence_basis"] == "sourced").sum())
        missing = max(int(claim.value) - confirmed, 0)
        rows.append((claim.claim_text, int(claim.value), len(chosen), confirmed, missing))
    return pd.DataFrame(rows, columns=["claim", "stated", "listed", "confirmed", "missing"])


def goals() -> pd.DataFrame:
    """Return the goals set for the inventory beside what it reaches.

    Returns
    -------
    DataFrame
        ``goal``, ``reached``, ``target``, ``missed_by`` (0 where it is met).
    """
    areas = data.protected_areas()
    provincial = areas[areas["designation"].isin(_PROVINCIAL) & (areas["country"] == "RUS")]
    named = provincial[provincial["existence_basis"] == "sourced"]
    claims = data.table("claims").set_index("claim_id")
    stated_ha = float(claims.loc["area-provincial", "value"])
    joint = _joint()
    sourced = float(provincial.loc[provincial["area_basis"] == "sourced", "area_ha"].sum())
    sourced += float(joint[joint.index.isin(provincial["site_id"])].sum())
    national = areas[areas["designation"] == "national_nature_reserve"]
    rows = [
        ("Sites without a known area", float(areas["area_ha"].isna().sum()), 25.0),
        (
            "Russian provincial refuges, parks, corridors and wetlands named by a source",
            float(len(named)),
            65.0,
        ),
        ("Their area sourced or in joint totals, % of what WWF states", 100 * sourced / stated_ha, 60.0),
        ("Sites with a sourced position or district, %", 100 * float(_placed(areas).mean()), 90.0),
        (
            "National reserves of China with a recalled area",
            float((national["area_basis"] == "recalled").sum()),
            0.0,
        ),
    ]
    out = pd.DataFrame(rows, columns=["goal", "reached", "target"])
    at_most = out["goal"].isin(
        ["Sites without a known area", "National reserves of China with a recalled area"]
    )
    short = (out["target"] - out["reached"]).mask(at_most, out["reached"] - out["target"])
    return out.assign(missed_by=short.clip(lower=0.0))


def sought(*, region: str = "ahec") -> pd.DataFrame:
    """Return the sites of which something was sought and is still not known.

    Parameters
    ----------
    region : str
        As in :func:`ahec_analysis.data.protected_areas`.

    Returns
    -------
    DataFrame
        ``name``, ``missing`` (what is still open), ``queries``, ``languages``, ``documents`` (known to hold the
        answer, but not readable here) and ``last`` (date); one row for each site.
    """
    sites = data.protected_areas(region=region, totals_only=False).set_index("site_id")
    open_ = {
        "area_ha": sites["area_ha"].isna(),
        "place": ~_placed(sites),
        "existence": sites["existence_basis"] != "sourced",
        "status": sites["status"] == "doubtful",
    }
    rows = data.table("searched")
    rows = rows[rows["record_id"].isin(sites.index)]
    rows = rows[
        [f in open_ and bool(open_[f][i]) for f, i in zip(rows["field"], rows["record_id"], strict=True)]
    ]
    known = rows["query_kind"] == "document"
    rows = rows.assign(
        field=rows["field"].replace({"area_ha": "area"}),
        asked=rows["query"].mask(known),
        language=rows["language"].mask(known),
        document=rows["query"].where(known),
    )
    grouped = rows.groupby("record_id", sort=False)
    return pd.DataFrame(
        {
            "name": sites["name"].reindex(grouped.groups),
            "missing": grouped["field"].agg(lambda f: ", ".join(sorted(set(f)))),
            "queries": grouped["asked"].nunique(),
            "languages": grouped["language"].agg(lambda f: ", ".join(sorted(set(f.dropna())))),
            "documents": grouped["document"].nunique(),
            "last": grouped["date"].max(),
        }
    ).reset_index(drop=True)


def _placed(sites: pd.DataFrame) -> pd.Series:
    """Return whether a source gives the position of each site, or names its district."""
    return sites["location_basis"].isin(_PLACED) | (sites["district_ids"] != "")
