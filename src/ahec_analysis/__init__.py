"""Protected areas, species habitat and rivers of the Amur-Heilong Ecoregion Complex (AHEC).

The doors are ``data``, ``territory``, ``coverage``, ``connectivity``, ``habitat``, ``claims``, ``wdpa``, ``maps``,
``charts`` and ``report``; each is loaded when it is first used.
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
