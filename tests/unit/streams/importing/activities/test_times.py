"""Times of an export become instants, and what had to be taken for granted is counted."""

from datetime import UTC, datetime

import pytest

from streams.importing.activities.rows import CellRefused
from streams.importing.activities.times import TimeCounts, TimeReader, has_zone, pattern_problem, zone_of

NEW_YORK = zone_of("America/New_York")


def reader(*formats: str, zone: str | None = "UTC") -> TimeReader:
    """Return a reader of times."""
    return TimeReader(formats, None if zone is None else zone_of(zone), TimeCounts())


@pytest.mark.parametrize(
    ("formats", "zone", "value", "instant"),
    [
        (("rfc3339",), None, "2024-03-01T10:00:00+02:00", "2024-03-01T08:00:00"),
        (("rfc3339",), None, "2024-03-01 10:00:00.25 Z", "2024-03-01T10:00:00.250"),
        (("rfc3339",), "Europe/Paris", "2024-07-01 10:00", "2024-07-01T08:00:00"),
        (("rfc3339",), "Europe/Paris", "2024-01-01", "2023-12-31T23:00:00"),
        (("epoch_seconds",), None, "1700000000", "2023-11-14T22:13:20"),
        (("epoch_milliseconds",), None, 1_700_000_000_123, "2023-11-14T22:13:20.123"),
        (("%d/%m/%Y %H:%M",), "Europe/Paris", "01/02/2024 09:00", "2024-02-01T08:00:00"),
        (("%m/%d/%Y %I:%M %p",), "UTC", "02/01/2024 09:00 PM", "2024-02-01T21:00:00"),
        (("%Y-%m-%d %H:%M %z",), None, "2024-02-01 09:00 +0100", "2024-02-01T08:00:00"),
        (("%d.%m.%Y", "rfc3339"), "UTC", "2024-02-01T09:00:00Z", "2024-02-01T09:00:00"),
    ],
)
def test_a_time_becomes_an_instant(formats: tuple[str, ...], zone: str | None, value: object, instant: str) -> None:
    """Each format is read as it says, in the zone that the text or the mapping names."""
    assert reader(*formats, zone=zone).instant(value) == datetime.fromisoformat(instant).replace(tzinfo=UTC)


@pytest.mark.parametrize(
    ("formats", "zone", "value", "rule"),
    [
        (("rfc3339",), None, "2024-03-01T10:00:00", "it names no zone"),
        (("rfc3339",), "UTC", "20240301", "no time as rfc3339 writes it"),
        (("rfc3339",), "UTC", "2024-02-30T10:00:00Z", "no time as"),
        (("rfc3339",), "UTC", "9" * 10_000, "no time as"),
        (("rfc3339",), "UTC", True, "no time as"),
        (("rfc3339",), "Asia/Tokyo", "1970-01-01", "before 1970"),
        (("rfc3339",), "UTC", "0001-01-01T00:00:00+14:00", "before 1970"),
        (("epoch_seconds",), None, "1700000000123", "milliseconds"),
        (("epoch_seconds",), None, "-5", "before 1970"),
        (("epoch_milliseconds",), None, "nan", "no time as"),
        (("%d/%m/%Y",), "UTC", "13/13/2024", "no time as %d/%m/%Y"),
    ],
)
def test_what_is_no_instant_is_refused(formats: tuple[str, ...], zone: str | None, value: object, rule: str) -> None:
    """Nothing is guessed: a text of another kind, without a zone or out of range refuses its row."""
    with pytest.raises(CellRefused, match=rule):
        reader(*formats, zone=zone).instant(value)


def test_hours_that_a_clock_repeats_or_leaves_out_are_counted() -> None:
    """Of a repeated hour the first pass is taken; a left out one is read by the clock before it."""
    counts = TimeCounts()
    times = TimeReader(("rfc3339",), NEW_YORK, counts)

    repeated, left_out = times.instant("2024-11-03 01:30"), times.instant("2024-03-10 02:30")

    assert repeated == datetime(2024, 11, 3, 5, 30, tzinfo=UTC)
    assert left_out == datetime(2024, 3, 10, 7, 30, tzinfo=UTC)
    assert (counts.twice_there, counts.never_there) == (1, 1)


def test_mixed_times_are_told() -> None:
    """Texts with a zone beside texts without one are a doubt, each kind alone is none."""
    counts = TimeCounts()
    times = TimeReader(("rfc3339",), UTC, counts)

    times.instant("2024-11-03 01:30")
    assert not counts.is_mixed
    times.instant("2024-11-03T01:30:00Z")

    assert counts.is_mixed


@pytest.mark.parametrize(
    ("pattern", "problem"),
    [
        ("%d/%m/%Y %H:%M", None),
        ("%Y-%m-%d %I:%M %p", None),
        ("%d/%m", "year"),
        ("%Y-%m-%d %I:%M", "hour"),
        ("%Y-%m-%d %", "no pattern"),
        ("%Y-%m-%d %Q", "no pattern"),
        ("rfc", "neither"),
    ],
)
def test_a_pattern_is_tried_before_rows_are(pattern: str, problem: str | None) -> None:
    """One that cannot name an instant is found when the mapping is read."""
    told = pattern_problem(pattern)

    assert told is None if problem is None else problem in (told or "")


def test_zones_are_known_by_name() -> None:
    """UTC needs no data of the machine; what is no name, or leads out of the zones' folder, is none."""
    assert zone_of("utc") is UTC
    assert zone_of("Europe/Paris") is not None
    assert [zone_of(name) for name in ("Mars/Olympus", "../etc/passwd", "/etc/passwd", "\0")] == [None] * 4
    assert has_zone("epoch_seconds")
    assert not has_zone("%d/%m/%Y")
