# The reports on protected areas and the brief.
protected-land = Protected land
    .value = { $share }
    .note = of { MILLION($land_km2) } km²: { $ground }
sites = Sites
    .value = { COUNT($sites) }
    .note = { COUNT($unknown) } of them without a known area
reported-area = Reported area
    .value = { KM2($total_km2) }
    .note = { $twice_km2 ->
        [0] { KM2($sea_km2) } of it sea, as reported
       *[other] at most { KM2($twice_km2) } counted twice; { KM2($sea_km2) } of it sea, as reported
    }
official-texts = Official texts
    .value = { PERCENT($share, digits: 0) }
    .note = of the { $basis ->
        [mixed] area taken from the inventory
       *[inventory] listed area
    } cites one or a treaty register; { PERCENT($sourced, digits: 0) } of it has a source
protected-part = { $name }
    .value = { $share }
    .note = of its { MILLION($land_km2) } km² here
share-listed = { PERCENT($listed) } listed
share-range = { PERCENT($listed) } listed; up to about { PERCENT($upper, digits: 0) } by official totals
share-unknown = no listed area

opening =
    Up to { $year }, **{ COUNT($sites) } { $sites ->
        [one] site
       *[other] sites
    }** that may be summed { $sites ->
        [one] reports
       *[other] report
    } **{ KM2($reported_km2) }**; **{ KM2($inside_km2) }** of it is land inside the territory ({ $ground }; source: { $source }).
opening-blank =
    { COUNT($sites) } { $sites ->
        [one] site without a known area is in no sum: more is protected than is listed here.
       *[other] sites without a known area are in no sum: more is protected than is listed here.
    }
opening-oldest = The oldest site is { $name }, { $year }.

between =
    Between the two ends lie about { KM2($unlisted_km2) } that official totals hold and the list does not{ $sites ->
        [0] .
       *[other] ; the listed sites without a known area, { COUNT($sites) }, are part of it.
    }
between-later = Sites founded after the totals ({ KM2($later_km2) }, less older sites that they took in) are added to the official end.
between-upper = Official totals may hold sea and count ground twice where sites of several levels overlap: that cannot be removed, so the official end is an upper one.
left-out = Totals of whole provinces that lie only partly inside cannot be placed and are left out: { $named }.
left-out-province = { $name } ({ PERCENT($share, digits: 0) } of the whole province)
no-total = No total of all levels was found for { $named }; the list stands alone there.

drawn = { $basis ->
        [download] Outlines as the download gives them; points with a reported area are circles of exactly that area. Click a site for its local name, year and area.
        [mixed] Sites of a download have the outlines it gives, or are circles of the reported area about its points. Sites of the inventory are drawn with exactly their reported area: within printed limits, about a lake, or as a circle about a point, on the land of their districts or province. Click a site for its local name, year and area.
       *[inventory] Each site is drawn with exactly its reported area: within its printed limits, about its lake, or as a circle about its point, on the land of its districts or province. The true outlines are not in this inventory; click a site for its local name, year, area and sources.
    } International designations lie over national areas and can be switched on and off.
unplaced =
    Not on the map: { COUNT($nowhere) } { $nowhere ->
        [one] site
       *[other] sites
    } without a position ({ KM2($nowhere_km2) }) and { COUNT($no_area) } without an area. { $basis ->
        [download] { unplaced.outlines }.
        [mixed] { unplaced.outlines }, { COUNT($rough) } { $rough ->
            [one] is a stand-in
           *[other] are stand-ins
        } such as a town or a river.
       *[inventory] { unplaced.rough }
    }
    .outlines = Of { COUNT($placed) } places on it { COUNT($outlines) } { $outlines ->
        [one] is an outline
       *[other] are outlines
    } of a download
    .rough = Of the positions of the others, { COUNT($placed) }, { COUNT($rough) } { $rough ->
        [one] is a stand-in
       *[other] are stand-ins
    } such as a town or a river.
crossing-outlines = Outlines overlap; each spot counts once, for the area that comes first by the question asked.
international-known =
    One rule holds for both sources: these designations are in no figure of this report, whatever the download holds of them. By the rule of the official coverage statistics (UNEP-WCMC) World Heritage and Ramsar sites count too: with the { COUNT($sites) } { $sites ->
        [one] international site
       *[other] international sites
    } of the download **{ PERCENT($with_percent) }** of the land would be listed, in place of **{ PERCENT($listed_percent) }**. Biosphere reserves count by neither rule.
international-unknown = One rule holds for both sources, this inventory and a download: these designations are in no figure of this report. The official coverage statistics (UNEP-WCMC) do count World Heritage and Ramsar sites; what they would add is not known here, for the inventory holds no outlines of them.
crossing-drawn = On the map sites { $basis ->
        [mixed] of the inventory cross on { crossing-drawn.km2 }. This is an artefact of drawing sites without their outlines and is not subtracted from any figure; outlines of a download count each spot once.
       *[inventory] cross on { crossing-drawn.km2 }. This is an artefact of drawing sites without their outlines and is not subtracted from any figure.
    }
    .km2 = { KM2($crossed_km2) } ({ PERCENT($share, digits: 0) } of the area)
