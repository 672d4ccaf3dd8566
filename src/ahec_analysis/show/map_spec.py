"""What a map shows, said once: layers of four kinds that the page and the picture for print both draw."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import KW_ONLY, dataclass, field, replace
from functools import cached_property
from typing import Any

import geopandas as gpd
import numpy as np
import pandas as pd
import rioxarray  # noqa: F401  adds .rio
import shapely
import xarray as xr
from matplotlib.colors import Colormap, to_hex
from numpy.typing import NDArray

from ahec_analysis.data.layers import EQUAL_AREA
from ahec_analysis.show import messages

Bounds = tuple[float, float, float, float]
"""West, south, east, north."""
REGION: Bounds = (107.5, 41.2, 142.0, 56.5)
"""The Amur basin and its neighbours, degrees."""
_OPAQUE, _PALE = 225, 95
_MOST, _CORNERS, _FINEST_M = 350, 13_500, 250.0
"""Polygons and their corners that a page can carry, and the first step of simplifying them, m."""


@dataclass(frozen=True)
class Style:
    """How a layer looks: colours of lines and ground, width and dashes of lines, radius of points, in pixels."""

    line: str
    _: KW_ONLY
    fill: str = ""
    opacity: float = 0.5
    weight: float = 2.0
    dash: str = ""
    size: float = 5.0


@dataclass(frozen=True)
class Layer:
    """What every layer has; ``key`` is its attribute of the map's message, ``name`` says it where data do."""

    key: str
    _: KW_ONLY
    name: str = ""
    counted: bool = False
    shown: bool = True

    @property
    def count(self) -> int:
        """Return how many things it shows; a layer of none is not drawn."""
        return 1


@dataclass(frozen=True)
class Vector(Layer):
    """A layer of a GeoDataFrame, any CRS.

    A layer with a ``heading``, the column of a name, has popups: the name, ``name_local`` beneath it where the frame
    has one, and the columns of ``popup``. ``tip`` is a message about a row, shown beside the pointer.
    ``every`` is how many there are where the frame holds only the largest.
    """

    frame: gpd.GeoDataFrame
    style: Style
    _: KW_ONLY
    heading: str = ""
    popup: Sequence[str] = ()
    tip: str = ""
    every: int = 0

    @cached_property
    def placed(self) -> gpd.GeoDataFrame:
        """Return the rows that have a shape."""
        shapes = self.frame.geometry.to_numpy()
        return self.frame[~(shapely.is_missing(shapes) | shapely.is_empty(shapes))]

    @property
    def count(self) -> int:
        """Return the number of rows that have a shape."""
        return len(self.placed)

    @property
    def colours(self) -> list[str]:
        """Return the colour that stands for it in the legend."""
        return [self.style.fill or self.style.line]


@dataclass(frozen=True)
class Shapes(Vector):
    """Polygons; ``label`` is the column with the names that the picture writes on the large ones."""

    _: KW_ONLY
    label: str = ""
    counted: bool = True


@dataclass(frozen=True)
class Lines(Vector):
    """Lines; a ``width`` names the column with the width of each in place of that of the style."""

    _: KW_ONLY
    width: str = ""


@dataclass(frozen=True)
class Points(Vector):
    """Rings around the middle of a place."""

    _: KW_ONLY
    counted: bool = True


@dataclass(frozen=True)
class Raster(Layer):
    """A grid of values from 0 (clear) to 1 in the colours of a ramp, pale where they are below ``threshold``."""

    grid: xr.DataArray
    _: KW_ONLY
    ramp: Colormap
    threshold: float = 0.0

    @property
    def colours(self) -> list[str]:
        """Return colours along the ramp, for the legend."""
        return [to_hex(self.ramp(value)) for value in (0.0, 0.25, 0.5, 0.75, 1.0)]

    def image(self, crs: str) -> tuple[NDArray[np.uint8], Bounds]:
        """Return the grid as an RGBA image in a CRS by nearest neighbour, and its bounds in the units of the CRS."""
        bare = self.grid.astype("float32").drop_vars(set(self.grid.coords) - {"x", "y"})
        warped = bare.rio.write_crs(crs_of(self.grid)).rio.reproject(crs, nodata=np.nan)
        values = np.nan_to_num(warped.to_numpy())
        image = (self.ramp(values) * 255).astype("uint8")
        image[..., 3] = np.where(values >= self.threshold, _OPAQUE, _PALE)
        image[values <= 0] = 0
        return image, warped.rio.bounds()


