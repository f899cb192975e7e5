"""From what a case file says to cases that can be played by a scorecard: names found, instants worked out.

What does not hold together makes the case one with findings, and only that case: the others are played.
"""

from collections.abc import Iterator

from schemas.cases import CaseRules, ChangeRules
from schemas.moments import Moment
from scorer.rules.scorecard import Score, Scorecard
from streams.cases.case import Case, Change, Deed, Look, Span
from streams.cases.case_file import CASES, LoadedCases
from streams.cases.deed_rules import DeedReader
from streams.cases.names import check_expectation, check_stage
from streams.scorecards.finding import nearest, quoted
from streams.scorecards.notebook import Notebook
from streams.scorecards.parts import Path

YEARS_MAX = 20
SPAN_MS_MAX = YEARS_MAX * 366 * 86_400_000
NO_NOW = "the case has no `now` to count from"
NO_NOW_FIX = "write now: 2026-10-03 14:07 (your date) in the case, or at the top of the file for all cases"


def compiled(loaded: LoadedCases, scorecard: Scorecard, name: str) -> Case:
    """Return a case of a file, ready to be played.

    Args:
        loaded: The file.
        scorecard: What the case is about.
        name: Which case.

    Raises:
        KeyError: If the file has no such case.
    """
    return _Compiler(loaded, scorecard, name, loaded.file.cases[name]).case()


