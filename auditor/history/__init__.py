"""What earlier runs found, what changed since, and what has been accepted for a time."""
