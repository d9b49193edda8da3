"""python -m auditor: the same command as `audit`."""

from auditor.cli.main import main

if __name__ == "__main__":
    main()
