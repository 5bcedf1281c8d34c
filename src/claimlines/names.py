"""Names and groups that a metric may belong to: ``doc.spans["subjects"]``.

Four sources, the surest first: the gazetteers of organisations, products and places
(one longest-match pass over the whole article); abbreviations the article defines
itself (Schwartz & Hearst 2003, the case of initial letters); runs of capitalised words;
and, where a sentence was parsed, entities and noun phrases of the base model. Mentions
of one thing are linked to one name.
"""

from __future__ import annotations

import functools
import re
from collections.abc import Sequence
from dataclasses import dataclass, field

from spacy.language import Language
from spacy.tokens import Doc, Span

from claimlines.lexicon import Lexicon, PhraseTable
from claimlines.surface import layers, plain
from claimlines.tree import Tree, text_of, tree_of

__all__ = ["Mention", "Names", "Subjects"]

if not Span.has_extension("mention"):
    Span.set_extension("mention", default=None)


@dataclass(slots=True)
class Mention:
    """A mention of something that can own a metric.

    Attributes:
        start, end: token offsets.
        kind: ``org``, ``product``, ``place``, ``person``, ``group``, ``name`` (capitalised,
            unknown), ``np`` (common noun phrase), ``ref`` (pronoun or description).
        name: the name it stands for, as the article gives it.
        source: how it was found: ``gazetteer``, ``ner``, ``caps``, ``np``, ``ref``.
        detail: gazetteer kind (``company``, ``research_firm``, ``news`` ...) or category.
        entity: index of the entity it is linked to, or -1.
        canonical: the gazetteer's name for it.
    """

    start: int
    end: int
    kind: str
    name: str
    source: str
    detail: str = ""
    entity: int = -1
    canonical: str = ""


@dataclass(slots=True)
class Entity:
    """All mentions of one thing in an article."""

    name: str
    kind: str
    detail: str
    mentions: list[int] = field(default_factory=list)
    forms: set[str] = field(default_factory=set)


_NER_KINDS = {
    "ORG": "org",
    "PRODUCT": "product",
    "GPE": "place",
    "LOC": "place",
    "PERSON": "person",
    "NORP": "group",
    "FAC": "name",
    "WORK_OF_ART": "name",
    "EVENT": "name",
}
_NAME_TAGS = frozenset(["NNP", "NNPS", "NN", "NNS", "JJ", "CD", "FW", "VBG", "VBN"])
"""Tags with which the first word of a sentence may begin a name of several words."""

_PROPER_TAGS = frozenset(["", "NNP", "NNPS"])
"""Tags of proper nouns, and that of words that were not tagged."""

_HEADLINE = 25
"""Tokens at either side of a name that tell whether it stands in a headline."""

_LONGER = 3
"""Words by which a known name may grow at either end."""

_LOWER_JOIN = {"of", "and", "&", "for", "the", "de", "la", "du", "+", "-"}


class Names:
    """The gazetteers of a lexicon as one longest-match table."""

    def __init__(self, lexicon: Lexicon, nlp: Language) -> None:
        entries: list[tuple[tuple[str, ...], str]] = []

        def split(form: str) -> tuple[str, ...]:
            """Words as the tokenizer cuts them; plain words need no tokenizer."""
            if _PLAIN_FORM.fullmatch(form):
                return tuple(form.split())
            return tuple(t.text for t in nlp.tokenizer(form))

        self.detail: dict[str, tuple[str, str]] = {}

        def add(form: str, name: str, kind: str, detail: str) -> None:
            words = split(form)
            if words:
                key = f"{kind}\t{name}"
                entries.append((words, key))
                self.detail[key] = (kind, detail)

        for name, aliases, kind in (row[:3] for row in lexicon.rows("organisations", 3)):
            if kind.endswith("?"):
                continue
            for form in {name, *aliases.split("|")} - {""}:
                add(form, name, "org", kind)
        for name, aliases, maker, category in (row[:4] for row in lexicon.rows("products", 4)):
            for form in {name, *aliases.split("|")} - {""}:
                if form[0].isupper() or any(c.isupper() for c in form):
                    add(form, name, "product", category or maker)
        self.demonyms: dict[str, str] = {}
        for name, aliases, demonyms, kind in (row[:4] for row in lexicon.rows("places", 4)):
            for form in {name, *aliases.split("|")} - {""}:
                add(form, name, "place", kind)
            for form in set(demonyms.split("|")) - {""}:
                self.demonyms[form] = name
                add(form, name, "group", kind)
        for name, aliases, kind in (row[:3] for row in lexicon.rows("terms", 3)):
            for form in {name, *aliases.split("|")} - {""}:
                add(form, name, "term", kind)
        self.table = PhraseTable(entries)
        self.groups = {row[0]: row[1] for row in lexicon.rows("groups", 2)}
        self.descriptors = {row[0].lower(): row[1] for row in lexicon.rows("descriptors", 2)}
        self.first_names = frozenset(row[0] for row in lexicon.rows("firstnames"))
        self.not_names = lexicon.contexts["not_names"]
        self.titles = lexicon.contexts["titles"]
        self.before_persons = lexicon.contexts["before_persons"]
        self.posts = lexicon.contexts["posts"]
        self.of_places = lexicon.contexts["of_places"]


