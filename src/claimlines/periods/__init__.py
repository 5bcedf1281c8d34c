"""Periods: found by patterns, resolved against the article's date, bound by a later stage."""
