# The report on rivers and wetlands. Facts that are ranges or rounded to two digits come as text.

## The first screen

river-stem-dams = Dams across the { $stem_stem }
    .value = { $stem_dams_on_stem ->
        [0] none
       *[other] { COUNT($stem_dams_on_stem) }
    }
    .note = of { COUNT($today_dams) } listed { $today_dams ->
        [one] dam that bars
       *[other] dams that bar
    } a river, on { ABOUT($stem_length_km) } km
river-open-today = Open to the sea today
    .value = { RANGE(COUNT($today_free_min_percent), COUNT($today_free_max_percent)) } %
    .note = of { ABOUT($today_length_km) } km of rivers that reach the sea; main dams only{ $rough ->
        [True] ; the costliest, { $name }, stands at a { $position }
       *[other] { "" }
    }
river-open-proposed = With the proposed dams
    .value = { RANGE(COUNT($proposed_free_min_percent), COUNT($proposed_free_max_percent)) } %
    .note = { COUNT($more) } more { $more ->
        [one] dam
       *[other] dams
    }, { COUNT($more_listed_only) } of them on no mapped river and not counted
river-regulated = Degree of regulation
    .value = { $degree }
    .note = storage of the reservoirs above the { $gauge } over a year's flow there
river-corridor = Corridor protected
    .value = { $corridor } %
    .note = of the land within { $width } km of either bank: by the sites whose ground is known, and by all
river-degree = { $bound ->
        [at_least] at least { ABOUT($degree) } %
        [at_most] at most { ABOUT($degree) } %
       *[other] { ABOUT($degree) } %
    }

## The opening

river-the = the { $river }
river-free-stem = No listed dam stands today across the main stem, whether it begins with { $count ->
        [1] { $last }
       *[other] { $heads } or { $last }
    }. In that sense, and in no other, it flows freely: the reservoirs above the { $gauge } can hold { $degree } of a year's flow there.
river-dams-on-stem = { COUNT($dams_on_stem) } { $dams_on_stem ->
        [one] stands
       *[other] stand
    } on { $stem }.
river-opening = { $told } The tributaries are another matter: dams on them close **{ RANGE(COUNT($lost_min_percent), COUNT($lost_max_percent)) } %** of the kilometres that reach the sea. The costliest built dam is { $name } on the { $plain_river }: without it { RANGE(ABOUT($loss_free_min_km), ABOUT($loss_free_max_km)) } km more would be open{ $rough ->
        [True] { " " }(it stands at a { $position })
       *[other] { "" }
    }. With the dams proposed or under construction { RANGE(COUNT($proposed_free_min_percent), COUNT($proposed_free_max_percent)) } % would stay open, with the shelved plans for the main stem { RANGE(COUNT($shelved_free_min_percent), COUNT($shelved_free_max_percent)) } %; a range stands for dams whose place is not known or rough.
river-position = { $basis ->
        [recalled] recalled point
       *[other] stand-in point
    }, good to { $precision } km

## What is counted

river-main-dams = **This is an index of the main dams, not of all barriers**: { COUNT($placed) } { $placed ->
        [one] dam of today is placed
       *[other] dams of today are placed
    }, of { $bound ->
        [at_least] more than { COUNT($reservoirs) }
       *[other] { COUNT($reservoirs) }
    } reservoirs that official counts give for the Chinese part of the Amur basin alone ({ $note }; { $alternatives }; source { $source }). Weirs, sluices and small reservoirs are missing; each could only lower the figures. { $count ->
        [0] { "" }
        [one] Whether { $unclear } bars the river is unclear; it is not counted.{ " " }
       *[other] Whether { $unclear } bar the river is unclear; they are not counted.{ " " }
    }The strategic assessment of WWF and En+ ({ $period }) weighed { COUNT($assessed) } possible { $assessed ->
        [one] site
       *[other] sites
    } beside the plants on the Zeya and the Bureya; this table has { COUNT($russian) } on Russian and border rivers. Simonov, Nikitina and Egidarev (2019) assess the dams of the whole basin; only their abstract, which has no figures, was at hand, so nothing is compared here.
river-lengths = Along the grid the { COUNT($rivers) } { $rivers ->
        [one] river with a published length is
       *[other] rivers with a published length are
    } **{ COUNT($median) } % short in the middle** ({ COUNT($least) } to { COUNT($most) } %): it cuts bends, and rivers begin only where they drain 300 km². Wherever this report gives kilometres, shares of them or an index, each of these rivers counts with its published length. { $others } { $other_count ->
        [one] keeps
       *[other] keep
    } the drawn length: the published one is that of another course. So do rivers without a name here, { COUNT($unnamed) } % of all drawn kilometres. Of the rivers to the sea { COUNT($free_published) } % are open today, { COUNT($free_drawn) } % as drawn, and { COUNT($free_median) } % if every other river were short by the median; the index for river fish is { COUNT($dci_published) }, { COUNT($dci_drawn) } and { COUNT($dci_median) }.
river-regulation = { $highest }: { $highest_degree }, the highest; { $mouth }: { $mouth_degree }. Total storage counts, not the useful part. Small reservoirs are missing, so below Chinese dams every value is a least one: the Chinese reservoirs together hold more than { $china } km³, { $note }. For { COUNT($lacking) } { $lacking ->
        [one] place or river
       *[other] places or rivers
    } it is not computable; the table says which figure lacks.
river-transfer = { $name_en } ({ $status }) takes { $at_most ->
        [True] up to { $transfer_km3 }
       *[other] { $transfer_km3 }
    } km³ a year from the { $river }, for { $transfer_to }