_PLAIN_FORM = re.compile(r"[A-Za-z0-9]+(?: [A-Za-z0-9]+)*")
_CACHE: dict[Lexicon, Names] = {}


def names(lexicon: Lexicon, nlp: Language) -> Names:
    """The name tables of a lexicon, built once a process."""
    if lexicon not in _CACHE:
        _CACHE[lexicon] = Names(lexicon, nlp)
    return _CACHE[lexicon]


class Subjects:
    """Component ``claimlines_subjects``: mentions in ``doc.spans["subjects"]``, each with ``span._.mention``."""

    def __init__(self, nlp: Language, name: str = "claimlines_subjects", *, lexicon: Sequence[str] = ()) -> None:
        self.name = name
        self.names = names(Lexicon.load(tuple(lexicon)), nlp)

    def __call__(self, doc: Doc) -> Doc:
        found = self.find(doc)
        spans = []
        for mention in found:
            span = Span(doc, mention.start, mention.end, label=mention.kind)
            span._.mention = mention
            spans.append(span)
        doc.spans["subjects"] = spans
        return doc

    def find(self, doc: Doc) -> list[Mention]:
        """All mentions, in order; their ``entity`` indexes ``doc.user_data["claimlines_entities"]``."""
        taken: list[Mention | None] = [None] * len(doc)
        mentions: list[Mention] = []
        busy = self._busy(doc)

        def put(m: Mention) -> None:
            if m.end <= m.start or any(taken[i] is not None for i in range(m.start, m.end)):
                return
            mentions.append(m)
            for i in range(m.start, m.end):
                taken[i] = m

        self._gazetteer(doc, put, busy)
        self._ner(doc, put, busy)
        self._capitalised(doc, put, busy | {i for i, m in enumerate(taken) if m is not None})
        mentions.sort(key=lambda m: m.start)
        entities = self._link(doc, mentions)
        doc.user_data["claimlines_entities"] = entities
        return mentions

    @staticmethod
    def _busy(doc: Doc) -> set[int]:
        """Tokens of quantities and periods, which are no names."""
        busy: set[int] = set()
        for key in ("quantities", "periods"):
            for span in doc.spans.get(key, []):
                busy.update(range(span.start, span.end))
        return busy

    def _gazetteer(self, doc: Doc, put: object, busy: set[int]) -> None:
        words, tree = _word_list(doc), tree_of(doc)
        found = list(self.names.table.find(words))
        closed = busy | {start for start, _, _ in found}
        for start, end, keys in found:
            kind, canonical = keys[0].split("\t")
            detail = self.names.detail[keys[0]][1]
            first, last = start, end - 1
            if any(i in busy for i in range(first, last + 1)):
                continue
            if end - start == 1 and first == _sentence_first(tree, first) and words[start] in self.names.not_names:
                continue
            stop = last + 1
            if kind == "product":
                stop = _extend_product(doc, stop, busy)
            elif kind == "org":
                stop = _extend_org(doc, stop)
            if kind in {"org", "place", "group"}:
                low, high = self._longer(tree, kind, first, stop, closed)
                if (low, high) != (first, stop):
                    longer = "org" if kind == "org" else "name"
                    put(Mention(low, high, longer, _text(doc, low, high), "caps", detail if kind == "org" else ""))  # type: ignore[operator]
                    continue
            text = _text(doc, first, stop)
            put(Mention(first, stop, kind, text, "gazetteer", detail, canonical=canonical))  # type: ignore[operator]

    def _longer(self, tree: Tree, kind: str, first: int, stop: int, closed: set[int]) -> tuple[int, int]:
        """Bounds of the name that a known name is only part of: ``LG Card``, ``China Central Television``, ``Bank of England``.

        Args:
            closed: tokens that are something else: quantities, periods, the first words of other known names.
        """
        orth, spaced, tag = tree.orth, tree.spaced, tree.tag

        def goes_on(i: int) -> bool:
            word = orth[i]
            return (
                i not in closed
                and len(word) > 2
                and word[0].isupper()
                and word[1:].islower()
                and tag[i] in _PROPER_TAGS
                and word not in self.names.not_names
                and word.lower() not in self.names.titles
                and word not in self.names.first_names
            )

        low, high = first, stop
        while high < len(orth) and high - stop < _LONGER and spaced[high - 1] and goes_on(high):
            high += 1
        if kind == "group" and high - stop == 1 and orth[stop].lower() not in self.names.descriptors:
            high = stop  # "Dutch Hofstra" is Hofstra
        while low > 0 and high > stop and first - low < _LONGER and spaced[low - 1] and goes_on(low - 1):
            low -= 1
        if kind == "place" and first > 1 and tree.lower[first - 1] == "of" and tree.lower[first - 2] in self.names.of_places:
            low = first - 2
            while low > 0 and first - low < _LONGER + 2 and spaced[low - 1] and goes_on(low - 1):
                low -= 1
        # A headline writes all its words so.
        return (first, stop) if (low, high) != (first, stop) and _headline(tree, low, high) else (low, high)

    def _ner(self, doc: Doc, put: object, busy: set[int]) -> None:
        for ent in doc.ents:
            kind = _NER_KINDS.get(ent.label_)
            if kind is None:
                continue
            start, end = ent.start, ent.end
            while start < end and (
                doc[start].is_punct
                or doc[start].is_space
                or doc[start].lower_ in {"the", "a", "an"}
                or doc[start].text in {"•", "'s", "’s"}
            ):
                start += 1
            while end > start and (
                (doc[end - 1].is_punct and doc[end - 1].text not in {")"})
                or doc[end - 1].is_space
                or doc[end - 1].text in {"'s", "’s", "'", "’"}
            ):
                end -= 1
            # The model runs names together over possessives and line ends: cut at the first.
            for i in range(start, end):
                if (doc[i].is_space and "\n" in doc[i].text) or doc[i].text in {"'s", "’s"}:
                    end = i
                    break
            if end <= start or any(i in busy for i in range(start, end)):
                continue
            text = _text(doc, start, end)
            if not any(c.isalpha() for c in text) or (
                end - start == 1 and (text in self.names.not_names or (not text[0].isupper() and text.islower()))
            ):
                continue
            if kind == "person" and not self._person(doc, start, end):
                kind = "name"
            put(Mention(start, end, kind, text, "ner", ent.label_.lower()))  # type: ignore[operator]

    def _person(self, doc: Doc, start: int, end: int) -> bool:
        """Whether a name is a person's: a first name, a title before it or a post behind vouches for it."""
        if doc[start].text in self.names.first_names:
            return True
        if start > 0 and doc[start - 1].text.rstrip(".") in self.names.before_persons:
            return True
        # "Leila Rahimi, the chief executive" but not "Forrester, the analyst firm"
        if end - start < 2 or end + 2 >= len(doc) or doc[end].text != ",":
            return False
        behind = [doc[i].lower_ for i in range(end + 1, min(end + 5, len(doc)))]
        posts = [i for i, word in enumerate(behind) if word in self.names.posts]
        return bool(posts) and not any(self.names.descriptors.get(word) == "org" for word in behind[posts[0] + 1 :])

    def _capitalised(self, doc: Doc, put: object, busy: set[int]) -> None:
        tree = tree_of(doc)
        orth, lower, tag, spaced, n = tree.orth, tree.lower, tree.tag, tree.spaced, len(tree)
        i = 0
        while i < n:
            word = orth[i]
            if i in busy or not _name_like(word) or word in self.names.not_names:
                i += 1
                continue
            j = i + 1
            while j < n and j not in busy:
                nxt = orth[j]
                if tree.space[j]:
                    break
                if (_name_like(nxt) and nxt != "I") or (
                    tree.number[j] and nxt[0].isdigit() and spaced[j - 1] and len(nxt) < 5
                ):
                    j += 1
                elif (
                    lower[j] in {"of", "&", "+", "-"}
                    and j + 1 < n
                    and _name_like(orth[j + 1])
                    and orth[j + 1] not in self.names.not_names
                    and (j + 1) not in busy
                ):
                    j += 2
                else:
                    break
            while j - i > 1 and lower[i] in self.names.titles:
                i += 1
            leads = _sentence_first(tree, i) == i
            alone = j - i == 1
            if alone and leads and word[1:].islower() and word not in self._inner(doc, tree):
                i = j
                continue
            if not alone and leads and tag[i] and tag[i] not in _NAME_TAGS:
                i += 1  # "Later Smith", where the parse knows "later" for what it is
                continue
            stop = j
            while stop > i and (tree.punct[stop - 1] or orth[stop - 1] in {"'s", "’s"}):
                stop -= 1
            kind = "person" if self._person(doc, i, stop) else "name"
            put(Mention(i, stop, kind, _text(doc, i, stop), "caps"))  # type: ignore[operator]
            i = j

    @staticmethod
    def _inner(doc: Doc, tree: Tree) -> set[str]:
        """Words that stand capitalised inside a sentence, or begin a longer name: at a sentence's head they are names too."""
        seen: set[str] | None = doc.user_data.get("claimlines_inner_caps")
        if seen is None:
            orth, tag, n = tree.orth, tree.tag, len(tree)
            seen = set()
            for i, word in enumerate(orth):
                if not word[:1].isupper():
                    continue
                inside = i and not tree.sent_start[i] and not tree.punct[i - 1] and not tree.space[i - 1]
                begins = tree.spaced[i] and i + 1 < n and orth[i + 1][:1].isupper()
                if inside or (begins and (not tag[i] or tag[i] in _NAME_TAGS)):
                    seen.add(word)
            doc.user_data["claimlines_inner_caps"] = seen
        return seen

    # Linking -----------------------------------------------------------------------------

    def _link(self, doc: Doc, mentions: list[Mention]) -> list[Entity]:
        entities: list[Entity] = []
        by_form: dict[str, int] = {}
        by_word: dict[str, list[int]] = {}
        short = _abbreviations(layers(text_of(doc))[0])
        order = sorted(range(len(mentions)), key=lambda k: (-(mentions[k].end - mentions[k].start), k))
        for k in order:
            m = mentions[k]
            form = _form(m.name)
            index = by_form.get(form)
            if index is None and m.source == "gazetteer":
                index = by_form.get(f"\0{m.kind}\0{m.canonical}")
            if index is None and form in short:
                index = by_form.get(short[form].lower())
            if index is None and m.kind in {"person", "name", "org"} and m.source != "gazetteer":
                index = self._part_of(
                    form, entities, m, by_word.get(form.split(" ")[0], ()), by_word.get("\0" + form, ())
                )
            if index is None:
                index = len(entities)
                entities.append(Entity(m.name, m.kind, m.detail))
            entity = entities[index]
            if form not in entity.forms:
                entity.forms.add(form)
                by_word.setdefault(form.split(" ")[0], []).append(index)
                by_word.setdefault("\0" + form.rsplit(" ", 1)[-1], []).append(index)
            by_form[form] = index
            if m.source == "gazetteer":
                by_form[f"\0{m.kind}\0{m.canonical}"] = index
                if entity.kind in {"name", "person"} or not entity.detail:
                    entity.kind, entity.detail = m.kind, m.detail
            m.entity = index
            entity.mentions.append(k)
        for entity in entities:
            entity.mentions.sort()
        for abbreviation, full in short.items():
            index = by_form.get(abbreviation)
            if index is not None and full.lower() not in by_form:
                entities[index].name = full
        return entities

    @staticmethod
    def _part_of(
        form: str, entities: list[Entity], m: Mention, same_first: Sequence[int], same_last: Sequence[int]
    ) -> int | None:
        """A shorter form of a longer name: its first words, or for persons the last."""
        for i in same_first[:20]:
            entity = entities[i]
            if entity.kind in {m.kind, "org", "name"} and len(form) > 2:
                for full in sorted(entity.forms):
                    if full.startswith(form + " ") and full.count(" ") - form.count(" ") <= 3:
                        return i
        for i in same_last[:20]:
            if entities[i].kind == "person":
                return i
        return None


