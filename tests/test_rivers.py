"""The shipped dams on the shipped network: scenarios, corridor, wetlands, the network of areas, and their words."""

from functools import partial

import geopandas as gpd
import pandas as pd
import pytest
import shapely

from ahec_analysis import coverage, data, territory
from ahec_analysis.connectivity import corridor, dams, regulation, reserves, scenarios, wetlands
from ahec_analysis.connectivity.corridor import corridor_profile, gaps
from ahec_analysis.connectivity.tree import main_stem
from ahec_analysis.coverage import places
from ahec_analysis.errors import ParameterError, SchemaError
from ahec_analysis.habitat import reaches, species
from ahec_analysis.show import maps, palette, river_figures, river_maps, river_wording
from ahec_analysis.show.messages import name_of, say
from ahec_analysis.territory import hydrography
from ahec_analysis.territory.ahec import EQUAL_AREA


@pytest.fixture(scope="module")
def rivers():
    return dams.on_network(data.table("dams"))


@pytest.fixture(scope="module")
def compared(rivers):
    return scenarios.compare(rivers, draws=40)


@pytest.fixture(scope="module")
def ranked(rivers):
    return scenarios.ranking(rivers)


@pytest.fixture(scope="module")
def sites():
    areas = places.confined(data.protected_areas())
    return reserves.nodes(areas, coverage.footprint(areas))


@pytest.fixture(scope="module")
def stem(rivers):
    return main_stem(rivers.reaches, "Onon")


@pytest.fixture(scope="module")
def steps(stem, sites):
    found = corridor_profile(stem, sites, step_km=50, countries=territory.countries())
    return corridor.on_rivers(found, stem)


# The network and the dams on it


def test_every_outlet_ends_somewhere(rivers):
    ends = rivers.reaches[rivers.reaches["downstream_id"].isna()]
    assert set(ends["ends_in"]) == {"sea", "closed", "leaves"}
    by_basin = ends.groupby("basin_id")["ends_in"].unique().map(set)
    assert by_basin["olekma"] == {"leaves"}
    assert by_basin["ulz"] == {"closed"}
    assert by_basin["lower_amur"] == {"sea"}
    assert by_basin["khalkh_hulun"] == {"closed"}


def test_in_wet_years_hulun_flows_on():
    wet = dams.reaches(hulun="open")
    ends = wet[wet["downstream_id"].isna()]
    assert not ends["basin_id"].isin(["kherlen", "khalkh_hulun"]).any()


def test_border_rivers_have_two_countries(rivers):
    amur = rivers.reaches[rivers.reaches["name"] == "Amur"].set_index("basin_id")["country"]
    assert (amur["lower_amur"] == "RUS").any()
    assert (amur["upper_amur"] == "CHN|RUS").all()


def test_no_dam_is_dropped_and_none_moved_beyond_its_precision(rivers):
    table = data.table("dams")
    located = rivers.located
    assert located["dam_id"].tolist() == table["dam_id"].tolist()
    assert set(located["on_map"]) == {"placed", "slides", "listed_only", "no_barrier"}
    allowed = table["location_precision_km"].clip(lower=5).fillna(5)
    assert (located["moved_km"].fillna(0) <= allowed).all()
    assert located.loc[located["bars"] & located["lat"].notna(), "on_map"].eq("placed").all()
    sliding = set(located.loc[located["on_map"] == "slides", "dam_id"])
    rough = set(located.loc[located["rough"], "dam_id"])
    assert sliding | rough == set(rivers.spots.loc[~rivers.spots["sure"], "dam_id"])
    assert set(rivers.spots["dam_id"]) == set(
        located.loc[located["on_map"].isin(["placed", "slides"]), "dam_id"]
    )


