# Tables: the caption, `.columns` those to show in their order (all where it is not given), and headings
# that differ from columns.ftl. The message of table `areas/by-country` is `table-areas-by-country`.

## Ecoregion

table-ecoregion-readings = What the name may mean, and its area by country; land in the DPRK is left out, as on the page
    .columns = definition what area_km2 RUS CHN MNG excluded_km2
    .definition = Reading
    .what = What it holds
    .RUS = Russia, km²
    .CHN = China, km²
    .MNG = Mongolia, km²
table-ecoregion-published-areas = Published areas of the complex and of the Amur basin beside the nearest reading
    .columns = published published_km2 alternatives definition reading_km2 difference_percent source_ids
    .definition = Nearest reading
table-ecoregion-by-country = Area by country
    .columns = name area_km2 percent status
table-ecoregion-by-province = Area by province, and how much of each province lies inside
    .columns = name unit area_km2 percent inside_percent status
    .unit = Code
    .percent = Share of the territory, %
table-ecoregion-by-basin = Area by basin
    .columns = name area_km2 percent inside_percent status
    .inside_percent = Inside, % of the basin
table-ecoregion-derived-and-published = Derived and published drainage areas; basins are compared whole, with their land in the DPRK; unguided is the area before courses were led by hand
    .columns = name derived_km2 published_km2 difference_percent unguided_km2 alternatives explanation source_ids
table-ecoregion-land-cover = Land cover by basin, % of the land
    .barren_snow_percent = Barren, snow, %
    .built_up_percent = Built-up, %
table-ecoregion-focus-regions = Focus regions as basins inside provinces
    .columns = region basins provinces area_km2
    .region = Name
table-ecoregion-sites-that-differ = Sites for which the inventory and the derived territory disagree
    .columns = name province table derived location_basis precision_km from_territory_km note
table-ecoregion-sources = Sources of the published areas

## Areas

table-areas-by-country = Protected land by country: what is listed, and up to where official totals go
    .columns = name land_km2 listed_km2 listed_percent upper_percent as_of without_area unlisted_km2 later_km2
    .as_of = Totals as of
table-areas-by-province = Protected land by province: listed on the land inside the territory, official on the whole province
    .columns = name land_km2 listed_km2 listed_percent without_area inside_percent official_km2 official_percent as_of source_ids
    .land_km2 = Land inside, km²
    .inside_percent = Of the province inside, %
table-areas-by-ecoregion = Listed protected land of the territory by ecoregion
table-areas-by-basin = Listed protected land by basin, with its placement range: what is placed when positions move within their precision (5 to 95 % of 200 draws)
    .columns = name protected_km2 low_km2 high_km2 land_km2 share_percent without_area
    .protected_km2 = Listed, km²
table-areas-realms = Land inside the territory, other land and sea, by what is drawn; the reported sea area is in the first table of figures
table-areas-target-by-country = Missing to 30 % by country
table-areas-by-level = Sites and reported area by level of government
table-areas-by-site-type = Protected areas and other effective measures (OECM), apart and together
table-areas-by-designation = Sites and reported area by designation
table-areas-by-iucn-category = Sites and reported area by IUCN category
table-areas-strict = Strictly protected land (IUCN Ia, Ib and II) beside all listed land, by country; where categories are not known, strict protection is at least the figure
table-areas-stated-series = Totals that WWF gave over the years, and the area of known year that is listed up to each date
table-areas-growth = Area founded in each year, and its running sum by country; the last rows have no year
table-areas-decades = Area founded in each decade, by country
    .RUS_km2 = Russia, km²
    .CHN_km2 = China, km²
    .MNG_km2 = Mongolia, km²
table-areas-largest = The ten sites that add most, less what they took over from older ones
table-areas-changes = What changed since the edition given as compare; empty when none is given
table-areas-international = International designations and the national areas beneath them; the ground is the same
table-areas-international-sites = Each international designation
    .columns = name_en name_local scheme country official_number designated_year area_ha
