"""Rows and outbox entries come back as they were put in, and nothing else is taken for one."""

from collections.abc import Callable
from contextlib import suppress
from dataclasses import replace

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from scorer import Attribute, Cell, CellKey, JournalEntry, LeadState, Standing, Verdict
from streams.lead.codec import CodecRefused, decoded_lead, decoded_message, encoded_lead, encoded_message
from streams.lead.lead import Challenge, Lead
from streams.publisher.door import Message
from tests.builders.earlier_rows import EARLIER_ROWS
from tests.strategies.rows import leads

DAY_MS = 86_400_000
NOW = 1_754_000_000_000

ADA = Lead(
    state=LeadState(
        cells={
            CellKey("lead-ada", "pricing_page_viewed", 0, 81_203): Cell(3, 12_345_678, 0),
            CellKey("lead-ada", "pricing_page_viewed", 0, 81_204): Cell(1, 77, 0),
            CellKey("anon-7", "basket_filled", 1, 1_754_000): Cell(2, 900_000, 1_999),
        },
        journal=(
            JournalEntry(
                NOW - DAY_MS, "anon-7", 17, "page_view", None, Verdict.PROBABLE_BOT, (("basket_filled", 1_999),)
            ),
            JournalEntry(NOW, "lead-ada", 2**64 - 1, "email_click", "mail-42", Verdict.HUMAN, (), is_retracted=True),
        ),
        profile={
            ("lead-ada", "title"): Attribute(NOW, 9, "CTO"),
            ("lead-ada", "employees"): Attribute(NOW, 9, 250),
            ("lead-ada", "budget"): Attribute(NOW + 1, 10, 1e6),
            ("lead-ada", "is_partner"): Attribute(NOW + 1, 10, False),
            ("lead-ada", "industry"): Attribute(NOW + 1, 11, None),
        },
        standings={"default": Standing("mql", NOW - 5, "A1"), "on_premise": Standing("subscriber", NOW, None)},
        judged_at=NOW,
        judged_by="2026-03",
    ),
    shown_at=NOW - 60_000,
    is_shown=True,
)

GOLDEN_7 = (
    "079ac41f8f1900a85fa58300b900be00e55f70e874fb7200413100db5f70da6de5650093a6616e6f6e2d37a86c6561642d61"
    "6461a76d61696c2d34329793ce001ac390d2ffe679a301930001019300010192000193020301c40ca0bb0d004e61bc004d00"
    "00009200cd07cf9ac4101100000000000000ffffffffffffffffcd0330c40800a8655d00048c62c402000192000192fffd92"
    "29149100910291cd07cf9695cb412e848000000000ccfac0c2a343544f950101010101950203ed04f095000102000193cf00"
    "000198628c0401ff01c4180a0000000000000009000000000000000b000000000000009492fa0692f7f9920500920600ce62"
    "8c0400a7323032362d3033cdea60c3"
)

GOLDEN_8 = (
    "089aa47042774191a86c6561642d6164619791059090909102a84277414141413d3d91c70901c000000000000000009aa000"
    "a0a0909090909090969090909090a0949090909000a000c2"
)

GOLDEN_9 = (
    "099cc41f8f1900a85fa58300b900be00e55f70e874fb7200413100db5f70da6de5650093a6616e6f6e2d37a86c6561642d61"
    "6461a76d61696c2d34329793ce001ac390d2ffe679a301930001019300010192000193020301c40ca0bb0d004e61bc004d00"
    "00009200cd07cf9ac4101100000000000000ffffffffffffffffcd0330c40800a8655d00048c62c402000192000192fffd92"
    "29149100910291cd07cf9695cb412e848000000000ccfac0c2a343544f950101010101950203ed04f095000102000193cf00"
    "000198628c0401ff01c4180a0000000000000009000000000000000b000000000000009492fa0692f7f9920500920600ce62"
    "8c0400a7323032362d3033cdea60c3a7323032362d30349491fa91f691059106"
)

GOLDEN_10 = (
    "0a9ca8704277415154454191a86c6561642d6164619791059090909102a84277414141413d3d91c70901c000000000000000"
    "009aa000a0a0909090909090969090909090a09491fa91f89100910000a000c2a7323032362d30349491fa91f691009102"
)

GOLDEN_MESSAGE = (
    "0196ad73746167652d6368616e67657303c4086c6561642d616461c4127b22746f5f7374616765223a226d716c227d9292a5"
    "63655f6964c408386631346534356692a563655f6964c400cf00000198628c0400"
)

