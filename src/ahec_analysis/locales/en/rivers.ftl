# The report on rivers and wetlands. Facts that are ranges or rounded to two digits come as text.

## The first screen

river-stem-dams = Dams across the { $stem }
    .value = { $on_stem ->
        [0] none
       *[other] { COUNT($on_stem) }
    }
    .note = of { COUNT($dams) } listed { $dams ->
        [one] dam that bars
       *[other] dams that bar
    } a river, on { $length } km
river-open-today = Open to the sea today
    .note = of { $length } km of rivers that reach the sea; main dams only{ $rough ->
        [True] ; the costliest, { $name }, stands at a { $position }
       *[other] { "" }
    }
river-open-proposed = With the proposed dams
    .note = { COUNT($more) } more { $more ->
        [one] dam
       *[other] dams
    }, { COUNT($listed_only) } of them on no mapped river and not counted
river-regulated = Degree of regulation
    .note = storage of the reservoirs above the { $gauge } over a year's flow there
river-corridor = Corridor protected
    .note = of the land within { $width } km of either bank: by the sites whose ground is known, and by all

## The opening

river-the = the { $river }
river-free-stem = No listed dam stands today across the main stem, whether it begins with { $count ->
        [1] { $last }
       *[other] { $heads } or { $last }
    }. In that sense, and in no other, it flows freely: the reservoirs above the { $gauge } can hold { $degree } of a year's flow there.
river-dams-on-stem = { COUNT($dams) } { $dams ->
        [one] stands
       *[other] stand
    } on { $stem }.
river-opening = The tributaries are another matter: dams on them close **{ $lost }** of the kilometres that reach the sea. The costliest built dam is { $name } on the { $river }: without it { $loss } km more would be open{ $rough ->
        [True] { " " }(it stands at a { $position })
       *[other] { "" }
    }. With the dams proposed or under construction { $proposed } would stay open{ $with_shelved ->
        [True] , with the shelved plans for the main stem { $shelved }
       *[other] { "" }
    }; a range stands for dams whose place is not known or rough.
river-position = { $basis }, good to { $precision }

## What is counted

river-main-dams = **This is an index of the main dams, not of all barriers**: { COUNT($placed) } { $placed ->
        [one] dam of today is placed
       *[other] dams of today are placed
    }, of { $bound ->
        [at_least] more than { COUNT($reservoirs) }
       *[other] { COUNT($reservoirs) }
    } reservoirs that official counts give for the Chinese part of the Amur basin alone ({ $note }; { $alternatives }; source { $source }). Weirs, sluices and small reservoirs are missing; each could only lower the figures.
river-unclear-dams = Whether { $dams } { $count ->
        [one] bars the river is unclear; it is
       *[other] bar the river is unclear; they are
    } not counted.
river-assessed-dams = The strategic assessment of WWF and En+ ({ $period }) weighed { COUNT($assessed) } possible { $assessed ->
        [one] site
       *[other] sites
    } beside the plants on the Zeya and the Bureya; this table has { COUNT($russian) } on Russian and border rivers. Simonov, Nikitina and Egidarev (2019) assess the dams of the whole basin; only their abstract, which has no figures, was at hand, so nothing is compared here.
river-lengths = Along the grid the { COUNT($rivers) } { $rivers ->
        [one] river with a published length is
       *[other] rivers with a published length are
    } **{ COUNT($median) } % short in the middle** ({ COUNT($least) } to { COUNT($most) } %): it cuts bends, and rivers begin only where they drain 300 km². Wherever this report gives kilometres, shares of them or an index, each of these rivers counts with its published length. { $others } { $other_count ->
        [one] keeps
       *[other] keep
    } the drawn length: the published one is that of another course. So do rivers without a name here, { COUNT($unnamed) } % of all drawn kilometres. Of the rivers to the sea { COUNT($free_used) } % are open today, { COUNT($free_drawn) } % as drawn, and { COUNT($free_median) } % if every other river were short by the median; the index for river fish is { COUNT($dci_used) }, { COUNT($dci_drawn) } and { COUNT($dci_median) }.