table-areas-overlaps = Inventory: summed sites that are declared to overlap, with the most they can share. Outlines: ground under one, two, three and more areas
table-areas-completeness = How much of the inventory is known and sourced
table-areas-status = The whole inventory of this project by country, level and designation; placed means that a source gives the position or names the district
table-areas-goals = Goals set for the inventory, and by how much they are missed
table-areas-official-totals = Totals of some classes that official texts state, and what the inventory holds of them; a share only where the whole province lies inside and nothing listed is later or in several provinces
table-areas-against-counts = Russian sites in this inventory today beside the number the WWF page states; confirmed means named by a source; the claims audit counts at the date of the page
table-areas-sought = What was sought and is still not known
table-areas-sites = Every site that is summed
    .columns = site_id name name_local province designation year area_km2 area_basis location_basis confidence source_ids
table-areas-ledger = What was dropped, changed or moved before anything was computed, by rule
table-areas-differences = How each site of a download differs from the inventory, in the countries that a download serves: matched by identifier, name or place, areas as reported
    .columns = country kind name matched_by download_km2 inventory_km2 site_id inventory_id
    .download_km2 = In the download, km²
    .inventory_km2 = In the inventory, km²
table-areas-sources-used = Where the protected areas of each country come from
table-areas-sources = Sources of the rows used, by their identifier

## Species

table-species-trends = What compares like with like: the first and the last figure of each series, and changes that a source gives
    .columns = counted first last change note source_ids
table-species-counts = Counts and catches with method and source
    .columns = year taxon country region estimate unit metric method scope series value_basis source_ids note
table-species-total = { $kind ->
        [river] Reaches once and today, how many are open to the sea, and their protection
       *[land] Listed range, suitable ground at { $threshold } and at the ends of the thresholds, and its protection
    }
table-species-by-unit = The same by { $place }
table-species-thresholds = The ground at every threshold, with the log-linear target for all of it inside the complex
table-species-holding = Protected areas with most of it; 'not in our table' does not mean that the species is absent
    .area_km2 = Site, km²
table-species-recorded = Sites where the species is recorded
table-species-sites = Sites where the bird is recorded: latest counts, the 1 % criterion, protection
table-species-patches = The largest patches
    .columns = patch habitat_km2 habitat_percent around
table-species-barriers = Whether the two sides of a published barrier lie in one patch, by threshold
table-species-against-published = Published areas beside those of this report on the same ground
table-species-parameters = Rows of the parameter table that the index uses; 'mapped by us' is our reading of words
    .columns = variable unit limit_low preferred_low preferred_high limit_high basis finding note confidence class_scores source_ids
table-species-evidence = Rows kept as evidence but not used, with the reason where there is one
    .columns = variable season basis confidence finding note source_ids
table-species-sources = Sources of the rows used, by their identifier
table-birds-sites = Sites where the bird is recorded: latest counts, the 1 % criterion, protection
table-birds-trends = What compares like with like: the first and the last figure of each series, and changes that a source gives
    .columns = counted first last change note source_ids
table-birds-counts = Counts with method and source
    .columns = year taxon country region estimate unit metric method scope series value_basis source_ids note
table-birds-published = What others have published on its area and protection
    .columns = what area_km2 protected_percent year method source_ids note
    .area_km2 = Site, km²
table-birds-sources = Sources of the rows used, by their identifier
table-summary-trends = The first and the last figure of each series
    .columns = species counted first last change note source_ids
table-summary-overview = Land species: number, suitable ground where listed as present, and its protection
    .columns = species iucn_category headline habitat_km2 habitat_low_km2 habitat_high_km2 possible_km2 protected_percent
table-summary-fish = Fish: number, reaches once and today, and their protection
    .columns = species iucn_category headline was_km habitat_km open_km protected_percent
table-summary-birds = Sites, counts and protection of birds whose ground cannot be seen
table-species-records-ledger = Records read, dropped by rule, and kept
table-species-extent = Extent of occurrence and area of occupancy
    .criterion = Criterion
table-species-model-scores = The fitted model on blocks of ground it has not seen
    .auc = AUC
    .boyce = Boyce index
table-species-agreement = Where the two models agree

## Rivers

table-rivers-scenarios = River kilometres open to the sea and connectivity of the rivers to the sea by scenario, at the most (min) and least (max) harmful places of dams without a sure point
    .columns = scenario dams placed sliding listed_only length_km free_min_km free_max_km free_min_percent free_max_percent dci_potamodromous_min_percent dci_potamodromous_max_percent dci_main_min_percent dci_main_max_percent
    .length_km = Rivers to the sea, km
