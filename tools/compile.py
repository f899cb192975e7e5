"""Translates the hot modules to machine code with mypyc: half the speed again, with the same text as its meaning.

From the project's root:

    python -m tools.compile               for the processes of this checkout: `streams/compiled.py` finds it there
    python -m tools.compile --into FOLDER beside the modules of an installed leadstream, where Python itself finds it

Where there is no C compiler it says so and changes nothing: the plain modules do the same.
"""

import argparse
import os
import shutil
import subprocess
import sys
import sysconfig
import tempfile
import time
from collections.abc import Iterator, Mapping, Sequence
from contextlib import redirect_stdout, suppress
from copy import copy
from io import StringIO
from pathlib import Path

from mypyc.build import mypycify
from setuptools import Distribution, Extension
from setuptools.command.build_ext import build_ext

from streams.compiled import ROOT, folder

GROUPS: Mapping[str, Sequence[str]] = {
    "core": ("scorer/facts", "scorer/rules", "scorer/judging", "scorer/steps", "scorer/worth"),
    "line": (
        "streams/lead",
        *(f"streams/translation/{name}.py" for name in ("activity_fields", "quick_reading", "told", "translate")),
        *(
            f"streams/partition/{name}.py"
            for name in (
                *("challenging", "changes", "correction", "dead_letters", "decode", "fold", "forwarding", "history"),
                *("judging", "lead_cache", "leads", "merging", "outputs", "pages", "record_size", "running"),
                *("settling", "sighting", "stretch", "wake_ups"),
            )
        ),
    ),
}
"""What is compiled, as folders and modules: what every activity goes through between a load and a commit, and no I/O.

Modules of a group call each other directly.
"""
APART = ("streams/lead/layout.py",)
"""What lies among them and stays plain: mypyc can't translate classes of msgspec."""
LOADING = """
import sys
from importlib import import_module
from pathlib import Path
from streams.compiled import Translated, files_in
files = files_in(Path(sys.argv[1]))
sys.meta_path.insert(0, Translated(files))
for name in sorted(files):
    import_module(name)
"""
KEPT = 8
"""How many translations of former sources are kept: checkouts of several branches may share a cache."""


def main(words: Sequence[str]) -> int:
    """Do what the command line asks for; returns the exit code."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--into", type=Path, help="a folder with the modules of an installed leadstream")
    parser.add_argument("--python", default=sys.executable, help="whose packages the modules use (this Python)")
    said = parser.parse_args(words)
    target = folder(ROOT) if said.into is None else said.into.absolute()
    if said.into is None and target.is_dir():
        return 0
    missing = _missing()
    if missing is not None:
        print(f"not compiled: {missing}. The plain modules do the same at two thirds of the speed.")
        return 0 if said.into is None else 1
    print("compiling the hot modules (a minute or two, once for these sources)", flush=True)
    begun = time.monotonic()
    with tempfile.TemporaryDirectory() as scratch:
        built = _built(Path(scratch), said.python)
        try_loading(built, said.python)
        if said.into is None:
            _forget_former(target.parent)
            target.parent.mkdir(parents=True, exist_ok=True)
            shutil.copytree(built, place := target.with_suffix(f".{os.getpid()}"))
            with suppress(OSError):  # another process was quicker, and has made the same
                place.replace(target)
            shutil.rmtree(place, ignore_errors=True)
        else:
            shutil.copytree(built, target, dirs_exist_ok=True)
    print(f"compiled in {time.monotonic() - begun:.0f} s")
    return 0


def _missing() -> str | None:
    """Return what stands in the way, with its way out; None if nothing does."""
    compiler = (sysconfig.get_config_var("CC") or "cc").split()[0]
    if shutil.which(os.environ.get("CC", compiler).split()[0]) is None:
        return f"there is no C compiler ({compiler}). Debian, Ubuntu: apt install gcc"
    if not Path(sysconfig.get_path("include"), "Python.h").exists():
        return f"this Python has no headers. Debian, Ubuntu: apt install python3.{sys.version_info.minor}-dev"
    return None


class SeparateBuild(build_ext):  # type: ignore[misc]  # setuptools has no types
    """Compiles each extension in a folder of its own, several at once.

    All of them hold the same files of mypyc's library: in one folder an extension may be linked with an object that
    another is just writing, and lacks what was in it.
    """

    def build_extension(self, ext: Extension) -> None:
        """Compile and link one extension."""
        alone = copy(self)
        alone.build_temp = str(Path(self.build_temp, ext.name))
        build_ext.build_extension(alone, ext)


def _built(scratch: Path, python: str) -> Path:
    """Translate and compile; returns the folder with a file for each module."""
    groups: list[tuple[list[str], str | None]] = [(sorted(modules(places)), name) for name, places in GROUPS.items()]
    # Types are checked by `make check`; here they are only read, so what else is installed does not matter.
    options = ["--config-file=", "--ignore-missing-imports", "--follow-imports=silent", f"--python-executable={python}"]
    options.append(f"--cache-dir={scratch / 'types'}")
    said = StringIO()
    try:
        with redirect_stdout(said):  # it warns of generators that become lists
            extensions = mypycify(
                [*options, *(file for files, _ in groups for file in files)],
                opt_level="2",
                debug_level="0",
                multi_file=True,
                separate=groups,
                target_dir=str(scratch / "c"),
            )
    except SystemExit:
        print(said.getvalue())
        raise
    for extension in extensions:
        # A header of mypyc's declares a variable in each file of a group: one for all of them is meant.
        extension.extra_compile_args.append("-fcommon")
    build = SeparateBuild(Distribution({"ext_modules": extensions}))
    build.build_lib, build.build_temp = str(scratch / "lib"), str(scratch / "objects")
    build.parallel = os.cpu_count()
    build.ensure_finalized()
    build.run()
    return scratch / "lib"


def try_loading(built: Path, python: str) -> None:
    """Load every compiled module once, in a process of its own: what can't be loaded is not handed over."""
    tried = subprocess.run([python, "-c", LOADING, built], cwd=ROOT, capture_output=True, text=True, check=False)
    if tried.returncode:
        sys.exit(f"compiled, and can't be loaded:\n{tried.stderr}way out: run it again; if it stays so, report it")


def modules(places: Sequence[str]) -> Iterator[str]:
    """Yield the modules of some places, as paths from the project's root."""
    for place in places:
        found = Path(place)
        files = [found] if found.is_file() else found.rglob("*.py")
        yield from (str(file) for file in files if file.name != "__init__.py" and str(file) not in APART)


def _forget_former(translations: Path) -> None:
    """Remove the oldest translations."""
    found = sorted(translations.glob("*"), key=lambda place: place.stat().st_mtime)
    for former in found[: -KEPT + 1]:
        shutil.rmtree(former, ignore_errors=True)


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