MAIL = Message("stage-changes", 3, b"lead-ada", b'{"to_stage":"mql"}', (("ce_id", b"8f14e45f"), ("ce_id", b"")), NOW)
TOMBSTONE = Message("lead-scores", 0, b"lead-ada", None)


CHALLENGED = replace(ADA, challenge=Challenge("2026-04", {"default": Standing("sql", NOW - 5, "A1")}))
LARGE = Lead(LeadState(cells={CellKey("lead-ada", "order_placed", 0, 5): Cell(2, 7, -(2**70))}))
LARGE_CHALLENGED = replace(
    LARGE,
    state=replace(LARGE.state, standings={"default": Standing("lead", 0, None)}),
    challenge=Challenge("2026-04", {"default": Standing("sql", 0, "A1")}),
)
EARLIER = {3: ADA, 4: LARGE, 5: CHALLENGED, 6: LARGE_CHALLENGED}
TODAY = {GOLDEN_7: ADA, GOLDEN_8: LARGE, GOLDEN_9: CHALLENGED, GOLDEN_10: LARGE_CHALLENGED}

NO_CELLS = [[], [], [], [], [], [], []]
NO_JOURNAL = [[], 0, [], [], [], [], [], [], [], []]
NO_PROFILE = [[], [], [], [], [], []]
NO_STANDINGS = [[], [], [], []]
NOBODY = (NO_PROFILE, NO_STANDINGS)
LAST = (NOW, "2026-03", 0, False)


@given(leads)
def test_a_lead_comes_back_as_it_was(lead: Lead) -> None:
    """Whatever a lead holds, its bytes give it back: values and their types, also integers beyond 64 bits."""
    back = decoded_lead(encoded_lead(lead))

    assert back == lead
    assert repr(sorted(back.state.profile.items())) == repr(sorted(lead.state.profile.items()))
    assert all(type(entry.verdict) is Verdict for entry in back.state.journal)


@given(leads)
def test_equal_leads_give_equal_bytes(lead: Lead) -> None:
    """The order in which maps were filled leaves no trace."""
    state = lead.state
    turned = replace(
        state,
        cells=dict(reversed(state.cells.items())),
        profile=dict(reversed(state.profile.items())),
        standings=dict(reversed(state.standings.items())),
    )

    assert encoded_lead(replace(lead, state=turned)) == encoded_lead(lead)
    assert encoded_lead(decoded_lead(encoded_lead(lead))) == encoded_lead(lead)


@pytest.mark.parametrize(("kind", "lead"), EARLIER.items())
def test_a_row_of_an_earlier_format_stays_readable(kind: int, lead: Lead) -> None:
    """Bytes that an earlier version wrote give the same lead for ever, and are no longer written."""
    read = decoded_lead(EARLIER_ROWS[kind])

    assert read == lead
    assert encoded_lead(read) == encoded_lead(lead)
    assert encoded_lead(read).hex() in TODAY


@pytest.mark.parametrize(("row", "lead"), TODAY.items(), ids=range(7, 11))
def test_a_row_of_todays_formats_stays_readable(row: str, lead: Lead) -> None:
    """Formats 7 to 10 are not changed, an 11th is added."""
    assert decoded_lead(bytes.fromhex(row)) == lead
    assert encoded_lead(lead).hex() == row


def test_whom_nobody_challenged_has_no_byte_of_it() -> None:
    """Without a challenger a row is as it was before challengers were."""
    assert encoded_lead(replace(CHALLENGED, challenge=None)).hex() == GOLDEN_7


def test_an_outbox_entry_of_format_1_stays_readable() -> None:
    """Bytes that an earlier version wrote give the same message for ever."""
    assert decoded_message(bytes.fromhex(GOLDEN_MESSAGE)) == MAIL
    assert encoded_message(MAIL).hex() == GOLDEN_MESSAGE


@pytest.mark.parametrize("message", [MAIL, TOMBSTONE, Message("ticks", 7, None, b"", (), 0)])
def test_a_message_comes_back_as_it_was(message: Message) -> None:
    """Key, value, repeated headers and a time that is not given are kept."""
    assert decoded_message(encoded_message(message)) == message


@pytest.mark.parametrize("decoded", [decoded_lead, decoded_message])
def test_an_unknown_format_is_named(decoded: Callable[[bytes], object]) -> None:
    """Bytes of a later version are refused with their format and the way out."""
    with pytest.raises(CodecRefused, match=r"format 99 is unknown.*run the version that wrote it"):
        decoded(b"\x63\x90")
    with pytest.raises(CodecRefused, match="it is empty"):
        decoded(b"")


