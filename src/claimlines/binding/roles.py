"""Words that stand in a telling relation to a quantity, by the parse, and the noun phrases around them."""

from __future__ import annotations

from spacy.tokens import Doc, Token

from claimlines.binding.scene import Place, Scene
from claimlines.metrics import MetricMention

__all__ = ["is_metric_noun", "kind_of", "only_metric", "phrases", "roles", "subject_kinds"]


def roles(scene: Scene, place: Place, metric: MetricMention | None = None) -> dict[int, str]:
    """Tokens that stand in a telling relation to the quantity, and which."""
    doc = scene.doc
    if place.sentence not in scene.parsed:
        return {}
    start, end = scene.sentence(place.sentence)
    found: dict[int, str] = {}

    def put(token: Token, role: str) -> None:
        if start <= token.i < end and not place.span.start <= token.i < place.span.end and token.i not in found:
            found[token.i] = role

    def expand(token: Token, role: str) -> None:
        put(token, role)
        for child in token.children:
            if child.dep_ == "poss":
                put(child, role + "_poss")
            elif child.dep_ in {"compound", "nmod"} or (child.dep_ == "amod" and child.pos_ in {"NOUN", "PROPN"}):
                put(child, role + ("_comp" if child.pos_ == "PROPN" else "_ncomp"))
            elif child.dep_ == "prep" and child.lower_ in {
                "of",
                "in",
                "for",
                "at",
                "by",
                "from",
                "among",
                "on",
                "with",
                "to",
            }:
                for p in child.children:
                    if p.dep_ == "pobj":
                        put(p, f"{role}_{child.lower_}")
                        for g in p.children:
                            if g.dep_ == "poss":
                                put(g, f"{role}_{child.lower_}_poss")
            elif child.dep_ in {"appos", "conj"} and child.pos_ in {"PROPN", "NOUN"}:
                put(child, role + "_" + child.dep_)

    for depth, verb in enumerate(place.verbs[:3]):
        for subject in scene.verb_subjects(verb):
            expand(subject, f"subj{depth}")
        for child in verb.children:
            if child.dep_ == "agent":
                for p in child.children:
                    if p.dep_ == "pobj":
                        put(p, f"agent{depth}")
            elif child.dep_ == "dobj" and depth == 0:
                expand(child, "obj")
            elif (
                child.dep_ == "prep"
                and child.lower_ in {"in", "for", "at", "of", "among", "by", "from", "on", "to", "with", "across"}
                and depth < 2
            ):
                for p in child.children:
                    if p.dep_ == "pobj":
                        put(p, f"vprep{depth}_{child.lower_}")
    if metric is not None and start <= metric.start < end and metric.kind == "noun":
        # What owns the metric's own noun: "the margin of the unit", "Acme's sales".
        expand(doc[metric.start : metric.end].root, "met")
    expand(place.head, "own")
    if place.attach.i != place.head.i:
        expand(place.attach, "att")
    token = place.head
    for _ in range(4):
        if token.head.i == token.i or token.head.pos_ in {"VERB", "AUX"}:
            break
        token = token.head
        if token.pos_ in {"NOUN", "PROPN"}:
            expand(token, "up")
    for i in range(max(start, place.span.start - 6), min(end, place.span.end + 8)):
        t = doc[i]
        if (
            t.pos_ in {"NOUN", "PROPN"}
            and t.i not in found
            and not place.span.start <= i < place.span.end
            and t.dep_ not in {"compound"}
        ):
            found[i] = "nearL" if i < place.span.start else "nearR"
    return found