river-regulation = { $highest }: { $highest_degree }, the highest; { $mouth }: { $mouth_degree }. Total storage counts, not the useful part. Small reservoirs are missing, so below Chinese dams every value is a least one: the Chinese reservoirs together hold more than { $china } km³, { $note }. For { COUNT($lacking) } { $lacking ->
        [one] place or river
       *[other] places or rivers
    } it is not computable; the table says which figure lacks.
river-transfer = { $name } ({ $status }) takes { $at_most ->
        [True] up to { $amount }
       *[other] { $amount }
    } km³ a year from the { $river }, for { $to }
river-transfers = Water transfers are no barriers here, but they take flow. { $told }. Planned, without a figure: { $rest }.
river-passability = Passability is the share of fish that pass up and down. { COUNT($barred) } { $barred ->
        [one] dam is
       *[other] dams are
    } taken as 0 because no fish pass is known, not because one was looked for and found absent. { $passable }

## How the dams came onto the network

river-snapped = { COUNT($placed) } { $placed ->
        [one] dam has a point and stands
       *[other] dams have a point and stand
    } on the network, moved by { COUNT($median) } km in the middle and { COUNT($farthest) } km at most ({ $far }).
river-rough-dam = { $name } ({ $basis }, { $precision } km)
river-rough-dams = { $count ->
        [one] The point of { $dams } is not the dam's own: its effects
       *[other] The points of { $dams } are not the dam's own: their effects
    } are ranges over all places within that distance on the river, however little these differ.
river-not-snapped = { COUNT($slides) } { $slides ->
        [one] has none and slides along its
       *[other] have none and slide along their
    } river. { COUNT($listed_only) } { $listed_only ->
        [one] stands on a river that the network does not name and is
       *[other] stand on a river that the network does not name and are
    } only listed: { $dams }. { COUNT($no_barrier) } { $no_barrier ->
        [one] row is
       *[other] rows are
    } no dam across a river (pumped storage off the stream, water transfers, a plan without sites).

## The corridor and its gaps

river-no-stretch = Nowhere are both banks without protection for more than { $least } km.
river-stretches = Both banks at once lack protection on { COUNT($stretches) } { $stretches ->
        [one] stretch
       *[other] stretches
    } of more than { $least } km, together { $together } km. The longest has { $longest } km on the { $river }{ $known_ends ->
        [0] { "" }
       *[other] ; it { $ends }
    }.
river-begins = begins near { $place }
river-ends = ends near { $place }

## Wetlands

river-lowlands = **{ $share } %** of { QUANTITY($lowland_km2) } km² of lowland beside rivers and lakes is protected{ $compared ->
        [0] { "" }
       *[other] : of the basins shown, with at least a hundredth of this lowland, most in { $best } ({ $best_share } %), least in { $worst } ({ $worst_share } %)
    }.
river-uncovered = Of { COUNT($sites) } { $sites ->
        [one] site
       *[other] sites
    } { COUNT($smaller) } { $smaller ->
        [one] is
       *[other] are
    } larger than the national areas known beneath them{ $none ->
        [0] { "" }
       *[other] ; for { $names } the tables know none
    }.
river-no-listed-area = no listed area
river-sea-or-border = sea or border

## The network of protected areas

river-positions = { COUNT($placed) } of { COUNT($sites) } sites can be drawn; { $placed ->
        [one] it holds
       *[other] they hold
    } { COUNT($placed_percent) } % of the known area. { COUNT($own) } of them ({ COUNT($own_percent) } %) { $own ->
        [one] has
       *[other] have
    } an outline, printed limits, a lake, or a point as good as their size, the others the point of a town, a river or a district, or a recalled one.
river-no-outlines = None has an outline: a reserve that lines a bank is drawn as a circle, or as an ellipse within its limits, across it.
river-connected = Of the complex { COUNT($protected) } % lies in a drawn site and **{ COUNT($connected) } %** is protected and connected at { $distance } km ({ $countries }).
river-ground = { $exact ->
        [True] Only sites with an outline count here, simplified by some hundred metres, and ground under several of them once: shares may differ a little from those of the report on protected areas.
       *[other] Only sites that can be drawn count here, and ground under crossing circles once: shares are lower than in the report on protected areas, which sums the reported area of each site and cuts no crossings.
    }
