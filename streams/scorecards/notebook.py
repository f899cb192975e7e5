"""Where the rules write down what they find, by the path of the value that breaks them."""

from collections.abc import Iterable

from streams.scorecards.finding import Finding, Severity
from streams.scorecards.language import SCORECARD, Language
from streams.scorecards.parts import Path, value_at
from streams.scorecards.tree import Tree


class Notebook:
    """Findings of one file."""

    def __init__(self, tree: Tree, findings: Iterable[Finding] | None = None, language: Language = SCORECARD) -> None:
        """Start with what reading the file found.

        Args:
            tree: The file's data and places.
            findings: What is known of it beside; None: nothing beyond the tree's.
            language: What kind of file it is.
        """
        self._tree = tree
        self._language = language
        self.findings: list[Finding] = list(tree.findings if findings is None else findings)

    def note(
        self,
        path: Path,
        rule: str,
        fix: str,
        *,
        code: str = "rule_broken",
        severity: Severity = "error",
        is_key: bool = False,
    ) -> None:
        """Write down a mistake or a doubt.

        Args:
            path: The value that breaks the rule; one that is not there is placed at its nearest parent.
            rule: What is wrong.
            fix: The way out.
            code: Its kind.
            severity: Whether the file is refused for it.
            is_key: Whether the key is meant rather than its value.
        """
        place = self._tree.place(path, is_key=is_key)
        if not is_key and path in self._tree.values_at and not isinstance(value_at(self._tree.data, path), dict):
            place = self._tree.values_at[path]
        value = str(path[-1]) if is_key else self._tree.written(path)
        where = self._language.part_of(path, self._tree.data).name
        self.findings.append(Finding(place.line, place.column, where, value, rule, fix, severity, code))

    def doubt(self, path: Path, rule: str, fix: str, *, code: str) -> None:
        """Write down what is allowed and probably not meant."""
        self.note(path, rule, fix, code=code, severity="warning")

    @property
    def has_errors(self) -> bool:
        """Whether the file is refused."""
        return any(finding.severity == "error" for finding in self.findings)

    def is_given(self, path: Path) -> bool:
        """Return whether the file says something at a path, rather than leaving it to a default."""
        return path in self._tree.values_at

    def sorted_findings(self) -> list[Finding]:
        """Return the findings in the order of the file."""
        return sorted(self.findings, key=lambda finding: (finding.line, finding.column, finding.severity))
