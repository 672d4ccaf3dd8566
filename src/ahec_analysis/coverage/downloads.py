"""What lies in data/external: what each file is recognised as, or why it is not used."""

from __future__ import annotations

import hashlib
import re
from dataclasses import asdict, dataclass, replace
from pathlib import Path

import pandas as pd

from ahec_analysis.coverage import wdpa
from ahec_analysis.data import COUNTRY_NAMES, external, gbif
from ahec_analysis.data.cache import content_digest, kept
from ahec_analysis.errors import DataError, SchemaError

BBOX = (105.0, 39.0, 145.0, 59.0)
"""What is read of a download, degrees."""
NO_OUTLINES = "CSV has no outlines; download shapefile or geodatabase"
_UNFINISHED = (".part", ".crdownload", ".download", ".partial", ".tmp")
_SIDECARS = (".dbf", ".shx", ".prj", ".cpg", ".sbn", ".sbx", ".qix", ".xml")
_MONTH = re.compile(r"(?:Jan|Feb|Mar|Apr|May|Jun|Jul|Aug|Sep|Oct|Nov|Dec)[a-z]*_?20\d\d")
_RECORDS = "GBIF occurrences"
Stamp = tuple[tuple[str, int, int], ...]


@dataclass(frozen=True)
class File:
    """One file or folder of data/external; ``use`` is protected_areas, other, unusable (an error when asked for) or ignored."""

    file: str
    use: str
    why: str = ""
    release: str = ""
    countries: tuple[str, ...] = ()
    sites: int = 0
    sha256: str = ""


def listed() -> pd.DataFrame:
    """Return every file of data/external with its ``use``, ``why``, ``release``, ``countries`` and number of ``sites``.

    Examples
    --------
    >>> listed().columns.tolist()
    ['file', 'use', 'why', 'release', 'countries', 'sites', 'sha256']
    """
    columns = ["file", "use", "why", "release", "countries", "sites", "sha256"]
    rows = pd.DataFrame([asdict(one) for one in [*files(), *_in_folders()]], columns=columns)
    return rows.assign(countries=["|".join(codes) for codes in rows["countries"]])


def files() -> list[File]:
    """Return what lies in data/external itself; parts of a download of three zips are unusable until all are there."""
    records = gbif.beside()
    found = [
        File(path.name, "other", _RECORDS) if path in records else _recognised(path)
        for path in sorted(folder().glob("*"))
        if not _of_others(path)
    ]
    missing = wdpa.missing_parts(one.file for one in found)
    bases = {part[:-1] for part in missing}
    why = f"partial: {', '.join(missing)} is missing; keep the whole download here"
    return [
        replace(one, use="unusable", why=why) if Path(one.file).stem[:-1] in bases else one for one in found
    ]


def _in_folders() -> list[File]:
    """Return what lies in the folders of records and of covariates."""
    records = gbif.files()
    found = []
    for path in sorted([*folder().glob("gbif/**/*"), *folder().glob("covariates/*")]):
        name = path.relative_to(folder()).as_posix()
        if path in records or path.parent.name == "covariates":
            found.append(File(name, "other", _RECORDS if path in records else "covariates of species models"))
        elif path.is_file():
            found.append(File(name, "ignored", "no table or zip of occurrences"))
    return found


def folder() -> Path:
    """Return where a user's own files lie."""
    return external.folder("downloads")


def stamp(path: Path) -> Stamp:
    """Return name, size and time of change of each file in a path, by which a changed one is known."""
    inside = sorted(path.rglob("*")) if path.is_dir() else [path]
    about = [(file.relative_to(path.parent).as_posix(), file.stat()) for file in inside if file.is_file()]
    return tuple((name, state.st_size, state.st_mtime_ns) for name, state in about)


def _of_others(path: Path) -> bool:
    """Return whether a path is no file of a user's own, or goes with a shapefile beside it."""
    beside = path.suffix.lower() in _SIDECARS and any(
        path.parent.glob(f"{path.name.split('.')[0]}.[sS][hH][pP]")
    )
    own = path.name in ("README.md", "SHA256SUMS", "gbif", "covariates", "packages")
    return own or beside or path.name.startswith(".")


def _recognised(path: Path) -> File:
    suffix = path.suffix.lower()
    if suffix in _UNFINISHED:
        return File(path.name, "ignored", "an unfinished download; let it end, or download it again")
    if re.match(r"(?i)hybas_", path.name):
        return File(path.name, "other", "HydroBASINS")
    if not path.is_dir() and suffix not in (*wdpa.FORMATS, ".zip"):
        return File(path.name, "ignored", f"none of {', '.join(wdpa.FORMATS)}, .zip or a folder of them")
    return _examined(path.name, stamp(path))


@kept()
def _examined(name: str, about: Stamp) -> File:
    path = folder() / name
    try:
        table = wdpa.read(path, bbox=BBOX)
    except DataError as error:
        named = re.search(r"(?i)wdpa|wdoecm", name)
        why = str(error).replace(f"{path.parent}/", "")
        if isinstance(error, SchemaError) and "is not a WDPA download" in why:
            why += "; reserves of your own are added by Sites.with_added"
        return File(name, "unusable" if named else "ignored", why)
    layers = table["LAYER"].astype("str").unique().tolist()
    codes = table["ISO3"].astype("str").str.strip() if "ISO3" in table else pd.Series(dtype="str")
    countries = tuple(code for code in COUNTRY_NAMES if (codes == code).any())
    number = "SITE_ID" if "SITE_ID" in table else "SITE_PID"
    here = table.loc[
        codes.str.contains("|".join(COUNTRY_NAMES)).reindex(table.index, fill_value=False), number
    ]
    month = _MONTH.search(" ".join([name, *layers]))
    one = File(
        file=name,
        use="protected_areas",
        release=month.group().replace("_", "") if month else "",
        countries=countries,
        sites=here.nunique(),
        sha256=_digest(path, about),
    )
    if layers and all(".csv" in layer.lower() for layer in layers):
        return replace(one, use="unusable", why=NO_OUTLINES)
    if not countries:
        west, south, east, north = (f"{degrees:g}" for degrees in BBOX)
        what = f"holds no site inside {west}–{east}° E, {south}–{north}° N with RUS, CHN or MNG in ISO3"
        return replace(one, use="unusable", why=f"{what}; take it away, or name another in `source`")
    return one


def _digest(path: Path, about: Stamp) -> str:
    digests = [content_digest(path.parent / name) for name, _, _ in about]
    return digests[0] if path.is_file() else hashlib.sha256("".join(digests).encode()).hexdigest()