def test_a_dam_at_a_recalled_point_ranges_over_its_precision(rivers, ranked):
    located = rivers.located.set_index("dam_id")
    rough = located[located["rough"]]
    assert rough["location_basis"].isin(dams.ROUGH).all()
    assert (rough["location_precision_km"] > 5).all()
    spots = rivers.spots[rivers.spots["dam_id"] == "dam-dadingzishan"]
    assert len(spots) > 3
    assert located.loc["dam-dadingzishan", "position"] in spots["position"].tolist()
    costs = ranked.set_index("dam_id").loc["dam-dadingzishan"]
    assert 0 < costs["loss_free_max_km"] - costs["loss_free_min_km"] <= 20 + 2
    at_point = dams.barriers(rivers, "today")
    assert "dam-dadingzishan" in set(at_point["dam_id"])
    assert "dam-dadingzishan" not in set(dams.barriers(rivers, "today", "sure")["dam_id"])
    assert set(dams.barriers(rivers, "today", "max")["dam_id"]) == set(at_point["dam_id"])


def test_names_of_rivers_in_both_tables_meet(rivers):
    listed = rivers.located[rivers.located["on_map"] == "listed_only"]
    mapped = set(rivers.reaches["name"])
    assert not listed["river"].isin(mapped).any()
    named = rivers.located.set_index("dam_id")["placement"]
    assert named[["dam-zeya", "dam-nierji", "dam-dadingzishan"]].eq("named_river").all()


def test_a_dam_of_a_cascade_slides_below_the_dam_above_it(rivers):
    bound = rivers.located.set_index("dam_id")[["within", "downstream_of"]]
    assert bound.loc["dam-shuguang"].tolist() == ["below", "dam-lianhua"]
    assert bound.loc["dam-nizhne-zeyskaya"].tolist() == ["below|in_district", "dam-zeya"]
    amur = rivers.spots[rivers.spots["dam_id"] == "dam-amazar"]
    country = rivers.reaches.set_index("reach_id")["country"]
    assert country.loc[amur["reach_id"]].eq("CHN|RUS").all()


def test_passability_is_known_where_it_is_derived_and_else_the_default(monkeypatch):
    table = data.table("dams")
    dam = ~table["type"].isin(dams.NO_BARRIER)
    assert table["passability"].notna().eq(table["passability_basis"] == "derived").all()
    assert table["passability"].dropna().between(0, 1).all()
    assert table.loc[dam, "passability_basis"].isin(["assumed", "derived"]).all()
    monkeypatch.setattr(dams, "PASSABILITY", 0.3)
    placed = dams.on_network(table).located
    assert (placed.loc[placed["passability_basis"] == "assumed", "passability"] == 0.3).all()
    known = set(data.table("sources")["source_id"])
    derived = table[table["passability_basis"] == "derived"]
    for note in derived["passability_note"]:
        cited = {part.split("]")[0] for part in note.split("[")[1:]}
        assert cited
        assert cited <= known


# Scenarios


def test_who_stands_in_each_scenario(rivers):
    table = rivers.located.set_index("dam_id")
    sets = {name: set(table.index[dams.standing(rivers.located, name)]) for name in dams.SCENARIOS}
    assert not sets["natural"]
    assert sets["today"] < sets["proposed"]
    assert sets["today"] < sets["shelved"]
    assert (
        table.loc[list(sets["proposed"] - sets["today"]), "status_group"]
        .isin(["proposed", "under_construction"])
        .all()
    )
    assert table.loc[list(sets["shelved"] - sets["today"]), "status_group"].eq("shelved").all()
    assert not table.loc[list(set().union(*sets.values())), "type"].isin(dams.NO_BARRIER).any()
    with pytest.raises(ParameterError, match="no dam 'dam-nowhere'"):
        dams.standing(rivers.located, ("dam-nowhere",))
    with pytest.raises(ParameterError, match="use one of: natural"):
        dams.standing(rivers.located, "future")


def test_more_dams_never_open_a_river(compared):
    by = compared.set_index("scenario")
    assert by.loc["natural", ["free_min_percent", "dci_diadromous_min_percent"]].tolist() == pytest.approx(
        [100, 100]
    )
    for measure in ("free_{}_percent", "dci_potamodromous_{}_percent", "dci_diadromous_{}_percent"):
        low, high = by[measure.format("min")], by[measure.format("max")]
        assert (low <= high + 1e-9).all()
        assert low["natural"] >= high["today"] - 1e-9
        assert low["today"] >= low["proposed"] - 1e-9
        assert low["today"] >= low["shelved"] - 1e-9
    counts = compared[["placed", "sliding", "listed_only"]].sum(axis=1)
    assert counts.equals(compared["dams"])


