"""The field's words: frozen, pure, standard library only."""
