"""How complete the inventory is: what is sourced, what has a place, and its share of official totals."""

from __future__ import annotations

import numpy as np
import pandas as pd

from ahec_analysis import data, territory
from ahec_analysis.coverage import sums
from ahec_analysis.coverage.official import WHOLE_PERCENT
from ahec_analysis.data import scopes

_PROVINCIAL = ("provincial_refuge", "nature_park", "ecological_corridor", "regional_wetland")


def completeness(areas: pd.DataFrame) -> pd.DataFrame:
    """Return how much of the sites that are summed is known and sourced, by country and level, with the sum.

    ``position_given``: a point or extent is given for the site itself; ``confined``: a source names its district.
    """
    flags = ["sites", "existence_sourced", "with_area", "area_sourced", "with_year", "with_position"]
    counted = [*flags, "position_given", "confined", "area_km2", "sourced_km2"]
    return _counted(areas, ["country", "level"], counted)


def status(*, region: str = "ahec") -> pd.DataFrame:
    """Return what is known of the whole inventory, by country, level and designation, with the sum.

    ``joint_ha`` is stated only for a group of sites, less what is known of its members; ``placed`` are the rows whose
    position a source gives or whose district a source names.
    """
    areas = data.protected_areas(region=region)
    areas = areas.assign(joint_ha=areas["site_id"].map(_joint()))
    counted = ["sites", "existence_sourced", "area_sourced", "area_ha", "sourced_ha", "joint_ha", "placed"]
    out = _counted(areas, ["country", "level", "designation"], counted).rename(columns={"sites": "rows"})
    return out.assign(placed_percent=100 * out["placed"] / out["rows"])


def _counted(areas: pd.DataFrame, keys: list[str], counted: list[str]) -> pd.DataFrame:
    """Return sums of what is known of sites by the keys, unknown where no site has a number, and the sum of all."""
    sourced = areas["area_basis"] == "sourced"
    flags = {
        "sites": areas["site_id"] != "",
        "existence_sourced": areas["existence_basis"] == "sourced",
        "area_sourced": sourced,
        "with_area": areas["area_km2"].notna(),
        "with_year": areas["year"].notna(),
        "with_position": areas.geometry.notna(),
        "position_given": _given(areas),
        "confined": areas["district_ids"] != "",
        "placed": _placed(areas),
    }
    # A download has a row for each point and country of a site.
    first = ~areas.duplicated(["site_id", "country"])
    rows = areas.assign(
        **{name: (flag & first).astype("int64") for name, flag in flags.items()},
        sourced_km2=areas["area_km2"].where(sourced),
        sourced_ha=areas["area_ha"].where(sourced),
    )
    out = pd.DataFrame(rows).groupby(keys, sort=False)[counted].sum(min_count=1).reset_index()
    return sums.with_total(out, keys[0])


def _joint() -> pd.Series:
    """Return the part of joint totals that no single site has yet, given to the first of its members."""
    area = data.table("protected_areas").set_index("site_id")["area_ha"]
    totals = data.table("reported_totals")
    rest: dict[str, float] = {}
    for total in totals[(totals["site_ids"] != "") & totals["area_ha"].notna()].itertuples():
        members = area[total.site_ids.split("|")]
        left = total.area_ha - members.sum()
        if members.isna().any() and left > 0:
            first = members.index[members.isna()][0]
            rest[first] = rest.get(first, 0.0) + left
    return pd.Series(rest, dtype=float)


def official(*, region: str = "ahec") -> pd.DataFrame:
    """Return the totals that official texts state beside what the inventory holds of them.

    ``share_percent`` of the stated area is empty where the two are not comparable: the province lies only partly
    inside the complex, or the list holds later sites or sites of several provinces.
    """
    areas = data.protected_areas(region=region)
    inside = territory.shares(territory.DEFAULT, "province").set_index("unit")["inside_percent"]
    totals = data.of_region(data.table("reported_totals"), region)
    totals = totals[totals["scope_filter"] != ""]
    chosen = [scopes.select(areas, scope) for scope in totals["scope_filter"]]
    names = {"scope": "what", "site_count": "stated_sites", "area_ha": "stated_ha"}
    out = totals.rename(columns=names)[["what", "province", "as_of", "stated_sites", "stated_ha"]].assign(
        listed_sites=[len(rows) for rows in chosen],
        listed_ha=[float(rows["area_ha"].sum(min_count=1)) for rows in chosen],
    )
    whole = totals["province_code"].map(inside).fillna(0.0) >= WHOLE_PERCENT
    alone = np.array(
        [not rows["province_code"].str.contains("|", regex=False).any() for rows in chosen], dtype=bool
    )
    share = (100 * out["listed_ha"] / out["stated_ha"]).where(whole & alone)
    return out.assign(share_percent=share.where(share <= 100)).reset_index(drop=True)