def _form(text: str) -> str:
    low = re.sub(r"[’']s?$", "", plain(text).lower())
    low = re.sub(r",? (?:inc|corp|co|ltd|plc|llc|corporation|company|group|holdings)\.?$", "", low)
    return re.sub(r"^the ", "", low).strip()


def _word_list(doc: Doc) -> list[str]:
    """The tokens as gazetteer forms are matched: as written, line breaks and spaces as one."""
    tree = tree_of(doc)
    return ["\n" if space else word.replace("\u2019", "'") for word, space in zip(tree.orth, tree.space, strict=True)]


@functools.lru_cache(maxsize=1 << 14)
def _name_like(text: str) -> bool:
    if not text[0].isalpha() and not (text[0].isdigit() and any(c.isupper() for c in text)):
        return False
    return text[0].isupper() or (any(c.isupper() for c in text[1:]) and text[0].isalpha())


def _headline(tree: Tree, low: int, high: int) -> bool:
    """Whether three in four words of a sentence, but for those of a name in it, are capitalised."""
    starts, n = tree.sent_start, len(tree)
    first, last = low, high
    while first > 0 and low - first < _HEADLINE and not starts[first]:
        first -= 1
    while last < n and last - high < _HEADLINE and not starts[last]:
        last += 1
    words = [word for word in (*tree.orth[first:low], *tree.orth[high:last]) if len(word) > 3 and word.isalpha()]
    capitals = sum(word[0].isupper() for word in words)
    return capitals >= 3 * (len(words) - capitals)


