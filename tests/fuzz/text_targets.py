"""Scorecard files, lines of files, and what people type: instants and spans of time."""

import random
from datetime import UTC, datetime
from pathlib import Path
from xml.etree.ElementTree import fromstring as parse_xml

from pydantic_core import PydanticCustomError

from schemas.duration import duration_ms, duration_text
from scorer import JournalBounds, LeadState, explain, record
from scorer.facts.activity import Activity, Verdict
from streams.cases.case_file import CasesRefused, read_cases
from streams.cases.coverage import Coverage
from streams.cases.junit import junit
from streams.cases.playing import Player
from streams.cases.running import FileRun, Runner
from streams.cases.telling import failure
from streams.cli.instants import instant_option
from streams.cli.terminal import CommandFailed
from streams.example import example_scorecard
from streams.importing.access_log import AccessLogRules, LeftOut, Unread, read_line
from streams.importing.lines import Line
from streams.kafka.partitioner import partition_of
from streams.offline import OfflineScorer
from streams.scorecards.loading import ScorecardRefused, load, read
from streams.translation.activity_lines import LineRefused
from tests.builders.records import NOW
from tests.fuzz.bytes_mutation import mutated_bytes
from tests.fuzz.hostile import CANARY, CANARY_PART, INSTANTS, TEXTS
from tests.fuzz.json_mutation import mutated_json, tree_of
from tests.fuzz.outcome import require, require_clean
from tests.fuzz.record_targets import RULES, TESTS
from tests.fuzz.yaml_mutation import mutated_yaml

SCORECARDS = [
    path.read_text(encoding="utf-8").splitlines()
    for path in (TESTS / "golden/scorecard/in_order.yaml", *sorted((TESTS / "data").glob("slow_*.yaml")))
]
CASES = [(TESTS / "golden/cases/in_order.yaml").read_text(encoding="utf-8").splitlines()]
FINDING_CHARACTERS_MAX = 1_000
FINDINGS_MAX = 5_000
PLAYER = Player(load(example_scorecard()).scorecard, JournalBounds())
RUNNER = Runner(JournalBounds())
RULES_OF_LOGS = (AccessLogRules(), AccessLogRules(site="https://example.com", salt=b"salt", is_pages_only=True))
LOG_LINES = tuple(
    line.encode()
    for line in (
        '203.0.113.9 - - [22/Nov/2026:10:00:00 +0100] "GET /pricing?a=b HTTP/1.1" 200 51 "https://x.org/" "Mozilla"',
        f'203.0.113.9 - {CANARY} [22/Nov/2026:10:00:00 +0000] "POST /x?mail={CANARY} HTTP/1.0" 404 - "-" "curl/8"',
        r'::1 - - [29/Feb/2024:23:59:59 -2359] "GET /caf\xc3\xa9 HTTP/2.0" 304 0 "-" "\"Googlebot/2.1\" \t\\"',
        f'203.0.113.9 - - [01/Jan/0001:00:00:00 +2359] "{CANARY}" 400 0 "-" "-"',
        r'203.0.113.9 - - [31/Dec/9999:23:59:59 -2359] "\x16\x03\x01" 400 0 "-" "-"',
    )
)
LOG_PIECES = (
    *(b"\\x", b"\\xff", b"\\", b'"', b'\\"', b"[", b"]", b" ", b"- ", b"31/Feb/2026:25:61:61 +9999", b"HTTP/1.1"),
    *(b"GET / HTTP/1.1", b"\xff\xfe", b"\x00", b"\xe2\x80\xa8", b'" "', b"a" * 70_000, b'\\"' * 20_000, b"[" * 20_000),
)
LINES = [
    tree_of(path.read_bytes().replace(b"lead-ada", CANARY.encode()))
    for path in sorted((TESTS / "golden").glob("*/v1/*.json"))
]


