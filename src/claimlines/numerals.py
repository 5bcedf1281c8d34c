"""Numerals: digits and number words to values. Knows nothing of units or meaning."""

from __future__ import annotations

import functools
import re
from collections.abc import Iterator
from dataclasses import dataclass, field

from claimlines.lexicon import Lexicon
from claimlines.surface import GROUP_SPACE, lowered

__all__ = ["Numeral", "NumeralGrammar"]

_AND_A_HALF = re.compile(r" and a half(?!\w)| 1/2(?![\d/])")

MAX_DIGITS = 24
"""Longer runs of digits are identifiers or noise, not numbers."""

_VULGAR = {"½": 0.5, "¼": 0.25, "¾": 0.75, "⅓": 1 / 3, "⅔": 2 / 3, "⅛": 0.125, "⅕": 0.2}

# Every alternative is anchored on a digit and consumes it at once, so a long run costs one pass.
_DIGITS = re.compile(
    rf"""(?<![\d,])(?<![^A-Za-z]\.)(?:
      \d{{1,3}}(?:,\d{{3}})+(?!\d)(?:\.\d+)?      # 1,234,567.8
    | \d{{1,3}}(?:,[ ]000)+(?!\d)                 # $30, 000
    | \d{{1,2}}(?:,\d{{2}})+,\d{{3}}(?!\d)        # 12,34,567 (Indian)
    | \d{{1,3}}(?:{GROUP_SPACE}\d{{3}})+(?!\d)    # 1 234 567
    | \d{{1,3}}(?:\.\d{{3}}){{2,}}(?![\d.])       # 1.234.567
    | \d{{1,3}}(?:[ ]\d{{3}})*[ ]000(?:[ ]\d{{3}})*(?![\d.,])   # 12 000
    | \d{{1,3}}(?:[ ]\d{{3}}){{2,}}(?![\d.,])  # 12 345 678
    | \d+(?:\.\d+)?
    | (?<!\w)\.\d+
    )(?:[½¼¾⅓⅔⅛⅕])?|[½¼¾⅓⅔⅛⅕]""",
    re.VERBOSE,
)
_DIGIT = re.compile(r"\.?[\d½¼¾⅓⅔⅛⅕]")
"""Where digits may begin: found in a twentieth of the time that :data:`_DIGITS` takes to fail everywhere else."""

_HALF_MORE = re.compile(r"[ -]and[ -]a[ -]half(?!\w)")
_POWER = re.compile(r"[ ]?[x·][ ]?10(?:\^|\*\*)?([+-]?\d{1,2})(?![\d.,])|[eE]([+-]?\d{1,2})(?![\w.])")
"""A power of ten: ``1.99×10−30``, ``3x10^8``, ``2.5e6``."""

_DIVIDED = re.compile(r"/(\d{1,3})(?![\d/.,]|\w)(?=[ -](?:of\b|an?\b|[a-z]))")
"""The denominator of a fraction in digits: ``3/4 inch``, ``1/16 of a pint``."""

_PART_OF = re.compile(
    r"[ ]of an?(?P<unit>(?: US)? [a-z])|(?P<of>[ ]of )|[ -](?:an? )?(?:inch|mile|cup|pint|ounce|teaspoon|tablespoon|gallon|hour|second)"
)
_DENOMINATORS = frozenset({2, 3, 4, 5, 6, 8, 10, 12, 16, 32, 64, 100, 128})
_SPACED_LETTER = re.compile(r"[ ]([BM])(?=[ ][a-z]{3,}s\b|[ ]people\b)")
"""A scale letter apart from its number: ``8 B people``."""


@dataclass(slots=True)
class Numeral:
    """A numeral in a text.

    Attributes:
        start, end: offsets, ``[start, end)``, with scale words but without units.
        value: the number with the scale multiplied out; of a fraction, in percent; of a
            multiple, the factor.
        kind: ``digits``, ``words``, ``fraction`` or ``multiple``.
        scaled: whether a scale word or letter is part of it.
        raw: the number without its scale.
    """

    start: int
    end: int
    value: float
    kind: str = "digits"
    scaled: bool = False
    raw: float = field(default=0.0)
    letter: str = ""


