"""Spreadsheets become a portfolio of records that remember their cells."""
