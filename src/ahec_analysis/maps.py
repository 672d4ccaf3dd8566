"""The stable names of maps: what a map shows, and how it is drawn for the page and for print."""

from ahec_analysis.show.map_picture import picture
from ahec_analysis.show.map_spec import REGION, Layer, Lines, MapSpec, Points, Raster, Shapes, Style
from ahec_analysis.show.maps import OfflineMap, details, escaped, interactive

__all__ = ["REGION", "Layer", "Lines", "MapSpec", "OfflineMap", "Points", "Raster", "Shapes", "Style"]
__all__ += ["details", "escaped", "interactive", "picture"]