def test_a_scenario_of_ones_own(rivers):
    found = scenarios.compare(rivers, ["today", *dams.chosen("dam-nizhne-zeyskaya")], draws=5)
    assert found["scenario"].tolist() == ["today", "chosen"]
    assert found["dams"].diff().iloc[1] == 1
    assert found["free_max_km"].iloc[1] < found["free_max_km"].iloc[0]


def test_the_extremes_bound_the_drawn_places(rivers):
    by = scenarios.compare(rivers, ["proposed"], draws=60, seed=3).iloc[0]
    for place, bound in (("min", "max"), ("max", "min")):
        fixed = dams.barriers(rivers, "proposed", place)
        free = scenarios.river_summary(rivers.reaches, fixed).loc["sea", "free_km"]
        assert free == pytest.approx(by[f"free_{bound}_km"])


def test_open_rivers_sum_to_the_same_whole(rivers, compared):
    by_order = scenarios.open_by(rivers, "strahler")
    by_basin = scenarios.open_by(rivers, "basin_name")
    today = compared.set_index("scenario").loc["today"]
    for column in ("length_km", "free_km", "dammed_km", "closed_km", "leaves_km"):
        assert by_order[column].sum() == pytest.approx(by_basin[column].sum())
    assert by_order["free_km"].sum() == pytest.approx(today["free_min_km"])
    assert (by_order[["free_km", "dammed_km"]].sum().sum()) == pytest.approx(today["length_km"])


def test_main_stem_is_counted_with_what_slides_along_it(rivers):
    table = scenarios.stems(rivers, ["Amur", "Onon"]).set_index(["head", "scenario"])
    assert table.loc[("Amur", "today"), "dams_on_stem"] == 0
    assert table.loc[("Amur", "today"), "free_min_km"] == pytest.approx(
        table.loc[("Amur", "today"), "length_km"]
    )
    assert table.loc[("Amur", "today"), "length_km"] == pytest.approx(2824)
    assert table.loc[("Onon", "today"), "length_km"] == pytest.approx(1032 + 560 + 2824)
    assert table.loc[("Amur", "shelved"), "dams_on_stem"] == 9
    assert table.loc[("Onon", "shelved"), "dams_on_stem"] == 10
    assert (table["free_min_km"] <= table["free_max_km"]).all()


def test_shelved_dams_stand_at_their_places(rivers, compared, ranked):
    shelved = compared.set_index("scenario").loc["shelved"]
    assert shelved["free_max_percent"] - shelved["free_min_percent"] < 1
    amur = ranked[ranked["name"].str.contains("Amur main stem")]
    assert len(amur) == 9
    assert not amur[["loss_free_min_km", "loss_free_max_km"]].round().duplicated().any()


def test_rivers_have_their_published_length(rivers):
    lengths = hydrography.published_lengths(data.table("hydrology"))
    used = rivers.reaches.groupby("name")["length_km"].sum()
    for row in lengths[lengths["factor"].notna()].itertuples():
        assert used[row.name.split("|")].sum() == pytest.approx(row.published_km)
    apart = lengths[lengths["factor"].isna()]
    assert (apart["note"] != "").all()
    left = rivers.reaches["name"].isin(["", *apart["name"]])
    assert (rivers.reaches["length_km"] == rivers.reaches["drawn_km"])[left].all()
    shares = scenarios.by_length(rivers)
    text = river_wording.lengths(lengths, shares)
    assert f"{-lengths['difference_percent'].median():.0f} % short" in text
    assert all(name in text for name in apart["name"])


def test_regulation_is_computed_where_flow_and_storage_are_known(rivers):
    table = river_wording.places_told(regulation.below_dams(rivers, data.table("hydrology")))
    table = table.set_index("place")
    bureya = table.loc["Bureya at the hydropower plant"]
    assert bureya["regulation_percent"] == pytest.approx(100 * 20.94 / (866 * 31_557_600 / 1e9))
    assert bureya["bound"] == ""
    assert table.loc["Amur at Khabarovsk", "bound"] == "at_least"
    assert "Nizhne-Bureya" in table.loc["Amur at Khabarovsk", "missing"]
    assert table.loc["Zeya, mouth", "dams"] == "Zeya"
    bare = table[table["regulation_percent"].isna()]
    assert (bare["missing"] != "").all()
    assert "Yimin below Honghuaerji" in bare.index
    stem = table[table["river"] == "Amur"].sort_values("flow_km3")
    assert stem["storage_km3"].is_monotonic_increasing


