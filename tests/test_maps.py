"""Maps: the one for the page and the one for print show the same, and each name of a layer is in the catalogue."""

import html
import re
from types import SimpleNamespace

import folium
import geopandas as gpd
import numpy as np
import pandas as pd
import pytest
import shapely
from matplotlib.colors import ListedColormap, to_hex
from shapely import LineString, Point, box

from ahec_analysis import charts, connectivity, data, maps, territory
from ahec_analysis.connectivity import corridor, dams, reserves
from ahec_analysis.coverage import sites
from ahec_analysis.errors import DataError
from ahec_analysis.habitat import assessment, bird_sites, distribution
from ahec_analysis.show import area_maps, ecoregion_figures, messages, relief, river_maps, species_map
from ahec_analysis.show.species_records import Records


@pytest.fixture(scope="module")
def held():
    return assessment.protection("inventory")


@pytest.fixture(scope="module")
def network(held):
    rivers = dams.on_network(data.table("dams"))
    stem = connectivity.main_stem(rivers.reaches, "Onon")
    profile = connectivity.corridor_profile(stem, held.pieces, step_km=50, countries=territory.countries())
    return rivers, corridor.on_rivers(profile, stem)


@pytest.fixture(scope="module")
def specs(held, network):
    """Every map of the reports."""
    rivers, steps = network
    classes, international = data.table("designation_classes"), data.international_sites()
    found = sites.sites("inventory")
    tiger, kaluga = (assessment.assess(name, held) for name in ("amur-tiger", "kaluga"))
    crane = bird_sites.reported("hooded-crane")
    places = bird_sites.located(crane.taxon.species_id)
    return {
        "areas": area_maps.protected_areas(
            found.areas, found.footprints, found.pieces("year"), classes, international=international
        ),
        "ecoregion": ecoregion_figures.basin_map("composition"),
        "rivers": river_maps.network_map(rivers, steps, international),
        "corridor": river_maps.corridor_map(
            steps, reserves.nodes(found.areas, found.footprints), international, basis="inventory"
        ),
        "habitat": species_map.habitat_map(tiger, records=_records(tiger)),
        "reaches": species_map.habitat_map(kaluga),
        "sites": species_map.sites_map(places, crane.taxon, held.pieces, "Hooded crane: sites"),
    }


def _records(found):
    """Records of a fitted model, without a download and a fit."""
    points = gpd.GeoDataFrame(geometry=gpd.points_from_xy([134, 136], [45, 48], crs="EPSG:4326"))
    model = SimpleNamespace(suitability=found.suitable, extrapolates=found.suitable > distribution.LIKELY)
    return Records(points, pd.DataFrame(), model)


@pytest.fixture(scope="module")
def drawn(specs):
    return {name: maps.interactive(spec) for name, spec in specs.items()}


NAMES = ("areas", "ecoregion", "rivers", "corridor", "habitat", "reaches", "sites")


def _switches(drawn):
    """Legend text, colours and whether it is shown at first, of each layer that a reader can switch."""
    found = []
    for child in drawn._children.values():
        entry = getattr(child, "layer_name", "") or ""
        if getattr(child, "control", False) and (match := re.match(r'<i style="([^"]*)"></i>(.*)', entry)):
            found.append((match[2], [to_hex(c) for c in re.findall(r"#\w+", match[1])], child.show))
    return found


def _entries(figure):
    """Legend text and colours of each entry of a picture."""
    legend = figure.legends[0]
    found = []
    for handle, text in zip(legend.legend_handles, legend.get_texts(), strict=True):
        colours = _colours(handle)
        found.append((text.get_text(), [to_hex(c) for c in colours]))
    return found


def _colours(handle):
    if handle is None:
        return []
    if hasattr(handle, "get_facecolor"):
        return [handle.get_facecolor()]
    return [handle.get_markeredgecolor() if handle.get_marker() == "o" else handle.get_color()]


@pytest.mark.parametrize("name", NAMES)
def test_page_and_print_show_the_same(specs, drawn, name):
    spec, page, printed = specs[name], drawn[name], drawn[name].picture
    shown = [(text, colours) for text, colours, at_first in _switches(page) if at_first]
    entries = _entries(printed)
    assert [text for text, _ in shown] == [text for text, _ in entries]
    for (_, colours), (_, others) in zip(shown, entries, strict=True):
        assert others == colours[: len(others)]  # of a ramp the legend gives the first
    assert [text for text, *_ in _switches(page)] == [spec.legend(layer) for layer in spec.drawn]
    assert printed.get_label() == spec.alt
    assert page.title == spec.title
    assert f'aria-label="{html.escape(spec.alt)}"' in page._repr_html_()


@pytest.mark.parametrize("name", NAMES)
def test_every_map_and_layer_is_named_in_the_catalogue(specs, name):
    spec = specs[name]
    assert messages.found(spec.id, **spec.facts)
    assert messages.found(f"{spec.id}.alt", **spec.facts)
    assert len({layer.key for layer in spec.layers}) == len(spec.layers)
    for layer in spec.layers:
        assert layer.name or messages.found(f"{spec.id}.{layer.key}", **spec.facts), layer.key
        for column in getattr(layer, "popup", ()):
            assert messages.found(f"column-{column}"), column
    assert not re.search(r"\bnan\b|None", spec.title + spec.alt)


@pytest.mark.parametrize("name", NAMES)
def test_every_layer_can_be_told_of(specs, drawn, name):
    page = drawn[name].document()
    for layer in specs[name].drawn:
        assert maps.escaped(specs[name].legend(layer)) in page


