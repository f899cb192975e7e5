"""One difference between what a case expects and what is so."""

from dataclasses import dataclass

from streams.scorecards.parts import Path


@dataclass(frozen=True, slots=True)
class Miss:
    """A difference.

    ``line`` is where the case file expects it, ``at`` the instant (None: of the case as a whole), ``what`` the key.
    ``hint`` says why it is so, ``fix`` what to write if it is right so; either may be empty. ``look`` leads to the
    expectation in the case file, if it is of one instant.
    """

    line: int
    at: int | None
    what: str
    expected: str
    got: str
    hint: str = ""
    fix: str = ""
    look: Path = ()

    def text(self) -> str:
        """Return it in one line."""
        hint = f" ({self.hint})" if self.hint else ""
        return f"{self.what}: expected {self.expected}, got {self.got}{hint}"