def crs_of(grid: xr.DataArray) -> Any:
    """Return the CRS of a grid, as rioxarray knows it or as its attribute ``crs`` says."""
    return grid.rio.crs or grid.attrs["crs"]


@dataclass(frozen=True)
class MapSpec:
    """One map, drawn by :func:`ahec_analysis.maps.interactive` and :func:`ahec_analysis.maps.picture` alike.

    In a notebook it shows as the interactive map.

    Parameters
    ----------
    id : str
        The message with its title. The attribute ``alt`` is its alternative text, ``heading`` what the picture for print
        says above it, if anything, and one of the key of a layer that layer's name. A map of your own may give
        its title here, and name its layers itself.
    layers : sequence of Layer
        From the ground up. The picture draws those that are shown at first.
    bounds : (west, south, east, north)
        Degrees, EPSG:4326.
    facts : mapping
        What the messages name.
    """

    id: str
    layers: Sequence[Layer]
    bounds: Bounds = REGION
    facts: Mapping[str, Any] = field(default_factory=dict)

    @property
    def title(self) -> str:
        """Return what the map shows."""
        return messages.found(self.id, **self.facts) or self.id

    @property
    def alt(self) -> str:
        """Return what the map tells those who cannot see it."""
        return messages.found(f"{self.id}.alt", **self.facts) or self.title

    @property
    def heading(self) -> str:
        """Return what the picture for print says above it."""
        return messages.found(f"{self.id}.heading", **self.facts) or ""

    @cached_property
    def drawn(self) -> list[Layer]:
        """Return the layers that have something to show; of very many polygons the largest, with fewer corners."""
        layers = [layer for layer in self.layers if layer.count]
        many = {place: layer for place, layer in enumerate(layers) if isinstance(layer, Shapes)}
        corners = sum(
            shapely.get_num_coordinates(one.placed.geometry.to_numpy()).sum() for one in many.values()
        )
        if corners <= _CORNERS and sum(one.count for one in many.values()) <= _MOST:
            return layers
        shapes = pd.concat([one.placed.geometry.to_crs(EQUAL_AREA) for one in many.values()], keys=many)
        shapes, metres = shapes[shapes.area.rank(method="first", ascending=False) <= _MOST], _FINEST_M
        light = shapes.simplify(metres)
        while shapely.get_num_coordinates(light.to_numpy()).sum() > _CORNERS:
            metres *= 2
            light = shapes.simplify(metres, preserve_topology=False)
        light = light.where(~light.is_empty, shapes.envelope)
        for place, one in many.items():
            drawn = light[light.index.get_level_values(0) == place].droplevel(0)
            frame = one.placed.loc[drawn.index].set_geometry(drawn)
            layers[place] = replace(one, frame=frame, every=one.count)
        return layers

    def _repr_html_(self) -> str:
        # Drawn one floor up: that module knows this one.
        from ahec_analysis.show.maps import interactive

        return interactive(self)._repr_html_()

    def legend(self, layer: Layer) -> str:
        """Return the name of a layer, with the number of what it shows if that is counted."""
        name = layer.name or messages.found(f"{self.id}.{layer.key}", **self.facts) or layer.key
        if isinstance(layer, Vector) and layer.every > layer.count:
            return messages.say("map-largest", name=name, shown=layer.count, every=layer.every)
        return f"{name} ({layer.count})" if layer.counted else name