since-earlier = Since the earlier edition: { $changes }
nothing-changed = nothing changed
brief-restricted =
    { "" }

    { $mark } Source: { $cited }.

## What the tables rest on, by whose sites they sum

areas-ends = *Listed* is the land inside the territory, in a site's own country, of the sites that { $basis ->
        [download] the download holds, by their outlines, or circles of the reported area about its points
        [mixed] the download or, where it serves no country, the inventory of this project lists with a position and an area
       *[inventory] this project lists with a position and an area
    }. *Official* is the newest total of all protected land that an official text or WWF states. Neither is the coverage: it lies between them. Sites without a position enter the sums of their country and province. Borders are those of Natural Earth (de facto lines).
areas-tables = The three tables add up to the same sum. { $basis ->
        [download] A category is not known where the download does not report one. Ground under several sites counts once, in each table for the site that comes first by its question; sites that keep no ground are counted as sites.
        [mixed] A category is not known where the download or the sources do not state it; the Russian federal categories of the inventory follow the usage for their class and were not checked against the WDPA.
       *[inventory] A category is not known where no source states it; the Russian federal categories follow the usage for their class and were not checked against the WDPA.
    }
    .summed = { $basis ->
        [inventory] reported area
       *[other] area
    }
areas-international = Ramsar sites, World Heritage and biosphere reserves lie over the national areas and over each other: they are never added to them.
areas-growth = Ground counts once, in the year it was first protected: what a site took over from older ones counts in their year. Later enlargements are counted in the founding year, because { $basis ->
        [inventory] the inventory has one area for each site
       *[other] a source has one area for each site
    }.
areas-overlaps = { $basis ->
        [download] The table has the ground under one, two, three and more sites of the download.
        [mixed] In the inventory, sites inside another site are listed but not summed. Sites of it that overlap in part are summed whole, because the size of the overlap is not known; the table says how much the sum can be too high. Outlines of a download are cut, so that each spot counts once.
       *[inventory] In the inventory, sites inside another site are listed but not summed. Sites that overlap in part are summed whole, because the size of the overlap is not known; the table says how much the sum can be too high.
    }
areas-inventory = { $basis ->
        [inventory] { "" }
        [download] The first table that follows is of the download, whose word is taken for existence and area. Those of the whole inventory, its goals, official totals, counts and what was sought are of the sourced inventory of this project, of which this report sums nothing.
       *[mixed] The first table that follows is of what this report sums; for a site of a download, its word is taken for existence and area. Those of the whole inventory, its goals, official totals, counts and what was sought are of the sourced inventory of this project, also where this report takes a country from a download.
    }
areas-method = { $basis ->
        [download] { areas-method.download }
        [mixed] { areas-method.download } { areas-method.inventory }
       *[inventory] { areas-method.inventory }
    }

    A table by basin shows only rows in which most of the protected ground has { $basis ->
        [inventory] { "" }
       *[other] an outline,{ " " }
    }limits, a lake, or a point good to the radius of its circle.

    { $basis ->
        [download] { "" }
        [mixed] A download serves the countries it holds, the inventory the others.
       *[inventory] When a WDPA download lies in data/external, its outlines are cleaned by the official rules, flattened so that each spot counts once, and everything here is computed from them.
    }

    Areas are measured in an Albers equal-area projection on the WGS 84 ellipsoid; each feature agrees with its geodesic area to 1 in 10 000. China withholds most of its sites from the public WDPA; { $basis ->
        [download] every Chinese sum from a download is a lower bound.
        [mixed] the inventory lists national and some provincial reserves only: from either source every Chinese sum is a lower bound.
       *[inventory] this inventory lists national and some provincial reserves only, so every Chinese sum is a lower bound.
    }
    .download = Outlines of the download are cleaned by the official rules, with every change in the ledger above, and flattened so that each spot counts once. A point with a reported area of $A$ is a circle about it with the radius $r = \sqrt{"{"}A/\pi{"}"}$, as in the official coverage statistics (UNEP-WCMC, *Calculating protected area coverage*).
    .inventory = { $basis ->
        [mixed] Each site of the inventory
       *[inventory] Each site
    } is drawn with exactly its reported area, on the land of its districts or province. Where a source prints the limits of a site, an ellipse fills them; where the site is a lake and its shore, the lake and a ring of shore; where a source states its area in each province, each part has that area. Else it is a circle about its point, by the rule of the official coverage statistics (UNEP-WCMC, *Calculating protected area coverage*), widened until the land inside equals the reported land area: for a site of area $A$ the radius of the plain circle is $r = \sqrt{"{"}A/\pi{"}"}$. Only that plain circle is part of the official rule.

## Values: what a row is called

release = { $basis ->
        [download] WDPA: { $files }
        [mixed] WDPA: { $files }; for { $countries } the sourced inventory of this project
       *[inventory] Sourced inventory of this project
    }
