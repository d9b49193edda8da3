"""The policy file, the environment and their defaults, read once."""
