"""Read an .xls book in a process of its own: bytes on standard input, pickled rows by sheet on standard output.

The engine trusts the sizes that an old book states and may abort the whole process over a damaged one, so the
audit does not run it in its own. Started by path, never imported; needs nothing of this package.
"""

import io
import pickle
import sys

_MOST_MEMORY = 8 << 30


def main() -> None:
    """Exit status 0 with rows, 3 for an encrypted book, anything else for a book that cannot be read."""
    try:
        import resource
    except ImportError:  # Not on Windows.
        pass
    else:
        _, hard = resource.getrlimit(resource.RLIMIT_AS)
        most = _MOST_MEMORY if hard == resource.RLIM_INFINITY else min(hard, _MOST_MEMORY)
        resource.setrlimit(resource.RLIMIT_AS, (most, hard))
        resource.setrlimit(resource.RLIMIT_CORE, (0, resource.getrlimit(resource.RLIMIT_CORE)[1]))
    from python_calamine import CalamineError, CalamineWorkbook, PasswordError

    try:
        book = CalamineWorkbook.from_filelike(io.BytesIO(sys.stdin.buffer.read()))
    except PasswordError:
        sys.exit(3)
    sheets = []
    for index, sheet in enumerate(book.sheets_metadata):
        try:
            rows = book.get_sheet_by_index(index).to_python(skip_empty_area=False)
        except CalamineError:
            rows = None  # A chart sheet, or a sheet that the audit must refuse.
        sheets.append((sheet.name, rows))
    pickle.dump(sheets, sys.stdout.buffer, protocol=5)


if __name__ == "__main__":
    main()
