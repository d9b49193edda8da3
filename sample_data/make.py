"""Write the sample files anew: `python sample_data/make.py [FOLDER]`; the same bytes each time."""

from __future__ import annotations

import json
import struct
import sys
import zlib
from pathlib import Path

from source import answers, flat_books, sheets_book

HERE = Path(__file__).resolve().parent


def main(folder: Path) -> None:
    """Write all generated files into a folder."""
    (folder / "scans").mkdir(parents=True, exist_ok=True)
    flat_books.write_portfolio(folder / "portfolio.xlsx")
    sheets_book.write_subsidiaries(folder / "subsidiaries.xlsx")
    (folder / "branch.csv").write_bytes(flat_books.branch_bytes())
    lines = [json.dumps(one, ensure_ascii=False, separators=(", ", ": ")) for one in answers.lines()]
    (folder / "evidence.jsonl").write_bytes(("\n".join(lines) + "\n").encode())
    (folder / "scans" / "realname.png").write_bytes(picture())
    (folder / "scans" / "broken.pdf").write_bytes(b"this was never a PDF\n")  # DOC609


def picture() -> bytes:
    """A grey picture of 16 by 9 dots that stands for a screenshot."""

    def chunk(kind: bytes, data: bytes) -> bytes:
        return struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))

    rows = b"".join(b"\x00" + b"\xc8" * 16 for _ in range(9))
    head = struct.pack(">IIBBBBB", 16, 9, 8, 0, 0, 0, 0)
    return (
        b"\x89PNG\r\n\x1a\n"
        + chunk(b"IHDR", head)
        + chunk(b"IDAT", zlib.compress(rows, 9))
        + chunk(b"IEND", b"")
    )


if __name__ == "__main__":
    main(Path(sys.argv[1]) if len(sys.argv) > 1 else HERE)
