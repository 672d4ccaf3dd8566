"""What is costly to prepare, kept on disk under the hash of what it was made from; deleting the folder is harmless."""

from __future__ import annotations

import hashlib
import logging
import os
import pickle
import tempfile
from collections.abc import Callable, Iterable
from contextlib import suppress
from importlib.metadata import version
from pathlib import Path
from typing import TypeVar

from ahec_analysis.project import root

T = TypeVar("T")
_LIBRARIES = ("geopandas", "numpy", "pillow", "rasterio", "scipy", "shapely")
"""What a prepared value depends on beside its sources and our code."""


def kept(name: str, sources: Iterable[Path], make: Callable[[], T]) -> T:
    """Return what ``make`` returns, from the disk where it was made before from the same bytes.

    Parameters
    ----------
    name : str
        Begins the file name in ``.cache``, a folder of the project that git leaves out; or in the folder that
        the environment variable AHEC_CACHE names.
    sources : iterable of Path
        The files that the value depends on, the module that makes it among them.
    make : callable
        Makes the value, which must survive pickling.

    Notes
    -----
    Two processes may make the same value at once: each writes its own file and moves it into place. What cannot be
    read is made again; where nothing can be written, nothing is kept.
    """
    digest = hashlib.sha256(" ".join(f"{n} {version(n)}" for n in _LIBRARIES).encode())
    for source in sources:
        digest.update(hashlib.sha256(source.read_bytes()).digest())
    folder = Path(os.environ.get("AHEC_CACHE") or root() / ".cache")
    path = folder / f"{name}-{digest.hexdigest()[:20]}.pickle"
    with suppress(Exception):  # missing, cut short or of other versions: made again
        value: T = pickle.loads(path.read_bytes())
        return value
    value = make()
    try:
        folder.mkdir(parents=True, exist_ok=True)
        with tempfile.NamedTemporaryFile(dir=folder, prefix=path.stem, delete=False) as file:
            pickle.dump(value, file, protocol=5)
        os.replace(file.name, path)
    except OSError as error:
        logging.getLogger(__name__).info("%s is not kept: %s", path, error)
        return value
    for old in set(folder.glob(f"{name}-*.pickle")) - {path}:
        with suppress(OSError):
            old.unlink()
    return value
