"""What a user put into data/external, by the kind of code that asks for it."""

from __future__ import annotations

import hashlib
from pathlib import Path

from ahec_analysis.data import tables
from ahec_analysis.project import root

KINDS = ("downloads", "gbif", "covariates", "hydrobasins")
"""Records and covariates have a folder each, HydroBASINS a name; all else may be a download of protected areas."""
_FOLDERS = ("gbif", "covariates")


def folder(kind: str) -> Path:
    """Return the folder in which files of a kind lie; they count as read, whether there are any or not."""
    tables.opened.add(f"external/{kind}")
    place = root() / "data" / "external"
    return place / kind if kind in _FOLDERS else place


def asked() -> list[str]:
    """Return the kinds that this process has asked for."""
    return [kind for kind in KINDS if f"external/{kind}" in tables.opened]


def state() -> dict[str, str]:
    """Return for each kind the sha256 of its files: their names, sizes and times of change."""
    place = root() / "data" / "external"
    digests = {kind: hashlib.sha256() for kind in KINDS}
    for file in sorted(place.rglob("*")):
        parts = file.relative_to(place).parts
        if file.is_file() and file.name != "README.md" and parts[0] != "packages":
            about = file.stat()
            line = f"{'/'.join(parts)} {about.st_size} {about.st_mtime_ns}\n"
            digests[_kind(parts)].update(line.encode())
    return {kind: digest.hexdigest() for kind, digest in digests.items()}


def _kind(parts: tuple[str, ...]) -> str:
    if parts[0] in _FOLDERS and len(parts) > 1:
        return parts[0]
    return "hydrobasins" if parts[-1].startswith("hybas_") else "downloads"
