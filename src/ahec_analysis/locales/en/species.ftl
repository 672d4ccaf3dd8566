# The reports on one species: what it is and where it is listed.

species-status = The **{ $name }** (*{ $scientific }*; { $russian }) { $category ->
        [NE] has not been evaluated for the Red List.
        [none] has no Red List category in our table.
       *[other] is listed as { $category ->
            [CR] Critically Endangered
            [EN] Endangered
            [VU] Vulnerable
            [NT] Near Threatened
            [LC] Least Concern
            [DD] Data Deficient
            [EW] Extinct in the Wild
            [EX] Extinct
           *[other] { $category }
        } on the Red List ({ $scope }).
    }
species-number = Number: { $number }, { $number_place }.
species-amount = { $bound ->
        [about] about { $amount }
        [at_least] at least { $amount }
        [at_most] at most { $amount }
       *[none] { $amount }
    }
species-count = { $unit ->
        [breeding_pairs] { $one ->
            [True] { $amount } pair
           *[False] { $amount } pairs
        }
        [individuals_per_100_m2] { $amount } fish per 100 m²
        [kt_per_year] { $amount } kt a year
        [mature_individuals] { $amount } mature
        [million_individuals_per_year] { $amount } million fish a year
        [nests] { $one ->
            [True] { $amount } nest
           *[False] { $amount } nests
        }
        [percent] { $amount } percent
        [t_per_year] { $amount } t a year
       *[individuals] { $amount }
    } { $year ->
        [none] (year not stated)
       *[other] { $basis ->
            [midpoint] (about { $year })
           *[exact] ({ $year })
        }
    }
species-norm = {" "}(normal { $norm })
species-incomparable = no comparable pair
species-change = { $kind ->
        [of_norm] { COUNT($change) } % of the normal { $norm }
        [percent] { $signed } %
        [published] { $bound ->
            [at_least] { $signed } % or more
           *[other] { $signed } %
        }
        [times] × { $times }
       *[unclear] no clear change
    }
species-origin = Index of this project; protected areas: { $release }.
species-listed = `species_ranges.csv` lists the species as { $parts }.
species-listed-as = { $presence } in { $units }
species-units = { COUNT($units) } { $kind ->
        [basin] { $units ->
            [one] basin
           *[other] basins
        }
        [district] { $units ->
            [one] district
           *[other] districts
        }
        [province] { $units ->
            [one] province
           *[other] provinces
        }
        [system] { $units ->
            [one] river system
           *[other] river systems
        }
       *[other] { $kind }
    }
species-our-reading = For { COUNT($rows) } of these rows the choice of the unit is our reading of a wider statement.
species-range = Inside the complex the units where it is present cover { $range_km2 } km²{ $apart ->
        [True] , those where it is possible { $possible_range_km2 } km²
       *[False] {""}
    }.
species-outside = { $outside_km2 } km² of the listed range lie outside the complex and are not counted.
species-without-data = On { $unknown_km2 } km² a covariate has no data.
species-smallest-patch = Patches smaller than { COUNT($smallest_patch) } km² do not count.

# The result.

species-opening = { $kind ->
        [river] **{ $habitat_km } km of river** are of a fit size and fall where the fish is listed today, { $open_km } km of them open to the sea.
        [sites] No ground is shown for this species: its model is { $state }, because what it needs is not visible in land cover at 5 km. Known are sites, counts and what protects them.
       *[land] Within the listed range the expert index says where conditions look better, no more. At or above { $threshold } it marks **{ $habitat_km2 } km²** where the species is listed as present; from { $from } to { $to } of the index it is { $habitat_low_km2 } km² to { $habitat_high_km2 } km².
    }
species-lost = Another { $lost_km } km were fit before dams and losses: { $parts }.
species-no-size = The ends lie so far apart that the index gives a pattern and no size.
species-only-possible = Another { $possible_km2 } km² lie in units where it is only possible and are not counted.
species-protected = { $kind ->
        [river] **{ $protected_percent } %** of what is left runs through known protected areas.
       *[land] Known protected areas hold **{ $protected_percent } %** of it{ $least_percent ->
            [alike] {""}
           *[other] , { $least_percent } to { $most_percent } % over the thresholds
        }. By country: { $parts }.
    }
