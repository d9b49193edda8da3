"""A portfolio and its dossier become verdicts."""
