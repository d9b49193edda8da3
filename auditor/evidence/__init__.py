"""A portfolio becomes a dossier: what the outside world says, with its date."""
