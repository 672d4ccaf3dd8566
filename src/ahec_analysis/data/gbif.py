"""Downloads of GBIF that a user put into data/external: which files they are, and their text."""

from __future__ import annotations

import re
import zipfile
import zlib
from pathlib import Path

from ahec_analysis.data import external
from ahec_analysis.errors import DataError

COORDINATES = ("decimalLatitude", "decimalLongitude")
_ENDINGS = (".csv", ".tsv", ".txt", ".zip")
_DATA_MEMBERS = ("occurrence.txt", ".csv", ".tsv", ".txt")
_BESIDE = ("verbatim.txt", "multimedia.txt", "citations.txt", "rights.txt")
"""Other files of a Darwin Core archive that was unpacked."""
_HEAD = 65_536


def text(file: Path, most: int = -1) -> str:
    """Return the text of a table or of the one in a zip, or its first bytes."""
    try:
        if zipfile.is_zipfile(file):
            with zipfile.ZipFile(file) as archive, archive.open(_member(archive, file.name)) as table:
                content = table.read(most)
        else:
            with file.open("rb") as table:
                content = table.read(most)
    except (zipfile.BadZipFile, zlib.error, EOFError, RuntimeError) as error:
        raise DataError(
            f"{file.name} cannot be unpacked ({error}); download it again, or unpack it by hand"
        ) from error
    if re.search(rb"[\x00-\x08\x0e-\x1f]", content[:_HEAD]):
        raise DataError(
            f"{file.name} is {'half a zip' if content[:2] == b'PK' else 'no text'}; download it again"
        )
    return content.decode("utf-8-sig", errors="replace")


def _member(archive: zipfile.ZipFile, file: str) -> str:
    """Return the name of the largest table in a zip, the occurrences of an archive first."""
    names = [n for n in archive.namelist() if not n.endswith("/") and "__MACOSX" not in n]
    for ending in _DATA_MEMBERS:
        if hits := [n for n in names if n.lower().endswith(ending)]:
            return max(hits, key=lambda n: archive.getinfo(n).file_size)
    raise DataError(f"{file} holds no table (found: {', '.join(names[:5]) or 'nothing'}); download it again")


def files() -> list[Path]:
    """Return the tables and zips in data/external/gbif and its folders, and the GBIF downloads beside that folder."""
    inside = [path for path in sorted(external.folder("gbif").rglob("*")) if path.name.lower() not in _BESIDE]
    return [path for path in inside if path.suffix.lower() in _ENDINGS and path.is_file()] + beside()


def beside() -> list[Path]:
    """Return the GBIF downloads in data/external itself, judged by their header."""
    found = sorted(external.folder("downloads").glob("*"))
    return [path for path in found if path.suffix.lower() in _ENDINGS and path.is_file() and _is_gbif(path)]


def _is_gbif(file: Path) -> bool:
    try:
        return {*COORDINATES, "scientificName"} <= set(
            re.split(r"[\t,;\r\n\"]+", text(file, _HEAD).partition("\n")[0])
        )
    except (DataError, OSError):
        return False
