"""Batch compliance auditor for existing ICP filing portfolios."""

__version__ = "0.1.0"
