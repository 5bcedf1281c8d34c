"""Binding: which metric, subject and period a quantity belongs to.

Candidates come from rules over the parse and the discourse; a small log-linear ranker
for each field chooses between them (:mod:`claimlines.binding.ranker`).
"""