def test_outlets_end_in_the_weighted_sum(rivers, compared):
    table = scenarios.outlets(rivers)
    assert table["outlet"].iloc[0] == "Amur"
    assert table["outlet"].iloc[-1] == "total"
    told = river_wording.outlets_told(table)["outlet"].tolist()
    assert "Unnamed, Olekma" in told
    assert any(name.endswith("smaller rivers, no dam") for name in told)
    assert {"Kherlen", "Khalkh"} <= set(table["outlet"])
    every = scenarios.outlets(rivers, fold_km=0)
    assert len(table) < 20 < len(every)
    assert table["length_km"].sum() == pytest.approx(every["length_km"].sum())
    sea = table.iloc[:-1][table["ends_in"].iloc[:-1] == "sea"]
    now = compared.set_index("scenario").loc["today"]
    for measure in ("dci_diadromous", "dci_potamodromous"):
        mean = (sea[f"{measure}_today_percent"] * sea["length_km"]).sum() / sea["length_km"].sum()
        assert mean == pytest.approx(table[f"{measure}_today_percent"].iloc[-1])
        assert mean == pytest.approx(now[f"{measure}_min_percent"])
    amur = table.set_index("outlet").loc["Amur", "dci_potamodromous_today_percent"]
    assert amur == pytest.approx(now["dci_main_min_percent"])


def test_ranking_holds_every_dam_and_hides_none_behind_another(ranked, rivers):
    every = pd.concat([dams.standing(rivers.located, s) for s in dams.SCENARIOS], axis=1).any(axis=1)
    assert set(ranked["dam_id"]) == set(rivers.located.loc[every, "dam_id"])
    known = ranked[ranked["loss_free_max_km"].notna()]
    assert "dam-ulz" not in set(known["dam_id"])
    assert (known["loss_free_min_km"] <= known["loss_free_max_km"]).all()
    assert (known["alone_free_max_km"] >= known["loss_free_max_km"] - 1e-6).all()
    placed = known[(known["on_map"] == "placed") & ~known["rough"]]
    assert (placed["loss_free_min_km"] == placed["loss_free_max_km"]).all()
    bureya = known.set_index("dam_id").loc["dam-bureya"]
    assert bureya["loss_free_max_km"] == 0 < bureya["alone_free_max_km"]
    together = river_figures.grouped(ranked)
    assert together["label"].str.contains("Argun, each of 3 plans").sum() == 1
    assert together["name"].str.split(", ").str.len().sum() == len(ranked)


def test_a_passable_dam_connects_but_does_not_open(rivers, ranked):
    table = scenarios.sensitivity(rivers, scenarios.costliest(ranked), (0, 0.5, 1))
    assert table["dci_diadromous_percent"].is_monotonic_increasing
    with pytest.raises(ParameterError, match="dam-amazar"):
        scenarios.sensitivity(rivers, "dam-amazar")


def test_fish_have_the_reaches_of_the_reports_on_species(rivers):
    found = reaches.in_scenarios(rivers)
    assert (found["length_km"] > 0).all()
    assert found["free_min_percent"].between(0, found["free_max_percent"] + 1e-9).all()
    table = river_wording.fish_table(found).set_index("species")
    cut = reaches.network()
    for name, row in table.iterrows():
        taxon = species.find(name)
        own = reaches.habitat(taxon, cut).query("is_habitat")
        assert own.loc[own["state"] == "free", "length_km"].sum() == pytest.approx(row["open_today_km"])
        if all(part.variable != "open_to_sea" for part in taxon.memberships):
            assert own["length_km"].sum() == pytest.approx(row["length_km"])


