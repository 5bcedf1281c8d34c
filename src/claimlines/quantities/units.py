"""Units and currencies next to a numeral: what stands before, after, and below the slash."""

from __future__ import annotations

import functools
import re
from dataclasses import dataclass

from babel import Locale

from claimlines.lexicon import Lexicon, Unit, singular

__all__ = ["UnitGrammar", "UnitMatch"]


@dataclass(frozen=True, slots=True)
class UnitMatch:
    """A unit read from the text: its symbol, kind, where it ends, and the factor on the value."""

    symbol: str
    kind: str
    end: int
    factor: float = 1.0
    explicit: str = ""


_TIME = {
    "s": "s",
    "min": "min",
    "h": "h",
    "d": "day",
    "week": "week",
    "month": "month",
    "year": "year",
    "quarter": "quarter",
}
_ADVERBS = {
    "annually": "year", "yearly": "year", "monthly": "month", "weekly": "week", "daily": "day", "hourly": "h",
    "p.a.": "year",
}  # fmt: skip
_ARTICLE_RATES = (
    "second|minute|hour|day|night|week|month|quarter|year|decade|share|head|piece|unit|barrel|gallon|tonne|ton|litre|liter|"
    "person|pop|seat|ticket|user|vehicle|car|token|kilogram|kg|pound|ounce|watt|kilowatt-hour|kwh|kilometre|mile|copy|"
    "song|track|download|view|click|message|text|gigabyte|GB|subscriber|household|customer|employee|ride|trip|game|device"
)
_NOT_RATES = {"cent", "cents", "capita", "se", "annum", "diem"}


def _alternation(words: list[str]) -> str:
    return "|".join(map(re.escape, sorted(words, key=len, reverse=True)))


