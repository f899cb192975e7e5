"""Elements: their texts are escaped, data stays data, what cannot be seen is written out."""

import json

import pytest

from streams.report.markup import as_html, element, embedded, legible, verbatim


def test_texts_and_attributes_are_escaped() -> None:
    """Whatever a text holds, it is a text."""
    made = element("p", {"title": '"><b>'}, "<script>", element("i"), "a & b")

    assert as_html(made) == ('<!DOCTYPE html>\n<p title="&quot;&gt;<b&gt;">&lt;script&gt;<i></i>a &amp; b</p>\n')


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("lead-ada", "lead-ada"),
        ("Zoë 東京 👩\u200d🚀 12\u00a0%", "Zoë 東京 👩\u200d🚀 12\u00a0%"),
        ("two\nlines\u2028three", "two lines three"),
        ("nul\x00 escape\x1b[31m", "nul\\x00 escape\\x1b[31m"),
        ("turned \u202egnitirw", "turned \\u202egnitirw"),
        ("half \ud800", "half \\ud800"),
        ("x" * 3_000, "x" * 1_999 + "…"),
    ],
)
def test_what_cannot_be_seen_is_written_out(text: str, shown: str) -> None:
    """Nothing in a text hides or changes what a reader sees, and a long one is cut."""
    assert legible(text) == shown


@pytest.mark.parametrize("text", ["</script>", "<!--", "]]>", "&lt;", "\u2028\u2029", "<SCRIPT", '"\\'])
def test_embedded_data_mean_nothing_to_html(text: str) -> None:
    """Data come back as they were, and none of their signs is one of HTML's or of a script's line ends."""
    written = embedded({"value": text})

    assert json.loads(written) == {"value": text}
    assert not set("<>&\u2028\u2029") & set(written)


def test_data_that_a_browser_cannot_read_are_refused() -> None:
    """NaN is no JSON."""
    with pytest.raises(ValueError, match="not JSON compliant"):
        embedded([float("nan")])


def test_a_script_that_would_end_its_element_is_refused() -> None:
    """Our own files cannot break the page either."""
    with pytest.raises(ValueError, match=r"holds </script, which would end it; write the sign < in another way there"):
        verbatim("script", {}, 'const end = "</Script>";')
