"""What breaks readers: the values, texts and bytes that mutations put in the place of good ones."""

CANARY = "canary-ada@private.example"
"""Stands in every seed where personal data may stand; no refusal may repeat a part of it."""
CANARY_PART = "canary-ada"

JSON_TOKENS = (
    *("NaN", "Infinity", "-Infinity", "1e999", "-1e999", "1e-999", "1e308", "-1e308", "5e-324", "-0", "-0.0", "0.1e1"),
    *("9223372036854775807", "9223372036854775808", "-9223372036854775809", "18446744073709551616", "1e400", "00"),
    "+1",
    *("null", "true", "false", "[]", "{}", '""', '" "', "[[]]", '{"":{}}', "0", "-1", "1.5", "4503599627370497.5"),
    "True",
    *('"\\ud800"', '"\\udc00\\ud800"', '"\\ud83d\\ude00"', '"\\u0000"', '"\\u001b[2J"', '"\\u2028"', '"\\u202e"'),
    '"\\x41"',
    *('"\ufeff"', '"\u0301"', '"line\\nend"', '"tab\\t"', '"\x01"', "'quoted'", '"open', "undefined", "-", ".5"),
    "1_000",
    "9" * 400,
    "-" + "9" * 5_000,
    "0." + "1" * 3_000,
    "[" * 300 + "]" * 300,
    '{"a":' * 300 + "1" + "}" * 300,
    "[" * 20_000,
)
"""Written into JSON as they stand, good or not."""

INSTANTS = (
    *("1970-01-01T00:00:00Z", "1969-12-31T23:59:59Z", "1970-01-01T00:00:00+23:59", "0001-01-01T00:00:00+23:59"),
    *("9999-12-31T23:59:59.999999999Z", "9999-12-31T23:59:59-23:59", "9999-12-31T23:59:59.999+00:00"),
    *("2026-02-30T00:00:00Z", "2026-11-22T24:00:00Z", "2026-11-22T23:59:60Z", "2026-11-22T10:00:00+99:99", "now"),
    *("2026-11-22T10:00:00", "2026-11-22 10:00:00Z", "2026-11-22t10:00:00z", "1700000000", "2026-11-22T10:00:00+24:00"),
    *("２０２６-11-22T10:00:00Z", "2026-11-22T10:00:00.0000000001Z", "-001-11-22T10:00:00Z", "10000-01-01T00:00:00Z"),
    *("2026-11-22T09:59:59.9999Z", "2026-11-22T10:00:00-00:00", "2024-02-29T10:00:00Z", "2025-02-29T10:00:00Z"),
)

TEXTS = (
    *("", " ", "\t", "a\nb", "\x00", "\x1b[31m", "\x7f", "\x85", "\u2028", "\u202e", "\ufeff", "\U0010ffff"),
    *("é", "e\u0301", "ß", "İ", "ﬀ", "👩\u200d💻", "％", "../../etc/passwd", "{{7*7}}", "%s%n", "' OR 1=1", "<script>"),
    *("//", "http://", "http://[", "http://[::1", "http://a:99999/", "?" * 300, "#" * 300, "%zz%", "@", "a@b"),
    "a@@b.c",
    *("@".join("ab" * 200), "true", "null", "__proto__", "type", "lead_id", "id", CANARY, f"<{CANARY}>"),
    f"/x?e={CANARY}",
    "x" * 257,
    "x" * 513,
    "ä" * 2_049,
    "x" * 300_000,
)

BYTES = (
    *(b"", b"\x00", b"\xff", b"\xc0\x80", b"\xed\xa0\x80", b"\xf4\x90\x80\x80", b"\xef\xbb\xbf", b"\xfe\xff"),
    b"\x1f\x8b",
    *(b"\r\n", b"\n", b"{", b"}", b"[", b"]", b'"', b"\\", b"\\u", b",", b":", b"//", b"/*", b"\xe2\x80\xa8", b"\x1b["),
    *(b"\xdf\xff\xff\xff\xff", b"\xdd\xff\xff\xff\xff", b"\xdb\xff\xff\xff\xff", b"\xc6\xff\xff\xff\xff"),
    b"\xc9\x7f\xff\xff\xff",
    *(b"\x91" * 5_000, b"\x81" * 3_000, b"\xcb\x7f\xf8\x00\x00\x00\x00\x00\x00", b"\xcf" + b"\xff" * 8),
    b"\xd3\x80" + bytes(7),
    *(b"9" * 5_000, b"[" * 50_000, b" " * 10_000, b"\x00" * 1_000),
)
"""Also pieces of MessagePack: lengths that promise four gigabytes, deep arrays and maps, numbers at their bounds."""

STAMPS = (0, -1, 1, 2**63 - 1, -(2**63), 2**53, 253_402_300_799_999, 253_402_300_800_000, -62_135_596_800_001)
"""Append times in milliseconds as a broken clock, or a client, could give them."""
