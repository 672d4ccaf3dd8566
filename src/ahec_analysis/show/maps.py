"""Folium maps that carry their own Leaflet and backdrop: they open without a network."""

from __future__ import annotations

import html
import re
from collections.abc import Callable, Mapping
from functools import lru_cache
from pathlib import Path
from typing import Any

import folium
import geopandas as gpd
import pandas as pd
import shapely
from branca.element import Element, Figure
from folium.utilities import JsCode
from matplotlib.figure import Figure as Picture

from ahec_analysis import territory
from ahec_analysis.show import charts, palette, relief
from ahec_analysis.values import shown

_BIND = JsCode(
    "(f, l) => { if (f.properties.popup) l.bindPopup(f.properties.popup, {maxWidth: 300});"
    " if (f.properties.tip) l.bindTooltip(f.properties.tip, {sticky: true}); }"
)
_NAME = JsCode(
    "(f, l) => l.bindTooltip(f.properties.tip,"
    " {permanent: true, direction: 'right', className: 'place', offset: [2, 0]})"
)
_TOLERANCE_M = 1500.0
_PAGE_CSS = """
body{font:14px/1.45 system-ui,"Segoe UI",Roboto,"Noto Sans","Noto Sans CJK SC",sans-serif}
.leaflet-container{background:#dbe7ec;font:inherit}
.leaflet-popup-content{margin:.7rem .9rem;line-height:1.4}.leaflet-popup-content b{font-size:1.05em}
.leaflet-popup-content table{border-collapse:collapse;margin-top:.3rem;font-size:12px}
.leaflet-popup-content td{padding:.05rem .5rem .05rem 0;vertical-align:top}
.leaflet-popup-content td:first-child{color:#5a6670}
.leaflet-control-attribution,.leaflet-control-scale-line{font-size:10px}
.leaflet-control-layers{font-size:13px;max-height:70vh;overflow:auto}
.leaflet-control-layers label{line-height:1.7}
.leaflet-control-layers-toggle{display:grid;place-items:center;text-decoration:none;font-size:20px;color:#39434a}
.leaflet-control-layers-toggle::before{content:"☰"}
.leaflet-control-layers i{display:inline-block;width:.8em;height:.8em;border-radius:2px;margin:0 .35em 0 .1em}
.leaflet-tooltip.place{white-space:nowrap;font-size:11px;color:#39434a;background:none;border:0;box-shadow:none;padding:0}
.leaflet-tooltip.place{text-shadow:0 0 3px #fff,0 0 3px #fff,0 0 3px #fff}
.leaflet-tooltip.place::before{display:none}
@media (max-width:30rem){.place{display:none}}
"""


class _Verbatim(Element):
    """Text placed in the page as it is: branca's own Element would read it as a template."""

    def __init__(self, text: str) -> None:
        super().__init__()
        self._text = text

    def render(self, **_: Any) -> str:
        return self._text


