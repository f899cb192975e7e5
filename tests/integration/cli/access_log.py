"""A small access log, written for a test."""

from pathlib import Path

AGENT = "Mozilla/5.0 (X11; Linux x86_64; rv:140.0) Gecko/20100101 Firefox/140.0"


def written_log(folder: Path, *, address: str, requests: int) -> Path:
    """Write a log in which one visitor looks at the prices, a second apart; returns the file."""
    path = folder / f"{address}.log"
    lines = [
        f'{address} - - [17/May/2026:10:05:{second:02} +0000] "GET /pricing HTTP/1.1" 200 2326 "-" "{AGENT}"'
        for second in range(requests)
    ]
    path.write_text("\n".join(lines) + "\n", encoding="utf-8")
    return path
