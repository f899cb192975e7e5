"""Where the browser of tests comes from, and what is said where it comes from nowhere."""

from pathlib import Path
from types import SimpleNamespace
from typing import cast

import pytest
from playwright.sync_api import Playwright

from streams.sandbox.process import SandboxError
from tests.servers import browser


@pytest.fixture(autouse=True)
def _nothing_here(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A machine with an empty PATH and an empty cache."""
    monkeypatch.setenv("PATH", str(tmp_path / "bin"))
    monkeypatch.setattr(browser, "CACHE", tmp_path / "cache")


def playwright(own: Path) -> Playwright:
    """Return a Playwright whose own browser would be there."""
    return cast(Playwright, SimpleNamespace(chromium=SimpleNamespace(executable_path=str(own))))


def test_playwrights_own_browser_is_taken(tmp_path: Path) -> None:
    """Who had it fetched has the one that fits best; it needs nothing beside it."""
    own = tmp_path / "chrome"
    own.touch()

    assert browser._program(playwright(own)) == own
    assert browser._surroundings(own) == {}


def test_where_there_is_none_the_way_out_is_said(tmp_path: Path) -> None:
    """A test that is skipped tells what to do."""
    with pytest.raises(SandboxError, match=r"Chromium is neither on .* or run .venv/bin/playwright install"):
        browser._program(playwright(tmp_path / "chrome"))


def test_an_unpacked_browser_finds_its_libraries_and_fonts(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Also those in folders of their own; beside those that were named before."""
    monkeypatch.setenv("LD_LIBRARY_PATH", "/opt/lib")
    root = tmp_path / "cache" / "chromium-headless-shell"
    libraries = root / "usr" / "lib" / "x86_64-linux-gnu"
    for file in (libraries / "liba.so.1", libraries / "sound" / "libb.so", root / "etc" / "fonts" / "fonts.conf"):
        file.parent.mkdir(parents=True, exist_ok=True)
        file.touch()
    program = root / "usr" / "lib" / "chromium" / "chromium-headless-shell"

    assert browser._surroundings(program) == {
        "LD_LIBRARY_PATH": f"{libraries}:{libraries / 'sound'}:/opt/lib",
        "FONTCONFIG_PATH": str(root / "etc" / "fonts"),
        "XDG_DATA_HOME": str(root / "usr" / "share"),
    }
