# Charts: the title, `.axis` of the values, `.along` the other axis, `.alt` for those who cannot see, `.source` beneath.
# `$values` are the values in words, `$source` is what the figures rest on.

first-bars = The first { COUNT($shown) } of { COUNT($every) } are shown.

## Protected areas

chart-areas-by-province = Listed share of each province, and its official share
    .axis = % of the land inside; line: official total, % of the whole province
    .alt = Listed share of each province, %: { $values }.
chart-areas-by-designation = { $basis ->
        [inventory] Reported area
       *[other] Area
    } by designation
    .axis = km²
    .alt = { chart-areas-by-designation }, km²: { $values }.
chart-areas-growth = Half of the area of known year was founded by { $half }
    .axis = million hectares
    .alt = Area protected since { $first }, reaching { COUNT($mha, digits: 1) } million hectares by { $until }; half of the area of known year was founded by { $half }.
    .source = Not drawn: { COUNT($undated, digits: 1) } Mha of sites whose year is not known. { $source }
    .country = { $country } { COUNT($mha, digits: 1) }
chart-areas-no-growth = No site is known to have been founded up to { $until }
    .alt = No site of a known year.

## Ecoregion

chart-ecoregion-basins = The { $name } basin is the largest part, { QUANTITY($area) } km²
    .axis = km²
    .alt = Area of each basin by country: { $values }.
chart-ecoregion-cover = Forest: { COUNT($most, digits: 0) } % of { $most_name }, { COUNT($least, digits: 0) } % of { $least_name }
    .axis = % of the land
    .alt = Shares of land-cover groups by basin; forest: { $values }.
chart-ecoregion-course = The Amur itself falls only { $fall } m in its { $length } km on the grid
    .axis = m above the sea
    .along = km to the sea
    .alt = Elevation along the Amur: from the Onon it falls from { $onon_head } m over { $onon_length } km, from the Hailar and Argun from { $argun_head } m over { $argun_length } km.
    .source = { $source } Lengths along the grid are shorter than along the bends.
    .argun = Hailar and Argun
    .onon = Onon and Shilka
    .meet = Shilka and Argun meet

## Species

chart-species-over-time =
    .alt = { $name }, figures that compare. { $values }.
    .in = { $number } in { $year }
chart-species-shares = { $unit ->
        [km2] { $name } holds most of the suitable ground and protects { $share } % of it
        [km] { $name } holds most of the reaches and protects { $share } % of it
       *[none] No unit can be shown
    }
    .axis = { $unit ->
        [km] km of river
       *[km2] km² at the threshold, where listed as present
    }
    .alt = { chart-species-shares }. Protected share, { $unit ->
        [km] km
       *[km2] km²
    }: { $values }.
    .source = Green: protected. { $source }
    .value = { $share } % of { $whole }
chart-species-tornado = { $moves ->
        [True] One parameter alone moves the result by { $low } to { $high } %
       *[False] No parameter moves the result
    }
    .axis = change, %
    .alt = { chart-species-tornado }. Most: { $values }.
    .source =
        Blue: lowered, orange: raised; full colour by 10 %, pale by 20 % of the width (scores by 0.1 and 0.2).
        { $source }
chart-species-memberships =
    .alt = Membership curves of the { $name } for { $values }.
    .class = IGBP class
    .unused = { $name } (no layer here)
chart-species-protected-shares = Known protected areas hold { $least } to { $most } % of what suits a species
    .axis = % in known protected areas
    .alt = { chart-species-protected-shares }. Shares in %: { $values }.
    .source =
        Line: over the thresholds of the index, on land. Fish: share of river length.
        { $source }

## Rivers

-river-source = Derived river network and data/tables/dams.csv; main dams only.
chart-rivers-scenarios = { $share } of the river kilometres are open to the sea today
    .axis = % of the kilometres of rivers that reach the sea
    .alt = Share of river kilometres from which the sea is reached without a dam. { $values }.
    .source = { -river-source } Bar: at the most harmful places; pale end: at the least harmful ones.
chart-rivers-basins = Dams close most in the { $basin } basin: { COUNT($lost) } % of its kilometres
    .axis = km
    .alt = River kilometres by basin and what lies between them and the sea. Open share of the dammed basins: { $values }.
    .source = { -river-source }
chart-rivers-dams = Of the built dams { $worst } costs most
    .axis = km no longer open to the sea (built dams: km that would reopen)
    .alt = Kilometres that each dam takes from the rivers open to the sea: { $values }.
    .source = { -river-source } Pale end: the place is not known or rough.
chart-rivers-corridor = { COUNT($total) } % of the land within { $width } km of the river { $known ->
        [True] lies in sites whose ground is known
       *[other] is protected
    }
    .axis = % protected
    .along = km from the source
    .alt = Protected share of the corridor along the main stem by bank, from the source to the mouth: { COUNT($total) } % in all{ $known ->
        [True] , by sites whose ground is known.
       *[other] ; { COUNT($gaps) } { $gaps ->
            [one] gap
           *[other] gaps
        } on both banks, the longest { COUNT($longest) } km.
    }
    .source = { $source } { $known ->
        [True] { $withheld }
       *[other] Grey: longest gaps on both banks at once.
    }
    .left = left bank
    .right = right bank

## Claims

chart-claims-scoreboard = Of { COUNT($count) } { $count ->
        [one] statement
       *[other] statements
    } of the page { COUNT($reproduced) } { $reproduced ->
        [one] is
       *[other] are
    } reproduced, { COUNT($contradicted) } contradicted
    .axis = statements
    .alt = Verdicts by topic: { $values }.
    .source = Computed from the tables and the territory of this project.

## Names as a legend has room for them: value-legend-<key>

value-legend-RUS = Russia
value-legend-CHN = China
value-legend-MNG = Mongolia
value-legend-free = Open to the sea
value-legend-dammed = Behind a dam
value-legend-closed = Ends in a closed lake
value-legend-leaves = Leaves the territory
value-legend-built = Built
value-legend-under_construction = Under construction
value-legend-proposed = Proposed
value-legend-shelved = Shelved

## Variables of the index

value-variable-landcover = land cover
value-variable-landcover_nearby = land cover within 10 km
value-variable-ndvi_max = highest NDVI
value-variable-open_to_sea = way to the sea open
