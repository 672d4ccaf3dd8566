# Maps of all reports. A map has a title, an alternative text and names of layers; `heading` stands above its picture.
map-backdrop = Shaded relief
    .sources = Relief: GMTED2010. Borders, rivers, lakes: Natural Earth. Towns: GeoNames
    .town = { $name }

map-largest = { $name } (the { COUNT($shown) } largest of { COUNT($every) })

map-areas = Protected areas by group of designations, with the international sites
    .heading = { $known ->
        [True] { $group }s hold { COUNT($share) } % of the listed area
       *[other] Protected areas
    }
    .alt = { $known ->
        [True] { $group }s hold { COUNT($share) } % of the listed area
       *[other] Protected areas
    }. Map of { COUNT($count) } protected { $count ->
        [one] area
       *[other] areas
    } by group of designations on shaded relief.
    .shore = { $lake } and its shore

map-ecoregion = { $name }: basins by where they drain to
    .rivers = Rivers of the derived network
    .focus-regions = Focus regions of WWF
    .alt = Map of { COUNT($basins) } { $basins ->
        [one] basin
       *[other] basins
    } of the territory on shaded relief.
map-reach = { $named ->
        [True] { $name }
       *[other] River
    }, { QUANTITY($upstream_km2) } km² upstream
map-region = { $name }, { QUANTITY($area_km2) } km²

map-rivers = Rivers by what lies between them and the sea today, with dams built and planned
    .alt = Map of the river network by what lies between it and the sea: { $told }.
    .half = Corridor, up to a half protected
    .more = Corridor, more than half protected
    .proposed = Proposed dams, on this stretch
    .shelved = Shelved dams, on this stretch
    .designations = Ramsar and flyway sites
    .dams = Dams that bar a river today
map-river = { $named ->
        [True] { $name }
       *[other] River in the basin { $basin_name }
    }, order { COUNT($strahler) }{ $dammed ->
        [True] , behind { $dam }
       *[other] { "" }
    }
map-stretch = { $dams }: place not known, somewhere on this stretch
map-step = km { QUANTITY($from_km) }–{ QUANTITY($to_km) } from the source, { $bank ->
        [left] left bank
        [right] right bank
       *[other] { $bank } bank
    }: { COUNT($percent) } % protected

map-corridor = The corridor along the main stem by protected share, with protected areas and Ramsar sites
    .alt = Map of the corridor along the main stem by protected share, with protected areas and Ramsar sites; { COUNT($share) } % of it lies in a drawn protected area.
    .areas = Protected areas, { $basis ->
        [download] outlines
        [mixed] outlines, or of their reported size
       *[inventory] of their reported size
    }
    .ramsar = Ramsar sites

map-habitat = { $name }: conditions look better on { $low } to { $high } km² of the listed range
    .heading = { map-habitat }
    .alt = Map. { map-habitat }.
    .index = Index 0 to 1 (pale below { $threshold })
    .areas = Protected areas
    .possible = Listed as possible only
    .barriers = Barrier of publications, imposed
    .sites = Sites where it is recorded
    .fitted = Fitted model: presence likelier than background
    .beyond = Fitted model extrapolates
    .records = Occurrence records
map-reaches = { $name }: { $km } km of river today, { $percent } % of it protected
    .heading = { map-reaches }
    .alt = Map. { map-reaches }.
    .gone = Once: gone, unconfirmed or behind a dam
    .free = Reaches, no standing dam below
    .dammed = Reaches above a standing dam
    .closed = Reaches of closed basins
    .areas = { map-habitat.areas }
    .sites = { map-habitat.sites }
    .records = { map-habitat.records }
map-sites = { $title }
    .heading = { $title }
    .alt = Map. { $title }.
    .present = Units where it is listed as present
    .passage = Units where it passes
    .areas = { map-habitat.areas }
    .important = Sites of 1 % of the population or more
    .other = Other sites where it is recorded

## Popups

column-class = Class
column-founded = Founded
column-drains_to = Drains to
column-position = Position
value-position-site = given for the site
value-position-centroid = middle of its extent
value-position-district = in the district that a source names
value-position-proxy = stand-in: a town, river or lake
value-position-recalled = recalled, without a source
value-position-polygon = outline
value-position-printed_limits = fills its printed limits
column-height_m = Height, m
column-capacity_mw = Capacity, MW