species-part = { $listed ->
        [none] { $name } { $habitat_km2 } km², { $protected_percent } % protected
       *[other] { $name } ({ $listed })
    }

species-figure-number = Number
    .value = { $number }
    .note = { $number_place }
species-figure-now = Reaches today
    .value = { $habitat_km } km
    .note = { $open_km } km open to the sea
species-figure-once = Reaches once
    .value = { $was_km } km
    .note = listed in any way, as if no dam stood
species-figure-index = Index { $threshold } and above
    .value = { $habitat_km2 } km²
    .note = { $habitat_low_km2 } km² to { $habitat_high_km2 } km² at { $from } to { $to }
species-figure-possible = Where only possible
    .value = { $possible_km2 } km²
    .note = apart, in no other figure
species-figure-protected = Protected
    .value = { $protected_percent } %
    .note = of it in known protected areas
species-figure-red-list = Red List
    .value = { $category ->
        [none] –
       *[other] { $category }
    }
    .note = { $scope ->
        [none] none in our table
       *[other] { $scope }
    }

# Counts, recorded sites, barriers, patches.

species-no-counts = No count or catch of this species is in our tables.
species-counts = Our tables hold { COUNT($figures) } { $figures ->
        [one] figure
       *[other] figures
    }, { COUNT($dated) } of them dated.
species-no-pair = There is **no comparable pair**: no two of them count the same thing in the same place and the same way.
species-pairs = Only figures of one thing, one place, one scope and one way of counting are compared; the others stand in the table for themselves.

species-no-site = No site of our tables names this species; that is a hole in the table, not an absence.
species-sites = { COUNT($sites) } { $sites ->
        [one] site is
       *[other] sites are
    } recorded in our tables.
species-tested = { $kind ->
        [river] They say where the fish is named, not how far along the river it lives.
       *[land] { $points ->
            [0] None has a point inside the listed range, so nothing tests the index.
           *[other] Of the { COUNT($points) } with a point inside the listed range { COUNT($hits) } { $hits ->
                [one] stands
               *[other] stand
            } on ground at or above { $threshold }. That ground is { COUNT($share) } % of the range, so points thrown at random would hit about { COUNT($expected) }: { $chance ->
                [True] no better than chance
               *[False] more than chance, on a small and rough sample
            }. The points are middles of reserves, some recalled: they can hardly test an index of 5 km.
        }
    }

species-barrier = Publications report a barrier: { $barrier }. Patches come from the covariates alone. { $joined ->
        [none] At every threshold with ground on both sides ({ $apart }) **the barrier emerges**: the two sides are apart.
       *[other] { $apart ->
            [none] **It does not emerge at this resolution**: the two sides are one patch at { $joined }.
           *[other] **It emerges at { $apart } and not at { $joined }**, where the two sides are one patch: whether the valley parts them hangs on the threshold.
        } With the barrier imposed along the towns of the valley (dashed on the map) they are apart{ $still ->
            [none] {""}
           *[other] {" "}but for { $still }
        }.
    }

species-patches = { $kind ->
        [river] How dams part the rivers is in the report on rivers, for the same reaches and dams.
       *[land] { $patches ->
            [0] No patch is left at this threshold.
           *[other] At { $threshold } the ground forms { COUNT($patches) } { $patches ->
                [one] patch
               *[other] patches
            }, cells joined over edges and corners; the largest holds { $largest_km2 } km², { COUNT($largest_share) } % of all. What lies between them, such as a fence, a road or a river narrower than a cell, is not weighed.
        }
    }
species-around = { $lat }° N, { $lon }° E

# What the result hangs on, what others published, what the model cannot know.

species-parameter = { $score ->
        [True] the score of
       *[False] the
    } { $what } of { $variable }
species-hangs-on = It hangs most on { $parameters }: moving { $worst } by { $shift } changes it by { $change } %.
species-hangs-on-none = No single parameter moves it by more than { COUNT($limit) } %.
species-by-threshold = The threshold alone, from { $from } to { $to }, moves it from { $habitat_low_km2 } km² to { $habitat_high_km2 } km². None of these figures is a measurement.

