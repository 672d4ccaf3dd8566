"""The Amur-Heilong Ecoregion Complex: readings of its name, borders, basins and rivers."""

from ahec_analysis.data.layers import (
    EQUAL_AREA,
    area_km2,
    by_ecoregion,
    districts,
    ecoregions,
    elevation,
    lakes,
    land,
    landcover,
    named_rivers,
    towns,
)
from ahec_analysis.territory.ahec import (
    DEFAULT,
    EXCLUDED_COUNTRY,
    MIN_AREA_KM2,
    RUSSIAN_PROVINCES,
    ahec,
    definitions,
    focus_regions,
    in_ahec,
    outline,
    pieces,
    shares,
)
from ahec_analysis.territory.borders import countries, provinces
from ahec_analysis.territory.hydrography import (
    agreement,
    basins,
    hydrobasins_path,
    profile,
    published_comparison,
    published_lengths,
    rivers,
)
from ahec_analysis.territory.land_cover import by_river as cover_by_river
