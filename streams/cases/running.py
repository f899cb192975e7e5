"""Cases played and compared, file by file: what the command tells and what reports are made of."""

from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from time import perf_counter
from typing import Literal

from scorer import JournalBounds
from streams.cases.case import Case
from streams.cases.case_file import LoadedCases, load_cases
from streams.cases.comparing import misses
from streams.cases.compiling import compiled
from streams.cases.coverage import Coverage, Part, touched_by
from streams.cases.finding_files import scorecard_of
from streams.cases.miss import Miss
from streams.cases.playing import Played, Player, PlayFailed
from streams.cases.selection import Selection
from streams.cases.sharing import Answer, answers
from streams.scorecards.finding import Finding, ScorecardRefused
from streams.scorecards.loading import load

Outcome = Literal["passed", "failed", "mistaken"]


@dataclass(frozen=True, slots=True)
class Result:
    """What became of a case: ``mistaken`` is one that could not be played; its ``findings`` say why.

    Of a case that passed nothing more may be known than that: another process may have played it.
    """

    name: str
    line: int
    outcome: Outcome
    seconds: float
    case: Case | None = None
    played: Played | None = None
    misses: tuple[Miss, ...] = ()
    findings: tuple[Finding, ...] = ()


@dataclass(slots=True)
class FileRun:
    """A case file, run. ``refused`` says why it could not be; then there are no results."""

    path: Path
    player: Player | None = None
    coverage: Coverage | None = None
    loaded: LoadedCases | None = None
    refused: ScorecardRefused | None = None
    left_out: int = 0
    results: list[Result] = field(default_factory=list)

    @property
    def seconds(self) -> float:
        """How long its cases took."""
        return sum(result.seconds for result in self.results)


class Runner:
    """Runs case files, and keeps what they touched of each scorecard."""

    def __init__(self, bounds: JournalBounds, scorecard: Path | None = None, selected: Selection | None = None) -> None:
        """Say how to run.

        Args:
            bounds: How much a lead's journal remembers.
            scorecard: Judges all cases, whatever their files say; None leaves it to them.
            selected: Which cases to play; None plays all.
        """
        self._bounds = bounds
        self._scorecard = scorecard
        self._selected = selected
        self._judges: dict[Path, tuple[Player, Coverage]] = {}

    @property
    def coverages(self) -> dict[Path, Coverage]:
        """What was touched, by the scorecard's path."""
        return {path: coverage for path, (_, coverage) in self._judges.items()}

    def default_score(self, path: Path) -> str:
        """Return the default score of a scorecard that `coverages` names."""
        return self._judges[path][0].scorecard.default_score

    def open(self, path: Path) -> FileRun:
        """Read a case file and its scorecard, without playing anything."""
        run = FileRun(path)
        try:
            run.loaded = load_cases(path)
            run.player, run.coverage = self._judge(self._scorecard or scorecard_of(run.loaded))
        except ScorecardRefused as refused:
            run.refused = refused
        return run

    def play(self, run: FileRun) -> Iterator[Result]:
        """Play the selected cases of a file that was opened; each result is kept in the run and yielded."""
        if run.loaded is None or run.player is None or run.coverage is None:
            return
        loaded, player, coverage = run.loaded, run.player, run.coverage
        names = [name for name in loaded.file.cases if self._selected is None or self._selected.takes(name)]
        run.left_out = len(loaded.file.cases) - len(names)

        def answer_of(name: str) -> Answer:
            result = _result(name, loaded, player)
            touched = [] if result.played is None else sorted(touched_by(result.played))
            return {"outcome": result.outcome, "seconds": result.seconds, "touched": [list(part) for part in touched]}

        for name, answer in zip(names, answers(names, answer_of), strict=True):
            if answer is not None and answer["outcome"] == "passed":
                result = Result(name, loaded.line(("cases", name)), "passed", answer["seconds"])
                coverage.touched.update(Part(*part) for part in answer["touched"])
            else:
                result = _result(name, loaded, player)
                coverage.touched |= frozenset() if result.played is None else touched_by(result.played)
            run.results.append(result)
            yield result

    def _judge(self, path: Path) -> tuple[Player, Coverage]:
        known = next((known for known in self._judges if known.resolve() == path.resolve()), path)
        if known not in self._judges:
            player = Player(load(path).scorecard, self._bounds)
            self._judges[known] = (player, Coverage.of(player.scorecard))
        return self._judges[known]


def _result(name: str, loaded: LoadedCases, player: Player) -> Result:
    """Play one case, and compare."""
    began = perf_counter()
    case = compiled(loaded, player.scorecard, name)
    if case.findings:
        return Result(name, case.line, "mistaken", perf_counter() - began, case, findings=case.findings)
    try:
        played = player.play(case)
    except PlayFailed as failed:
        finding = Finding(case.line, 1, "case", name, str(failed), "until then leave the case out")
        return Result(name, case.line, "mistaken", perf_counter() - began, case, findings=(finding,))
    found = misses(played, loaded, player.scorecard)
    return Result(name, case.line, "failed" if found else "passed", perf_counter() - began, case, played, found)