class OfflineMap(folium.Map):
    """A folium map that asks nothing of the network, on shaded relief with lakes, rivers and borders.

    Parameters
    ----------
    title : str
        What the map shows; the accessible name of its frame.
    bounds : (west, south, east, north), optional
        Degrees; by default the Amur basin and its neighbours.
    picture : Figure, optional
        The same map as a static figure, for print and where no script runs.
    """

    def __init__(
        self,
        title: str,
        *,
        bounds: tuple[float, float, float, float] = (107.5, 41.2, 142.0, 56.5),
        picture: Picture | None = None,
    ) -> None:
        super().__init__(tiles=None, min_zoom=3, max_zoom=11, zoom_snap=0.25)
        self.default_js, self.default_css = [], []
        self.title, self.picture = title, picture
        page = self.get_root()
        assert isinstance(page, Figure)
        page.title = title
        page.header.add_child(_Verbatim(f"<style>{_leaflet('leaflet.css')}{_PAGE_CSS}</style>"), name="css")
        page.header.add_child(_Verbatim(f"<script>{_leaflet('leaflet.js')}</script>"), name="js")
        page.script.add_child(
            _Prefix("L.Control.Attribution.prototype.options.prefix = 'Leaflet';"), name="prefix"
        )
        self.fit_bounds([[bounds[1], bounds[0]], [bounds[3], bounds[2]]])
        self._add_backdrop()

    def __repr__(self) -> str:
        return f"<OfflineMap: {self.title}>"

    def _add_backdrop(self) -> None:
        image, box = relief.shaded("EPSG:3857")
        corners = gpd.GeoSeries.from_xy(box[::2], box[1::2], crs="EPSG:3857").to_crs("EPSG:4326")
        folium.raster_layers.ImageOverlay(
            relief.data_url(image),
            bounds=[[corners[0].y, corners[0].x], [corners[1].y, corners[1].x]],
            control=False,
            alt="Shaded relief",
            attribution="Relief: GMTED2010. Borders, rivers, lakes: Natural Earth. Towns: GeoNames",
        ).add_to(self)
        self.add_shapes(
            _light(territory.lakes()), fill=palette.WATER, line="#7fa8bd", weight=0.5, opacity=0.9
        )
        self.add_shapes(_light(territory.named_rivers()), line="#6f9fba", weight=1.3)
        self.add_shapes(_borders(territory.provinces()), line="#6b7680", weight=0.6, dash="3 3")
        self.add_shapes(_borders(territory.countries()), line="#4b555d", weight=1.4)

    def add_shapes(
        self,
        frame: gpd.GeoDataFrame,
        *,
        line: str,
        fill: str = "",
        name: str = "",
        weight: float = 1.0,
        opacity: float = 0.5,
        dash: str = "",
        popup: Callable[[pd.Series], str] | None = None,
        tip: Callable[[pd.Series], str] | None = None,
        show: bool = True,
    ) -> None:
        """Add lines or polygons as one layer, with escaped popups; a ``name`` makes it switchable."""
        style = {
            "color": line,
            "weight": weight,
            "fill": bool(fill),
            "fillColor": fill,
            "fillOpacity": opacity,
        }
        style |= {"dashArray": dash} if dash else {}
        features = _features(frame, popup, tip)
        if not features["features"]:
            return
        folium.GeoJson(
            features,
            style_function=lambda _: style,
            on_each_feature=_BIND if popup or tip else None,
            interactive=bool(popup or tip),
            name=_legend(name, fill or line, len(features["features"])),
            control=bool(name),
            show=show,
            smooth_factor=0.5,
        ).add_to(self)

    def add_points(
        self,
        frame: gpd.GeoDataFrame,
        *,
        colour: str,
        name: str,
        radius: float = 5,
        popup: Callable[[pd.Series], str] | None = None,
        show: bool = True,
    ) -> None:
        """Add points as ring markers in one switchable layer, with escaped popups."""
        located = frame[frame.geometry.notna() & ~frame.geometry.is_empty]
        if located.empty:
            return
        folium.GeoJson(
            _features(located, popup, None),
            marker=folium.CircleMarker(
                radius=radius, color=colour, weight=2, fill=True, fill_color="#ffffff"
            ),
            style_function=lambda _: {"color": colour, "fillOpacity": 0.6},
            on_each_feature=_BIND,
            name=_legend(name, colour, len(located)),
            show=show,
        ).add_to(self)

    def add_towns(self, at_least: int = 350_000) -> None:
        """Add the names of large towns and of capitals of provinces."""
        towns = territory.towns()
        towns = towns[(towns["population"] >= at_least) & towns["major"]]
        folium.GeoJson(
            _features(towns, None, lambda town: escaped(town["name"])),
            marker=folium.CircleMarker(radius=2, color="#39434a", weight=0, fill=True, fill_color="#39434a"),
            style_function=lambda _: {"color": "#39434a", "fillOpacity": 1},
            on_each_feature=_NAME,
            interactive=False,
            control=False,
        ).add_to(self)

    def add_switches(self) -> None:
        """Add the list that switches layers on and off; call it last."""
        control = folium.LayerControl(position="bottomleft")
        control.options.update({"collapsed": JsCode("window.innerWidth < 640")})  # type: ignore[dict-item]
        control.add_to(self)

    def document(self) -> str:
        """Return the map as a complete HTML page; the same map gives the same text."""
        _number(self.get_root())
        text: str = self.get_root().render()
        text = text.replace("maximum-scale=1.0, user-scalable=no", "maximum-scale=5.0")
        return text.replace("<html>", '<html lang="en">', 1)

    def _repr_html_(self, **_: Any) -> str:
        static = ""
        if self.picture is not None:
            alt = html.escape(str(self.picture.get_label()))
            static = f'<img class="static" style="display:none" alt="{alt}" src="{charts.picture_url(self.picture)}">'
        title = html.escape(self.title)
        return (
            f'<figure class="map"><figcaption>{title}<!--full-map--></figcaption>'
            f'<iframe title="{title}" style="width:100%;height:34rem;border:0" '
            f'srcdoc="{html.escape(self.document())}"></iframe>{static}</figure>'
        )