@given(st.binary(max_size=64), st.integers(0, 11))
def test_garbage_is_refused(garbage: bytes, kind: int) -> None:
    """Bytes of no lead or message are refused, and raise nothing else."""
    for decoded in (decoded_lead, decoded_message):
        with pytest.raises(CodecRefused):
            decoded(bytes([kind]) + garbage)


@pytest.mark.parametrize("kind", [4, 6, 8, 10])
def test_lists_in_lists_without_end_are_refused(kind: int) -> None:
    """What has room for integers of any size is read before its layout is looked at; damage can make it too deep."""
    with pytest.raises(CodecRefused, match="stored lead of"):
        decoded_lead(bytes([kind]) + b"\x91" * 100_000)


@given(whole=leads.map(encoded_lead) | st.sampled_from([*EARLIER_ROWS.values()]), data=st.data())
def test_damaged_bytes_are_refused_or_read(whole: bytes, data: st.DataObject) -> None:
    """One wrong byte or a cut either gives some lead or is refused; nothing else is ever raised."""
    at = data.draw(st.integers(0, len(whole) - 1))
    damaged = whole[:at] + bytes([data.draw(st.integers(0, 255))]) + whole[at + 1 :]
    for broken in (damaged, whole[:at]):
        with suppress(CodecRefused):
            assert isinstance(decoded_lead(broken), Lead)


JOURNALS = {
    "no-such-kind": [[9], 0, [0], [1], [-1], [-1], [0], [], [], []],
    "a-kind-below-0": [[9], 0, [0], [-1], [-1], [-1], [0], [], [], []],
    "no-verdict": [[9], 0, [0], [0], [-1], [-1], [3], [], [], []],
    "an-unknown-flag": [[9], 0, [0], [0], [-1], [-1], [-1], [], [], []],
    "no-signal": [[9], 0, [0], [0], [-1], [-1], [32], [], [], []],
    "a-signal-too-many": [[9], 0, [0], [0], [-1], [-1], [0], [-1], [], []],
    "no-correlation": [[9], 0, [0], [0], [-1], [-1], [16], [], [], []],
    "a-correlation-too-many": [[9], 0, [0], [0], [-1], [-1], [0], [], [-1], []],
    "no-measure": [[9], 0, [0], [0], [-1], [-1], [40], [-1], [], []],
    "a-measure-too-many": [[9], 0, [0], [0], [-1], [-1], [32], [-1], [], [7]],
    "no-instant": [[9], 0, [], [0], [-1], [-1], [0], [], [], []],
    "an-instant-cut-off": [[9], 0, b"123", [0], [-1], [-1], [0], [], [], []],
    "a-source-too-few": [[9], 0, [0], [0], [-1, -1], [-1], [0], [], [], []],
}


@pytest.mark.parametrize(
    "row",
    [
        pytest.param([[], [[5], [], [], [], [], [], []], NO_JOURNAL, NO_PROFILE, NO_STANDINGS, *LAST], id="no-count"),
        pytest.param([["x"], [[5], [], [], [], [], [7], []], NO_JOURNAL, *NOBODY, *LAST], id="a-count-too-few"),
        pytest.param([[], NO_CELLS, NO_JOURNAL, NO_PROFILE, [[0], [0], [0], [0]], *LAST], id="no-such-text"),
        pytest.param([[], NO_CELLS, NO_JOURNAL, NO_PROFILE, [[-1], [-99], [0], [0]], *LAST], id="no-such-word"),
        pytest.param([[], NO_CELLS, NO_JOURNAL, NO_PROFILE, NO_STANDINGS, *LAST, 1], id="one-too-many"),
        pytest.param([[], NO_CELLS, [[], 7, *NO_JOURNAL[2:]], *NOBODY, *LAST], id="no-base"),
        *(pytest.param([[], NO_CELLS, journal, *NOBODY, *LAST], id=name) for name, journal in JOURNALS.items()),
    ],
)
def test_an_earlier_row_that_does_not_fit_together_is_refused(row: list[object]) -> None:
    """Columns of different lengths, positions that point nowhere and unknown verdicts are never read as another."""
    with pytest.raises(CodecRefused, match="stored lead of"):
        decoded_lead(b"\x03" + msgspec.msgpack.encode(row))


