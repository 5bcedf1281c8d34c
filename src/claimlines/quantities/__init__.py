"""Quantities: found by patterns over the plain text, then given their counted nouns by the parse."""
