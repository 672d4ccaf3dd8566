"""Maps as pictures for print, in the equal-area projection: what a reader without scripts sees."""

from __future__ import annotations

import html
from typing import Any

import geopandas as gpd
import numpy as np
import shapely
from matplotlib.axes import Axes
from matplotlib.backends.backend_agg import FigureCanvasAgg
from matplotlib.figure import Figure
from matplotlib.legend_handler import HandlerTuple
from matplotlib.lines import Line2D
from matplotlib.patches import Patch
from numpy.typing import NDArray

from ahec_analysis.data.layers import EQUAL_AREA
from ahec_analysis.show import palette, relief
from ahec_analysis.show.map_spec import Bounds, Layer, Lines, MapSpec, Points, Raster, Shapes, Vector

_WIDTH_IN, _HIGHEST_IN, _DPI = 9.0, 6.6, 150
_PX = 0.55
"""Points of print for a pixel of the page."""
_LABELLED_KM2 = 25_000
_LETTERS, _KEY = 140, 7
"""Width of a picture, and of the key of a legend with the space around it, in letters of the size of a legend."""


class MapPicture(Figure):
    """A figure that shows as a compressed picture with its label as alternative text."""

    def _repr_html_(self) -> str:
        alt = html.escape(str(self.get_label()))
        image = f'<img src="{picture_url(self)}" alt="{alt}" style="width:100%">'
        return f'<figure class="chart">{image}</figure>'


def picture_url(figure: Figure) -> str:
    """Return a figure as a WebP data URL; the same figure gives the same text."""
    figure.set_dpi(_DPI)
    canvas: Any = FigureCanvasAgg(figure)
    canvas.draw()
    return relief.data_url(np.asarray(canvas.buffer_rgba())[..., :3], quality=72)


def picture(spec: MapSpec, *, height: float | None = None) -> MapPicture:
    """Return a map as a picture: the layers shown at first, with the colours and names of the interactive one.

    It is 9 inches wide; without a ``height`` (inches) it has what the bounds ask for, at most 6.6.

    Raises
    ------
    DataError
        If a message of the map needs a fact that ``spec.facts`` does not give.
    """
    west, south, east, north = _box(spec.bounds)
    layers = [layer for layer in spec.drawn if layer.shown]
    names = [spec.legend(layer) for layer in layers]
    columns = min(4, max(1, _LETTERS // (max(map(len, names), default=1) + _KEY)))
    if height is None:
        rows = -(-len(names) // columns)
        ratio = (north - south) / (east - west)
        height = min(_HIGHEST_IN, 0.2 * rows + 0.25 * bool(spec.heading) + _WIDTH_IN * ratio)
    figure = MapPicture(figsize=(_WIDTH_IN, height), label=spec.alt, layout="constrained")
    axes = figure.add_subplot()
    axes.set_axis_off()
    behind = relief.backdrop()
    _paint(axes, behind.image, behind.bounds, interpolation="bilinear")
    keys = [_drawn(axes, layer, rank) for rank, layer in enumerate([*behind.layers, *layers], 1)]
    axes.set_xlim(west, east)
    axes.set_ylim(south, north)
    ramps = {tuple: HandlerTuple(ndivide=None, pad=0)}
    place: dict[str, Any] = {"loc": "outside lower left", "ncols": columns, "frameon": False, "fontsize": 8}
    figure.legend(keys[len(behind.layers) :], names, handler_map=ramps, **place)
    if spec.heading:
        figure.suptitle(spec.heading, x=0.01, ha="left", fontsize=12, fontweight="bold")
    return figure


def _box(bounds: Bounds) -> Bounds:
    """Return bounds in degrees as those of the equal-area projection, in metres."""
    frame = gpd.GeoSeries([shapely.box(*bounds).exterior], crs="EPSG:4326")
    west, south, east, north = frame.segmentize(0.5).to_crs(EQUAL_AREA).total_bounds
    return west, south, east, north


def _paint(axes: Axes, image: NDArray[np.uint8], bounds: Bounds, **options: Any) -> None:
    west, south, east, north = bounds
    axes.imshow(image, extent=(west, east, south, north), **options)


def _drawn(axes: Axes, layer: Layer, rank: int) -> Any:
    """Draw a layer over those of lower rank and return its entry in the legend."""
    if isinstance(layer, Raster):
        _paint(axes, *layer.image(EQUAL_AREA.to_wkt()), interpolation="nearest", zorder=rank)
        return tuple(Patch(color=colour) for colour in layer.colours)
    assert isinstance(layer, Vector)
    frame = layer.placed.to_crs(EQUAL_AREA)
    style, width = layer.style, layer.style.weight * _PX
    if isinstance(layer, Points):
        ring: dict[str, Any] = {"marker": "o", "markersize": 2 * style.size * _PX, "markeredgewidth": width}
        ring |= {"linestyle": "", "markeredgecolor": style.line, "markerfacecolor": palette.PAPER + "c0"}
        axes.plot(frame.geometry.x, frame.geometry.y, zorder=rank, **ring)
        return Line2D([], [], **ring)
    if isinstance(layer, Shapes):
        look: dict[str, Any] = {"facecolor": (style.fill, style.opacity), "edgecolor": style.line}
        frame.plot(ax=axes, linewidth=width, aspect=None, zorder=rank, **look)
        large = frame[frame.area > _LABELLED_KM2 * 1e6] if layer.label else frame.head(0)
        for point, name in zip(large.representative_point(), large.get(layer.label, ()), strict=True):
            axes.annotate(name, (point.x, point.y), fontsize=7, ha="center", color=palette.INK, zorder=30)
        return Patch(linewidth=width, **look)
    assert isinstance(layer, Lines)
    # Matplotlib counts dashes in widths of the line.
    dashes = (0, [float(part) / style.weight for part in style.dash.split()]) if style.dash else "-"
    widths = frame[layer.width] * _PX if layer.width else width
    drawn: dict[str, Any] = {"color": style.line, "linestyle": dashes}
    frame.plot(ax=axes, linewidth=widths, capstyle="round", aspect=None, zorder=rank, **drawn)
    return Line2D([], [], linewidth=width, dash_capstyle="round", **drawn)
