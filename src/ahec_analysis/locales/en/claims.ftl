# The claims audit.
claims-none = There is no statement to audit.
claims-statements = { $count ->
        [one] The page makes { COUNT($count) } statement that can be looked at by itself.
       *[other] The page makes { COUNT($count) } statements that can be looked at one by one.
    }
claims-dates = It is compared with what existed { $dates }.
    .or = { " or " }
claims-used = Sites are those of the sourced inventory of this project{ $count ->
        [0] , never those of a download.
       *[other] . A download is never used here, so { $files } in data/external { $count ->
            [one] was
           *[other] were
        } not read.
    }
claims-contradicted = What was found contradicts { COUNT($count) } of them:
    .none = None is contradicted by what was found.
claims-wrong = *{ $claim }* Found: { $found }.
claims-found = { $reading }: { $computed } ({ $beside })
    .nothing = { $reading } ({ $beside })
claims-fits = *{ $claim }* That is { $reading }. This shows which ground fits, not that the share is right. Beside it: { $beside }.

## Verdicts: as a table marks them, by name, and what each means; as the legend of a chart has room for them

value-verdict-reproduced = ✓ { value-verdict-reproduced.name }
    .name = reproduced
    .means = independent data agree with the plain sense of the statement
value-verdict-under_reading = (✓) { value-verdict-under_reading.name }
    .name = reproduced under a stated reading
    .means = they agree in a narrower sense, fixed before it was computed
value-verdict-consistent_only = ≈ { value-verdict-consistent_only.name }
    .name = internally consistent only
    .means = it follows from the page's own figures or list of basins; nothing independent tests it
value-verdict-contradicted = ✗ { value-verdict-contradicted.name }
    .name = contradicted
    .means = independent data disagree with the plain sense
value-verdict-not_testable = ? { value-verdict-not_testable.name }
    .name = not testable here
    .means = the data here cannot decide; the table says what would
value-verdict-untested = – { value-verdict-untested.name }
    .name = untested
    .means = no function computes the metric
value-verdict-faulty_row = ! { value-verdict-faulty_row.name }
    .name = faulty row
    .means = the row of the table cannot be read

value-legend-reproduced = reproduced
value-legend-under_reading = under a reading
value-legend-consistent_only = consistent only
value-legend-contradicted = contradicted
value-legend-not_testable = not testable
value-legend-untested = untested
value-legend-faulty_row = faulty row

value-topic-coverage = Coverage
value-topic-site_counts = Site counts
value-topic-world_heritage = World Heritage
value-topic-biosphere_reserves = Biosphere reserves
value-topic-ramsar = Ramsar
value-topic-territory = Territory
value-topic-rivers = Rivers
value-topic-species = Species
value-topic-wwf_focus = WWF focus
value-topic-total = The page

## Values

claims-measured = { $unit ->
        [percent] { $text } %
        [km2] { $text } km²
        [sites] { $text } { $count ->
                [one] site
               *[other] sites
            }
        [designations] { $text } { $count ->
                [one] designation
               *[other] designations
            }
        [provinces] { $text } { $count ->
                [one] province
               *[other] provinces
            }
        [dams] { $text } { $count ->
                [one] dam
               *[other] dams
            }
       *[other] { $text } { $unit }
    }
    .least = at least { $what }
    .most = at most { $what }
    .none = none
claims-reading = { $name }: { $value }
claims-when = today
    .day = on { $day }
    .span = from { $first } to { $last }

## What a row lacks

claims-no-metric = no function computes the metric `{ $metric }`
claims-fault = { $claim }: { $reason }
    .broken = { $claim }: `{ $metric }` could not be computed ({ $reason })
claims-complete-list = a complete list: the one here gives a lower bound

## Land

claims-derived = { $definition }, derived
    .page = the basins that the page lists, measured together
    .how = Derived from elevation and mapped rivers
claims-published = { $name } alone, as published
claims-countries = countries { $status }
claims-placed = { $name } { QUANTITY($km2) } km²
claims-left-out = left out: { $part }
claims-inside = { COUNT($percent) } % of it inside
    .without = { COUNT($percent) } % of it inside, without its land in the DPRK, which the page leaves out