def test_the_same_map_gives_the_same_text(specs, drawn):
    first, second = drawn["ecoregion"], maps.interactive(specs["ecoregion"])
    assert first._repr_html_() == second._repr_html_()
    assert first.document() == first.document()


def test_a_map_of_ones_own_needs_no_catalogue_and_leaves_out_what_is_empty():
    towns = gpd.GeoDataFrame(
        {"name": ["A_b"], "kind": ["no_fish|y"], "source_ids": ["a_b|c"]},
        geometry=[Point(130, 48)],
        crs="EPSG:4326",
    )
    style = maps.Style("#112233", fill="#445566", dash="4 2")
    layers = [
        maps.Shapes(
            "fields",
            towns.set_geometry([box(129, 47, 131, 49)], crs=4326),
            style,
            heading="name",
            popup=["kind", "source_ids"],
        ),
        maps.Lines("roads", gpd.GeoDataFrame(geometry=[LineString([(130, 48), (131, 49)])], crs=4326), style),
        maps.Points("nothing", towns.set_geometry([None], crs="EPSG:4326"), style),
    ]
    spec = maps.MapSpec("My map", layers, bounds=(128, 46, 133, 50))
    assert (spec.title, spec.alt, spec.heading) == ("My map", "My map", "")
    assert [text for text, *_ in _switches(maps.interactive(spec))] == ["fields (1)", "roads"]
    assert all(text in spec._repr_html_() for text in ("A_b", "no fish, y", "a_b, c"))
    assert [text for text, _ in _entries(maps.picture(spec))] == ["fields (1)", "roads"]


def test_a_raster_is_clear_at_nothing_and_pale_below_its_threshold():
    grid = territory.elevation().isel(x=slice(0, 40), y=slice(0, 40))
    values = np.tile(np.repeat([0.0, 0.2, 0.9, np.nan], 10), (40, 1))
    layer = maps.Raster("index", grid.copy(data=values), ramp=ListedColormap(["#336699"]), threshold=0.5)
    image, bounds = layer.image("EPSG:4326")
    assert image.shape == (40, 40, 4)
    assert bounds == pytest.approx(grid.rio.bounds())
    opaque = image[20, [5, 15, 25, 35], 3].astype(int)
    assert opaque[0] == opaque[3] == 0 < opaque[1] < opaque[2]
    assert tuple(image[20, 25, :3]) == (0x33, 0x66, 0x99)


def test_the_legend_of_a_raster_is_its_ramp(specs, drawn):
    layer = next(layer for layer in specs["habitat"].drawn if layer.key == "index")
    assert (
        next(colours for text, colours, _ in _switches(drawn["habitat"]) if "Index" in text) == layer.colours
    )
    assert layer.colours[-1] == to_hex(layer.ramp(1.0))


def test_a_fact_that_is_missing_is_an_error():
    with pytest.raises(DataError, match="map-habitat"):
        maps.picture(maps.MapSpec("map-habitat", []))


def test_the_picture_keeps_the_bounds_in_view_and_a_sensible_height():
    for bounds in (maps.REGION, (130.0, 42.0, 131.0, 56.0)):
        figure = maps.picture(maps.MapSpec("x", [], bounds=bounds))
        assert figure.get_size_inches()[1] <= 6.7
        left, right = figure.axes[0].get_xlim()
        shape = gpd.GeoSeries([box(*bounds)], crs="EPSG:4326").to_crs(territory.EQUAL_AREA)
        assert left <= shape.total_bounds[0]
        assert right >= shape.total_bounds[2]


def test_the_backdrop_lies_where_the_land_is():
    behind = relief.backdrop()
    west, south, east, north = behind.bounds
    rows, columns = behind.image.shape[:2]

    def at(lon, lat):
        point = gpd.GeoSeries([Point(lon, lat)], crs="EPSG:4326").to_crs(territory.EQUAL_AREA)[0]
        row = int((north - point.y) / (north - south) * rows)
        return behind.image[row, int((point.x - west) / (east - west) * columns)]

    assert tuple(at(139.5, 45.0)) == (219, 231, 236)  # Sea of Japan
    assert tuple(at(125.0, 50.0)) != (219, 231, 236)
    assert [layer.key for layer in behind.layers] == ["lakes", "rivers", "provinces", "countries"]


def test_stable_names():
    drawn = maps.OfflineMap("Title", bounds=(128, 46, 133, 50))
    assert isinstance(drawn, folium.Map)
    drawn.add_towns()
    drawn.add_switches()
    assert "http-equiv" in drawn.document()
    found = sites.sites("inventory")
    figure = charts.protected_areas_map(found.pieces("year"), data.table("designation_classes"), small=True)
    assert "protected areas by group" in figure.get_label()
    assert tuple(figure.get_size_inches()) == (9, 3.3)


def test_of_very_many_polygons_the_largest_are_drawn_and_the_legend_says_so():
    size = np.arange(1, 1001) * 10.0
    discs = gpd.GeoSeries(
        gpd.points_from_xy(np.arange(1000) * 900, np.arange(1000) % 7), crs=territory.EQUAL_AREA
    )
    areas = gpd.GeoDataFrame({"name": "x"}, index=range(1000), geometry=discs.buffer(size, 200))
    spec = maps.MapSpec("Many", [maps.Shapes("a", areas, maps.Style("#000000"), name="Areas")])
    [layer] = spec.drawn
    assert layer.frame.index.tolist() == list(range(650, 1000))
    assert spec.legend(layer) == "Areas (the 350 largest of 1\u202f000)"
    assert shapely.get_num_coordinates(layer.frame.geometry.to_numpy()).sum() < 14_000
    assert not layer.frame.geometry.is_empty.any()
