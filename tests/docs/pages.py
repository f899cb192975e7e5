"""The documents as tests read them: pages, and the fenced blocks in them.

A block's first line says what it is: ``console`` holds commands, and what they tell where a line begins with ``$``;
``console line`` the same of a line at work (Kafka, Redis, a worker), run by `tests/integration/cli/test_guide.py`; a
language and a name with a dot is a file that later commands use; ``json`` and a contract's name is one record of it.
"""

import re
from dataclasses import dataclass
from pathlib import Path

ROOT = Path(__file__).parents[2]
LINE = "line"
"""Names a block whose commands need a line at work."""
PAGES = tuple(sorted([*ROOT.glob("*.md"), *(ROOT / "docs").glob("*.md")]))

_FENCE = re.compile(r"^```(?P<info>[^\n`]*)\n(?P<text>.*?)^```$", re.MULTILINE | re.DOTALL)


@dataclass(frozen=True, slots=True)
class Block:
    """One fenced block: the line it begins on, its language, its name (perhaps none) and its text."""

    line: int
    language: str
    name: str
    text: str


@dataclass(frozen=True, slots=True)
class Told:
    """A command of a console block, and what it should tell (perhaps nothing said of it)."""

    line: int
    command: str
    output: str


def named(page: Path) -> str:
    """Return a page's name, from the root on."""
    return page.relative_to(ROOT).as_posix()


def blocks(page: Path) -> list[Block]:
    """Return a page's blocks in order."""
    text = page.read_text(encoding="utf-8")
    found = []
    for match in _FENCE.finditer(text):
        language, _, name = match["info"].strip().partition(" ")
        found.append(Block(text.count("\n", 0, match.start()) + 1, language, name.strip(), match["text"]))
    return found


def commands(block: Block) -> list[str]:
    """Return every command of a block for a shell, with or without a prompt."""
    lines = [line for line in block.text.replace("\\\n", " ").splitlines() if line.strip()]
    prompted = [line.removeprefix("$ ") for line in lines if line.startswith("$ ")]
    return prompted or lines


def told(block: Block) -> list[Told]:
    """Return the commands of a console block that have a prompt, each with the lines below it."""
    found: list[Told] = []
    for number, line in enumerate(block.text.splitlines(), block.line + 1):
        if line.startswith("$ "):
            found.append(Told(number, line.removeprefix("$ "), ""))
        elif found:
            last = found[-1]
            found[-1] = Told(last.line, last.command, f"{last.output}{line}\n")
    return found


def is_told(expected: str, output: str) -> bool:
    """Return whether an output is what a page says. ``...`` stands for anything, alone on a line for any lines."""
    pattern = ""
    for line in expected.splitlines():
        if line.strip() == "...":
            pattern += r"(?:.*\n)*"
        else:
            pattern += ".*".join(re.escape(part) for part in re.split(r"\.\.\.", _narrow(line))) + r"\n"
    return re.fullmatch(pattern, "".join(f"{_narrow(line)}\n" for line in output.splitlines())) is not None


def _narrow(line: str) -> str:
    """Return a line with its gaps as single spaces: how wide a table is depends on its longest cell."""
    return " ".join(line.split())