claims-drawn-from-page = { QUANTITY($part) } km² of { QUANTITY($full) } km²; the territory is drawn from this list of the page
claims-provinces-inside = provinces with 1 % of their land or 1 000 km² inside
claims-hardly-reached = With less than { QUANTITY($least) } km² inside, which an error of a divide may explain: { $provinces ->
        [0] none
       *[other] { COUNT($provinces) }
    }
    .needs = published outlines of the basins in the provinces that are hardly reached
claims-land-inside = { QUANTITY($km2) } km² inside
    .cut = { QUANTITY($km2) } km² inside, { QUANTITY($cut) } km² of it in a basin that is taken as far as the province goes
    .share = { QUANTITY($km2) } km² inside, { COUNT($percent) } % of the province
claims-part-inside = a part of it inside
claims-basins = { $parts }
    .beside = most beside them: { $part }
    .only = { COUNT($percent) } % of what lies inside is in the basins named
    .among = the basins named are among those inside, with { COUNT($percent) } % of it
claims-limit = it lies inside as far as { COUNT($north, digits: 1) }° N, the basin as far as { COUNT($edge, digits: 1) }° N
    .listed = { $part }, inside because the page lists it
    .none = the basin does not reach into it
    .nothing = nothing of the basin inside
claims-dams = dams of the table
    .stem = dams of the table across the main stem
    .others = { COUNT($planned) } { $planned ->
        [one] dam on it is
       *[other] dams on it are
    } planned or shelved; { COUNT($blocking) } of the table { $blocking ->
        [one] blocks
       *[other] block
    } other rivers today
claims-merged = Merged { $when }
    .law = by law
    .needs = the act that formed the province

## Protected areas and designations

claims-listed = listed sites known { $when }
    .ground = listed sites known { $when } ({ $definition })
    .summed = { COUNT($sites) } { $sites ->
        [one] site
       *[other] sites
    } by name; without a known area: { $unknown ->
        [0] none
       *[other] { COUNT($unknown) }
    }; not certain to have existed then: { $doubtful ->
        [0] none
       *[other] { COUNT($doubtful) }
    }
    .needs = areas, years and buffer zones that the inventory lacks
claims-official = { $summed }. Official totals of whole provinces: { $totals }
    .one = { $province } { $mha } Mha ({ $year })
claims-buffer-zones = with the { COUNT($zones) } buffer zones that are known, of { COUNT($sites) } { $sites ->
        [one] site
       *[other] sites
    }
claims-wwf-series = WWF's own series up to { $until }
claims-named = known by name { $when }
    .list = List by name; not certain to have existed then: { $doubtful ->
        [0] none
       *[other] { COUNT($doubtful) }
    }
    .needs = a complete list with the date of each decree
claims-doubtful = { $site } ({ $doubt })
value-doubt-date_unknown = date not known
claims-own-share = the text's own { COUNT($hectares, digits: 1) } Mha over { $ground } million km² ({ $definition })
value-definition-own_area = the area that the page gives for the complex
claims-own-hectares = The hectares are the text's own, and their rounding moves its share by up to { COUNT($rounding, digits: 2) }; the grounds are measured here without it
    .needs = areas and names that the inventory lacks, and the base that the page means
claims-scheme = all of the scheme
    .without = without those the claim sets apart
    .sites = sites linked to the list of the scheme
    .list = the list of the scheme
    .table = Table of international designations
claims-number = no. { $number }
    .unknown = number unknown
claims-designated =
    .name = { $name } ({ $number }, { $year })
    .holder = { $name }, { $number }, { $year }
    .area = { $number }, { $year }, { QUANTITY($area) } ha
    .none = No designation of the scheme names the site
    .absent = Not among the { COUNT($listed) } of the list

## Species

claims-breeds-elsewhere = it also breeds elsewhere
claims-breeds-there = there: { $fact }
claims-nesting-share = another WWF text: { $share } % of the population nests in the basin
claims-breeding-sites = sites of the complex with breeding recorded: { COUNT($sites) }, with a position in the basin: { COUNT($placed) }
claims-trend = its number by the counts of { $first } and { $last }
claims-counts = { $species }: { $counts }
claims-counted = { $number } in { $year } ({ $how })
    .in = { $number } { $counted_in } in { $year } ({ $how })
value-counted_in-t_per_year = t a year
value-counted_in-kt_per_year = kt a year
claims-counts-known = Sourced counts of the two years: { COUNT($counts) }
claims-two-counts = two counts of one place by one method
