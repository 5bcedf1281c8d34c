"""Imported by the fork server, so that all workers share one model: see ``pool``."""

from __future__ import annotations

import json
import os

from claimlines.runner.extractors import ExtractorOptions, share_extractor

__all__ = ["PRELOAD"]

PRELOAD = "CLAIMLINES_PRELOAD"

if told := os.environ.pop(PRELOAD, None):
    base, lexicon = json.loads(told)
    share_extractor(ExtractorOptions(base, tuple(lexicon)))