def test_the_dams_of_today_are_the_same_for_rivers_and_fish(rivers):
    fixed = dams.barriers(rivers, "today").set_index("dam_id")
    fish = dams.today(rivers.reaches).set_index("dam_id")
    fish = fish[fish["reach_id"].notna()]
    assert set(fixed.index) == set(fish.index)
    assert (fixed["position"] == fish["position"].reindex(fixed.index)).all()


# Corridor


def test_corridor_tells_banks_and_rivers(steps):
    assert steps["river"].unique().tolist() == ["Onon", "Shilka", "Amur"]
    by_bank = corridor.corridor_summary(steps, ["bank", "country"])
    by_river = corridor.corridor_summary(steps, "river")
    assert by_bank["protected_km2"].iloc[-1] == pytest.approx(by_river["protected_km2"].iloc[-1])
    right = by_bank[(by_bank["bank"] == "right") & (by_bank["country"] == "CHN")]
    left = by_bank[(by_bank["bank"] == "left") & (by_bank["country"] == "CHN")]
    assert right["area_km2"].sum() > 10_000
    assert left["area_km2"].sum() < 0.001 * right["area_km2"].sum()


def test_towns_near_the_kilometres_of_the_stem(stem):
    end = float(stem["km_from_source"].iloc[-1] + stem["length_km"].iloc[-1])
    names = corridor.near_towns([0.0, end], stem)
    assert names[1] == "Nikolayevsk-on-Amur"


# Wetlands


def test_lowland_is_flat_near_water_and_inside_its_unit(rivers):
    basins = territory.basins().query("basin_id in ['songhua_rest', 'bureya']")[["name", "geometry"]]
    found = wetlands.lowland(basins, rivers.reaches, territory.lakes())
    share = (found["lowland_km2"] / found["unit_km2"]).set_axis(found["name"])
    assert share["Songhua (rest)"] > 5 * share["Bureya"]
    wider = wetlands.lowland(basins, rivers.reaches, territory.lakes(), within_km=20)
    assert (wider["lowland_km2"] >= found["lowland_km2"]).all()
    whole = gpd.GeoDataFrame(
        {"site_id": ["all"]}, geometry=[shapely.box(-3e6, -3e6, 3e6, 3e6)], crs=EQUAL_AREA
    )
    covered = wetlands.lowland_protection(found, whole)
    assert covered["protected_percent"].tolist() == pytest.approx([100] * 3)
    bare = wetlands.lowland_protection(found, whole.iloc[:0], pd.Series({"Bureya": 2}))
    shown = river_wording.no_listed(bare, "protected_percent").set_index("name")["protected_percent"]
    assert shown["Bureya"] == "no listed area"
    assert shown["Songhua (rest)"] == 0
    with pytest.raises(ParameterError, match="relief_m"):
        wetlands.lowland(basins, rivers.reaches, territory.lakes(), relief_m=0)


def test_international_sites_name_what_lies_beneath():
    found = wetlands.sites(data.table("designations"), data.protected_areas(totals_only=False))
    assert set(found["scheme"]) == {"ramsar", "flyway_site"}
    assert {"Zhalong", "Onon-Balj"} <= set(found.loc[found["scheme"] == "flyway_site", "name"])
    assert found.loc[found["protection"] == "none_known", "beneath"].eq("").all()
    less = found[found["protection"] == "smaller"]
    assert (less["beneath_km2"] < less["area_km2"]).all()
    text = river_wording.uncovered(found)
    assert all(name in text for name in found.loc[found["protection"] == "none_known", "name"])


def test_cranes_and_the_stork_are_found():
    found = wetlands.waterbirds(data.table("species_in_sites"), data.table("species"))
    assert {"Oriental stork", "Red-crowned crane", "White-naped crane"} <= set(found["species"])
    assert "breeding" in set(found["status"])


# The network of protected areas


def test_borders_and_distance_only_ever_help(sites):
    layer = reserves.regions()
    layer = layer[layer["kind"] != "basin"]
    united = reserves.by_region(sites, layer, (1, 100))
    assert (united["border_points"] >= 0).all()
    assert (united["within_countries_percent"] <= united["connected_percent"] + 1e-9).all()
    assert (united["connected_percent"] <= united["protected_percent"] + 1e-9).all()
    near, far = (united[united["distance_km"] == d]["connected_percent"].to_numpy() for d in (1, 100))
    assert (near <= far + 1e-9).all()
    assert set(united["region"]) == {"complex", "RUS", "CHN", "MNG"}