table-rivers-main-stem = Dams on the main stem and its kilometres from which the sea is reached without one
    .columns = stem scenario length_km dams_on_stem free_min_km free_max_km
table-rivers-lengths = Lengths of rivers, drawn and published; no difference where the published length is that of another course
    .columns = name derived_km published_km difference_percent factor alternatives note confidence source_ids
    .name = River
table-rivers-open-by-basin = River kilometres by basin and what lies between them and the sea today
table-rivers-open-by-order = River kilometres by Strahler order and what lies between them and the sea today
table-rivers-dci-by-outlet = Dendritic Connectivity Index by outlet and scenario, 0 to 100, dams without a sure point at their most harmful place
    .columns = outlet ends_in length_km dci_potamodromous_today_percent dci_potamodromous_proposed_percent dci_potamodromous_shelved_percent dci_diadromous_today_percent dci_diadromous_proposed_percent dci_diadromous_shelved_percent
table-rivers-single-dams = What each single dam costs the rivers to the sea, the costliest first; plans that may stand on the same stretch share a row; the ends of a range are the least and the most harmful place
    .columns = name river status_group on_map within loss_free_min_km loss_free_max_km alone_free_min_km alone_free_max_km loss_dci_potamodromous_min_percent loss_dci_potamodromous_max_percent
table-rivers-passability = How both indexes of today move with the passability of the costliest built dam; river kilometres count every dam as closed
table-rivers-degree-of-regulation = Degree of regulation where a flow is published below a dam of today; elsewhere what lacks
    .columns = place flow_km3 period storage_km3 bound regulation_percent dams missing source_ids
    .dams = Dams counted
    .missing = Lacking
table-rivers-fish-reaches = Reaches that suit migratory fish, and the share of them open to the sea by scenario
    .columns = species once_km length_km open_today_km today_max_percent proposed_min_percent proposed_max_percent shelved_min_percent shelved_max_percent
    .length_km = Where it lives today, km
table-rivers-corridor-by-bank = Protected share of the corridor by bank
table-rivers-corridor-by-river = Protected share of the corridor by river and country
table-rivers-corridor-gaps = Stretches of more than fifty kilometres without protection, longest first; both: neither bank is protected
    .columns = bank river from_km to_km length_km from_place to_place
table-rivers-lowland = Lowland within ten kilometres of rivers and lakes, and how much of it is protected, by basin
    .name = Basin
table-rivers-wetland-sites = Ramsar and flyway network sites with the national areas known beneath them; sizes are compared, not outlines
    .columns = scheme name name_local country year area_km2 beneath beneath_km2 protection
table-rivers-cranes-and-stork = Sites from which the tables report cranes and the stork; a list of reports, not of all sites
table-rivers-protconn = Protected, and protected and connected, by region and distance, with and without links across state borders
    .columns = region kind distance_km protected_percent connected_percent within_countries_percent border_points
table-rivers-drop-one = What the complex would lose in ProtConn at { COUNT($distance_km) } km without each of its largest sites
    .columns = name area_km2 loss_Prot loss_ProtConn eca_loss_percent
    .area_km2 = Area inside the complex, km²
table-rivers-dams = Every dam and water transfer of the tables and its place on the derived network
    .columns = name_en name_local river country status year on_map location_basis moved_km placement passability passability_basis confidence source_ids
table-rivers-sources = Sources of the rows used, by their identifier

## Claims

table-claims-scoreboard = Statements of the page by topic and verdict
    .claims = Statements
table-claims-claims = Statements of the page, what was found, and the verdict; each row can be linked to by the identifier of its claim
    .columns = claim_id claim verdict claimed computed reading evidence report needs
table-claims-other_texts = Statements of other texts, what was found, and the verdict
    .columns = claim_id claim verdict claimed computed reading evidence report needs
table-claims-readings = Statements with more than one reading
    .columns = claim claimed primary admitted information
table-claims-names = Sites and provinces that make up each value
    .columns = claim computed names
    .computed = Computed
table-claims-sources = Where the statements stand, what dates them, and what was read beside the tables above
table-brief-scoreboard = The statements of the page by verdict

## Every report

table-datasets = Datasets, licences and hashes
