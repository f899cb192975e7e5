"""The hot modules as machine code, where `make compiled` has made it of these very sources.

The code is the modules' own, translated by mypyc: the plain modules say what is right, and stand in wherever there is
no C compiler. A process decides at its start, before it has loaded any of them. Translations lie in a folder that is
named by a digest of their sources and by the kind of Python: an edited module is never answered for by an old one.

The program `leadstream` asks by itself; whatever else is to run on them does with

    python -m streams.compiled benchmarks.fold --leads 5000
"""

import hashlib
import runpy
import sys
from collections.abc import Mapping, Sequence
from importlib import import_module
from importlib.abc import MetaPathFinder
from importlib.machinery import EXTENSION_SUFFIXES, ExtensionFileLoader, ModuleSpec
from importlib.util import spec_from_file_location
from pathlib import Path
from types import ModuleType

ROOT = Path(__file__).parents[1]
PROBE = "scorer.steps.lifecycle"
"""One of the hot modules: what it is they all are."""
SOURCES = ("schemas", "scorer", "streams")
"""Where all that is compiled stands, and what it imports: of plain modules the types are compiled in."""
RECIPE = (Path("tools", "compile.py"), Path("requirements.lock"))
"""Says what is compiled, how, and with which version of the compiler."""
TRANSLATIONS = Path(".cache", "leadstream", "compiled")
SUFFIX = EXTENSION_SUFFIXES[0]
"""How the files of this Python end, such as ``.cpython-311-x86_64-linux-gnu.so``."""


class Translated(MetaPathFinder):
    """Finds modules that were compiled before their sources are looked for.

    Args:
        files: The compiled file of each module, by the module's full name.
    """

    def __init__(self, files: Mapping[str, Path]) -> None:
        self._files = files

    def find_spec(
        self, fullname: str, path: Sequence[str] | None = None, target: ModuleType | None = None
    ) -> ModuleSpec | None:
        """Return where a module is, or None to let others look."""
        del path, target
        file = self._files.get(fullname)
        return None if file is None else spec_from_file_location(fullname, file)


def use() -> bool:
    """Let this process load the compiled modules, if there are any of these sources.

    Returns:
        Whether it will. Not where one of them was loaded plain already: the two do not mix.
    """
    if not (ROOT / TRANSLATIONS).is_dir():
        return False
    files = files_in(folder(ROOT))
    if not files or files.keys() & sys.modules.keys():
        return False
    sys.meta_path.insert(0, Translated(files))
    return True


def kind() -> str:
    """Return on which modules this process runs, `compiled` or `plain`; loads the core if nobody did."""
    spec = import_module(PROBE).__spec__
    return "compiled" if spec is not None and isinstance(spec.loader, ExtensionFileLoader) else "plain"


def folder(root: Path) -> Path:
    """Return where the translations of a source tree's modules belong, made or not."""
    digest = hashlib.blake2b(SUFFIX.encode(), digest_size=16)
    sources = (file for place in SOURCES for file in sorted((root / place).rglob("*.py")))
    for file in (*sources, *(root / file for file in RECIPE)):
        digest.update(f"\0{file.relative_to(root)}\0".encode())
        digest.update(file.read_bytes())
    return root / TRANSLATIONS / digest.hexdigest()


def files_in(translations: Path) -> dict[str, Path]:
    """Return the compiled file of each module in a folder, by the module's full name; none if there is no folder."""
    return {
        ".".join(file.relative_to(translations).with_name(file.name.removesuffix(SUFFIX)).parts): file
        for file in translations.rglob("*" + SUFFIX)
    }


def _run(words: Sequence[str]) -> None:
    """Run another module as a program, on the compiled modules if there are any."""
    use()
    sys.argv[:] = words
    runpy.run_module(words[0], run_name="__main__", alter_sys=True)


if __name__ == "__main__":
    _run(sys.argv[1:])
