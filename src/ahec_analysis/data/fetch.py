"""Downloads of the real sources into data/external: resumable, and checked against the digest first seen."""

from __future__ import annotations

import os
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from pathlib import Path

import requests
import yaml

from ahec_analysis.data.cache import content_digest
from ahec_analysis.errors import FetchError, ParameterError, near
from ahec_analysis.project import root

_CHUNK = 1 << 16
_TIMEOUT_S = 60
Told = Callable[[int, int | None], None]
"""Called with the bytes at hand and the bytes in all, if known."""


@dataclass(frozen=True)
class Source:
    """One download: its address, or the page where its terms are accepted by hand."""

    title: str
    licence: str
    url: str = ""
    by_hand: str = ""
    citation: str = ""
    databases: Mapping[str, str] = field(default_factory=dict)


_LISTED = Path(__file__).with_name("sources.yml").read_text(encoding="utf-8")
SOURCES = {name: Source(**about) for name, about in yaml.safe_load(_LISTED).items()}


def fetch(name: str, *, told: Told | None = None) -> Path:
    """Return the path of a source in data/external, downloaded unless it is there and whole; ``told`` hears the progress.

    An interrupted download goes on where it stopped. The sha256 of the first complete download is kept in
    data/external/SHA256SUMS; a later one that differs is refused (FetchError).
    """
    if name not in SOURCES:
        raise ParameterError(f"no source `{name}`{near(name, SOURCES)}")
    source = SOURCES[name]
    if source.by_hand:
        raise FetchError(f"{source.title}: {source.by_hand}")
    return download(source.url, root() / "data" / "external", told=told)


def download(url: str, folder: Path, *, told: Told | None = None) -> Path:
    """Return the path of a downloaded file; see :func:`fetch`."""
    path = folder / url.rsplit("/", 1)[-1]
    sums = _sums(folder)
    if path.is_file() and sums.get(path.name) == content_digest(path):
        return path
    folder.mkdir(parents=True, exist_ok=True)
    part = path.with_name(path.name + ".part")
    try:
        _receive(url, part, told)
    except requests.RequestException as error:
        raise FetchError(
            f"{url}: {error}; run the same command again, it goes on where it stopped"
        ) from error
    digest = content_digest(part)
    if sums.get(path.name, digest) != digest:
        raise FetchError(
            f"{url}: sha256 {digest[:12]}… differs from {sums[path.name][:12]}… in SHA256SUMS; if the publisher has "
            f"a new edition, delete that line and {part.name}"
        )
    os.replace(part, path)
    sums[path.name] = digest
    text = "".join(f"{value}  {key}\n" for key, value in sorted(sums.items()))
    (folder / "SHA256SUMS").write_text(text, encoding="utf-8")
    return path


def _receive(url: str, part: Path, told: Told | None) -> None:
    have = part.stat().st_size if part.is_file() else 0
    headers = {"Range": f"bytes={have}-"} if have else {}
    with requests.get(url, headers=headers, stream=True, timeout=_TIMEOUT_S) as answer:
        if answer.status_code == requests.codes.requested_range_not_satisfiable:
            return
        answer.raise_for_status()
        resumed = answer.status_code == requests.codes.partial_content
        have = have if resumed else 0
        length = answer.headers.get("Content-Length")
        total = have + int(length) if length else None
        with part.open("ab" if resumed else "wb") as file:
            for chunk in answer.iter_content(_CHUNK):
                file.write(chunk)
                have += len(chunk)
                if told:
                    told(have, total)
    if total is not None and have < total:
        raise requests.ConnectionError(f"connection closed after {have} of {total} bytes")


def _sums(folder: Path) -> dict[str, str]:
    file = folder / "SHA256SUMS"
    lines = file.read_text(encoding="utf-8").splitlines() if file.is_file() else []
    return {name: digest for digest, _, name in (line.partition("  ") for line in lines)}
