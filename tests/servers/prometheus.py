"""Prometheus' own tools, promtool and amtool: those on the PATH, else out of Debian's packages, unpacked once.

A package is fetched into .cache/prometheus and only unpacked there: nothing is installed, and no right is needed.
"""

import shutil
import subprocess
import tempfile
from pathlib import Path

import pytest

CACHE = Path(__file__).parents[2] / ".cache" / "prometheus"
PACKAGES = {"promtool": "prometheus", "amtool": "prometheus-alertmanager"}
"""Which of Debian's packages holds which tool."""
FETCH_SECONDS_MAX = 120.0


def tool(name: str) -> Path:
    """Return where a tool is, fetching it if need be; skips the test where it cannot be had: not all are on a Debian.

    Args:
        name: One of `PACKAGES`.
    """
    on_path, unpacked = shutil.which(name), CACHE / name
    if on_path is not None:
        return Path(on_path)
    if not unpacked.exists():
        try:
            _fetch(name, unpacked)
        except (OSError, subprocess.SubprocessError) as error:
            said = getattr(error, "stderr", "") or ""
            pytest.skip(f"{name} is neither on the PATH nor to be had from Debian's packages: {error} {said[-500:]}")
    return unpacked


def _fetch(name: str, unpacked: Path) -> None:
    """Fetch the package that holds a tool, and take the tool out of it.

    Raises:
        OSError: If this is no Debian.
        SubprocessError: If the package cannot be fetched.
    """
    CACHE.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory(dir=CACHE) as temporary:
        aside = Path(temporary)
        try:
            _run(["apt-get", "download", PACKAGES[name]], aside)
        except subprocess.CalledProcessError:
            # A machine that never updated its lists knows no package; lists of our own need no right to write.
            lists, cache = aside / "lists", aside / "cache"
            for folder in (lists, cache):
                (folder / "partial").mkdir(parents=True)
            own = ["-o", f"Dir::State::Lists={lists}", "-o", f"Dir::Cache={cache}"]
            _run(["apt-get", *own, "update"], aside)
            _run(["apt-get", *own, "download", PACKAGES[name]], aside)
        (package,) = aside.glob("*.deb")
        _run(["dpkg-deb", "-x", str(package), "unpacked"], aside)
        # Renamed when whole: a run that was interrupted, or one beside this one, never leaves half a file.
        (aside / "unpacked" / "usr" / "bin" / name).rename(unpacked)


def _run(command: list[str], folder: Path) -> None:
    subprocess.run(command, cwd=folder, capture_output=True, text=True, timeout=FETCH_SECONDS_MAX, check=True)