def test_links_are_counted_where_the_ground_of_sites_is_known(sites):
    layer = reserves.regions()
    pieces = coverage.partition(sites)
    kept = reserves.carried(layer, pieces)
    assert kept["region"].iloc[0] == "complex"
    withheld = kept.attrs["withheld"]
    assert (withheld["left_out"], withheld["rows"]) == (len(layer) - len(kept), len(layer))
    assert (
        reserves.carried(layer, pieces.assign(own_ground=True))["region"].tolist() == layer["region"].tolist()
    )
    nothing = reserves.carried(layer, pieces.assign(own_ground=False))
    assert nothing["region"].tolist() == ["complex"]
    united = reserves.by_region(sites, kept.head(1), reserves.distances(sites))
    assert united["distance_km"].min() >= places.edge_km(sites)
    assert united.attrs["withheld"] == kept.attrs["withheld"]


def test_a_report_asks_once_for_corridor_lowland_and_links(rivers):
    drawn = reserves.drawn("inventory")
    along = corridor.along(rivers.reaches, "Amur", drawn.pieces, width_km=5, step_km=100)
    own, every = along.percents
    assert 0 < own <= every
    assert along.by("bank")["area_km2"].iloc[-1] == pytest.approx(along.steps["area_km2"].sum())
    assert {"river", "from_place", "to_place"} <= set(along.gaps(longer_than_km=100))
    low = wetlands.lowland_by_basin(drawn, rivers.reaches)
    assert low["name"].iloc[-1] == "total"
    linked = reserves.linked(drawn)
    assert linked.distance_km == linked.across["distance_km"].min()
    assert set(linked.dropped["name"]) <= set(drawn.nodes.loc[drawn.nodes["own_ground"], "name"])


def test_nodes_ask_for_one_index():
    areas = data.protected_areas()
    with pytest.raises(SchemaError, match="different indexes"):
        reserves.nodes(areas, coverage.footprint(areas).reset_index(drop=True).iloc[1:])


# Words, charts and maps


@pytest.fixture(scope="module")
def regulated(rivers):
    return river_wording.places_told(regulation.below_dams(rivers, data.table("hydrology")))


@pytest.fixture(scope="module")
def facts(rivers, compared, ranked, regulated, stem, steps):
    along = corridor.Corridor(stem, steps, steps)
    stems = scenarios.stems(rivers, ["Onon", "Amur"])
    return river_wording.facts(stems, compared, ranked, regulated, along, width_km=10)


def test_sentences_name_what_is_counted(rivers, facts, regulated):
    placed = dams.standing(rivers.located, "today") & rivers.located["on_map"].eq("placed")
    text = river_wording.main_dams(rivers, data.table("hydrology"))
    assert "upper bound" not in text
    assert f"{int(placed.sum())} dams of today are placed" in text
    assert "more than 13" in text
    assert "Simonov" in text
    text = say("river-opening", **facts)
    assert "No listed dam stands today across the main stem" in text
    assert "Dadingzishan" in text
    assert "recalled point, good to 10 km" in text
    assert "Amur at Khabarovsk can hold at least" in text
    assert "0.08" in river_wording.passability(rivers)
    assert "0.454 km³ a year from the Chuo'er" in river_wording.transfers(data.table("dams"))
    assert "Zeya at the dam" in river_wording.regulation(regulated, data.table("hydrology"))
    assert "listed" in river_wording.snapping(rivers)


def test_answers_on_the_first_screen(facts):
    figures = river_wording.key_figures(facts)
    assert "recalled point" in figures[1][2]
    assert figures[0][1] == "none"
    assert len(figures) == 5


def test_gaps_in_words(steps, stem):
    found = corridor.on_rivers(gaps(steps, longer_than_km=50), stem)
    found = found.assign(from_place="", to_place="Chita")
    text = river_wording.stretch(found, longer_than_km=50)
    assert "ends near Chita" in text
    none = found[found["bank"] == "none"]
    assert river_wording.stretch(none, longer_than_km=50).startswith("Nowhere")


