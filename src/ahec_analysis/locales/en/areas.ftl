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
    .note = of the listed area cites one or a treaty register; { PERCENT($sourced, digits: 0) } of it has a source
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
    Between the two ends lie about { KM2($unlisted_km2) } that official totals hold and the list does not; the listed sites without a known area, { COUNT($sites) }, are part of it.
between-later = Sites founded after the totals ({ KM2($later_km2) }, less older sites that they took in) are added to the official end.
between-upper = Official totals may hold sea and count ground twice where sites of several levels overlap: that cannot be removed, so the official end is an upper one.
left-out = Totals of whole provinces that lie only partly inside cannot be placed and are left out: { $named }.
left-out-province = { $name } ({ PERCENT($share, digits: 0) } of the whole province)
no-total = No total of all levels was found for { $named }; the list stands alone there.

drawn-outlines = Outlines as the download gives them; points with a reported area are circles of exactly that area. Click a site for its local name, year and area. International designations lie over national areas and can be switched on and off.
drawn-from-table = Each site is drawn with exactly its reported area: within its printed limits, about its lake, or as a circle about its point, on the land of its districts or province. The true outlines are not in this inventory; click a site for its local name, year, area and sources. International designations lie over national areas and can be switched on and off.
unplaced =
    Not on the map: { COUNT($nowhere) } { $nowhere ->
        [one] site
       *[other] sites
    } without a position ({ KM2($nowhere_km2) }) and { COUNT($no_area) } without an area. Of the positions of the others, { COUNT($placed) }, { COUNT($rough) } { $rough ->
        [one] is a stand-in
       *[other] are stand-ins
    } such as a town or a river.
crossing-outlines = Outlines overlap; each spot counts once, for the area that comes first by the question asked.
crossing-drawn = On the map sites cross on { KM2($crossed_km2) } ({ PERCENT($share, digits: 0) } of the area). This is an artefact of drawing sites without their outlines and is not subtracted from any figure.
since-earlier = Since the earlier edition: { $changes }
nothing-changed = nothing changed

## Values: what a download or a row is called

release-download = WDPA: { $files }
value-release-inventory = Sourced inventory of this project
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