class _Compiler:
    """Works out one case."""

    def __init__(self, loaded: LoadedCases, scorecard: Scorecard, name: str, rules: CaseRules) -> None:
        self._loaded = loaded
        self._scorecard = scorecard
        self._name = name
        self._rules = rules
        self._path: Path = ("cases", name)
        self._notebook = Notebook(loaded.tree, language=CASES)
        now = rules.now or loaded.file.now
        self._now = None if now is None else now.at_ms

    def case(self) -> Case:
        """Return the case; with findings, if something does not hold together."""
        score = self._score(self._rules.score_name or self._loaded.file.score_name, (*self._path, "score_name"))
        deeds = self._deeds()
        looks = tuple(self._looks(score)) if score is not None else ()
        changes = None if score is None or self._rules.changes is None else tuple(self._changes(score))
        self._check_expects_something()
        ends = [change.span.end_at - 1 for change in changes or () if change.span is not None]
        instants = [*(deed.at for deed in deeds), *(look.at for look in looks), *ends]
        self._check_instants(instants, deeds, looks)
        return Case(
            name=self._name,
            line=self._loaded.line(self._path),
            description=self._rules.description,
            now=self._now,
            score=score,
            deeds=deeds,
            looks=tuple(sorted(looks, key=lambda look: look.at)),
            changes=changes,
            until=max([*instants, *([] if self._now is None else [self._now])], default=0),
            findings=tuple(self._notebook.sorted_findings()),
        )

    def _score(self, name: str | None, path: Path) -> Score | None:
        """Return the named score that is meant, the default one for None; None if there is no such."""
        scores = self._scorecard.scores
        if name is None:
            return scores[self._scorecard.default_score]
        if name not in scores:
            place = path if self._notebook.is_given(path) else ("score_name",)
            self._notebook.note(place, f"the scorecard has no score {quoted(name)}", nearest(name, scores))
        return scores.get(name)

    def _deeds(self) -> tuple[Deed, ...]:
        """Return what the lead did, in order of time."""
        reader = DeedReader(self._loaded, self._notebook, self._instant)
        base = None
        if self._rules.like is not None:
            base = self._loaded.file.leads.get(self._rules.like)
            if base is None:
                rule = f"the file has no lead {quoted(self._rules.like)}"
                self._notebook.note((*self._path, "like"), rule, nearest(self._rules.like, self._loaded.file.leads))
            else:
                reader.read(base.did, ("leads", self._rules.like, "did"))
        reader.read(self._rules.did, (*self._path, "did"))
        profile = {**((base.profile or {}) if base else {}), **(self._rules.profile or {})}
        if profile:
            first_at = min([*(deed.at for deed in reader.deeds), *self._look_instants()], default=self._now or 0)
            reader.know(profile, (*self._path, "profile"), first_at)
        elif not reader.deeds and not self._notebook.has_errors:
            self._notebook.note(self._path, "nothing is known of the lead", "give it a profile, or say what it did")
        return tuple(sorted(reader.deeds, key=lambda deed: (deed.at, deed.number)))

    def _look_instants(self) -> list[int]:
        """Return the instants that are looked at, as far as they can be told."""
        moments = [expect.at for expect in self._rules.expect or ()]
        known = [self._now if moment is None else moment.instant(self._now or 0) for moment in moments]
        return [instant for instant in known if instant is not None]

    def _instant(self, moment: Moment | None, path: Path) -> int | None:
        """Return a written instant, `now` for None, in milliseconds; None where it counts from a `now` not there."""
        if self._now is None and (moment is None or moment.is_relative):
            if not self._notebook.has_errors:
                self._notebook.note(path, NO_NOW, NO_NOW_FIX)
            return None
        return self._now if moment is None else moment.instant(self._now or 0)

    def _span(self, moment: Moment | None, path: Path) -> Span | None:
        """Return the stretch that a written instant stands for; None for None."""
        first_at = None if moment is None else self._instant(moment, path)
        return None if moment is None or first_at is None else Span(first_at, first_at + moment.unit_ms)

    def _looks(self, score: Score) -> Iterator[Look]:
        """Yield what is expected at which instants."""
        base = (*self._path, "expect")
        for number, expect in enumerate(self._rules.expect or ()):
            path = (*base, number) if self._loaded.is_list(base) else base
            at = self._instant(expect.at, (*path, "at"))
            own = score if expect.score_name is None else self._score(expect.score_name, (*path, "score_name"))
            if own is None:
                continue
            check_expectation(expect, path, own, self._notebook)
            since = self._span(expect.since, (*path, "since"))
            silent = None if expect.if_silent is None else self._change(expect.if_silent, (*path, "if_silent"), own)
            if at is not None:
                yield Look(at, path, own, expect, since, silent)

    def _changes(self, score: Score) -> Iterator[Change]:
        """Yield all stage changes that are expected."""
        for number, change in enumerate(self._rules.changes or ()):
            path = (*self._path, "changes", number)
            expected = self._change(change, path, score)
            if expected.to_stage is None:
                fix = "write rises_to: or falls_to: and a stage, one of both"
                self._notebook.note(path, "it says not where to", fix)
            yield expected

    def _change(self, change: ChangeRules, path: Path, score: Score) -> Change:
        """Return an expected stage change."""
        if change.rises_to is not None and change.falls_to is not None:
            self._notebook.note(path, "it says both rises_to and falls_to", "keep one of them")
        for key, stage in (("rises_to", change.rises_to), ("falls_to", change.falls_to)):
            if stage is not None:
                check_stage(stage, (*path, key), score, self._notebook)
        span = self._span(change.at, (*path, "at"))
        return Change(path, change.rises_to or change.falls_to, change.rises_to is not None, span)

    def _check_expects_something(self) -> None:
        """Refuse a case that cannot fail."""
        if not self._rules.expect and self._rules.changes is None:
            fix = "say what you expect: expect: {score: 62, stage: mql}"
            self._notebook.note(self._path, "nothing is expected", fix)

    def _check_instants(self, instants: list[int], deeds: tuple[Deed, ...], looks: tuple[Look, ...]) -> None:
        """Refuse instants out of range, and looks at a lead of whom nothing is known yet."""
        if not instants or self._notebook.has_errors:
            return
        if min(instants) < 0:
            self._notebook.note(self._path, "an instant lies before 1970", "give a later `now`, or shorter spans")
        if max(instants) - min(instants) > SPAN_MS_MAX:
            rule = f"its first and its last instant are more than {YEARS_MAX} years apart"
            self._notebook.note(self._path, rule, "bring them nearer to each other")
        for look in looks:
            if deeds and look.at < deeds[0].at:
                fix = "expect it of a later instant, or let the lead do something before"
                self._notebook.note((*look.path, "at"), "nothing is known of the lead by then", fix)
