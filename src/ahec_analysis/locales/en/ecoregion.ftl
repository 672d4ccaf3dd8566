# Territory, basins and rivers: the ecoregion report.
ecoregion-million = { COUNT($million, digits: 3) } million km²
ecoregion-outside = Outside the basins
ecoregion-source = Derived from GMTED2010 and mapped rivers; see How it was done.

## Key figures

ecoregion-area = Area
ecoregion-country = { COUNT($percent, digits: 0) } % of the territory
ecoregion-provinces = Provinces
    .note = with 1 % of their land or 1 000 km² inside
ecoregion-readings = Other readings
    .spread = { COUNT($least, digits: 2) } to { COUNT($most, digits: 2) } million km²
    .note = depending on what the name is taken to mean

## Sentences

ecoregion-opening = **{ $name }**: { $what }. It covers **{ QUANTITY($area) } km²** ({ $parts }); { QUANTITY($excluded) } km² in the DPRK belong to the same basins and are left out. The Russian part of the composition alone is { $russian }: a share of the one must not be quoted as a share of the other. Basins: { $basins }.
ecoregion-part = { $name } { COUNT($percent, digits: 1) } %
ecoregion-basins = derived by this project
    .files = HydroBASINS, { $files }
ecoregion-sums = The sums by country, province and basin differ by { $apart } %.
    .equal = The three sums are equal.
ecoregion-agreement = Of { COUNT($large) } { $large ->
        [one] basin
       *[other] basins
    } over 50 000 km² all agree within { COUNT($most, digits: 1) } %, half of them within { COUNT($half, digits: 1) } %. The largest misses of all { COUNT($all) }: { $misses }. Each has its explanation in the table.
ecoregion-miss = { $name } { $percent } %

## Charts

ecoregion-basins-by-country = The { $name } basin is the largest part, { QUANTITY($area) } km²
    .axis = km²
    .alt = Area of each basin by country: { $areas }.
ecoregion-basin-area = { $name } { QUANTITY($area) } km²
ecoregion-cover = Forest: { $most }, { $least }
    .of = { COUNT($percent, digits: 0) } % of { $name }
    .axis = % of the land
    .alt = Shares of land-cover groups by basin; forest: { $shares }.
    .part = { $name } { COUNT($percent, digits: 0) } %
ecoregion-course = The Amur itself falls only { $fall } m in its { $length } km on the grid
    .alt = Elevation along the Amur: from the Onon it falls from { $onon_head } m over { $onon_length } km, from the Hailar and Argun from { $argun_head } m over { $argun_length } km.
    .argun = Hailar and Argun
    .onon = Onon and Shilka
    .meet = Shilka and Argun meet
    .source = { $source } Lengths along the grid are shorter than along the bends.
    .x = km to the sea
    .y = m above the sea
