"""Findings become the fewest orders that cure them, a queue for each entity, with latest start days."""
