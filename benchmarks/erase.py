"""The one-by-one erase of the R package wdpar (``st_erase_overlaps``), step by step, a peer to time against.

Reference: Hanson JO (2022) wdpar: Interfacing to the World Database on Protected Areas. Journal of Open
Source Software 7: 4594.
"""

import numpy as np
import shapely


def polygons_of(shape):
    parts = shapely.get_parts(shapely.get_parts(shape))
    return shapely.multipolygons(parts[shapely.get_type_id(parts) == 3])


def one_by_one(shapes):
    """Return what each polygon keeps after those before it, taking them one at a time."""
    kept = np.full(len(shapes), None, dtype=object)
    kept[:1] = shapes[:1]
    for n in range(1, len(shapes)):
        near = kept[:n][shapely.intersects(shapes[n], kept[:n])]
        left = shapes[n]
        if len(near):
            taken = shapely.buffer(shapely.union_all(shapely.buffer(near, 0)), 0)
            if not shapely.is_valid(taken):
                taken = polygons_of(shapely.make_valid(taken))
            left = shapely.difference(
                polygons_of(shapely.make_valid(left)), polygons_of(shapely.make_valid(taken))
            )
            if not shapely.is_valid(left):
                left = polygons_of(shapely.make_valid(left))
        parts = shapely.get_parts(left)
        parts = parts[shapely.area(parts) > 1]
        kept[n] = polygons_of(shapely.make_valid(shapely.union_all(parts))) if len(parts) > 1 else left
    return kept
