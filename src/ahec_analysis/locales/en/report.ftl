# What stands around every report, and the page that leads to all of them.
report-place = Amur-Heilong Ecoregion Complex
report-skip = Skip to the report
report-show-code = Show code
report-contents = Contents
report-restricted = This page holds outlines of the WDPA: not for redistribution.
report-map-alone = Open the map alone
report-colophon = Edition <b>{ $name }</b>. ahec-analysis { $version }, inputs <code>{ $inputs }</code>.
    .with = Edition <b>{ $name }</b> with { $parameters }. ahec-analysis { $version }, inputs <code>{ $inputs }</code>.
report-index = Amur-Heilong Ecoregion Complex: reports
    .about = What is protected in the basin of the Amur and its neighbours, recomputed from sourced data. Every report is one file: it opens without a network and can be mailed or printed.
    .about-restricted = What is protected in the basin of the Amur and its neighbours, recomputed from sourced data. Every report is one file that opens without a network and can be printed; those marked hold outlines of the WDPA and may not be passed on.
    .mark = Holds outlines of the WDPA: not for redistribution.
    .colophon = ahec-analysis { $version }. Tables of each report as CSV: <code>tables/</code>; the executed notebooks: <code>notebooks/</code>; the maps alone: <code>maps/</code>.