river-outlines = The outlines are those of the download, overlaps merged; whether two sites touch depends on how exactly each was drawn. Differences between distances and between countries are safer than single links.
river-shapes = Limits filled, lakes with their shore and circles about points stand for the sites: real neighbours along a river stand apart, and large circles overlap neighbours they never meet. The edge of a site is off by { COUNT($edge) } km or more for half of them, so links over less are not counted.

## Charts

-river-source = Derived river network and data/tables/dams.csv; main dams only.
river-scenario = { $scenario ->
        [natural] Natural, no dam
        [today] Today
        [proposed] Today and proposed
        [shelved] Today and shelved
        [chosen] Today and chosen
       *[other] { $scenario }
    }
river-plan = { $status ->
        [built] Built
        [under_construction] Under construction
        [proposed] Proposed
        [shelved] Shelved
       *[other] { $status }
    }
river-same-stretch = { $river }, each of { COUNT($plans) } { $plans ->
        [one] plan
       *[other] plans
    }
river-chart-scenarios = { $share } of the river kilometres are open to the sea today
    .alt = Share of river kilometres from which the sea is reached without a dam. { $told }.
    .source = { -river-source } Bar: at the most harmful places; pale end: at the least harmful ones.
    .axis = % of the kilometres of rivers that reach the sea
river-chart-basins = Dams close most in the { $basin } basin: { COUNT($lost) } % of its kilometres
    .alt = River kilometres by basin and what lies between them and the sea. Open share of the dammed basins: { $told }.
    .source = { -river-source }
    .axis = km
river-chart-dams = Of the built dams { $name } costs most
    .alt = Kilometres that each dam takes from the rivers open to the sea: { $told }.
    .source = { -river-source } Pale end: the place is not known or rough.
    .axis = km no longer open to the sea (built dams: km that would reopen)
river-chart-corridor = { COUNT($total) } % of the land within { $width } km of the river { $known ->
        [True] lies in sites whose ground is known
       *[other] is protected
    }
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
    .along = km from the source
    .share = % protected

## Maps

river-state = { $state ->
        [free] Open to the sea
        [dammed] Behind a dam
        [closed] Ends in a closed lake
        [leaves] Leaves the territory
       *[other] { $state }
    }
river-state-km = { $name } { QUANTITY($km) } km
river-protected-class = Corridor, protected: { $class ->
        [none] none
        [quarter] up to a quarter
        [half] up to a half
        [three_quarters] up to three quarters
       *[more] more
    }
river-map = Rivers by what lies between them and the sea today, with dams built and planned
    .alt = Map of the river network by what lies between it and the sea: { $told }.
    .half = Corridor, up to a half protected
    .more = Corridor, more than half protected
    .proposed = Proposed dams, on this stretch
    .shelved = Shelved dams, on this stretch
    .designations = Ramsar and flyway sites
    .dams = Dams that bar a river today
    .dam = Dam today
river-corridor-map =
    .alt = Map of the corridor along the main stem by protected share, with protected areas and Ramsar sites; { COUNT($share) } % of it lies in a drawn protected area.
    .areas = Protected areas, { $exact ->
        [True] outlines
       *[other] of their reported size
    }
    .ramsar = Ramsar site
river-piece = { $named ->
        [True] { $name }
       *[other] River in the basin { $basin }
    }, order { COUNT($order) }{ $dammed ->
        [True] , behind { $dam }
       *[other] { "" }
    }
river-stretch = { $dams }: place not known, somewhere on this stretch
river-step = km { QUANTITY($from) }–{ QUANTITY($to) } from the source, { $bank ->
        [left] left bank
        [right] right bank
       *[other] { $bank } bank
    }: { COUNT($share) } % protected
river-popup =
    .river = River
    .year = Year
    .height = Height
    .height-value = { $value } m
    .capacity = Capacity
    .capacity-value = { $value } MW
    .passability = Passability
    .position = Position
    .moved = Moved to the network
    .moved-value = { COUNT($value, digits: 1) } km
    .sources = Sources
    .scheme = Scheme
    .designated = Designated
    .area = Area
    .area-value = { QUANTITY($value) } km²

## Tables: caption, columns in order, headings that differ from columns.ftl

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
