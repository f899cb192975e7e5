"""Tables and counts read well, also by programs."""

import pytest

from streams.cli.terminal import counted, out, print_table, table_lines


def test_a_row_is_one_line() -> None:
    """However long a cell is and whatever it holds, each row stays one line, so that `grep` and `wc -l` can count."""
    why = "value: longer than allowed\n" + "x" * 500

    lines = list(table_lines(("id", "reason", "why"), [("0/7", "schema", why), ("0/8", None, "short")]))

    assert len(lines) == 3
    assert lines[1] == f"0/7  schema  value: longer than allowed {'x' * 500}"
    assert lines[2] == "0/8          short"


def test_one_is_not_many() -> None:
    """One is counted in the singular; none and many are not."""
    assert [counted(count, "lead", "leads") for count in (0, 1, 2_000)] == ["0 leads", "1 lead", "2,000 leads"]


@pytest.mark.parametrize("asked", ["", "1"])
def test_a_text_stands_as_it_is(
    asked: str, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    """In a file nothing of it is taken for markup, cut or coloured; who asks for colours gets the same words."""
    monkeypatch.setenv("FORCE_COLOR", asked)
    text = "[bold]:smile: " + "x" * 500
    out().print(text, style="red")
    print_table(("id",), [("[red]",)])
    told = capsys.readouterr().out

    assert text in told
    assert "[red]" in told
    assert ("\x1b[" in told) == bool(asked)
