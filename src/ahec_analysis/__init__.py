"""Protected areas, species habitat and rivers of the Amur-Heilong Ecoregion Complex (AHEC).

Each of these opens when it is first used; ``help(ahec_analysis.coverage)`` says what is behind it:

    ======================  =======================================================================
    data                    fact tables, layers and downloads: ``data.table("species")``
    territory               borders, basins, rivers, districts: ``territory.districts()``
    coverage                protected ground of any areas and units: ``coverage.partition``, ``coverage.by_unit``
    coverage.sites          protected areas of the inventory or a download, with your own reserves added
    connectivity            networks of protected areas, rivers with their dams, the corridor
    habitat                 suitability for species: ``habitat.suitability``, ``habitat.aoo``
    habitat.assessment      a species, of the tables or your own, and how much of its ground is protected
    claims                  the audit of statements
    show, maps, charts      words, tables, maps and charts
    wdpa                    reading and cleaning of WDPA downloads
    report                  editions as HTML pages; the command ``ahec`` does the same
    ======================  =======================================================================

The first questions of an analyst, in five lines each: README, "Use it from Python", and the notebook in work/.

Examples
--------
>>> from ahec_analysis import coverage, territory
>>> from ahec_analysis.coverage import sites
>>> mongolia = sites.sites("inventory", region="mongolia")
>>> shares = coverage.by_unit(mongolia.flat(), territory.basins()[["name", "geometry"]])
>>> bool(0 < shares["share"].max() < 1)
True
"""

from importlib import import_module
from types import ModuleType

__version__ = "0.1.0"
_DOORS = (
    *("data", "territory", "coverage", "connectivity", "habitat", "claims", "show", "report"),
    *("wdpa", "maps", "charts"),
)


def __getattr__(name: str) -> ModuleType:
    if name not in _DOORS:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}; there are: {', '.join(_DOORS)}")
    return import_module(f"{__name__}.{name}")


def __dir__() -> list[str]:
    return sorted([*globals(), *_DOORS])