def test_a_corridor_of_rough_points_is_that_of_the_sites_whose_ground_is_known(steps, stem):
    part = steps.assign(protected_km2=0.4 * steps["protected_km2"])
    most = steps.assign(protected_km2=0.6 * steps["protected_km2"])
    assert corridor.Corridor(stem, steps, most).shown is steps
    rough = corridor.Corridor(stem, steps, part)
    known = rough.shown
    assert known["protected_km2"].equals(part["protected_km2"])
    chart = river_figures.profile(known, stem, gaps(steps), width_km=10, source="Test.")
    assert "sites whose ground is known" in chart.get_label()
    assert rough.by("bank").empty
    assert len(corridor.Corridor(stem, steps, most).by("bank")) == 3
    assert river_wording.stretch(rough.gaps(), longer_than_km=50) == ""


def test_words_follow_the_source_of_the_outlines():
    outlines = partial(river_wording.outlines, data.protected_areas())
    row = {"distance_km": 10, "protected_percent": 9.0, "connected_percent": 2.0}
    across = pd.DataFrame(
        [row | {"region": "complex", "kind": "complex"}, row | {"region": "RUS", "kind": "country"}]
    )
    ground = partial(river_wording.connected, across, 10)
    assert "at 10 km (Russia 2 %)" in ground(basis="download")
    for text in (outlines, ground):
        assert "circles" in text(basis="inventory")
        assert "circles" not in text(basis="download")
    assert all(word in outlines(basis="mixed") for word in ("of a download", "circles"))


def test_one_is_said_as_one():
    gap = pd.DataFrame(
        {"bank": ["both"], "length_km": [77.0], "river": ["Amur"], "from_place": [""], "to_place": [""]}
    )
    assert "on 1 stretch of more" in river_wording.stretch(gap, longer_than_km=50)
    sites = pd.DataFrame({"name": ["Dauria"], "protection": ["smaller"]})
    assert river_wording.uncovered(sites).startswith("Of 1 site 1 is larger")


def test_keys_become_words(rivers):
    known = {"location_precision_km": 10.0, "downstream_of": ""}
    ranked = pd.DataFrame(
        [
            {"within": "below|in_district", **known, "downstream_of": "dam-ulz"},
            {"within": "proxy", **known},
            {"within": "", **known},
        ]
    )
    ulz = rivers.located.set_index("dam_id").loc["dam-ulz", "name_en"]
    told = river_wording.dams_told(ranked, rivers)["within"].tolist()
    assert told == [f"below {ulz}, in its district", "stand-in point, within 10 km of it", ""]
    assert name_of("under_construction", "status") == "under construction"
    places_ = pd.DataFrame(
        {"kind": ["below", "mouth"], "place": ["A|B", "Amur at its end"], "river": ["Yin (x)", "Amur"]}
    )
    told = river_wording.places_told(places_.assign(missing=["flow|storage", "storage"], unknown=["", "C|D"]))
    assert told["place"].tolist() == ["Yin below A, B", "Amur, mouth"]
    assert told["missing"].tolist() == ["flow and storage", "storage of C, D"]


def test_charts_state_their_finding(rivers, compared, ranked, steps, stem):
    found = corridor.on_rivers(gaps(steps), stem)
    for chart in (
        river_figures.scenarios(compared),
        river_figures.by_basin(scenarios.open_by(rivers, "parent_name")),
        river_figures.single_dams(ranked),
        river_figures.profile(steps, stem, found, width_km=10, source="Test."),
    ):
        assert len(chart.get_label()) > 60
        assert chart.svg().startswith("<svg")
        assert len(chart.svg()) < 200_000


def test_the_map_shows_dams_and_every_state_of_river(rivers, steps):
    page = maps.interactive(river_maps.network_map(rivers, steps, data.international_sites())).document()
    for name in (say("river-state", state=state) for state in palette.STATES):
        assert name in page
    assert "Dams that bar a river today" in page
    assert "Nizhne-Zeyskaya" in page
