"""The stable name of :mod:`ahec_analysis.show.charts`, with the picture of the protected areas."""

from ahec_analysis.show.area_maps import protected_areas_map  # noqa: F401
from ahec_analysis.show.charts import *  # noqa: F403