species-nothing-published = No published area covers ground of ours that can be told apart.
species-published = Published areas stand beside ours of the same country or provinces, the whole of them and not only what lies in the complex: { $areas }. An index of conditions need not agree with ground that is occupied.
species-published-area = { $what } in { $units }{ $year ->
        [none] {""}
       *[other] , { $year }
    }: { $published } km², { $side ->
        [between] between our ends
        [above] above both our ends
       *[below] below both our ends
    }{ $apart ->
        [True] {" "}({ $possible } km² of ours are only possible and not in them)
       *[False] {""}
    }

species-caveats =
    - { COUNT($ours) } of { $rows ->
        [one] { COUNT($rows) } row of this model is
       *[other] the { COUNT($rows) } rows of this model { $ours ->
            [one] is
           *[other] are
        }
    } our reading of what sources say in words, or recalled: an expert's index, not a measurement and not a fitted model. No threshold of it has a meaning in nature.
    - Conditions are not presence. The index knows nothing of prey, poaching, disease, logging inside a forest class, or of what happened after the land cover of 2019.
species-caveats-kind = { $kind ->
        [river]
            - Reaches come from an elevation grid of 4 arc-minutes with mapped rivers burned in. Rivers with a published length count with it; the others are as drawn, and too short (the report on rivers has the list). Brooks below 300 km² of upstream area, where many fish spawn, are missing.
            - Water temperature, depth, gravel, pollution and fishing are not in the model. Dams count as barriers without passes; { COUNT($dams) } standing { $dams ->
                [one] dam
               *[other] dams
            } could not be placed on the network.
            - A river that is the state border is protected in our sums when a site on either bank covers its line.
        [sites]
            - The list holds what our tables were told, not every site; a site that is missing is no absence.
            - Counts are of different years, seasons and ways; the highest of a passage is not a population.
            - Several Chinese figures were read on copies of news pages; the table of sources says which.
            - Protection is that of the site by name, not of the marsh the birds stood on.
       *[land]
            - A cell is about 4 by 5.6 km: dens, narrow valleys and forest bogs are smaller. Towns stand in for people and railways for transport; villages, farms, roads and fences are not mapped here. Land cover names the class woody savanna what in this region is closed larch taiga.
    }
species-caveats-unused = - Marked for the model but without a layer here: { $unused }. A climate download in data/external/covariates brings it in.
species-caveats-protected = - { $basis ->
        [mixed] Protected areas are those of the download named, by their outlines, and elsewhere those of our inventory: circles of the right size about a point, unless limits or a lake are known. Sites without a position or area protect nothing here, and from either source China's list is incomplete; sites of the download are not matched to our table of records.
        [download] Protected areas are those of the download named. China withholds most of its sites from the public WDPA, so shares there are a lower bound; sites of the download are not matched to our table of records.
       *[inventory] Protected areas are those of our inventory: circles of the right size about a point, unless limits or a lake are known. Sites without a position or area protect nothing here, and China's list is incomplete.
    }

# Birds by sites and counts.

birds-title = { $name }: recorded from { COUNT($sites) } { $sites ->
        [one] site
       *[other] sites
    }{ $at_one_percent ->
        [0] {""}
       *[other] , { COUNT($at_one_percent) } of them with 1 % of its population or more
    }
birds-important = { COUNT($at_one_percent) } of { COUNT($sites) } sites hold at least 1 % of its population by a count or by a source's word, first { $names }; { COUNT($of_them_national) } of them are protected at national level, { COUNT($of_them_international) } are Ramsar or flyway sites.
birds-uncounted = For { COUNT($uncounted) } { $uncounted ->
        [one] site
       *[other] sites
    } no count is in our tables.
birds-without = Without known protection: { $without }.
birds-figure-sites = Sites where it is recorded
    .value = { COUNT($sites) }
    .note = { COUNT($with_count) } with a count
