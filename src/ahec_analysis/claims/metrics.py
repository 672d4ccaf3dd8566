"""The registry of metrics: which function answers a claim, in which units, and which conditions it tests."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from ahec_analysis import data, territory
from ahec_analysis.claims import land, nature, protected, scope
from ahec_analysis.claims.audit import Answer, Metric, number
from ahec_analysis.claims.scope import Conditions
from ahec_analysis.errors import ParameterError
from ahec_analysis.territory import hydrography

_QUANTITIES = ("percent", "ha", "km2", "sites", "designations", "provinces", "dams")


@dataclass(frozen=True)
class _Entry:
    """How a metric is answered; ``units`` empty means any, ``table`` names one whose columns are conditions too."""

    answer: Callable[[Mapping[str, Any], Conditions], Answer]
    units: tuple[str, ...]
    keys: tuple[str, ...] = ()
    table: str = ""


_ENTRIES = {
    "coverage_percent": _Entry(protected.coverage_percent, ("percent",), ("territory", "country")),
    "protected_area_ha": _Entry(protected.protected_area_ha, ("ha",), protected.OF_SITES, "protected_areas"),
    "site_count": _Entry(protected.site_count, ("sites",), protected.OF_SITES, "protected_areas"),
    "designation_count": _Entry(
        protected.designation_count, ("designations",), protected.OF_DESIGNATIONS, "designations"
    ),
    "designation_member": _Entry(protected.designation_member, ("site_id",), (), "designations"),
    "designation_listed": _Entry(protected.designation_listed, ("designation_id",), (), "designations"),
    "territory_area_km2": _Entry(land.territory_area, ("km2",), ("territory",)),
    "country_in_territory": _Entry(land.countries, ("country",), ("territory", "basin", "status")),
    "basin_in_territory": _Entry(land.basin, ("basin",), ("territory", "extent")),
    "province_count": _Entry(land.province_count, ("provinces",), ("territory", "country")),
    "province_in_territory": _Entry(
        land.province, ("province_code",), ("territory", "extent", "basins", "limit")
    ),
    "province_predecessors": _Entry(land.predecessors, ("name",), ("province",)),
    "dam_count": _Entry(land.dam_count, ("dams",), (), "dams"),
    "last_breeding_grounds": _Entry(nature.last_breeding_grounds, ("species_id",), ("river",)),
    "population_trend": _Entry(nature.trend, ("category",), ("species", "region", "years")),
    "not_tested": _Entry(nature.not_tested, (), ("territory", "species", "measure")),
}


def registry() -> dict[str, Metric]:
    """Return the function for each metric of data/tables/claims.csv; a user's claims may use the same.

    Each checks the unit, the range of the value and the scope of the claim before it answers, and raises
    ParameterError where one of them does not fit.
    """
    return {metric: _checked(metric, entry) for metric, entry in _ENTRIES.items()}


def _checked(metric: str, entry: _Entry) -> Metric:
    def answer(claim: Mapping[str, Any]) -> Answer:
        unit = claim["unit"]
        if entry.units and unit not in entry.units:
            raise ParameterError(f"unit `{unit}` is not {' or '.join(entry.units)}, as `{metric}` needs")
        if unit in _QUANTITIES:
            _check_range(number(claim), unit)
        columns = tuple(data.table(entry.table).columns) if entry.table else ()
        return entry.answer(claim, scope.read(claim, (*entry.keys, *columns)))

    return answer


def _check_range(value: float, unit: str) -> None:
    if value < 0 or (unit == "percent" and value > 100):
        raise ParameterError(f"value {value:g} is out of range for {unit}")


def names() -> dict[str, str]:
    """Return what a reader calls the identifiers that claims use as values: sites, provinces, species, basins."""
    provinces = territory.provinces().set_index("province_code")["name"]
    countries = territory.countries().set_index("country")["name"]
    found = {str(k): str(v) for k, v in [*provinces.items(), *countries.items()]}
    for table, key, name in (
        ("protected_areas", "site_id", "name_en"),
        ("designations", "designation_id", "name_en"),
        ("species", "species_id", "common_name_en"),
    ):
        found |= data.table(table).set_index(key)[name].to_dict()
    leaves = hydrography.basins("basin")
    labels = {"basin_id": "name", "parent": "parent_name", "system": "system_name"}
    for slug, (column, key) in land.BASINS.items():
        found[slug] = str(leaves.loc[leaves[column] == key, labels[column]].iloc[0])
    return found
