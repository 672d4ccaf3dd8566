## Values of columns that several reports show: value-<key>, or value-<column>-<key> where a column says it its own way

value-total = All
value-scheme-ramsar = Ramsar
value-scheme-world_heritage = World heritage
value-scheme-biosphere_reserve = Biosphere reserve
value-scheme-transboundary = Transboundary
value-scheme-geopark = Geopark
value-scheme-tentative = Tentative

## Rows that a table leaves out

withheld-some = { COUNT($left_out) } of { COUNT($rows) } { $what } left out: { $why }. { withheld-some.remedy }
    .remedy = Outlines would show more{ $used ->
            [True] , which the sources used do not have.
           *[other] : WDPA country files from protectedplanet.net, put into data/external.
        }
withheld-all = no { $what } shown: { $why }. { withheld-some.remedy }
value-withheld-wdpa = { report-restricted }
value-withheld-rough_point = only a rough point is known of them
value-withheld-rough_ground = most of the protected ground counted there belongs to sites known by a rough point only
value-withheld-rough_points = Sites known by a rough point only are not in it.
value-withheld-small_unlinked = Of each region the 250 largest connected pieces of protected land are linked; smaller ones count as protected and as linked to nothing, so the connected shares are at least these.