class UnitGrammar:
    """Reads units next to a numeral. Build once a lexicon."""

    def __init__(self, lexicon: Lexicon) -> None:
        self.exact: dict[str, Unit] = {}
        self.folded: dict[str, Unit] = {}
        for symbol, dimension, aliases in (row[:3] for row in lexicon.rows("units", 3)):
            unit = Unit(symbol, dimension)
            for alias in {symbol, *aliases.split("|")} - {""}:
                if len(alias) <= 3 or (alias != alias.lower() and len(alias) <= 6):
                    self.exact[alias] = unit
                else:
                    self.folded[alias.lower()] = unit
        self.exact.pop("x", None)
        # Longest first over both kinds, so that "lb-ft" is not read as "lb".
        known = sorted([*self.exact, *self.folded], key=lambda a: (-len(a), a))
        branches = "|".join(re.escape(a) if a in self.exact else f"(?i:{re.escape(a)})" for a in known)
        self._unit = re.compile(rf"(?P<gap>[ -]?)(?P<alias>{branches})(?![\w])")
        self._symbol = re.compile(r"(?P<gap>[ ]?)(?P<exact>%|\"|°)(?!\w)|(?P<gap2>[ ]?)(?P<exact2>%)")
        self._read_currencies(lexicon)
        mtok = r"(?P<mtok>(?:1 ?|one |a )?(?:m|mn|million)[ -]?(?:(?:input|output|cached|blended)[ -])?tok(?:en)?s?\b|mtoks?\b)"
        self._rate = re.compile(
            rf"(?:[ ]?/[ ]?|[ -]per[ -]){mtok}"
            rf"|[ ]?/[ ]?(?P<slash>[A-Za-z]+(?:²|\^2)?)(?![\w])"
            rf"|[ -](?:an?|each|every)[ -](?P<article>(?:{_ARTICLE_RATES}))(?![\w]| (?:ago|earlier|before|later|from now|old))"
            rf"|[ -]per[ -](?P<per>[A-Za-z][A-Za-z-]*[A-Za-z]|[A-Z])(?![\w])"
            rf"|[ ](?P<adverb>{_alternation(list(_ADVERBS))})(?![\w]| (?!to|in|by|from|and|for|on|over|after|as|at|but|if|or|when|with|until)[a-z])",
            re.IGNORECASE,
        )

    def _read_currencies(self, lexicon: Lexicon) -> None:
        self.signs: dict[str, str] = {}
        self.names: dict[str, tuple[str, float]] = {}
        codes = []
        for code, name in Locale("en").currencies.items():
            if name.isascii() and "(" not in name:
                self.names[name.lower()] = (code, 1.0)
        for code, signs, words, minor in (row[:4] for row in lexicon.rows("currencies", 4)):
            codes.append(code)
            for sign in signs.split("|"):
                if sign:
                    self.signs[sign] = code
            for word in words.split("|"):
                if word:
                    self.names[word] = (code, 1.0)
                    self.names[
                        word if word.endswith(("yuan", "yen", "won", "baht", "rand", "renminbi")) else word + "s"
                    ] = (code, 1.0)
            for word in minor.split("|"):
                if word and word not in self.names:
                    self.names[word] = (code, 0.01)
                    self.names[word + "s"] = (code, 0.01)
        for name, entry in list(self.names.items()):
            if " " in name:
                self.names.setdefault(name + "s", entry)
        self.signs.update({code: code for code in codes})
        before = _alternation(list(self.signs))
        self._before = re.compile(rf"(?<![A-Za-z])({before})[ ]?$|(?<=[A-Z])([$£€¥])$")
        self._longest_sign = max(map(len, self.signs)) + 1
        minor_letter = {"p", "¢"}
        names = [w for w in self.names if w not in minor_letter and w not in self.folded]
        self._after = re.compile(
            rf"(?P<gap>[ -]?)(?:(?P<sign>€|₽|₹|zł|元)|(?i:(?P<name>{_alternation(names)}))(?![\w])|(?P<code>{_alternation(codes)})(?![\w]))"
        )
        self._pence = re.compile(r"(p|¢|c)(?![\w])")

    def currency_before(self, text: str, at: int) -> tuple[str, int] | None:
        """The currency sign or code that ends at ``at``: ``(ISO 4217 code, start)``."""
        low = max(0, at - self._longest_sign)
        match = self._before.search(text[low:at])
        if match is None:
            return None
        sign = match.group(1) or match.group(2)
        return self.signs[sign], low + match.start()

    def currency_after(self, text: str, at: int, scaled: bool) -> UnitMatch | None:
        """The currency word, code or minor unit that begins at ``at``."""
        if not scaled:
            pence = self._pence.match(text, at)
            if pence and pence.group(1) != "c":
                code = "GBP" if pence.group(1) == "p" else "USD"
                return UnitMatch(code, "money", pence.end(), 0.01)
        match = self._after.match(text, at)
        if match is None:
            return None
        if match.group("sign"):
            if match.group("gap") == "-":
                return None
            return UnitMatch(self.signs[match.group("sign")], "money", match.end())
        if match.group("code"):
            return UnitMatch(match.group("code"), "money", match.end())
        code, factor = self.names[match.group("name").lower()]
        return UnitMatch(code, "money", match.end(), factor, explicit=match.group("name"))

    def unit_after(self, text: str, at: int) -> UnitMatch | None:
        """The unit of measure that begins at ``at`` (after one space or hyphen at most)."""
        symbol = self._symbol.match(text, at)
        if symbol:
            sign = symbol.group("exact") or symbol.group("exact2")
            unit = self.exact[sign]
            return UnitMatch(unit.symbol, unit.dimension, symbol.end())
        match = self._unit.match(text, at)
        if match is None:
            return None
        alias = match.group("alias")
        unit = self.exact.get(alias) or self.folded[alias.lower()]
        return UnitMatch(unit.symbol, unit.dimension, match.end(), explicit=alias)

    def rate_after(self, text: str, at: int) -> tuple[str, int] | None:
        """The denominator that begins at ``at``: ``("month", end)`` for " a month", "/month", "per month"."""
        match = self._rate.match(text, at)
        if match is None:
            return None
        if match.group("mtok"):
            return "Mtoken", match.end()
        if match.group("adverb"):
            return _ADVERBS[match.group("adverb").lower()], match.end()
        word = match.group("slash") or match.group("article") or match.group("per") or ""
        if word.lower() in _NOT_RATES:
            return None
        if match.group("per"):
            longer = self._unit.match(text, match.start("per") - 1)
            if longer is not None and longer.end() > match.end() and longer.group("gap") == " ":
                alias = longer.group("alias")
                unit = self.exact.get(alias) or self.folded[alias.lower()]
                return _TIME.get(unit.symbol, unit.symbol), longer.end()
        return self.denominator(word), match.end()

    def denominator(self, word: str) -> str:
        """The name of a denominator: a unit's symbol, or the singular noun."""
        unit = self.exact.get(word) or self.folded.get(word.lower())
        if unit is not None:
            return _TIME.get(unit.symbol, unit.symbol)
        if word.lower() in {"head", "person", "people", "capita"}:
            return "person"
        if word.lower() in {"mo", "mth"}:
            return "month"
        return singular(word)


@functools.lru_cache(maxsize=8)
def units(lexicon: Lexicon) -> UnitGrammar:
    """The unit grammar of a lexicon, built once."""
    return UnitGrammar(lexicon)
