"""Finds quantities in a plain text, without a parse.

Every numeral is an anchor. From it the finder reads the currency before, the scale and
unit after, the denominator behind that, joins the two ends of a range, and decides from
the nearest words what is no quantity at all (years, dates, versions, names, ranks, ages,
times). All patterns are anchored at the numeral, so the cost is linear in the text.
"""

from __future__ import annotations

import functools
import re
from collections.abc import Iterator

from claimlines.lexicon import Lexicon
from claimlines.numerals import Numeral, grammar
from claimlines.quantities.changes import mark_change
from claimlines.quantities.units import UnitMatch, units
from claimlines.records import Quantity
from claimlines.surface import layers

__all__ = ["QuantityFinder"]

_WORD_BEFORE = re.compile(r"([A-Za-z0-9&.'#+/-]+)([ (\"']*)$")
_WORD_AFTER = re.compile(r"[ ]?([A-Za-z][A-Za-z'-]*)")
_SENTENCE_START = re.compile(r"(?:^|[\n.!?:;\u2022\u2014\"(|][\"')\]]?\s*)$")
_CODE = re.compile(r"(?<![A-Za-z0-9])(?:[A-Za-z]\w*|\d+[A-Za-z]\w*)(?:[-.]\w+)*[-.]$")
_SCALED_LEFT = re.compile(r"(?<![A-Za-z\d])\d+(?:\.\d+)?(?:m|mn|bn|b|k|tn|M|B|K|T|p)-$")
_TIME_RIGHT = re.compile(
    r"[:.]\d\d(?:[ ]?(?:[ap]\.?m\b|hours\b|GMT|BST|EST|EDT|ET))|:\d\d|[ ]?(?:[ap]\.?m\.?(?![\w])|o'clock|[AP]\.?M\.?(?![\w]))"
)
_ORDINAL = re.compile(r"(?:st|nd|rd|th)(?![\w])")
_DATE_RIGHT = re.compile(r"[/.-]\d{1,2}[/.-]\d{2,4}|[/]\d{1,2}(?!\d)|-\d{2}-\d{2}")
_LIST_NUMBER = re.compile(r"(?:^|\n)[ \t]*\(?$")
_RATIO = re.compile(r"[ ](?:in|out of)[ ](?:every )?$|[ ]of every[ ]$")
_RANGE_GAP = re.compile(
    r"[ ]?-[ ]?|[ ](?:to|or|and|through)[ ](?:about |around |roughly |nearly |as much as |up to |some )?"
)
_RANGE_OPEN = re.compile(
    r"(?:between|from|anywhere from|ranging from|range of|ranges from|range is|ranged from|ranged between)[ ](?:about |around |roughly |some )?$",
    re.IGNORECASE,
)
_YEAR = re.compile(r"(?:1[6-9]|20|21)\d\d$")
_DIMENSION_WORDS = frozenset({"tall", "long", "wide", "high", "deep", "away", "diameter", "below", "above"})
_PRICED_FROM = re.compile(
    r"(?:(?:^|[.,;:(\u2014-] ?)|(?:available|priced|starts?|starting|sells?|costs?|pricing|prices|models|plans|tickets|phones|laptops|[a-z]+s) )from $",
    re.IGNORECASE,
)
_CONVERSION = re.compile(r"[ ]?\((?:or |about |around |roughly |approximately |some )?|[ ]?/[ ]?")
_DENOMINATORS = frozenset(
    {2, 3, 4, 5, 6, 7, 8, 9, 10, 12, 15, 20, 25, 30, 40, 50, 100, 200, 250, 300, 500, 1000, 10000}
)
_DATE_LEFT = re.compile(
    r"\d{4}-(?:\d\d-)?$|(?<![a-z])(?:jan|feb|mar|apr|may|jun|jul|aug|sep|sept|oct|nov|dec)[a-z]{0,6}\.? \d{1,2}(?:-| to | and )$",
    re.IGNORECASE,
)
_STREET = re.compile(
    r"(?:-\d+)?(?: [NSEW]\.?)?(?: (?:[A-Z][a-z]+|\d+(?:st|nd|rd|th))){1,3},? (?:St|Street|Rd|Road|Ave|Avenue|Way|Lane|Ln|Drive|Dr|Blvd|Boulevard|Terrace|Parade|Highway|Hwy)\b|(?:-\d+)? (?:E|W|N|S) \d+(?:st|nd|rd|th)\b|(?:-\d+)?,? (?:Ave|Avenue|Rue|Via|Calle) [A-Z]"
)
_CENTURIES = re.compile(r"(?:between|from)[ ](?:A\.?D\.? ?)?1\d{3} (?:and|to) $")
_METRES = re.compile(
    r"[ ]?\(\d[\d,.]*[ ]?(?:ft|feet|foot|in|inches|yards|yd|miles?)\b|[ -](?:tall|long|wide|high|deep)\b"
)
_LOWER_ENDS = re.compile(
    r"(?: [a-z]+| in \d{4}){0,2} to (?:about |around |nearly |just |only |over |more than |less than )*"
)
_AGES = re.compile(r"-? (?:to|and|or) \d{1,2}[- ]year[- ]olds?\b")
"""Behind the first of two ages: ``15- to 17-year-olds``."""

_PERSON_AGE = re.compile(r"[A-Za-z][A-Za-z'-]+, (?:who is |aged )?$")