class _Prefix(_Verbatim):
    """A line of script that runs before the map is made."""


def escaped(value: object) -> str:
    """Return a value as HTML text; braces too, because branca reads what it writes as a template.

    Examples
    --------
    >>> escaped("<b> {{ x }}")
    '&lt;b&gt; &#123;&#123; x }}'
    """
    return html.escape(str(value)).replace("{", "&#123;")


def details(heading: str, local: str, fields: Mapping[str, object]) -> str:
    """Return the HTML of a popup; every value is escaped, unknown ones are left out.

    Examples
    --------
    >>> details("A <b>", "", {"Area": None, "Year": 1935})
    '<b>A &lt;b&gt;</b><table><tr><td>Year</td><td>1935</td></tr></table>'
    """
    rows = "".join(
        f"<tr><td>{escaped(key)}</td><td>{escaped(value)}</td></tr>"
        for key, value in fields.items()
        if shown(value) != shown(None)
    )
    under = f"<br>{escaped(local)}" if local else ""
    return f"<b>{escaped(heading)}</b>{under}<table>{rows}</table>"


def _features(
    frame: gpd.GeoDataFrame,
    popup: Callable[[pd.Series], str] | None,
    tip: Callable[[pd.Series], str] | None,
) -> dict[str, Any]:
    geometry = frame.geometry.to_crs("EPSG:4326")
    geometry = gpd.GeoSeries(
        shapely.set_precision(geometry.to_numpy(), 0.001, mode="pointwise"), index=frame.index
    )
    found = []
    for shape, (_, row) in zip(geometry, frame.iterrows(), strict=True):
        if shape is None or shape.is_empty:
            continue
        about = ({"popup": popup(row)} if popup else {}) | ({"tip": tip(row)} if tip else {})
        found.append({"type": "Feature", "properties": about, "geometry": _rounded(shape.__geo_interface__)})
    return {"type": "FeatureCollection", "features": found}


def _rounded(value: Any) -> Any:
    if isinstance(value, float):
        return round(value, 3)
    if isinstance(value, list | tuple):
        return [_rounded(v) for v in value]
    return {k: _rounded(v) for k, v in value.items()} if isinstance(value, dict) else value


def _light(layer: gpd.GeoDataFrame) -> gpd.GeoDataFrame:
    """Return a layer simplified to what the backdrop shows: about a kilometre."""
    shapes = layer.geometry.to_crs(territory.EQUAL_AREA).simplify(_TOLERANCE_M)
    return gpd.GeoDataFrame(geometry=shapes.to_crs("EPSG:4326"))


def _borders(units: gpd.GeoDataFrame) -> gpd.GeoDataFrame:
    """Return the borders of adjoining polygons, each drawn once."""
    shapes = units.geometry.to_crs(territory.EQUAL_AREA).to_numpy()
    lines = shapely.union_all(shapely.boundary(shapely.coverage_simplify(shapes, _TOLERANCE_M)))
    return gpd.GeoDataFrame(geometry=[shapely.line_merge(lines)], crs=territory.EQUAL_AREA).to_crs(
        "EPSG:4326"
    )


def _legend(name: str, colour: str, count: int) -> str:
    return f'<i style="background:{colour}"></i>{escaped(name)} ({count})' if name else ""


def _number(page: Element) -> None:
    """Give the elements of a page running numbers for names, in place of random ones."""
    count = 0
    stack = [page]
    while stack:
        element = stack.pop()
        element._id = f"{count:04x}"
        count += 1
        stack.extend(reversed(list(element._children.values())))


@lru_cache
def _leaflet(file: str) -> str:
    """Return a file of Leaflet without the pictures its style sheet would ask for."""
    from xstatic.pkg import leaflet

    text = (Path(leaflet.BASE_DIR) / file).read_text(encoding="utf-8")
    text = re.sub(r"background(-image)?:\s*url\(images/[^)]*\);?", "", text)
    return re.sub(r"//# sourceMappingURL=\S+", "", text).replace("</script", "<\\/script")