def phrases(doc: Doc, head: Token, place: Place) -> list[tuple[int, int, str]]:
    """Noun phrases around a head: bare, without its possessor, and with what follows it."""
    if (head.pos_ in {"PRON", "DET"} and head.lower_ not in {"those"}) or head.pos_ in {
        "VERB",
        "AUX",
        "PUNCT",
        "SPACE",
        "SYM",
    }:
        return []
    first = head.i
    while first > 0 and first > head.left_edge.i:
        prev = doc[first - 1]
        if (
            prev.dep_ in {"det", "predet"}
            or (prev.pos_ in {"DET", "VERB"} and prev.dep_ != "amod")
            or prev.text in {",", ";", ":", "(", ")", "\u2014", "\u2013", "•", '"', "\u201c", "\u201d"}
            or prev.is_space
            or (prev.like_num and prev.text[0].isdigit())
            or prev.pos_ in {"ADP", "CCONJ", "SCONJ", "AUX"}
            or (prev.pos_ == "PRON" and prev.dep_ != "poss")
        ):
            break
        if place.span.start <= prev.i < place.span.end:
            break
        if prev.pos_ == "PRON":
            break
        first -= 1
    last = head.i + 1
    out = [(first, last, "np")]
    possessive = next((i for i in range(head.i - 1, first, -1) if doc[i].text in {"'s", "’s", "’", "'"}), None)
    if possessive is not None:
        out.append((possessive + 1, last, "nopos"))
    if first < head.i and doc[head.i - 1].dep_ in {"amod", "compound"}:
        out.append((head.i, last, "bare"))
        if head.i - first >= 3:
            out.append((head.i - 1, last, "two"))
    right = head.right_edge.i + 1
    if right > last:
        stop = last
        for i in range(last, min(right, last + 12)):
            t = doc[i]
            if (
                t.text in {",", ";", ":", "(", "\u2014", "\u2013"}
                or t.is_space
                or place.span.start <= i < place.span.end
            ):
                break
            stop = i + 1
        while stop > last and doc[stop - 1].is_punct:
            stop -= 1
        if stop > last and doc[last].lower_ in {
            "of",
            "in",
            "for",
            "with",
            "who",
            "that",
            "from",
            "living",
            "on",
            "aged",
            "using",
            "interviewed",
            "asked",
            "surveyed",
            "at",
            "and",
            "under",
            "without",
            "earning",
        }:
            out.append(
                (
                    first,
                    stop,
                    "full_" + doc[last].lower_
                    if doc[last].lower_ in {"of", "in", "with", "who", "and", "for"}
                    else "full",
                )
            )
            inner = next(
                (i for i in range(last + 1, stop) if doc[i].pos_ == "ADP" or doc[i].lower_ in {"who", "that", "which"}),
                None,
            )
            if inner is not None and inner - last >= 2:
                out.append((first, inner, "mid"))
    return out


def is_metric_noun(scene: Scene, place: Place, head: Token) -> bool:
    return any(m.start <= head.i < m.end and m.kind == "noun" for m in scene.metrics.get(place.sentence, ()))


def subject_kinds(scene: Scene, place: Place) -> str:
    """What the nearest clauses have as subjects: names, groups, metrics, pronouns, descriptions."""
    if place.sentence not in scene.parsed:
        return "flat"
    out = []
    for verb in place.verbs[:2]:
        kinds = [kind_of(scene, place, s) for s in scene.verb_subjects(verb)[:1]]
        out.append(kinds[0] if kinds else "none")
    return "+".join(out) or "noverb"


def coarse(kinds: str) -> str:
    """The nearest clause's subject as one of few classes: does the sentence itself say whose the figure is?"""
    first = kinds.split("+")[0]
    if first.endswith("_src"):
        return "source"
    if first in {"org", "product", "place", "person", "name"}:
        return "name"
    if first.startswith("metric_of"):
        return "owned" if not first.endswith("pron") else "ref"
    if first.startswith("desc") or first == "pron":
        return "ref" if "_of_" not in first or first.endswith("pron") else "owned"
    if first.startswith("metric"):
        return "metric"
    if first.startswith(("group", "nps")):
        return "group"
    return "np" if first.startswith("np") else "none"


def kind_of(scene: Scene, place: Place, token: Token) -> str:
    """A subject in one word; of a metric noun also what owns it."""
    for m in scene.mentions.get(place.sentence, ()):
        if m.start <= token.i < m.end:
            return m.kind + ("_src" if m.entity in scene.sources else "")
    if token.pos_ == "PRON":
        return "pron"
    owner = ""
    for child in token.children:
        if child.dep_ in {"poss", "compound", "nmod", "amod"}:
            for m in scene.mentions.get(place.sentence, ()):
                if m.start <= child.i < m.end:
                    owner = "_of_" + m.kind
            if child.dep_ == "poss" and child.pos_ == "PRON":
                owner = "_of_pron"
    if is_metric_noun(scene, place, token):
        return "metric" + owner
    lemma = token.lemma_.lower()
    group = scene.names.groups.get(lemma)
    if group and token.tag_ == "NNS":
        return "group" + owner
    described = scene.names.descriptors.get(lemma)
    if described:
        return f"desc_{described}{owner}"
    return ("nps" if token.tag_ == "NNS" else "np") + owner


def only_metric(scene: Scene, place: Place, first: int, last: int) -> bool:
    """Whether the phrase is nothing but words of a metric: then it names what is measured, not whose."""
    covered = {i for m in scene.metrics.get(place.sentence, ()) if m.kind == "noun" for i in range(m.start, m.end)}
    return all(i in covered for i in range(first, last))