def scorecard(dice: random.Random) -> str:
    """Try a scorecard file: refused with findings that can be printed, or one that scores."""
    content = mutated_yaml(dice, SCORECARDS).encode("utf-8", errors="surrogatepass")
    if dice.random() < 0.1:
        content = mutated_bytes(dice, content)
    try:
        card = read(content, Path("scorecard.yaml")).scorecard
    except ScorecardRefused as refused:
        require(0 < len(refused.findings) <= FINDINGS_MAX, f"{len(refused.findings)} findings")
        for finding in refused.findings:
            require(finding.line >= 1 and finding.column >= 1, f"line {finding.line}, column {finding.column}")
            require_clean(finding.text("scorecard.yaml"), "\0", FINDING_CHARACTERS_MAX)
        return "refused"
    for number, kind in enumerate(("page_view", "call_held")):
        fields = {"path": "/pricing", "minutes": 30.0}
        activity = Activity(number, "lead-ada", kind, NOW, fields, None, Verdict.HUMAN)
        state = record(LeadState(), activity, card, NOW).state
        for name in state.standings:
            explain(state, card, NOW + 86_400_000, name)
    return "taken"


def case_file(dice: random.Random) -> str:
    """Try a file of worked cases: refused with findings that can be printed, or one whose cases can be played."""
    content = mutated_yaml(dice, CASES).encode("utf-8", errors="surrogatepass")
    if dice.random() < 0.1:
        content = mutated_bytes(dice, content)
    try:
        loaded = read_cases(content, Path("s.cases.yaml"))
    except CasesRefused as refused:
        require(0 < len(refused.findings) <= FINDINGS_MAX, f"{len(refused.findings)} findings")
        for finding in refused.findings:
            require_clean(finding.text("s.cases.yaml"), "\0", FINDING_CHARACTERS_MAX)
        return "refused"
    run = FileRun(loaded.path, PLAYER, Coverage.of(PLAYER.scorecard), loaded)
    outcomes = {result.outcome for result in RUNNER.play(run)}
    for result in run.results:
        for told in failure(run, result) if result.outcome != "passed" else ():
            require_clean(told.text, "\0", 5_000)
    parse_xml(junit([run]))  # noqa: S314 - what this project wrote itself
    return "mistaken" if "mistaken" in outcomes else "played"


def instant(dice: random.Random) -> str:
    """Try an instant as it is typed."""
    text = dice.choice((*INSTANTS, *TEXTS))
    if dice.random() < 0.7:
        text = mutated_bytes(dice, text[:100].encode()).decode("utf-8", errors="surrogateescape")
    try:
        found = instant_option(text, datetime(2026, 11, 22, tzinfo=UTC))
    except CommandFailed:
        return "refused"
    require(found.tzinfo is not None, "an instant without a time zone")
    return "read"


def duration(dice: random.Random) -> str:
    """Try a span of time as a scorecard writes it."""
    text: object = dice.choice(("7d", "1s", "999999999w", "3650d", "12h", "0m", *TEXTS))
    if dice.random() < 0.7:
        text = mutated_bytes(dice, str(text)[:50].encode()).decode("utf-8", errors="replace")
    elif dice.random() < 0.2:
        text = dice.choice((None, 7, 1.5, True, [], {}, float("nan"), 10**400))
    try:
        span_ms = duration_ms(text)
    except PydanticCustomError:
        return "refused"
    require(duration_ms(duration_text(span_ms)) == span_ms, "a span does not come back as it was read")
    return "read"


def log_line(dice: random.Random) -> str:
    """Try a line of an access log."""
    text = dice.choice(LOG_LINES)
    if dice.random() < 0.5:
        at = dice.randrange(len(text))
        text = text[:at] + dice.choice(LOG_PIECES) + text[at + dice.randint(0, 20) :]
    if dice.random() < 0.6:
        text = mutated_bytes(dice, text)
    found = read_line(Line(dice.choice((1, 2**40)), None if dice.random() < 0.01 else text), dice.choice(RULES_OF_LOGS))
    if isinstance(found, Unread | LeftOut):
        require_clean(found.reason, CANARY_PART)
        return "left out" if isinstance(found, LeftOut) else "refused"
    return "read"


def line_of_a_file(dice: random.Random) -> str:
    """Try a line of a file of activities, as it is scored without servers."""
    text = mutated_json(dice, LINES).encode("utf-8", errors="surrogatepass")
    line = mutated_bytes(dice, text) if dice.random() < 0.2 else text
    scorer = OfflineScorer(RULES, partitions=4, partition_of=partition_of, reasons_max=5)
    try:
        tuple(scorer.take(line))
    except LineRefused as refused:
        require_clean(str(refused), CANARY_PART)
        return "refused"
    require(scorer.outcomes["internal"] == 0, "the fold broke on a line that was taken")
    return "taken"