class QuantityFinder:
    """Finds quantities in a text with the tables of a lexicon.

    Example:
        >>> finder = QuantityFinder(Lexicon.load())
        >>> [(q.value, q.unit) for q in finder.find("It sold 1.2m phones for $40m, up 5%.")]
        [(1200000.0, ''), (40000000.0, 'USD'), (5.0, '%')]
    """

    def __init__(self, lexicon: Lexicon) -> None:
        self.numerals = grammar(lexicon)
        self.units = units(lexicon)
        self.sets = lexicon.contexts
        before: dict[str, str] = {}
        after: dict[str, str] = {}
        for phrase, sign, side in (row[:3] for row in lexicon.rows("comparators", 3)):
            (before if side == "before" else after)[phrase] = sign
        self._comparators = {"before": before, "after": after}
        words = "|".join(map(re.escape, sorted(before, key=len, reverse=True)))
        self._before = re.compile(
            rf"(?:(?<![\w])(?:{words})|[~≈><≥≤]=?)[ -]?(?:a |an |the |just |only |record |to |as |at )?[(]?[+]?$",
            re.IGNORECASE,
        )
        words = "|".join(map(re.escape, sorted(after, key=len, reverse=True)))
        self._after = re.compile(rf"[ ]?(?:{words})(?![\w%])|\+(?![\d])", re.IGNORECASE)

    def find(self, text: str) -> list[Quantity]:
        """The quantities of a text, in order; spans do not overlap."""
        text, low = layers(text)
        numerals = list(self.numerals.find(text, low))
        found = list(self._ratios(text, numerals))
        found = self._ranges(text, found)
        before: Quantity | None = None
        for quantity in found:
            self._comparator(text, quantity)
            if (
                before is not None
                and quantity.comparator == "="
                and _CONVERSION.fullmatch(text[before.end : quantity.start])
            ):
                quantity.comparator = before.comparator
                self._rate_of_both(text, before, quantity)
            mark_change(text, quantity, before, self.sets)
            before = quantity
        return found

    def _rate_of_both(self, text: str, first: Quantity, second: Quantity) -> None:
        """``C$6 (US$4.46) per share``: a denominator behind the bracket belongs to both amounts."""
        if first.kind != "money" or second.kind != "money" or "/" in first.unit + second.unit:
            return
        rate = self.units.rate_after(text, second.end + 1) if text[second.end : second.end + 1] == ")" else None
        if rate is not None:
            first.unit, second.unit = f"{first.unit}/{rate[0]}", f"{second.unit}/{rate[0]}"

    # One numeral -------------------------------------------------------------------

    def _ratios(self, text: str, numerals: list[Numeral]) -> Iterator[Quantity]:
        """Numerals to quantities, two at a time where they stand for a part: ``one in ten``, ``3 out of 4``."""
        skip = end = -1
        for i, numeral in enumerate(numerals):
            if i == skip or numeral.start < end:
                continue
            if i + 1 < len(numerals) and numeral.kind in {"digits", "words"} and not numeral.scaled:
                other = numerals[i + 1]
                gap = text[numeral.end : other.start]
                if (
                    len(gap) < 18
                    and _RATIO.match(gap)
                    and other.kind in {"digits", "words"}
                    and 0 < numeral.value < other.value <= 1e6
                    and not _YEAR.match(text[other.start : other.end])
                    and (other.value >= 10 or numeral.value >= 1)
                    and self._is_ratio(text, numeral, other, gap)
                ):
                    skip = i + 1
                    yield Quantity(
                        numeral.start, other.end, round(100 * numeral.value / other.value, 6), None, "%", "percent",
                        form="ratio", number_end=other.end, notes={"reference": text[numeral.start : other.end]},
                    )  # fmt: skip
                    continue
            quantity = self._quantity(text, numeral)
            if quantity is not None:
                quantity.notes["raw"] = numeral.raw
                end = quantity.end
                yield quantity

    def _is_ratio(self, text: str, first: Numeral, second: Numeral, gap: str) -> bool:
        """``one in ten`` is a share; ``sold two in 2004`` and ``5 in 10 minutes`` are not."""
        unit = self.units.unit_after(text, second.end)
        if unit is not None and unit.kind not in {"percent"}:
            return False
        if self.units.currency_before(text, second.start) or self.units.currency_before(text, first.start):
            return False
        if "out" in gap:
            return True
        return first.value <= 20 and second.value in _DENOMINATORS

    def _quantity(self, text: str, numeral: Numeral) -> Quantity | None:
        if numeral.kind == "fraction":
            return self._fraction(text, numeral)
        if numeral.kind == "multiple":
            return self._multiple(text, numeral)
        if numeral.kind == "digits" and not self._free(text, numeral):
            return None
        money = self.units.currency_before(text, numeral.start)
        if money is not None:
            if text[money[1] : numeral.start] == "PS" and not numeral.scaled and numeral.value < 10:
                return None  # PS2 is a console; PS8.1bn is what some scrapers make of a pound sign
            return self._money(text, numeral, *money)
        after = self.units.currency_after(text, numeral.end, numeral.scaled)
        unit = self.units.unit_after(text, numeral.end)
        if after is not None and unit is not None and unit.end > after.end:
            after = None
        if after is not None and not self._is_weight(text, numeral, after.explicit):
            if numeral.value == 1 and numeral.kind == "words":
                return None
            if after.factor != 1.0 and numeral.value >= 100_000:
                return None
            quantity = Quantity(
                numeral.start, after.end, _times(numeral.value, after.factor), None, after.symbol, "money",
                form=numeral.kind, scaled=numeral.scaled, number_end=numeral.end,
            )  # fmt: skip
            return self._with_rate(text, quantity)
        if after is not None:
            return Quantity(
                numeral.start, after.end, numeral.value, None, "lb", "mass", form=numeral.kind, number_end=numeral.end
            )
        if unit is None and self._gives_up_letter(text, numeral):
            unit = self.units.unit_after(text, numeral.end)
        if unit is not None:
            return self._measured(text, numeral, unit)
        return self._counted(text, numeral)

    def _gives_up_letter(self, text: str, numeral: Numeral) -> bool:
        """Take the letter of ``5m tall`` for a unit, not a scale; that of ``5m users`` stays."""
        if numeral.letter != "m":
            return False
        word = _WORD_AFTER.match(text, numeral.end)
        dimension = word is not None and word.group(1).lower() in _DIMENSION_WORDS
        if not dimension and not _METRES.match(text, numeral.end):
            return False
        numeral.end -= 1
        numeral.value, numeral.scaled, numeral.letter = numeral.raw, False, ""
        return True

    def _money(self, text: str, numeral: Numeral, code: str, start: int) -> Quantity | None:
        if numeral.kind == "words":
            return None
        sign = start
        negative = (
            text[sign - 1 : sign] in {"-"}
            and not text[sign - 2 : sign - 1].isalnum()
            and text[sign - 2 : sign - 1] not in {"-", "b"}
        )
        end = numeral.end
        name = self.units.currency_after(text, numeral.end, True)
        if name is not None and name.symbol == code:
            end = name.end
        quantity = Quantity(
            start, end, -numeral.value if negative else numeral.value, None, code, "money",
            form="digits", scaled=numeral.scaled, number_end=numeral.end,
        )  # fmt: skip
        if negative:
            quantity.start -= 1
            quantity.notes["signed"] = True
        return self._with_rate(text, quantity)

    def _with_rate(self, text: str, quantity: Quantity) -> Quantity:
        rate = self.units.rate_after(text, quantity.end)
        if rate is not None:
            quantity.unit += "/" + rate[0]
            quantity.end = rate[1]
            second = self.units.rate_after(text, quantity.end)
            if second is not None and second[0] != rate[0]:
                quantity.unit += "/" + second[0]
                quantity.end = second[1]
        return quantity

    def _measured(self, text: str, numeral: Numeral, unit: UnitMatch) -> Quantity | None:
        hyphen = text[numeral.end : numeral.end + 1] == "-"
        if unit.kind == "x":
            return self._times(text, numeral, unit.end)
        if unit.explicit == '"' and (
            numeral.kind != "digits"
            or numeral.value < 1
            or numeral.value > 200
            or text[numeral.start - 1 : numeral.start] == '"'
        ):
            return self._counted(text, numeral)
        if unit.explicit in {"A", "V", "L", "K", "J", "C", "yd", "d", "W", "g", "m", "t", "s", "h"}:
            spaced = text[numeral.end : numeral.end + 1] == " "
            if spaced and unit.explicit in {"A", "K", "J", "C", "d", "t", "s", "L", "h", "V"}:
                return self._counted(text, numeral)
            if unit.explicit in {"s"}:
                return None
            if unit.explicit in {"K", "J", "C", "A"} or (unit.explicit == "m" and numeral.kind == "words"):
                return self._counted(text, numeral)
        if unit.kind == "bits" and numeral.value not in {
            1,
            1.58,
            2,
            3,
            4,
            5,
            6,
            8,
            10,
            12,
            16,
            24,
            32,
            64,
            128,
            256,
            512,
            1024,
            2048,
            4096,
        }:
            return None
        if unit.symbol == "g" and text[numeral.start : numeral.end] == "802.11":
            return None
        if unit.symbol == "in" and unit.explicit in {"in", "in."} and text[numeral.end : numeral.end + 1] == " ":
            return self._counted(text, numeral)
        start, value = self._signed(text, numeral)
        quantity = Quantity(
            start, unit.end, value, None, unit.symbol, unit.kind,
            form=numeral.kind, scaled=numeral.scaled, number_end=numeral.end,
        )  # fmt: skip
        if start < numeral.start:
            quantity.notes["signed"] = True
        if unit.kind == "duration":
            if self._is_age(text, quantity, hyphen):
                return None
            if unit.symbol == "min" and unit.explicit == "min" and text[unit.end : unit.end + 1].isalnum():
                return None
        if unit.kind == "percent" and text.startswith((" points", " point", "-point"), unit.end):
            quantity.unit, quantity.kind = "pp", "pp"
            quantity.end = unit.end + (7 if text.startswith(" points", unit.end) else 6)
        if unit.kind == "pixels" and text[numeral.start - 1 : numeral.start] == "x":
            return None
        if (
            unit.kind in {"duration"}
            and numeral.value == 1
            and text[numeral.start : numeral.end].lower() in {"one"}
            and not hyphen
        ):
            quantity.notes["weak"] = True
        if unit.kind not in {"percent", "pp", "bp"}:
            self._with_rate(text, quantity)
        return quantity

    def _times(self, text: str, numeral: Numeral, end: int) -> Quantity | None:
        """``three times faster`` is a factor, ``downloaded 8m times`` and ``96 times a day`` are counts."""
        rate = self.units.rate_after(text, end)
        if rate is not None and text[end - 5 : end].lower() == "times":
            return Quantity(
                numeral.start, rate[1], numeral.value, None, f"time/{rate[0]}", "count",
                form=numeral.kind, scaled=numeral.scaled, number_end=numeral.end,
            )  # fmt: skip
        if text[numeral.end] != "-" and text[end - 4 : end] != "fold" and (numeral.value >= 1000 or numeral.scaled):
            return Quantity(
                numeral.start,
                end,
                numeral.value,
                None,
                "time",
                "count",
                form=numeral.kind,
                scaled=numeral.scaled,
                number_end=numeral.end,
                notes={"noun": "time"},
            )
        return Quantity(numeral.start, end, numeral.value, None, "x", "x", form=numeral.kind, number_end=numeral.end)

    def _multiple(self, text: str, numeral: Numeral) -> Quantity | None:
        if text[numeral.start : numeral.end].lower() in {"twice", "thrice"}:
            follow = text[numeral.end : numeral.end + 14].lower()
            if not re.match(r" (?:as |the |that|its |what|their |more|over|a |an )", follow):
                return None
            rate = self.units.rate_after(text, numeral.end)
            if rate is not None:
                return None
        return Quantity(
            numeral.start, numeral.end, numeral.value, None, "x", "x", form="multiple", number_end=numeral.end
        )

    def _fraction(self, text: str, numeral: Numeral) -> Quantity | None:
        words = text[numeral.start : numeral.end].lower()
        follow = text[numeral.end : numeral.end + 24].lower()
        back = text[max(0, numeral.start - 12) : numeral.start].lower()
        if words.startswith(("a ", "one ")) or words in {"one third", "one quarter", "one fifth", "one fourth"}:
            if re.match(r"-?point", follow):
                return Quantity(
                    numeral.start,
                    numeral.end + len("-point"),
                    numeral.value / 100,
                    None,
                    "pp",
                    "pp",
                    form="fraction",
                    number_end=numeral.end,
                )
            if not re.match(
                r" (?:of|said|say|are|were|is|was|have|had|has|do|did|in|to|on|more|less|now|own|use|would|will|could|believe|think|from|and|below|above|since|as|by|at|over|last|this|compared|lower|higher|fewer|faster|cheaper)\b|[,.;:)]|$",
                follow,
            ):
                return None
            if "quarter" in words and not re.match(
                r" of |[,.;)]| (?:said|say|are|were|have|more|less|own|use|in|since|below|above|compared|to|lower|higher|fewer|faster|cheaper)",
                follow,
            ):
                return None
        if words == "half":
            if re.search(
                r"(?:first|second|other|latter|this|that|last|third|third-|1st|2nd|the|next|same|in|better|and a|fiscal|at|better-|bottom|top)[ -]$",
                back,
            ) and not re.match(r" (?:of |the |a |an )", follow):
                return None
            if re.search(r"(?:first|second|latter|last|next)[ -]$", back):
                return None
            if re.match(
                r"[ -](?:year|time|an hour|hour|life|hearted|way|day|price|term|point|baked|dozen|empty|full|built|yearly|marathon|season)",
                follow,
            ):
                return None
            if not re.match(
                r" (?:of|the|its|their|his|her|our|that|those|all|said|say|are|were|is|was|have|had|as|in|to|on|more|less|now|would|will|a\b|an\b|year|from|what|these|u\.?[sk]|believe|think|own|use|for|by|at|since|below|above)|[,.;:)]|$",
                follow,
            ):
                return None
        if re.match(r"[ -](?:year|hour|mile|inch|time|size|scale)\b", follow) and words != "half":
            return None
        quarter = re.match(r"-?[ ]?(?:percentage )?point", follow)
        if quarter:
            return Quantity(
                numeral.start,
                numeral.end + quarter.end(),
                numeral.value / 100,
                None,
                "pp",
                "pp",
                form="fraction",
                number_end=numeral.end,
            )
        return Quantity(
            numeral.start, numeral.end, numeral.value, None, "%", "percent",
            form="fraction", number_end=numeral.end, notes={"reference": words},
        )  # fmt: skip

    def _counted(self, text: str, numeral: Numeral) -> Quantity | None:
        """A number without a unit: a count whose noun comes later, unless it is part of a name."""
        word = text[numeral.start : numeral.end]
        follow = _WORD_AFTER.match(text, numeral.end)
        next_word = follow.group(1) if follow else ""
        before = _WORD_BEFORE.search(text[max(0, numeral.start - 40) : numeral.start])
        prev = before.group(1) if before else ""
        spaced = bool(before) and before is not None and before.group(2) == " "
        if text[numeral.end : numeral.end + 1] in {"x", "X"} and not text[numeral.end + 1 : numeral.end + 2].isalnum():
            noun = _WORD_AFTER.match(text, numeral.end + 1)
            if numeral.value >= 100 and noun and noun.group(1).endswith("s") and noun.group(1).islower():
                return None
            return Quantity(
                numeral.start, numeral.end + 1, numeral.value, None, "x", "x", form="digits", number_end=numeral.end
            )
        if numeral.kind == "words":
            if numeral.value in {0, 1}:
                return None
            if word[0].isupper() and not numeral.scaled and spaced and prev[:1].isupper() and prev[1:].islower():
                return None
            if text.startswith(("-for-one", "-to-five"), numeral.end):
                return None
            if re.search(
                r"\b(?:the|these|those|other|its|their|all|both|top|first|last|next)[ ]$",
                text[max(0, numeral.start - 8) : numeral.start].lower(),
            ):
                if not next_word or next_word.lower() in {
                    "of",
                    "are",
                    "were",
                    "have",
                    "had",
                    "will",
                    "and",
                    "to",
                    "that",
                    "who",
                    "which",
                    "in",
                    "said",
                    "would",
                    "could",
                    "can",
                    "is",
                }:
                    return None
                if prev.lower() in {"the", "these", "those", "other"}:
                    quantity = self._bare(numeral, text)
                    if quantity is not None and not numeral.scaled:
                        quantity.notes["definite"] = True
                    return quantity
            if (
                not numeral.scaled
                and text[numeral.start - 1 : numeral.start] == "-"
                and text[numeral.start - 2 : numeral.start - 1].isalpha()
            ):
                return None
            return self._bare(numeral, text)
        if numeral.letter:
            if (
                text[numeral.end : numeral.end + 1] == "-"
                and text[numeral.end + 1 : numeral.end + 2].isupper()
                and numeral.letter in {"K"}
            ):
                return None
            if (
                numeral.letter in {"K", "k"}
                and numeral.raw in {1, 2, 4, 5, 6, 8, 16}
                and _looks_like_screen(text, numeral.end)
            ):
                return None
            if (
                numeral.letter == "K"
                and numeral.raw in {4, 8}
                and not re.match(
                    r"[ -](?:token|context|user|people|vocab|window)|[a-z ]+s\b", text[numeral.end : numeral.end + 14]
                )
            ):
                return None
            if numeral.letter == "t":
                return None
            return self._bare(numeral, text)
        if numeral.scaled:
            return self._bare(numeral, text)
        if (
            text[numeral.end : numeral.end + 1] == "-"
            and numeral.kind == "digits"
            and re.match(r"-[A-Z0-9]", text[numeral.end : numeral.end + 2])
            and not re.match(r"-\d", text[numeral.end : numeral.end + 2])
        ):
            return None
        low = prev.lower().strip("'\"")
        if _DATE_LEFT.search(text[max(0, numeral.start - 18) : numeral.start]):
            return None
        if (
            16 <= numeral.value < 100
            and not numeral.scaled
            and _PERSON_AGE.search(text[max(0, numeral.start - 24) : numeral.start])
            and re.match(r"[,.;)]| said| who| this", text[numeral.end : numeral.end + 6])
        ):
            return None
        if text.startswith(("-series", "(k)", "-for-", "-to-nothing"), numeral.end):
            return None
        if (
            low in {"under", "over", "aged", "ages", "age"}
            and numeral.value < 100
            and not (next_word.islower() and next_word.endswith("s") and next_word not in {"was", "has", "is"})
        ):
            return None
        if re.match(
            r"(?:-\d+| to \d+| or \d+| and \d+)?[ -](?:year[ -]olds?|year-olds?|age (?:group|bracket|range))",
            text[numeral.end : numeral.end + 26],
        ):
            return None
        if 10 <= numeral.value < 100 and re.match(
            r"-\d\d (?:age|demographic|bracket|year)", text[numeral.end : numeral.end + 16]
        ):
            return None
        if low in {"aged", "ages"} or (
            re.search(r"\bage[ds]? \d+(?: to | and |-)$", text[max(0, numeral.start - 20) : numeral.start])
        ):
            return None
        if re.match(r"-(?:to-)?\d", text[numeral.end : numeral.end + 5]) and numeral.value == 0:
            return None
        pair = re.match(r"-(\d+)(?![\d%]|[.,]\d|-\d)", text[numeral.end : numeral.end + 8])
        if pair and int(pair.group(1)) <= numeral.value:
            return None
        if re.search(r"(?<!\d)\d{3}-$", text[max(0, numeral.start - 5) : numeral.start]) and numeral.value < 100:
            return None
        if (
            numeral.value >= 100
            and next_word[:1].isupper()
            and not numeral.scaled
            and next_word not in {"GPUs", "Americans"}
        ):
            name = text[numeral.start : numeral.end] + " " + next_word
            tail = re.match(r"(?:[ ][A-Za-z][\w-]*){1,5}", text[numeral.end : numeral.end + 80])
            counted = tail is not None and any(w.islower() and w.endswith("s") for w in tail.group().split()[1:])
            if numeral.value < 1000 and "," not in word and (not counted or text.count(name) > 1):
                return None
        if numeral.value < 10_000 and "," not in word:
            if _STREET.match(text, numeral.end):
                return None
        if next_word in {"Max", "MAX", "Neo", "neo", "ZIP", "zip", "Zip"}:
            return None
        if (
            numeral.kind == "digits"
            and _CENTURIES.search(text[max(0, numeral.start - 24) : numeral.start])
            and len(word) <= 4
        ):
            return None
        partner = re.match(r"[ ]?-[ ]?\d{4}(?!\d)", text[numeral.end : numeral.end + 8])
        measured = partner is not None and self.units.unit_after(text, numeral.end + partner.end()) is not None
        if (
            text[numeral.start - 1 : numeral.start] == "("
            and text[numeral.end : numeral.end + 1] == ")"
            and numeral.value < 100
        ):
            return None
        score = re.search(r"(?<![\d.,])(\d{1,3})-$", text[max(0, numeral.start - 5) : numeral.start])
        if score and int(score.group(1)) >= numeral.value:
            return None
        if _YEAR.match(word) and numeral.kind == "digits" and not measured:
            if next_word.lower() not in self.sets["year_counts"] or low in {
                "in",
                "since",
                "by",
                "of",
                "during",
                "late",
                "early",
                "until",
            }:
                return None
        if low in self.sets["months"] or (next_word.lower() in self.sets["months"] and numeral.value <= 31):
            return None
        if low in self.sets["rank_words"] and spaced and numeral.value <= 1000:
            return None
        if (
            low in self.sets["name_nouns"]
            and spaced
            and (numeral.value < 1000 or low == "port")
            and "," not in word
            and low not in {"part", "game", "class", "group", "line", "act"}
        ):
            return None
        if next_word.lower() in self.sets["not_counted"]:
            return None
        if spaced and prev and self._named_by(text, numeral, prev, next_word, before.start() if before else 0):
            return None
        return self._bare(numeral, text)

    def _bare(self, numeral: Numeral, text: str) -> Quantity | None:
        start, value = self._signed(text, numeral)
        quantity = Quantity(
            start,
            numeral.end,
            value,
            None,
            "",
            "count",
            form=numeral.kind,
            scaled=numeral.scaled,
            number_end=numeral.end,
        )
        if start < numeral.start:
            quantity.notes["signed"] = True
        return quantity

    def _signed(self, text: str, numeral: Numeral) -> tuple[int, float]:
        """Start and value with a sign that is glued to the numeral (``-3.2``, ``+10``) or spelt (``negative 7``)."""
        s = numeral.start
        mark, prior = text[s - 1 : s], text[s - 2 : s - 1]
        if mark == "-" and s >= 1 and (s == 1 or prior in " (\n,:;/"):
            return s - 1, -numeral.value
        if mark == "+" and (s == 1 or prior in " (\n,:;/"):
            return s - 1, numeral.value
        if text[max(0, s - 6) : s].lower() == "minus-":
            return s - 6, -numeral.value
        if text[max(0, s - 9) : s].lower().endswith(("negative ", "minus ")):
            return s - (9 if text[max(0, s - 9) : s].lower() == "negative " else 6), -numeral.value
        return s, numeral.value

    # What is no quantity -------------------------------------------------------------

    def _free(self, text: str, numeral: Numeral) -> bool:
        """Whether the digits stand free: not inside a code, a date, a time, a version or a list number."""
        s, e = numeral.start, numeral.end
        left = text[max(0, s - 3) : s]
        if left and self.units.currency_before(text, s) is None:
            if left[-1].isalpha() or left[-1] in "_@#$":
                return False
            if (
                left[-1] in "-."
                and _CODE.search(text[max(0, s - 24) : s])
                and not _SCALED_LEFT.search(text[max(0, s - 12) : s])
                and not self._compound_prefix(text, s)
            ):
                return False
            if (
                left[-1] in "-./"
                and len(left) > 1
                and (left[-2].isalnum() and not (left[-2].isdigit() and left[-1] == "-"))
            ):
                if not (left[-1] == "/" and (left[-2].isdigit() or self.units.unit_after(text, numeral.end))) and not (
                    left[-1] == "-" and self._compound_prefix(text, s)
                ):
                    return False
                if (
                    left[-1] == "/"
                    and re.search(r"(?<![\d$£€.,])\d{1,2}/$", left)
                    and not re.search(r"[$£€]\S*/$", text[max(0, s - 12) : s])
                ):
                    return False
            if left[-1] == ":" and len(left) > 1 and left[-2].isdigit():
                return False
            if left[-1] == "." and len(left) > 1 and left[-2] == " ":
                return False
        right = text[e : e + 14]
        if right[:1] in "- " and _AGES.match(text, e):
            return False
        if not numeral.scaled:
            if _TIME_RIGHT.match(right) or _ORDINAL.match(right):
                return False
            if _DATE_RIGHT.match(right) and not re.match(r"/\d", right[:2]) and text[s:e].isdigit():
                return False
            if (
                re.match(r"/\d{1,4}(?![\d%])", right)
                and text[s:e].isdigit()
                and self.units.currency_before(text, s) is None
            ):
                return False
            if re.match(r"\.\d", right):
                return False
            if re.match(r"[A-Za-z]", right):
                glued = self.units.unit_after(text, e)
                pence = self.units.currency_after(text, e, False)
                if glued is None and pence is None and not re.match(r"[xX](?![\w])", right):
                    return False
                if right[0] == "G" and not re.match(r"G[BbHhPpWw]", right):
                    return False
                if (
                    pence is not None
                    and glued is None
                    and numeral.value in {240, 360, 480, 576, 720, 1080, 1440, 2160, 4320}
                    and right[0] == "p"
                ):
                    return False
                if right[0] == "x" and re.match(r"x\d", right):
                    return False
            if (
                _LIST_NUMBER.search(text[max(0, s - 12) : s])
                and re.match(r"[.)]\s|[.)]?\s*\n", right)
                and numeral.value <= 200
            ):
                return False
            if re.match(r" ?x ?\d", right) or re.search(r"\d ?x ?$", text[max(0, s - 4) : s]):
                return False
        return True

    def _compound_prefix(self, text: str, at: int) -> bool:
        """``sub-$100``, ``mid-20%``, ``pre-2020``: the prefix before a hyphen may be a word that bounds."""
        return bool(
            re.search(
                r"(?<![\w])(?:sub|mid|near|low|high|plus|non|ultra|nearly|minus)-$",
                text[max(0, at - 9) : at],
                re.IGNORECASE,
            )
        )

    def _named_by(self, text: str, numeral: Numeral, prev: str, next_word: str, offset: int) -> bool:
        """Whether the word before makes the number its version: ``iPhone 15``, ``Windows 11``, ``Gemini 1.5``."""
        if not (prev[0].isupper() or any(c.isupper() for c in prev[1:])) or not prev[0].isalpha():
            return False
        if prev.lower() in self.sets["change_glue"] or prev.lower() in {
            "i",
            "of",
            "with",
            "only",
            "but",
            "by",
            "there",
            "he",
            "she",
            "they",
            "we",
            "it",
            "has",
            "had",
            "when",
            "while",
            "after",
            "if",
            "all",
            "these",
            "those",
            "not",
            "that",
            "this",
            "as",
            "are",
            "is",
        }:
            return False
        begins = (
            _SENTENCE_START.search(text[max(0, numeral.start - 40) + offset - 4 : max(0, numeral.start - 40) + offset])
            if offset
            else False
        )
        plural = (
            next_word.islower()
            and next_word.endswith("s")
            and len(next_word) > 3
            and next_word
            not in {
                "was",
                "has",
                "is",
                "series",
                "plus",
                "as",
                "costs",
                "starts",
                "features",
                "offers",
                "comes",
                "ships",
                "goes",
            }
        )
        if begins and (plural or not prev[1:].islower()) and prev[1:].islower():
            return False
        if numeral.value >= 10_000:
            return False
        if plural and numeral.value >= 1000 and "," in text[numeral.start : numeral.end]:
            return False
        return True

    def _is_age(self, text: str, quantity: Quantity, hyphen: bool) -> bool:
        right = text[quantity.end : quantity.end + 14].lower()
        if quantity.unit not in {"year", "month", "week", "d"}:
            return False
        if re.match(r"[ -]olds?\b|[ ]of age\b", right):
            return True
        return bool(
            re.search(r"(?:\baged?|\bage of|\bages)[ ]$", text[max(0, quantity.start - 8) : quantity.start].lower())
        )

    def _is_weight(self, text: str, numeral: Numeral, name: str) -> bool:
        if name.lower() not in {"pound", "pounds"}:
            return False
        around = text[max(0, numeral.start - 60) : numeral.end + 50].lower()
        return bool(
            re.search(
                r"\bweigh|\bheavy|\bheavier|\blighter|\bmass\b|\bpayload|pounds? of (?!sterling)|-pound\b|\blift|\bthrust",
                around,
            )
        )

    # Ranges ----------------------------------------------------------------------------

    def _ranges(self, text: str, found: list[Quantity]) -> list[Quantity]:
        out: list[Quantity] = []
        for quantity in found:
            low = out[-1] if out else None
            if low is not None and self._joins(text, low, quantity):
                out[-1] = self._merge(text, low, quantity)
                continue
            if low is not None:
                self._share_unit(text, low, quantity)
            out.append(quantity)
        return out

    def _joins(self, text: str, low: Quantity, high: Quantity) -> bool:
        """Whether two neighbours are the ends of one range."""
        gap = text[low.end : high.start]
        if len(gap) > 22 or low.value_max is not None or high.value_max is not None:
            return False
        signed = high.notes.get("signed") and text[high.start] == "-" and gap == ""
        if not signed and not _RANGE_GAP.fullmatch(gap):
            return False
        if signed:
            if low.unit and not high.unit:
                return False
            high.value = abs(high.value)
        opened = _RANGE_OPEN.search(text[max(0, low.start - 22) : low.start])
        word = gap.strip().split(" ")[0] if gap.strip() else "-"
        if (high.form in {"fraction", "ratio", "multiple"}) != (low.form in {"fraction", "ratio", "multiple"}):
            return False
        compatible = (
            low.unit == high.unit or not low.unit or (low.kind == "money" and high.unit.startswith(low.unit + "/"))
        )
        if not compatible and low.kind == high.kind == "money" and low.unit.split("/")[0] == high.unit.split("/")[0]:
            compatible = True
        if (
            low.kind == "money"
            and high.kind == "count"
            and word in {"-", "to"}
            and (high.scaled or low.value < high.value < 100 * low.value)
        ):
            compatible = True
        elif low.unit and not high.unit and word in {"and", "or", "to"}:
            return False
        if not compatible:
            return False
        ratio = abs(high.value) / abs(low.value) if low.value else 0
        if (
            not low.scaled
            and high.scaled
            and abs(low.value) <= abs(_raw(text, high))
            and not (low.unit and not high.unit)
        ):
            ratio = 2.0 if abs(low.value) < abs(_raw(text, high)) else 1.0
        if opened and "rang" in opened.group().lower():
            ratio = min(ratio, 100.0)
        if word == "and":
            return opened is not None and "between" in opened.group().lower()
        if word == "or":
            near = _raw(text, high) if high.scaled and not low.scaled and abs(low.value) < 1000 else high.value
            return (
                low.form == high.form
                and not low.unit
                and abs(near - low.value) <= max(3, 0.6 * abs(low.value))
                and near > low.value
            )
        if word == "to":
            verb = re.search(
                r"\bfrom[ ](?:about |around |some |nearly |roughly )?$",
                text[max(0, low.start - 16) : low.start].lower(),
            )
            if verb and not re.search(
                r"(?:rang\w+|anywhere|priced?|varying|vary|varies|models?|sizes?|prices?)[ ]from[ ](?:about |around |some |nearly |roughly )?$",
                text[max(0, low.start - 26) : low.start].lower(),
            ):
                return False
            if {low.kind, high.kind}.isdisjoint({"percent", "pp"}) and re.search(
                r"\b(?:by|up|down|rose|fell|grew|increased?|decreased?|dropped|jumped|climbed|declined|gained|slipped|surged)[ ]$",
                text[max(0, low.start - 12) : low.start].lower(),
            ):
                return False
            return 1 < ratio <= 100
        return ratio > 1 or signed is True

    def _merge(self, text: str, low: Quantity, high: Quantity) -> Quantity:
        value = low.value
        scale = high.value / _raw(text, high) if high.scaled else 1.0
        if not low.scaled and high.scaled and abs(low.value) < 1000 and abs(low.value) <= abs(_raw(text, high)):
            value = low.value * scale
        if (
            low.kind == "count"
            and high.kind == "money"
            and high.unit[:3] in {"GBP", "USD"}
            and high.value < 1
            and low.value >= 1
        ):
            value = low.value / 100
        start = low.start
        opened = re.search(
            r"between[ ](?:about |around |some |roughly )?$", text[max(0, start - 18) : start], re.IGNORECASE
        )
        if opened:
            start = max(0, start - 18) + opened.start()
        end = high.end
        lo, hi = sorted((value, high.value))
        if low.kind == "money" and "/" not in (high.unit or low.unit):
            rate = self.units.rate_after(text, end)
            if rate is not None:
                high.unit, high.kind, end = f"{low.unit.split('/')[0]}/{rate[0]}", "money", rate[1]
        return Quantity(
            start, end, lo, hi, high.unit or low.unit, high.kind if high.unit else low.kind,
            form=high.form, scaled=high.scaled, number_end=high.number_end, notes={**low.notes, **high.notes, "range": True},
        )  # fmt: skip

    def _share_unit(self, text: str, low: Quantity, high: Quantity) -> None:
        """Ellipses: ``from 1.4 to 2.2 million``, ``$2.50/$10 per million tokens``, ``two or three megapixel``."""
        gap = text[low.end : high.start]
        if len(gap) > 24:
            return
        if gap in {"/", " / "} and low.kind == high.kind == "money" and "/" in high.unit and "/" not in low.unit:
            low.unit = high.unit
            return
        if re.fullmatch(r"-[ ](?:or|and|to)[ ]", gap) and not low.unit and high.unit:
            low.unit, low.kind = high.unit, high.kind
            return
        if low.unit and low.kind not in {"count", "number", "money", "x"} and self._same_unit(text, low, high, gap):
            high.unit, high.kind = low.unit, low.kind
            return
        joined = re.fullmatch(
            r"[ ](?:to|and|or|vs\.?|versus)[ ](?:about |around |nearly |just |only |over |more than |less than )*", gap
        )
        moved = " to " in gap and bool(re.search(r"\bfrom[ ]$", text[max(0, low.start - 5) : low.start]))
        if not joined or not moved or low.form != high.form or low.form not in {"digits", "words"}:
            return
        scale = high.value / _raw(text, high) if high.scaled else 1.0
        small = not low.scaled and low.value < 1000 and abs(low.value) <= abs(_raw(text, high))
        if low.kind == high.kind == "money" or (not low.unit and high.kind != "duration"):
            if high.scaled and small and low.unit in {"", high.unit}:
                low.value *= scale
                low.scaled = True
            if not low.unit and high.unit:
                low.unit, low.kind = high.unit, high.kind
        elif low.unit and not high.unit and not re.match(r"[ -][a-z]+s\b", text[high.end : high.end + 20]):
            high.unit, high.kind = low.unit, low.kind

    @staticmethod
    def _same_unit(text: str, low: Quantity, high: Quantity, gap: str) -> bool:
        """``from 208 lb to 193 by``, ``from 21 mpg combined to 23``: the second number takes the unit of the first."""
        if high.unit or high.scaled or high.form != "digits" or not _LOWER_ENDS.fullmatch(gap):
            return False
        if not re.match(
            r"[.,;)]|[ ](?:by|in|for|on|at|after|with|since|last|this|over|as|and|when|while)\b|$",
            text[high.end : high.end + 8],
        ):
            return False
        if low.kind in {"percent", "pp"} and not re.search(r"\bfrom[ ]$", text[max(0, low.start - 5) : low.start]):
            return False  # "rose 8 % to 3.65" is a price
        return low.value == 0 or 0.05 <= abs(high.value / low.value) <= 20

    # Comparator and change ---------------------------------------------------------------

    def _comparator(self, text: str, quantity: Quantity) -> None:
        left = text[max(0, quantity.start - 48) : quantity.start]
        left = left[left.rfind("\n") + 1 :]
        match = self._before.search(left)
        if match:
            phrase = re.sub(
                r"(?:[ -](?:a|an|the|just|only|record|to|as|at))?[ -]?[(+]*$", "", match.group().lower()
            ).strip(" (")
            sign = (
                self._comparators["before"].get(phrase)
                or self._comparators["before"].get(phrase.split(" ")[-1])
                or self._comparators["before"].get(match.group().lower().strip(" (+"))
            )
            if sign and not self._spatial(phrase, text, quantity, left[: match.start()]):
                quantity.comparator = sign
                quantity.notes["comparator"] = phrase
        if quantity.comparator == "=" and quantity.kind == "money" and quantity.value_max is None:
            if _PRICED_FROM.search(left) and not re.match(
                r"[ ](?:to|a (?:year|month) (?:ago|earlier))\b", text[quantity.end : quantity.end + 16]
            ):
                quantity.comparator = ">="
                quantity.notes["comparator"] = "from"
        after = self._after.match(text, quantity.end)
        if after is None and quantity.number_end < quantity.end:
            after = (
                self._after.match(text, quantity.number_end)
                if text[quantity.number_end : quantity.number_end + 1] == "+"
                else None
            )
        if after is not None and quantity.comparator == "=":
            phrase = after.group().lower().strip()
            if phrase == "plus" and not re.match(r"[ ]?plus[ ](?:[a-z]+s\b)", text[quantity.end : quantity.end + 24]):
                return
            quantity.comparator = self._comparators["after"].get(phrase, "=")
            quantity.notes["comparator"] = phrase

    def _spatial(self, phrase: str, text: str, quantity: Quantity, before: str) -> bool:
        """``over three years`` and ``under $5bn of debt`` differ: of durations, over and past only say when."""
        if phrase in {"over", "past", "under", "around", "top", "beyond"} and quantity.kind == "duration":
            return phrase != "over" or not re.search(
                r"(?:took|lasted|for|waited|delayed|of|is|was|well|just)[ ]$", before.lower()
            )
        if phrase == "around" and re.search(
            r"(?:cent(?:re|er)s?|centred|centered|revolves?|built|based|wrapped)[ ]$", before.lower()
        ):
            return True
        if phrase == "some":
            return False
        if phrase == "top" and quantity.kind == "count":
            return True
        if phrase == "over" and re.search(
            r"(?:increase|growth|rise|gain|improvement|premium|advantage)s?[ ]$", before.lower()
        ):
            return False
        return False


def _times(value: float, factor: float) -> float:
    return value * factor if factor == 1.0 else round(value * factor, 6)


def _raw(text: str, quantity: Quantity) -> float:
    """The number of a quantity without its scale words."""
    raw = quantity.notes.get("raw")
    return float(raw) if raw else 1.0


def _looks_like_screen(text: str, at: int) -> bool:
    return bool(
        re.match(
            r"[ -]?(?:tv|video|display|resolution|monitor|uhd|ultra|screen|content|hdr|camera|footage|blu|projector|television|oled|gaming|streaming|image|movie|at |/)",
            text[at : at + 14].lower(),
        )
    )


@functools.lru_cache(maxsize=8)
def finder(lexicon: Lexicon) -> QuantityFinder:
    """The finder of a lexicon, built once."""
    return QuantityFinder(lexicon)
