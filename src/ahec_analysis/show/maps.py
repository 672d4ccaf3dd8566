"""Folium maps that carry their own Leaflet and backdrop: they open without a network."""

from __future__ import annotations

import base64
import html
import re
from collections.abc import Mapping
from functools import lru_cache, partial
from io import BytesIO
from pathlib import Path
from typing import Any

import folium
import numpy as np
import shapely
from branca.element import Element, Figure
from folium.utilities import JsCode
from matplotlib.figure import Figure as Picture
from numpy.typing import NDArray
from PIL import Image
from rasterio.warp import transform_bounds

from ahec_analysis import territory
from ahec_analysis.show import palette, relief, tables
from ahec_analysis.show.map_picture import picture, picture_url
from ahec_analysis.show.map_spec import REGION, Bounds, Layer, Lines, MapSpec, Points, Raster, Style, Vector
from ahec_analysis.show.messages import LANGUAGE, say
from ahec_analysis.values import UNKNOWN, shown

_BIND = JsCode(
    "(f, l) => { if (f.properties.popup) l.bindPopup(f.properties.popup, {maxWidth: 300});"
    " if (f.properties.tip) l.bindTooltip(f.properties.tip, {sticky: true}); }"
)
_NAME = JsCode(
    "(f, l) => l.bindTooltip(f.properties.tip,"
    " {permanent: true, direction: 'right', className: 'place', offset: [2, 0]})"
)
_CSS = Path(__file__).resolve().parents[1] / "templates" / "ahec" / "map.css"


