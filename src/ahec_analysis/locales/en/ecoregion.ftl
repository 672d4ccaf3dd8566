# Territory, basins and rivers: the ecoregion report.
ecoregion-million = { COUNT($million, digits: 3) } million km²
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

## Readings of the name, and what each holds

value-definition-composition = Composition of the AHEC page
value-definition-amur = Amur basin without closed lakes
value-definition-amur_closed = Amur basin with closed lakes
value-definition-russia = Russian part
value-definition-provinces = Provinces named on the page, whole
value-definition-russia_provinces = Russian provinces named on the page, whole
value-what-composition = Basins of the Amur with the Kherlen and Hulun, the Ulz, the Uda, the Tugur and Okhotsk coast, the eastern Sikhote-Alin, Peter the Great Bay, the Razdolnaya and the Tumen, and the Olekma inside Amur Oblast
value-what-amur = All land that drains to the Amur
value-what-amur_closed = The Amur basin, Kherlen and Hulun, Ulz and Torey, and the closed pans of the eastern steppe
value-what-russia = The composition inside Russia
value-what-provinces = Five provinces of Russia, three of China and four of Mongolia, with all their land
value-what-russia_provinces = Primorsky, Khabarovsk and Zabaikalsky Krai, Amur Oblast and the Jewish Autonomous Oblast

## Basins, regions, land cover

value-basin-outside = Outside the basins
value-system-amur = Amur
value-system-closed = Closed lakes
value-system-japan_sea = Sea of Japan
value-system-okhotsk = Sea of Okhotsk
value-system-lena = Lena
value-region-sikhote_alin_changbaishan = Sikhote-Alin and Changbaishan
value-region-headwaters = Headwaters of the Amur
value-name-amur_closed = Amur with all closed basins and the Ulgai
value-name-amur_basin_undrained = Amur with the Kherlen, Hulun, Ulz and Torey
value-name-amur_basin_russia = Amur basin with the Kherlen and Hulun, Russia
value-name-amur_basin_china = Amur basin with the Kherlen and Hulun, China
value-group-built_up = built-up
value-group-barren_snow = barren, snow
value-name-RUS = Russia
value-name-CHN = China
value-name-MNG = Mongolia
value-name-PRK = DPRK