def _sentence_first(tree: Tree, i: int) -> int:
    """The first word of the sentence or quoted part that begins at or before ``i``; -1 where it is another."""
    j = i
    while j > 0 and not tree.sent_start[j]:
        if not (tree.punct[j - 1] or tree.space[j - 1] or tree.quote[j - 1]):
            return -1
        j -= 1
    return i


def _extend_product(doc: Doc, end: int, busy: set[int]) -> int:
    """``iPhone`` to ``iPhone 17 Pro Max``: versions and capitalised variants belong to the name."""
    while end < len(doc) and end not in busy:
        token = doc[end]
        if not doc[end - 1].whitespace_ and token.text not in {"+", "-"} and not token.text[0].isdigit():
            break
        text = token.text
        if re.fullmatch(
            r"\d{1,4}(?:\.\d)?[A-Za-z]{0,2}|[A-Z]\d{0,3}[A-Za-z]?|Pro|Max|Plus|Ultra|Mini|mini|Air|Lite|SE|FE|Edge|Fold|Flip|Turbo|Flash|Nano|Opus|Sonnet|Haiku|Preview|Super|Ti|XT|OLED|Slim|Portable|Advance|Series|Codex|R\d|Premium",
            text,
        ) or text in {"+"}:
            end += 1
        else:
            break
    return end


