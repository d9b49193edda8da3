"""The numbered migrations of the history's tables."""
