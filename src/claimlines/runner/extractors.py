"""Where claims come from: our pipeline, or a function of the user's."""

from __future__ import annotations

import importlib
import os
import sys
import threading
from collections.abc import Callable, Sequence
from contextlib import suppress
from dataclasses import dataclass
from typing import Protocol

from claimlines.records import Article, Claim

__all__ = ["ENVIRONMENT", "Extract", "ExtractorError", "ExtractorOptions", "load_extractor", "share_extractor"]

ENVIRONMENT = "CLAIMLINES_EXTRACTOR"

Extract = Callable[[Article], Sequence[Claim]]


class ExtractorError(RuntimeError):
    """An extractor that cannot be loaded; the message says what to do."""


@dataclass(frozen=True, slots=True)
class ExtractorOptions:
    """What a factory of extractors is told.

    Attributes:
        base: name of the spaCy pipeline to build on.
        lexicon: folders of lexicon files.
    """

    base: str = "en_core_web_sm"
    lexicon: tuple[str, ...] = ()


class Factory(Protocol):
    """Makes an extractor; called once in every worker."""

    def __call__(self, options: ExtractorOptions) -> Extract: ...


Loaded = tuple[Extract, dict[str, str]]

_shared: dict[ExtractorOptions, Loaded] = {}


def share_extractor(options: ExtractorOptions) -> None:
    """Load our pipeline for the processes that will be forked from this one.

    They share its memory, and need no time to load it. Nothing is said if it cannot be loaded:
    they will try, and tell.
    """
    import gc

    with suppress(Exception):
        loaded = _pipeline(options)
        # A library that has brought threads of its own does not survive a fork.
        if threading.active_count() == 1 and _threads() == 1 and "torch" not in sys.modules:
            _shared[options] = loaded
    gc.collect()
    gc.freeze()  # or else the collector writes to, and so copies, all that is shared


def _threads() -> int:
    return len(os.listdir("/proc/self/task"))


def load_extractor(options: ExtractorOptions) -> Loaded:
    """The extractor and its versions, for the manifest.

    ``CLAIMLINES_EXTRACTOR=module:factory`` replaces our pipeline by what ``factory(options)``
    gives; a ``version_info`` on it (a dict of strings) goes into the manifest.

    Raises:
        ExtractorError: if it cannot be loaded.
    """
    if name := os.environ.get(ENVIRONMENT):
        return _custom(name, options)
    return _shared.get(options) or _pipeline(options)


def _pipeline(options: ExtractorOptions) -> Loaded:
    try:
        from claimlines.pipeline import Extractor, load, version_info
    except ImportError as error:
        raise ExtractorError(f"the pipeline cannot be loaded: {error}") from error
    try:
        nlp = load(options.base, options.lexicon)
    except (OSError, ValueError, ImportError) as error:
        raise ExtractorError(f"the pipeline cannot be loaded: {error}") from error
    return Extractor(nlp), version_info(nlp)


def _custom(name: str, options: ExtractorOptions) -> Loaded:
    module, _, attribute = name.partition(":")
    try:
        factory: Factory = getattr(importlib.import_module(module), attribute)
    except (ImportError, AttributeError, ValueError) as error:
        raise ExtractorError(f"{ENVIRONMENT}={name}: {error}; it should be module:factory") from error
    extract = factory(options)
    info = getattr(extract, "version_info", {})
    return extract, {"extractor": name, **{str(key): str(value) for key, value in info.items()}}