@pytest.mark.parametrize(
    "row",
    [
        *(
            pytest.param([b"", ["lead-ada"], cells, NO_JOURNAL, *NOBODY, *LAST], id=name)
            for name, cells in {
                "no-offset": [[5], [], [-1], [], [], [], []],
                "a-bucket-too-few": [[], [], [-1], [], [], [7], []],
                "no-such-source": [[5], [1], [-1], [], [], [7], []],
                "a-source-that-is-a-word": [[5], [-1], [-1], [], [], [7], []],
                "no-such-signal": [[5], [], [0], [], [], [7], []],
                "a-signal-too-few": [[5, 5], [], [-1], [], [], [7, 7], []],
                "a-count-too-many": [[5], [], [-1], [], [2, 2], [7], []],
                "a-count-without-a-place": [[5] * 3, [], [-1] * 3, [], [2], [7] * 3, []],
                "a-count-of-no-place": [[5] * 3, [], [-1] * 3, [], [3, 2], [7] * 3, []],
                "a-measure-below-0": [[5] * 3, [], [-1] * 3, [], [], [7] * 3, [-1, 2]],
                "a-verdict-too-many": [[5], [], [-1], [1, 1], [], [7], []],
            }.items()
        ),
        pytest.param([b"", [], NO_CELLS, NO_JOURNAL, NO_PROFILE, [[0], [0], [0], [0]], *LAST], id="no-such-name"),
        pytest.param([b"", [], NO_CELLS, NO_JOURNAL, NO_PROFILE, [[-1], [-99], [0], [0]], *LAST], id="no-such-word"),
        pytest.param([b"a", [], NO_CELLS, NO_JOURNAL, *NOBODY, *LAST], id="a-name-cut-off"),
        pytest.param([b"a\1\0", [], NO_CELLS, NO_JOURNAL, *NOBODY, *LAST], id="two-names-in-one"),
        pytest.param([b"\1\xff\0", [], NO_CELLS, NO_JOURNAL, *NOBODY, *LAST], id="a-name-that-is-no-text"),
        pytest.param([b"", [], NO_CELLS, NO_JOURNAL, *NOBODY, *LAST, 1], id="one-too-many"),
        *(pytest.param([b"", [], NO_CELLS, journal, *NOBODY, *LAST], id=name) for name, journal in JOURNALS.items()),
    ],
)
def test_a_row_that_does_not_fit_together_is_refused(row: list[object]) -> None:
    """Columns of different lengths, and what points nowhere, are never read as another lead."""
    with pytest.raises(CodecRefused, match="stored lead of"):
        decoded_lead(b"\x07" + msgspec.msgpack.encode(row))


@pytest.mark.parametrize(
    ("head", "texts", "default", "lead"),
    [
        pytest.param(b"\x03", [["lead-ada"]], -6, -8, id="earlier"),
        pytest.param(b"\x07", [b"", ["default", "lead"]], 0, 1, id="today"),
    ],
)
def test_a_row_that_fits_together_is_read(head: bytes, texts: list[object], default: int, lead: int) -> None:
    """What is wrong with the rows above is what their names say. Ids that are words were told as words before."""
    cells: list[object] = [[5, 1], [default, lead], [-1, -2], [0, 1], [1, 3], [7, 8], [0, 9]]
    journal: list[object] = [[9], 0, [0], [0], [lead], [-1], [56], [-1], [default], [7]]
    profile: list[object] = [["CTO"], [lead], [-16], [], [5], [6]]

    row = head + msgspec.msgpack.encode([*texts, cells, journal, profile, NO_STANDINGS, *LAST])
    state = decoded_lead(row).state

    assert state.journal == (JournalEntry(0, "lead", 9, "page_view", "default", Verdict.HUMAN, (("page_view", 7),)),)
    assert state.profile == {("lead", "title"): Attribute(5, 6, "CTO")}
    assert state.cells == {
        CellKey("default", "page_view", 0, 5): Cell(1, 7, 0),
        CellKey("lead", "email_open", 1, 6): Cell(3, 8, 9),
    }


def test_a_common_lead_is_small() -> None:
    """20 cells and 16 journal entries of one lead take well below 1 KB, so that millions of leads fit in Redis."""
    signals = ("pricing_page_viewed", "newsletter_opened", "docs_read", "webinar_attended", "demo_requested")
    width_ms = 6 * 3_600_000
    instants = [NOW - (place * 7_919_777) % (40 * DAY_MS) for place in range(20)]
    cells = {
        CellKey("lead-ada-lovelace", signals[place % 5], 0, at // width_ms): Cell(1, at % width_ms, 0)
        for place, at in enumerate(instants)
    }
    journal = tuple(
        JournalEntry(at, "lead-ada-lovelace", 2**63 + at, "page_view", None, Verdict.HUMAN, ((signals[at % 5], 0),))
        for at in sorted(instants)[:16]
    )
    standings = {"default": Standing("mql", NOW - DAY_MS, "B2")}
    lead = Lead(LeadState(cells, journal, {}, standings, NOW, "2026-03"), NOW, is_shown=True)

    assert len(cells) == 20
    assert len(encoded_lead(lead)) < 480
