"""An audit result becomes documents."""
