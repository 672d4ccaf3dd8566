# Words that several reports share.
without-area = { COUNT($sites) } { $sites ->
        [one] site
       *[other] sites
    } without a known area