def interactive(spec: MapSpec) -> OfflineMap:
    """Return a map for the page, with switches for its layers and its picture for print.

    Raises
    ------
    DataError
        If a message of the map needs a fact that ``spec.facts`` does not give.

    Examples
    --------
    >>> town = Points("town", territory.towns().head(1), Style("#000000"), name="Towns")
    >>> "Towns (1)" in interactive(MapSpec("Where it is", [town])).document()
    True
    """
    out = OfflineMap(spec.title, bounds=spec.bounds, picture=picture(spec))
    for layer in spec.drawn:
        out.add(layer, spec.legend(layer))
    out.add_towns()
    out.add_switches()
    return out


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
        The same map as a static figure, for print and where no script runs; its label is the alternative text of both.
    """

    def __init__(self, title: str, *, bounds: Bounds = REGION, picture: Picture | None = None) -> None:
        super().__init__(tiles=None, min_zoom=3, max_zoom=11, zoom_snap=0.25)
        self.default_js, self.default_css = [], []
        self.title, self.picture, self._document = title, picture, ""
        page = self.get_root()
        assert isinstance(page, Figure)
        page.title = title
        css = _leaflet("leaflet.css") + _CSS.read_text(encoding="utf-8")
        page.header.add_child(_Verbatim(f"<style>{css}</style>"), name="css")
        page.header.add_child(_Verbatim(f"<script>{_leaflet('leaflet.js')}</script>"), name="js")
        prefix = _Verbatim("L.Control.Attribution.prototype.options.prefix = 'Leaflet';")
        page.script.add_child(prefix, name="prefix")
        self.fit_bounds([[bounds[1], bounds[0]], [bounds[3], bounds[2]]])
        behind = relief.backdrop()
        told = {"alt": say("map-backdrop"), "attribution": say("map-backdrop.sources")}
        self._add_image(behind.url, behind.mercator, control=False, **told)
        for layer in behind.layers:
            self.add(layer)

    def __repr__(self) -> str:
        return f"<OfflineMap: {self.title}>"

    def add(self, layer: Layer, name: str = "") -> None:
        """Add a layer; with a name it stands in the list that switches layers on and off."""
        if isinstance(layer, Raster):
            image, box = layer.image(relief.MERCATOR)
            self._add_image(_png(image), box, alt=name, name=_key(layer.colours, name), show=layer.shown)
        elif isinstance(layer, Vector) and layer.count:
            told = bool(layer.heading or layer.tip)
            folium.GeoJson(
                _features(layer),
                style_function=partial(_style, layer),
                marker=_ring(layer.style) if isinstance(layer, Points) else None,
                on_each_feature=_BIND if told else None,
                interactive=told,
                name=_key(layer.colours, name) if name else "",
                control=bool(name),
                show=layer.shown,
                smooth_factor=0.5,
            ).add_to(self)

    def _add_image(self, url: str, box: Bounds, **options: Any) -> None:
        west, south, east, north = transform_bounds(relief.MERCATOR, "EPSG:4326", *box)
        folium.raster_layers.ImageOverlay(url, bounds=[[south, west], [north, east]], **options).add_to(self)

    def add_towns(self, at_least: int = 350_000) -> None:
        """Add the names of large towns and of capitals of provinces."""
        towns = territory.towns()
        towns = towns[(towns["population"] >= at_least) & towns["major"]]
        style = Style(palette.TOWN, fill=palette.TOWN, weight=0, size=2)
        folium.GeoJson(
            _features(Points("towns", towns, style, tip="map-backdrop.town")),
            marker=_ring(style),
            style_function=lambda _: {"color": style.line, "fillOpacity": 1},
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
        # Folium adds the scripts of its elements to the page each time that it renders them.
        if not self._document:
            page = self.get_root()
            _number(page)
            text = page.render().replace("maximum-scale=1.0, user-scalable=no", "maximum-scale=5.0")
            self._document = text.replace("<html>", f'<html lang="{LANGUAGE}">', 1)
        return self._document

    def _repr_html_(self, **_: Any) -> str:
        title, alt, static = html.escape(self.title), html.escape(self.title), ""
        if self.picture is not None:
            alt, url = html.escape(str(self.picture.get_label())), picture_url(self.picture)
            static = f'<img class="static" style="display:none" alt="{alt}" src="{url}">'
        return (
            f'<figure class="map"><figcaption>{title}<!--full-map--></figcaption>'
            f'<iframe title="{title}" aria-label="{alt}" style="width:100%;height:34rem;border:0" '
            f'srcdoc="{html.escape(self.document())}"></iframe>{static}</figure>'
        )


def escaped(value: object) -> str:
    """Return a value as HTML text; braces too, because branca reads what it writes as a template.

    >>> escaped("<b> {{ x }}")
    '&lt;b&gt; &#123;&#123; x }}'
    """
    return html.escape(str(value)).replace("{", "&#123;")


def details(heading: str, local: str, fields: Mapping[str, object]) -> str:
    """Return the HTML of a popup; every value is escaped, unknown ones are left out.

    >>> details("A <b>", "", {"Area": None, "Year": 1935})
    '<b>A &lt;b&gt;</b><table><tr><td>Year</td><td>1935</td></tr></table>'
    """
    rows = "".join(
        f"<tr><td>{escaped(key)}</td><td>{escaped(value)}</td></tr>"
        for key, value in fields.items()
        if shown(value) != UNKNOWN
    )
    under = f"<br>{escaped(local)}" if local else ""
    return f"<b>{escaped(heading)}</b>{under}<table>{rows}</table>"


def _popup(layer: Vector, row: Mapping[str, Any]) -> str:
    fields = {tables.heading(c): tables.cell(row[c], c).replace("|", ", ") for c in layer.popup}
    return details(str(row[layer.heading]), str(row.get("name_local", "")), fields)


def _features(layer: Vector) -> dict[str, Any]:
    frame = layer.placed
    shapes = shapely.transform(frame.geometry.to_crs("EPSG:4326").to_numpy(), lambda at: np.round(at, 3))
    rows = frame.drop(columns=frame.geometry.name).to_dict("records")
    features = []
    for shape, row in zip(shapes, rows, strict=True):
        about = {"popup": _popup(layer, row)} if layer.heading else {}
        about |= {"tip": escaped(say(layer.tip, **row))} if layer.tip else {}
        about |= {"width": row[layer.width]} if isinstance(layer, Lines) and layer.width else {}
        features.append({"type": "Feature", "properties": about, "geometry": shape.__geo_interface__})
    return {"type": "FeatureCollection", "features": features}


def _style(layer: Vector, feature: Mapping[str, Any]) -> dict[str, Any]:
    """Return how Leaflet draws a feature."""
    style = layer.style
    look: dict[str, Any] = {"color": style.line}
    if isinstance(layer, Points):
        return look | {"fillOpacity": 0.6}
    look |= {"weight": feature.get("properties", {}).get("width", style.weight), "fill": bool(style.fill)}
    look |= {"fillColor": style.fill, "fillOpacity": style.opacity} if style.fill else {}
    return look | ({"dashArray": style.dash} if style.dash else {})


def _ring(style: Style) -> folium.CircleMarker:
    look: dict[str, Any] = {"color": style.line, "fill_color": style.fill or palette.PAPER}
    return folium.CircleMarker(radius=style.size, weight=style.weight, fill=True, **look)


def _key(colours: list[str], name: str) -> str:
    """Return the entry of a layer in the list of switches, with its colour or its ramp."""
    look = f"background:{colours[0]}"
    if len(set(colours)) > 1:
        look = f"width:4em;background:linear-gradient(90deg, {', '.join(colours)})"
    return f'<i style="{look}"></i>{escaped(name)}'


def _png(image: NDArray[np.uint8]) -> str:
    buffer = BytesIO()
    Image.fromarray(image).quantize(96, method=Image.Quantize.FASTOCTREE).save(buffer, "PNG", optimize=True)
    return "data:image/png;base64," + base64.b64encode(buffer.getvalue()).decode()


def _number(page: Element) -> None:
    """Give the elements of a page running numbers for names, in place of random ones."""
    stack, count = [page], 0
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