def _number(text: str) -> float | None:
    digits = sum(c.isdigit() for c in text)
    if digits > MAX_DIGITS:
        return None
    extra = 0.0
    if text[-1] in _VULGAR:
        extra = _VULGAR[text[-1]]
        text = text[:-1]
        if not text:
            return extra
    text = text.replace(",", "").replace(GROUP_SPACE, "").replace(" ", "")
    if text.count(".") > 1:
        text = text.replace(".", "")
    return float(text) + extra


class NumeralGrammar:
    """Finds numerals. Build once a lexicon; :meth:`find` is linear in the text."""

    def __init__(self, lexicon: Lexicon) -> None:
        scales = lexicon.rows("scales", 3)
        self.scales = {word: float(factor) for word, factor, _ in scales}
        self._letters = {word for word, _, letter in scales if letter != "0"}
        words = [w for w in self.scales if w not in self._letters]
        ordered = sorted(words, key=len, reverse=True)
        self._scale = re.compile(rf"(?:[ ]|-)?({'|'.join(map(re.escape, ordered))})(?![\w])", re.IGNORECASE)
        letters = sorted(self._letters - {"score", "mm"}, key=len, reverse=True)
        self._letter = re.compile(rf"({'|'.join(map(re.escape, letters))})(?![\w])")
        self.cardinals: dict[str, float] = {}
        self.fractions: dict[str, float] = {}
        self.multiples: dict[str, float] = {}
        kinds = {"cardinal": self.cardinals, "fraction": self.fractions, "multiple": self.multiples}
        for word, value, kind in lexicon.rows("numbers", 3):
            kinds[kind][word] = float(value)
        big = [w for w in words if w not in {"score"} and len(w) > 3]
        starters = sorted([*self.cardinals, *self.fractions, *self.multiples, *big], key=len, reverse=True)
        self._word = re.compile(
            rf"(?<![\w])(?:{'|'.join(map(re.escape, starters))})(?![\w])"
            rf"|(?<![\w])(?:an?|one)[ ](?={'|'.join(w for w in big)}|quarter|third|fifth|half\b)"
        )
        self._next_word = re.compile(r"(?:[ ]and[ ](?:an?[ ])?|[ ]|-)([A-Za-z]+)(?![\w])")

    def find(self, text: str, low: str | None = None) -> Iterator[Numeral]:
        """Yield the numerals of a plain text (see :mod:`claimlines.surface`), in order.

        Args:
            text: the text.
            low: the same in lower case, if the caller has it.
        """
        found = [n for m in _runs(text) if (n := self._digits(text, m)) is not None]
        last = -1
        for match in self._word.finditer(lowered(text) if low is None else low):
            if match.start() < last:
                continue
            numeral = self._words(text, match)
            if numeral is not None:
                found.append(numeral)
                last = numeral.end
        found.sort(key=lambda n: (n.start, -n.end))
        end = -1
        for numeral in found:
            if numeral.start >= end:
                yield numeral
                end = numeral.end

    def _digits(self, text: str, match: re.Match[str]) -> Numeral | None:
        value = _number(match.group())
        if value is None:
            return None
        numeral = Numeral(match.start(), match.end(), value, raw=value)
        if self._power(text, numeral) or self._divided(text, numeral):
            return numeral
        half = _AND_A_HALF.match(text, numeral.end)
        if half:
            numeral.value, numeral.end = value + 0.5, half.end()
        self.extend(text, numeral)
        return numeral

    @staticmethod
    def _power(text: str, numeral: Numeral) -> bool:
        """Take in a power of ten."""
        power = _POWER.match(text, numeral.end)
        if power is None or text[numeral.start - 1 : numeral.start] == "#":
            return False
        exponent = int(power.group(1) or power.group(2))
        bare = power.group(1) is not None and text[power.start(1) - 1] not in "^*" and power.group(1)[0] not in "+-"
        if bare or (power.group(2) and text[numeral.start : numeral.end].isdigit() and power.group(2)[0] not in "+-"):
            return False  # "4 x 100 metres" and the code 12E5 are none
        digits = repr(numeral.value)
        numeral.value = numeral.value * 10.0**exponent if "e" in digits else float(f"{digits}e{exponent}")
        numeral.raw, numeral.end, numeral.scaled = numeral.value, power.end(), True
        return True

    @staticmethod
    def _divided(text: str, numeral: Numeral) -> bool:
        """Take in a denominator."""
        part = _DIVIDED.match(text, numeral.end)
        if part is None or not text[numeral.start : numeral.end].isdigit():
            return False
        below = int(part.group(1))
        if (
            below not in _DENOMINATORS
            or numeral.value >= below
            or text[numeral.start - 1 : numeral.start] in {"/", "$"}
        ):
            return False
        whole = _PART_OF.match(text, part.end())
        if whole is None:
            return False
        numeral.value /= below
        numeral.raw, numeral.end = numeral.value, part.end()
        if whole.group("unit"):
            numeral.end = whole.start("unit")
        elif whole.group("of"):
            numeral.value, numeral.kind = 100 * numeral.value, "fraction"
        return True

    def extend(self, text: str, numeral: Numeral) -> None:
        """Take in the scale words and letters that follow: ``3 hundred million``, ``1.2M``, ``4k``."""
        letter = self._letter.match(text, numeral.end)
        if letter is None and numeral.value < 1000:
            letter = _SPACED_LETTER.match(text, numeral.end)
        if letter:
            numeral.letter = letter.group(1)
            numeral.value *= self.scales[letter.group(1)]
            numeral.end, numeral.scaled = letter.end(), True
            return
        if text.startswith(" x ", numeral.end):
            return
        self._scale_words(text, numeral)

    def _scale_words(self, text: str, numeral: Numeral) -> None:
        while scale := self._scale.match(text, numeral.end):
            word = scale.group(1)
            factor = self.scales.get(word) or self.scales.get(word.lower())
            if factor is None:
                return
            numeral.value *= factor
            numeral.end, numeral.scaled = scale.end(), True

    def _words(self, text: str, match: re.Match[str]) -> Numeral | None:
        first = match.group().lower().strip()
        start = match.start()
        if first in self.multiples:
            return Numeral(start, match.end(), self.multiples[first], "multiple", raw=self.multiples[first])
        if first in {"a", "an"} or (first == "one" and match.group().endswith(" ")):
            return self._article(text, start, match.end())
        if first in self.fractions:
            return self._bare_fraction(text, start, match.end(), first)
        if first in self.scales:
            return self._bare_scale(text, start, match.end(), first)
        total, end, fraction = self._cardinal(text, match)
        if fraction is not None:
            return Numeral(start, end, total * fraction, "fraction", raw=total)
        scale = 1.0
        for word in reversed(re.split(r"[ -]", text[start:end].lower())):
            if word not in self.scales:
                break
            scale *= self.scales[word]
        numeral = Numeral(start, end, total, "words", raw=total / scale)
        half = re.compile(r" and a half(?!\w)").match(text, end)
        if half:
            numeral.value += 0.5
            numeral.end = half.end()
        before = numeral.end
        self._scale_words(text, numeral)
        numeral.scaled = numeral.end > before or total >= 100
        return numeral

    def _cardinal(self, text: str, match: re.Match[str]) -> tuple[float, int, float | None]:
        """``two hundred and fifty thousand``; ``(total, end, None)``, or a fraction's parts (``two-thirds``)."""
        total = 0.0
        group = self.cardinals[match.group().lower().strip()]
        end = match.end()
        while follow := self._next_word.match(text, end):
            word = follow.group(1).lower()
            joined = text[end]
            conjunction = " and" in follow.group()[:4]
            if (
                word in self.cardinals
                and self.cardinals[word] < _room(group)
                and (joined == "-" or conjunction or group >= 20)
            ):
                if conjunction and group < 100:
                    break
                group += self.cardinals[word]
            elif word in self.cardinals and total >= 1000 and group == 0.0 and self.cardinals[word] > 0:
                group = self.cardinals[word]
            elif word in self.fractions and not conjunction and (word != "quarter" or group == 1):
                plural = word.endswith("s")
                if word in {"half", "halves"} or group >= 10 or plural != (group > 1):
                    break
                if word == "quarters" and group != 3:
                    break
                return group, follow.end(), self.fractions[word]
            elif word in self.scales and not conjunction and len(word) > 3 and word != "score":
                factor = self.scales[word]
                if factor == 100 or factor == 12:
                    group *= factor
                else:
                    total += group * factor
                    group = 0.0
            else:
                break
            end = follow.end()
        return total + group, end, None

    def _article(self, text: str, start: int, end: int) -> Numeral | None:
        """``a million``, ``a dozen``, ``a third``, ``one half``."""
        word = re.compile(r"[A-Za-z]+").match(text, end)
        if word is None:
            return None
        low = word.group().lower()
        if low in self.scales:
            numeral = Numeral(start, word.end(), self.scales[low], "words", scaled=True, raw=1.0)
            self._scale_words(text, numeral)
            half = _HALF_MORE.match(text, numeral.end)
            if half:
                numeral.value, numeral.raw, numeral.end = numeral.value * 1.5, 1.5, half.end()
            return numeral
        if low in self.fractions:
            return self._bare_fraction(text, start, word.end(), low)
        return None

    def _bare_fraction(self, text: str, start: int, end: int, word: str) -> Numeral | None:
        if word in self.fractions and word.endswith("s") and word != "halves":
            return None
        value = self.fractions[word]
        article = text[start : start + 2].lower() in {"a ", "an", "on"}
        follow = re.compile(r"[ ](?:of )?an? (?=[a-z])|[ -](?=[a-z])").match(text, end)
        if follow:
            numeral = Numeral(start, follow.end() - 1, value / 100, "words", raw=value / 100)
            scale = self._scale.match(text, follow.end() - 1)
            if scale:
                self._scale_words(text, numeral)
                return numeral
        if word != "half" and not article:
            return None
        return Numeral(start, end, value, "fraction", raw=1.0)

    def _bare_scale(self, text: str, start: int, end: int, word: str) -> Numeral | None:
        """``the first million customers``: a scale word alone, never a vague plural."""
        if (
            word in {"hundred", "thousand", "dozen", "score"}
            or word not in self.scales
            or text[start - 1 : start] == "-"
        ):
            return None
        return Numeral(start, end, self.scales[word], "words", scaled=True, raw=1.0)


def _runs(text: str) -> Iterator[re.Match[str]]:
    """The matches of :data:`_DIGITS`, in order."""
    at = 0
    while begin := _DIGIT.search(text, at):
        match = _DIGITS.match(text, begin.start())
        if match is None and begin.end() - begin.start() == 2:
            match = _DIGITS.match(text, begin.start() + 1)
        if match is not None:
            yield match
        at = begin.end() if match is None else match.end()


def _room(group: float) -> float:
    """The largest part that may follow: after ``twenty`` a unit, after ``hundred`` up to 99."""
    if group >= 100:
        return 100
    return 10 if group >= 20 and group % 10 == 0 else 0


@functools.lru_cache(maxsize=8)
def grammar(lexicon: Lexicon) -> NumeralGrammar:
    """The grammar of a lexicon, built once."""
    return NumeralGrammar(lexicon)
