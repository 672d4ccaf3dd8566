"""The one-by-one erase of the R package wdpar (``st_erase_overlaps``), step by step, a peer to time against.

Reference: Hanson JO (2022) wdpar: Interfacing to the World Database on Protected Areas. Journal of Open
Source Software 7: 4594.

The R package keeps geometries as coordinates, and its geometry library builds all of them anew, by way of WKB, each
time the next area is tested against those before it. `rebuild=True` does the same; `rebuild=False` keeps them built,
so that what remains is the algorithm alone.
"""

import numpy as np
import shapely


def polygons_of(shape):
    parts = shapely.get_parts(shapely.get_parts(shape))
    return shapely.multipolygons(parts[shapely.get_type_id(parts) == 3])


def one_by_one(shapes, rebuild=True):
    """Return what each polygon keeps after those before it, taking them one at a time."""
    kept = np.full(len(shapes), None, dtype=object)
    stored = kept.copy()
    kept[:1], stored[:1] = shapes[:1], shapely.to_wkb(shapes[:1])
    for n in range(1, len(shapes)):
        before = shapely.from_wkb(stored[:n]) if rebuild else kept[:n]
        near = before[shapely.intersects(shapes[n], before)]
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
        stored[n] = shapely.to_wkb(kept[n])
    return kept
