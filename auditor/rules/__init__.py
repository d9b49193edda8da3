"""Dated facts of the filing system, each with its source."""
