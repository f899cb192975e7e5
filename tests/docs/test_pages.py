"""What the documents show is what happens: records are good, commands run and tell what is printed below them."""

import json
import re
import shlex
from pathlib import Path

import pytest
import yaml
from pydantic import ValidationError

from schemas.dead_letter import DeadLetterHeaders
from schemas.export import CONTRACTS
from streams.configuration.settings import PREFIX, Settings
from tests.command_line import Command
from tests.docs.pages import LINE, PAGES, ROOT, blocks, commands, is_told, named, told

LANGUAGES = {"", "console", "ini", "json", "redis-acl", "sh", "text", "yaml"}
OF_A_SHELL = {"git", "cd", "pip", "python", ".venv/bin/pre-commit"}


@pytest.mark.parametrize("page", PAGES, ids=named)
def test_every_block_is_of_a_known_kind(page: Path) -> None:
    """A block of an unknown kind would be one that nothing checks."""
    unknown = [(block.line, block.language) for block in blocks(page) if block.language not in LANGUAGES]

    assert unknown == []


@pytest.mark.parametrize("page", PAGES, ids=named)
def test_commands_tell_what_the_page_shows(page: Path, leadstream: Command, folder: Path) -> None:
    """The page's files are written, its commands run in their order, and each tells what stands below it."""
    wrong = []
    for block in blocks(page):
        if "." in block.name:
            (folder / block.name).write_text(block.text, encoding="utf-8")
        for one in told(block) if block.language == "console" and block.name != LINE else ():
            words = shlex.split(one.command)
            if words[0] == "leadstream":
                ended = leadstream(*words[1:])
                if not is_told(one.output, ended.out + ended.err):
                    wrong.append(f"{named(page)}:{one.line}: {one.command}\n{ended.out}{ended.err}")

    assert wrong == []


@pytest.mark.parametrize("page", PAGES, ids=named)
def test_what_is_for_a_shell_exists(page: Path, leadstream: Command) -> None:
    """Every command and option, every target of make and every setting that a page would have typed exists."""
    targets = set(re.findall(r"^([a-z-]+):", (ROOT / "Makefile").read_text(encoding="utf-8"), re.MULTILINE))
    settings = {PREFIX + name.upper() for name in Settings.model_fields}
    wrong = []
    for block in blocks(page):
        if block.language not in {"console", "sh"}:
            continue
        for words in (shlex.split(line, comments=True) for line in commands(block)):
            match words:
                case [("leadstream" | ".venv/bin/leadstream"), *given]:
                    wrong += [" ".join(words)] if leadstream(*given, "--help").code else []
                case ["make", *given]:
                    wrong += [word for word in given if "=" not in word and word not in targets]
                case ["docker", "compose", "run", "--rm", service, *given]:
                    services = yaml.safe_load((ROOT / "docker-compose.yml").read_text(encoding="utf-8"))["services"]
                    wrong += [service] if service not in services or leadstream(*given, "--help").code else []
                case ["docker", "compose", "up" | "down", *_]:
                    continue
                case ["export", given]:
                    wrong += [given] if given.partition("=")[0] not in settings else []
                case [first, *_] if first not in OF_A_SHELL:
                    wrong.append(first)
    assert wrong == []


@pytest.mark.parametrize("page", PAGES, ids=named)
def test_records_are_good(page: Path) -> None:
    """A JSON block that names a contract is a record of it; every other one is JSON, whole or line by line."""
    wrong = []
    for block in blocks(page):
        if block.language != "json":
            continue
        try:
            if block.name in CONTRACTS:
                contract = CONTRACTS[block.name]
                if contract is DeadLetterHeaders:
                    DeadLetterHeaders.model_validate_json(block.text, strict=False)
                else:
                    contract.model_validate_json(block.text)
            elif block.name.endswith(".ndjson"):
                assert all(json.loads(line) for line in block.text.splitlines())
            else:
                json.loads(block.text)
        except (ValidationError, ValueError) as error:
            wrong.append(f"{named(page)}:{block.line}: {error}")

    assert wrong == []


@pytest.mark.parametrize("page", PAGES, ids=named)
def test_links_lead_somewhere(page: Path) -> None:
    """A link to another page, to a heading of it, or to a file leads to one that is there."""
    wrong = []
    for target in re.findall(r"\]\(([^)\s]+)\)", page.read_text(encoding="utf-8")):
        if target.startswith(("http://", "https://", "mailto:")):
            continue
        path, _, heading = target.partition("#")
        file = (page.parent / path).resolve() if path else page
        if not file.exists() or (heading and heading not in headings(file)):
            wrong.append(target)

    assert wrong == []


def headings(page: Path) -> set[str]:
    """Return what a page's headings are called in links."""
    found = re.findall(r"^#+ (.+)$", page.read_text(encoding="utf-8"), re.MULTILINE)
    return {re.sub(r"[^\w\- ]", "", heading.lower()).replace(" ", "-") for heading in found}


def test_an_output_is_compared() -> None:
    """Gaps do not matter, words do; dots stand for what differs from run to run."""
    assert is_told("product   lead  ...\n", "product lead    2026-11-22\n")
    assert is_told("first\n...\nlast\n", "first\nanything\nat all\nlast\n")
    assert is_told("...\n", "")
    assert not is_told("product lead\n", "product mql\n")
    assert not is_told("", "something\n")
    assert not is_told("first\nlast\n", "first\nmore\nlast\n")
