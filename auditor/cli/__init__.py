"""The words people type: the only room that prints or exits."""