def _extend_org(doc: Doc, end: int) -> int:
    while end < len(doc) and doc[end].text in {
        "Inc",
        "Inc.",
        "Corp",
        "Corp.",
        "Ltd",
        "Ltd.",
        "Co",
        "Co.",
        "Plc",
        "plc",
        "PLC",
        "LLC",
        "AG",
        "SA",
        "NV",
        "Corporation",
        "Holdings",
        "Group",
    }:
        end += 1
    return end


def _text(doc: Doc, start: int, end: int) -> str:
    return " ".join(doc[start:end].text.split())


_DEFINED = re.compile(
    r"((?:[A-Z][\w'’-]*|of|and|for|the|&|in)(?: (?:[A-Z][\w'’-]*|of|and|for|the|&|in)){0,8}) \(([A-Z][A-Za-z&-]{1,9})\)"
)


def _abbreviations(text: str) -> dict[str, str]:
    """Abbreviations the article defines, ``{"ea": "Electronic Arts"}``: initial letters in order (Schwartz & Hearst 2003)."""
    out: dict[str, str] = {}
    for match in _DEFINED.finditer(text):
        short = match.group(2)
        words = match.group(1).split()
        letters = [c for c in short.lower() if c.isalpha()]
        for take in range(len(words), 0, -1):
            tail = words[-take:]
            initials = [w[0].lower() for w in tail]
            content = [w[0].lower() for w in tail if w.lower() not in _LOWER_JOIN]
            if (initials == letters or content == letters) and tail[0].lower() not in _LOWER_JOIN:
                out[short.lower()] = " ".join(tail)
                break
    return out


@Language.factory("claimlines_subjects", default_config={"lexicon": []}, assigns=["doc.spans", "span._.mention"])
def make_subjects(nlp: Language, name: str, lexicon: list[str]) -> Subjects:
    """Factory of :class:`Subjects`."""
    return Subjects(nlp, name, lexicon=lexicon)
