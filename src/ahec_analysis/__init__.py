"""Protected areas, species habitat and rivers of the Amur-Heilong Ecoregion Complex (AHEC)."""

__version__ = "0.1.0"
