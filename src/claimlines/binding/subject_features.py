"""Features of a subject candidate, as groups for the ranker (:mod:`claimlines.binding.ranker`).

A function names the features that depend on its arguments and on nothing else. Arguments
are few and coarse where they can be: a group that comes again costs the ranker one look-up.
"""

from __future__ import annotations

from functools import lru_cache

__all__ = ["relation_class"]


@lru_cache(maxsize=1 << 12)
def relation_class(relation: str) -> str:
    """A relation as one of few classes."""
    if relation in {"subj0", "subj0_poss", "subj0_comp", "subj0_ncomp"}:
        return "subject"
    if relation.startswith("subj0_"):
        return "subjectpp"
    if relation.startswith(("subj", "agent")):
        return "upper"
    if relation.startswith(("own", "att", "obj", "up", "vprep")):
        return "close"
    if relation.startswith("np_"):
        return "np" + relation_class(relation[3:])
    if relation.startswith("near"):
        return "near"
    return relation


# Of every candidate ------------------------------------------------------------------


def related(relation: str, kind: str, subjects: str, coarse: str) -> list[str]:
    """How a candidate stands to a quantity of a kind, beside what its clauses have as subjects."""
    group = relation_class(relation)
    return [
        f"rel={relation}", f"rel={relation}|k={kind}", f"P={relation}|{subjects}", f"C={group}|{coarse}", f"C={group}|{coarse}|k={kind}",
    ]  # fmt: skip


def related_metric(relation: str, metric: str) -> list[str]:
    """How it stands to the quantity of a metric."""
    return [f"rel={relation}|m={metric}", f"C={relation_class(relation)}|m={metric}"]


def contrasted(contrast: str, relation: str) -> list[str]:
    """How it stands to a quantity that a word before sets beside another."""
    return [f"cmp={contrast}|{relation}", f"cmp={contrast}|C={relation_class(relation)}"]


def also(relation: str, nearest: str) -> list[str]:
    """Another role of a name than its nearest."""
    return [f"also={relation}|{nearest}"]


def also_class(relation: str, nearest: str, coarse: str) -> list[str]:
    """The same by classes of roles."""
    return [f"A={relation}|{nearest}|{coarse}"]


# Of names ----------------------------------------------------------------------------


def standing(kind: str, detail: str, rank: int, count: int, titled: bool, main: bool, source: bool) -> list[str]:
    """What an entity is to the article."""
    return [
        f"ed={detail}", f"rank={rank}|{kind}", f"count={count}", f"intitle={titled}|{kind}", f"mainorg={main}", f"source={source}|{kind}",
    ]  # fmt: skip


def owner(kind: str, detail: str, source: bool, metric: str, quantity: str) -> list[str]:
    """A kind of entity and what it would own."""
    return [
        f"ek={kind}|m={metric}",
        f"ek={kind}|k={quantity}",
        f"ed={detail}|m={metric}",
        f"source={source}|m={metric}|{kind}",
    ]


def recency(rank: str, kind: str, metric: str, references: str) -> list[str]:
    """How many others of its kind came since an entity was last mentioned."""
    return [f"rec={rank}|{kind}", f"rec={rank}|{kind}|m={metric}", f"rec={rank}|{kind}|refs={references}"]


def topic(where: str, kind: str, references: str, metric: str) -> list[str]:
    """Whether a paragraph names an entity before the quantity."""
    return [f"topic={where}|{kind}", f"topic={where}|refs={references}", f"topic={where}|{kind}|m={metric}"]


def same_paragraph(relation: str, where: str, place: str, kind: str) -> list[str]:
    """A name of a sentence before, in the quantity's paragraph or not."""
    return [f"{relation}|topic={where}|{kind}", f"{relation}|topic={where}|{place}"]


def spelt(kind: str, shape: str) -> list[str]:
    """A kind of entity and its spelling."""
    return [f"ek={kind}|sh={shape}"]


def found(source: str, kind: str, shape: str, metric: str) -> list[str]:
    """How a mention was found, and its spelling."""
    return [f"src={source}|{kind}", f"sh={shape}|m={metric}"]


def role(relation: str, kind: str, metric: str, detail: str) -> list[str]:
    """The role of a name in the quantity's sentence."""
    return [f"role={relation}|{kind}", f"role={relation}|m={metric}|{kind}", f"role={relation}|{detail}"]