def against_counts(*, region: str = "ahec") -> pd.DataFrame:
    """Return the sites ``listed`` and ``confirmed`` by a source beside the number ``stated`` on the page of WWF.

    ``missing`` is stated less confirmed, 0 where more are confirmed.
    """
    areas, claims = data.protected_areas(region=region), data.table("claims")
    stated = claims[(claims["metric"] == "site_count") & (claims["variant_of"] == "")]
    rows = []
    for claim in stated.itertuples():
        countries = set(scopes.conditions(claim.scope).get("country", ()))
        if countries & set(areas["country"]):
            chosen = scopes.select(areas, claim.scope)
            confirmed = int((chosen["existence_basis"] == "sourced").sum())
            missing = max(int(claim.value) - confirmed, 0)
            rows.append((claim.claim_text, int(claim.value), len(chosen), confirmed, missing))
    return pd.DataFrame(rows, columns=["claim", "stated", "listed", "confirmed", "missing"])


def goals() -> pd.DataFrame:
    """Return the goals set for the inventory: what it ``reached``, the ``target``, and ``missed_by`` (0: met)."""
    areas = data.protected_areas()
    provincial = areas[areas["designation"].isin(_PROVINCIAL) & (areas["country"] == "RUS")]
    joint = _joint()
    sourced = float(provincial.loc[provincial["area_basis"] == "sourced", "area_ha"].sum())
    sourced += float(joint[joint.index.isin(provincial["site_id"])].sum())
    stated = float(data.table("claims").set_index("claim_id").loc["area-provincial", "value"])
    reserves = areas["designation"] == "national_nature_reserve"
    # What is reached, the target, and whether it is a limit not to be exceeded.
    rows = {
        "without_area": (areas["area_ha"].isna().sum(), 25.0, True),
        "provincial_named": ((provincial["existence_basis"] == "sourced").sum(), 65.0, False),
        "provincial_area": (100 * sourced / stated, 60.0, False),
        "placed": (100 * _placed(areas).mean(), 90.0, False),
        "recalled_area": ((reserves & (areas["area_basis"] == "recalled")).sum(), 0.0, True),
    }
    return pd.DataFrame(
        [
            (goal, float(reached), target, max(float(reached - target if limit else target - reached), 0.0))
            for goal, (reached, target, limit) in rows.items()
        ],
        columns=["goal", "reached", "target", "missed_by"],
    )


def sought(*, region: str = "ahec") -> pd.DataFrame:
    """Return the sites of which something was sought and is still ``missing``, one row for each.

    ``documents`` are known to hold the answer, but are not readable here; ``last`` is the date of the last query.
    """
    sites = data.protected_areas(region=region, totals_only=False).set_index("site_id")
    open_ = pd.DataFrame(
        {
            "area_ha": sites["area_ha"].isna(),
            "place": ~_placed(sites),
            "existence": sites["existence_basis"] != "sourced",
            "status": sites["status"] == "doubtful",
        }
    ).melt(var_name="field", ignore_index=False)
    missing = open_[open_["value"]].set_index("field", append=True).index
    rows = data.table("searched")
    rows = rows[pd.MultiIndex.from_frame(rows[["record_id", "field"]]).isin(missing)]
    known = rows["query_kind"] == "document"
    grouped = rows.assign(
        field=rows["field"].replace({"area_ha": "area"}),
        asked=rows["query"].mask(known),
        language=rows["language"].mask(known),
        document=rows["query"].where(known),
    ).groupby("record_id", sort=False)
    return pd.DataFrame(
        {
            "name": sites["name"].reindex(grouped.groups),
            "missing": grouped["field"].agg(_joined),
            "queries": grouped["asked"].nunique(),
            "languages": grouped["language"].agg(_joined),
            "documents": grouped["document"].nunique(),
            "last": grouped["date"].max(),
        }
    ).reset_index(drop=True)


def _joined(values: pd.Series) -> str:
    return "|".join(sorted(set(values.dropna())))


def _given(sites: pd.DataFrame) -> pd.Series:
    return sites["location_basis"].isin(["site", "centroid"])


def _placed(sites: pd.DataFrame) -> pd.Series:
    """Return whether a source gives the position of each site, or names its district."""
    return _given(sites) | (sites["district_ids"] != "")