value-name-unplaced = Position not known
value-name-outside = Sea, and land outside the territory
value-name-outside_basins = Outside the basins
value-name-outside_ecoregions = Lakes and coast outside the ecoregions
value-level-unknown = not known
value-site_type-unknown = not known
value-designation-unknown = not known
value-iucn_category-unknown = not known
value-decade-unknown = not known
value-realm-inside = Land inside the territory
value-realm-other_land = Other land
value-realm-sea = Sea
value-realm-unplaced = Position not known
value-goal-without_area = Sites without a known area
value-goal-provincial_named = Russian provincial refuges, parks, corridors and wetlands named by a source
value-goal-provincial_area = Their area sourced or in joint totals, % of what WWF states
value-goal-placed = Sites with a sourced position or district, %
value-goal-recalled_area = National reserves of China with a recalled area

## Rules of the ledger: how sites of the inventory are drawn, what a report leaves out, the numbered rules for a download

value-rule-no_land_of_province = land of its province not in the layer: plain circle
value-rule-larger_than_province = reported area exceeds the land of its province: plain circle
value-rule-far_outside_province = outside its province by more than its precision: plain circle
value-rule-moved_to_province = outside its province: moved to the nearest land of it
value-rule-limits_outside_province = printed limits outside its province: filled where they are
value-rule-limits_widened = too little of its land within its printed limits: limits widened
value-rule-no_sea_in_reach = no sea within reach for its marine part: plain circle
value-rule-other_country = country outside the region
value-rule-founded_later = founded after the year of the report
value-rule-outside_territory = outside the territory
value-rule-international_designation = international designation (World Heritage, Ramsar …): lies over national areas, in no sum
value-rule-status_missing = 1 status missing
value-rule-status_adopted = 1 status Adopted
value-rule-status_proposed = 1 status Proposed
value-rule-status_other = 1 status that does not count
value-rule-status_not_reported = 1 status Not Reported
value-rule-biosphere_reserve = 2 UNESCO-MAB biosphere reserve
value-rule-code_spelt_otherwise = 3 code spelt otherwise: read as the official one
value-rule-code_not_official = 3 value outside the official vocabulary: taken as unknown
value-rule-text_garbled = 3 text in a wrong encoding: kept as it is
value-rule-larger_than_any_site = 3 larger than any protected area of the world (3 million km²): taken as unknown
value-rule-realm_against_marine_area = 3 REALM contradicts REP_M_AREA: kept as reported
value-rule-rep_area_not_a_number = 3 REP_AREA is not a number: taken as unknown
value-rule-rep_area_negative = 3 REP_AREA is negative: taken as unknown
value-rule-rep_m_area_not_a_number = 3 REP_M_AREA is not a number: taken as unknown
value-rule-rep_m_area_negative = 3 REP_M_AREA is negative: taken as unknown
value-rule-rep_m_area_exceeds_rep_area = 3 REP_M_AREA exceeds REP_AREA: taken as all marine
value-rule-status_yr_missing = 4 STATUS_YR 0 or missing: year unknown
value-rule-status_yr_not_a_year = 4 STATUS_YR is not a year: taken as unknown
value-rule-status_yr_in_the_future = 4 STATUS_YR after the year of the edition: taken as unknown
value-rule-ring_not_closed = 5 ring not closed: closed
value-rule-coordinates_swapped = 5 coordinates swapped: swapped back
value-rule-crosses_the_antimeridian = 5 crosses the antimeridian: unwrapped
value-rule-outside_the_globe = 5 coordinates outside the globe
value-rule-geometry_unreadable = 6 geometry of a kind that cannot be read
value-rule-invalid_in_metres = 6 polygon that is invalid in metres: made valid there
value-rule-beyond_repair = 6 geometry that cannot be made valid
value-rule-area_of_the_outline = 6 REP_AREA unknown: that of the outline taken
value-rule-rep_area_against_outline = 6 REP_AREA more than five times the outline, or less than a fifth: both kept, the outline is the ground
value-rule-no_geometry = 6 no geometry: in tables, not on maps
value-rule-invalid_polygon = 6 invalid polygon: made valid, never larger
value-rule-no_area_in_the_geometry = 6 no area in the geometry
value-rule-same_site_and_geometry = 7 the same site and geometry twice
value-rule-same_row = 7 the same row twice, without geometry
value-rule-point_beside_a_polygon = 7 point of a site that has a polygon
value-rule-point_without_area = 8 point without a reported area: counted, without ground
value-rule-several_points = 8 several points: the reported area divided among them
value-rule-country_by_position = 9 country unknown: that on whose land it lies, or the nearest
value-rule-no_iso3 = 9 no ISO3: country unknown
value-rule-several_countries_kept = 9 several countries: kept whole
value-rule-several_countries_split = 9 several countries: split
value-rule-no_english_name = 10 no English name: the local one taken
value-rule-text_shortened = 10 a text of more than 200 letters: shortened, with an ellipsis
value-rule-not_in_the_crosswalk = 10 designation not in the crosswalk: named after itself