river-transfers = Water transfers are no barriers here, but they take flow. { $told }. Planned, without a figure: { $rest }.
river-passability = Passability is the share of fish that pass up and down. { COUNT($barred) } { $barred ->
        [one] dam is
       *[other] dams are
    } taken as 0 because no fish pass is known, not because one was looked for and found absent. { $passable }

river-passable = { $name_en } { $passability }, { $passability_note }

## How the dams came onto the network

river-snapped = { COUNT($placed) } { $placed ->
        [one] dam has a point and stands
       *[other] dams have a point and stand
    } on the network, moved by { COUNT($median) } km in the middle and { COUNT($farthest) } km at most ({ $far }). { $count ->
        [0] { "" }
        [one] The point of { $rough } is not the dam's own: its effects are ranges over all places within that distance on the river, however little these differ.{ " " }
       *[other] The points of { $rough } are not the dam's own: their effects are ranges over all places within that distance on the river, however little these differ.{ " " }
    }{ COUNT($slides) } { $slides ->
        [one] has none and slides along its
       *[other] have none and slide along their
    } river. { COUNT($listed_only) } { $listed_only ->
        [one] stands on a river that the network does not name and is
       *[other] stand on a river that the network does not name and are
    } only listed: { $dams }. { COUNT($no_barrier) } { $no_barrier ->
        [one] row is
       *[other] rows are
    } no dam across a river (pumped storage off the stream, water transfers, a plan without sites).
river-rough-dam = { $name } ({ $location_basis ->
        [recalled] recalled point
       *[other] stand-in point
    }, { COUNT($location_precision_km) } km)

## The corridor and its gaps

river-no-stretch = Nowhere are both banks without protection for more than { $least } km.
river-stretches = Both banks at once lack protection on { COUNT($stretches) } { $stretches ->
        [one] stretch
       *[other] stretches
    } of more than { $least } km, together { ABOUT($together) } km. The longest has { ABOUT($longest) } km on the { $river }{ $known ->
        [begins_ends] ; it begins near { $begins } and ends near { $ends }
        [begins] ; it begins near { $begins }
        [ends] ; it ends near { $ends }
       *[neither] { "" }
    }.

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
    } larger than the national areas { $basis ->
        [inventory] known
       *[other] of our inventory
    } beneath them{ $none ->
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
    } { $basis ->
        [download] an outline, or a point as good as their size; of the others the download has a point only.
       *[other] an outline, printed limits, a lake, or a point as good as their size, the others the point of a town, a river or a district, or a recalled one.
    }{ $basis ->
        [download] { "" }
        [mixed] { " " }None of the inventory has an outline: a reserve of it that lines a bank is drawn as a circle, or as an ellipse within its limits, across it.
       *[inventory] { " " }None has an outline: a reserve that lines a bank is drawn as a circle, or as an ellipse within its limits, across it.
    }
river-connected = Of the complex { COUNT($protected) } % lies in a drawn site and **{ COUNT($connected) } %** is protected and connected at { $distance } km ({ $countries }). { $basis ->
        [download] Sites count with their outline, simplified by some hundred metres, or with the circle of their reported area, and ground under several of them once: shares may differ a little from those of the report on protected areas.
        [mixed] Only sites that can be drawn count here, and ground under several of them once: shares are lower than in the report on protected areas, which sums the reported area of each site of the inventory and cuts none of their crossings.
       *[inventory] Only sites that can be drawn count here, and ground under crossing circles once: shares are lower than in the report on protected areas, which sums the reported area of each site and cuts no crossings.
    }
river-outlines = { $basis ->
        [download] The outlines are those of the download, overlaps merged; whether two sites touch depends on how exactly each was drawn. Differences between distances and between countries are safer than single links.
        [mixed] Sites of a download have its outlines. For those of the inventory limits filled, lakes with their shore and circles about points stand: real neighbours along a river stand apart, and large circles overlap neighbours they never meet. The edge of a site is off by { COUNT($edge) } km or more for half of all, so links over less are not counted. { withheld-some.remedy }
       *[inventory] Limits filled, lakes with their shore and circles about points stand for the sites: real neighbours along a river stand apart, and large circles overlap neighbours they never meet. The edge of a site is off by { COUNT($edge) } km or more for half of them, so links over less are not counted. { withheld-some.remedy }
    }

## Cells of tables that name something

river-outlet = { $outlet ->
        [unnamed] Unnamed, { $basin_name }
        [smaller] { COUNT($rivers) } smaller rivers, no dam
        [total] All rivers to the sea
       *[other] { $outlet }
    }
river-within = { $bound ->
        [below] below { $above }
        [in_district] in its district
        [sub_basin] sub-basin
        [no_mapped_river] no mapped river
        [recalled] recalled point, within { $precision } km of it
        [proxy] stand-in point, within { $precision } km of it
       *[other] { $bound }
    }
river-gauge = { $kind ->
        [mouth] { $river }, mouth
        [below] { $river } below { $place }
       *[gauge] { $place }
    }
river-missing = { $missing ->
        [flow] flow
        [storage] storage of { $unknown }
       *[other] flow and storage
    }

## Values of columns

value-protection-area_unknown = area not known
value-protection-smaller = smaller than the site
value-protection-as_large = as large as the site
value-scheme-flyway_site = Flyway site
value-ends_in-closed = closed lake
value-ends_in-leaves = leaves the territory
value-region-complex = Whole complex
value-region-RUS = Russia
value-region-CHN = China
value-region-MNG = Mongolia

## Charts

river-scenario = { $scenario ->
        [natural] Natural, no dam
        [today] Today
        [proposed] Today and proposed
        [shelved] Today and shelved
        [chosen] Today and chosen
       *[other] { $scenario }
    }
river-same-stretch = { $river }, each of { COUNT($plans) } { $plans ->
        [one] plan
       *[other] plans
    }

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
