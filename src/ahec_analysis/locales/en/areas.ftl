# The reports on protected areas and the brief.
protected-land = Protected land
reported-area = Reported area
official-texts = Official texts
sites = Sites
share-of-land = of { MILLION($land_km2) } km²: { $ground }
share-of-own-land = of its { MILLION($land_km2) } km² here
share-listed = { PERCENT($listed) } listed
share-range = { PERCENT($listed) } listed; up to about { PERCENT($upper, digits: 0) } by official totals
share-unknown = no listed area
of-them-without-area = { COUNT($sites) } of them without a known area
of-reported-area = { KM2($sea_km2) } of it sea, as reported
of-reported-area-twice = at most { KM2($twice_km2) } counted twice; { KM2($sea_km2) } of it sea, as reported
of-listed-official = of the listed area cites one or a treaty register; { PERCENT($sourced, digits: 0) } of it has a source

opening =
    Up to { $year }, **{ COUNT($sites) } { $sites ->
        [one] site
       *[other] sites
    }** that may be summed { $sites ->
        [one] reports
       *[other] report
    } **{ KM2($reported_km2) }**; **{ KM2($inside_km2) }** of it is land inside the territory ({ $ground }).
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
