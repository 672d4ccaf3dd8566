"""Opens files: the fact tables, the layers, downloads."""

from ahec_analysis.data.tables import (
    CONFIDENCE,
    COUNTRY_NAMES,
    REGIONS,
    cited,
    claims,
    earlier_sites,
    international_sites,
    of_region,
    package,
    protected_areas,
    provenance,
    references,
    resource,
    table,
)

__all__ = [
    "CONFIDENCE",
    "COUNTRY_NAMES",
    "REGIONS",
    "cited",
    "claims",
    "earlier_sites",
    "international_sites",
    "of_region",
    "package",
    "protected_areas",
    "provenance",
    "references",
    "resource",
    "table",
]