def position(side: str, distance: str, between: int, kind: str, relation: str) -> list[str]:
    """Where a name stands, and the number of quantities between."""
    return [f"{side}|{distance}|{kind}", f"{side}|b={between}|{kind}", f"{side}|b={between}|{relation}"]


def neighbours(prior: str, post: str, first: bool, kind: str) -> list[str]:
    """The words at both sides of a name."""
    return [f"prior={prior}|{kind}", f"post={post}|{kind}", f"first={first}|{kind}"]


def possessive(kind: str, quantity: str, near: bool) -> list[str]:
    """A name with a possessive mark."""
    return [f"possessive|{kind}|{quantity}", f"possessive|adj={near}|{kind}"]


def before(relation: str, place: str, kind: str, references: str, local: bool, dep: str) -> list[str]:
    """A name of a sentence before."""
    return [
        f"{relation}|{place}|{kind}", f"{relation}|refs={references}|{kind}|{place}", f"{relation}|names={local}|{kind}",
        f"{relation}|{dep}|{kind}", f"{relation}|{dep}|refs={references}",
    ]  # fmt: skip


def antecedent(how: str, kind: str, metric: str, coarse: str) -> list[str]:
    """What a pronoun or a description stands for."""
    return [f"{how}|{kind}", f"{how}|m={metric}", f"{how}|{coarse}"]


def salient(references: str, kind: str, local: bool) -> list[str]:
    """A name the article mentions often, or did last."""
    return [f"refs={references}|salient|{kind}", f"local={local}|salient"]


# Of noun phrases ---------------------------------------------------------------------


def noun(lemma: str, group: str, fine: str, rough: str, metric: str) -> list[str]:
    """The head noun of a phrase and what it would own."""
    return [
        f"npg={group}|m={metric}",
        f"nphead={lemma}",
        f"npm={metric}|{lemma}",
        f"npf={fine}",
        f"npc={rough}|m={metric}",
    ]


def noun_role(role: str, group: str, descriptor: str, metricish: bool, fine: str, rough: str) -> list[str]:
    """The role of the head noun."""
    return [
        f"npg={group}|{role}",
        f"npd={descriptor}|{role}",
        f"npmetric={metricish}|{role}",
        f"npf={fine}|{role}",
        f"npc={rough}|{role}",
    ]


def noun_before(group: str, plural: bool, rough: str, references: str, same: bool, local: bool) -> list[str]:
    """The subject of the sentence before, in the same paragraph or not."""
    return [
        f"npb={group}|{plural}|{same}", f"npb={group}|refs={references}", f"npbc={rough}|{plural}", f"npb|names={local}|{same}|{plural}",
    ]  # fmt: skip


def phrase(role: str, shape: str, metric: str) -> list[str]:
    """A shape of phrase in a role."""
    return [f"np={role}|{shape}", f"np={role}|{shape}|m={metric}"]


def phrase_words(shape: str, proper: bool, metricish: bool, whole: bool, plural: bool, rough: str) -> list[str]:
    """What a phrase is made of."""
    return [
        f"npproper={proper}|{shape}",
        f"npmetric={metricish}|whole={whole}|{shape}",
        f"npc={rough}|{shape}|{plural}",
    ]


def phrase_metric(whole: bool, generic: bool, group: str, metric: str) -> list[str]:
    """Whether a phrase is but the metric's own words, or a bare noun."""
    return [f"npwhole={whole}|m={metric}", f"npgen={generic}|g={group}|m={metric}"]


def determined(determiner: str, descriptor: str, rough: str) -> list[str]:
    """A phrase's determiner."""
    return [f"npdet={determiner}|{descriptor}", f"npdet={determiner}|{rough}"]


# Of the subject before ---------------------------------------------------------------


def chained(gap: int, own: bool, references: str, metric: str, local: bool) -> list[str]:
    """The subject of the quantity before, some sentences back."""
    return [
        f"prevsubj={gap}|own={own}",
        f"prevsubj={gap}|refs={references}",
        f"prevsubj={gap}|m={metric}",
        f"prevsubj={gap}|names={local}",
    ]


def nobody(metric: str, kind: str, local: bool, verb: str) -> list[str]:
    """No subject at all."""
    return [f"null|m={metric}", f"null|k={kind}", f"null|names={local}", f"null|v={verb}"]