birds-figure-important = Sites of 1 % or more
    .value = { COUNT($at_one_percent) }
    .note = { COUNT($threshold) } birds, derived from { $level }
birds-figure-national = Of them national
    .value = { COUNT($of_them_national) }
    .note = strict reserves, national parks, federal refuges, national reserves
birds-no-level = No count of the whole population is in our tables, so no threshold can be derived.
birds-criterion = A site counts as internationally important from 1 % of a population. No page with the official threshold was read; { COUNT($threshold) } birds is **derived** here as 1 % of { $level } ({ $level_place }), rounded as Wetlands International does. A pair or nest counts as two birds. Where a source itself says that a site holds 1 % (criterion A4i of important bird areas, criterion 6 of Ramsar), it is named. Counts are the latest of their kind; old ones may no longer hold.

# Occurrence records.

records-none = No occurrence records are part of this report. Put a GBIF download (CSV or zip, Darwin Core names) into `data/external/gbif` and build the report again: it then shows the cleaned records, the extent of occurrence and area of occupancy they suggest and, where enough cells hold one, a model fitted to them beside this one.
records-kept = { COUNT($records) } { $records ->
        [one] record remains
       *[other] records remain
    } after cleaning. The thresholds below are those of criterion B of the Red List; a category itself asks for two further conditions, such as decline or fragmentation.
records-ranking = A cell with a record has a higher index than a random cell of the listed range in { COUNT($ranking) } % of comparisons (50 % would be chance). { COUNT($hits) } % of them lie at or above { $threshold }, as { COUNT($share) } % of the range does. The records were not used to make the index.
records-too-few = Too few cells of the range hold a record to fit a model (it takes { COUNT($least) }).
records-fitted = The fitted model extrapolates on { KM2($beyond) } of the range; the map can show it and its result beside ours.
records-hull = convex hull, never below the area of occupancy
records-cells = cells of 2 × 2 km, fewest over { COUNT($origins) } grid origins

# The comparison of species.

overview-figure-species = Focal species
    .value = { COUNT($everyone) }
    .note = { COUNT($modelled) } with ground or reaches, { COUNT($birds) } by sites and counts
overview-figure-compared = Numbers that compare
    .value = { COUNT($species) } of { COUNT($everyone) }
    .note = species with two figures of one kind
overview-figure-sites = Sites of 1 % or more
    .value = { COUNT($sites) }
    .note = bird by bird, { COUNT($national) } of them protected at national level
overview-figure-fell = Fell by half or more
    .value = { COUNT($species) }
    .note = species, somewhere, by figures that compare
overview-fell = By figures that compare, numbers somewhere fell by half or more for { $species }.
overview-nothing-compares = Nothing can be compared over time for { $species }.
overview-most-sites = Most sites known to hold 1 % of a bird's population: { $birds }.
overview-bird = { $species } ({ COUNT($sites) } of { COUNT($known) })
overview-held = Of the ground or reaches that suit them known protected areas hold from { $least } to { $most }.
overview-share = { $species } { $share } %
overview-caveats =
    - Ground is where an expert index of published statements is high within the listed range: where conditions look better, not where the species lives. Its size follows the threshold; the table gives both ends.
    - Ground in units where a species is only possible stands apart and is in no share.
    - No ground is shown for { $birds }: land cover at 5 km does not see what they need. Their sites are those of our tables, not all there are.
    - Reaches of fish are those of a fit size and fall in basins where the fish is listed; where it once was stands beside.
    - Protected areas are those of the named source; circles about points in the inventory, and an incomplete list for China and the Russian provinces.
    - Figures are compared over time only if their sources count the same thing, in the same place and the same way.

## Values of columns

value-listed-resident = present
value-listed-passage = passing
value-taxon-species_pair = both sturgeons together
value-taxon-all_salmon = all salmon
value-criterion-iba_a4i = stated (important bird area, A4i)
value-criterion-ramsar_6 = stated (Ramsar, criterion 6)
value-international-ramsar = Ramsar
value-international-flyway_site = flyway network
value-rule-zero_zero = zero-zero
value-measure-extent = Extent of occurrence
value-measure-occupancy = Area of occupancy
value-world = world
