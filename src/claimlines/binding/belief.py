"""The choice of a subject that depends on the one before, which is not certain itself.

Taking the best subject of each quantity for granted lets one mistake run through a
paragraph. Here each choice is made under the likeliest subjects of the quantity before, and
weighed by their probabilities (the forward recursion of a maximum-entropy Markov model;
McCallum, Freitag and Pereira 2000).
"""

from __future__ import annotations

from dataclasses import dataclass

from claimlines.binding.ranker import Ranker, softmax
from claimlines.binding.subject import SubjectCandidate, SubjectCandidates

__all__ = ["Belief", "choose"]

_MOST = 4
"""Subjects of the quantity before that are reckoned with."""


@dataclass(frozen=True, slots=True)
class Belief:
    """The likely subjects of a quantity.

    Attributes:
        names: names (or None) and their probabilities, which sum to one.
        sentence: index of its sentence.
    """

    names: list[tuple[str | None, float]]
    sentence: int


def choose(
    found: SubjectCandidates, ranker: Ranker, before: Belief | None
) -> tuple[SubjectCandidate, float, Belief]:
    """The likeliest subject, its probability, and what is believed of this quantity.

    Args:
        found: the candidates, without the subject of the quantity before.
        ranker: scores candidates.
        before: what is believed of the quantity before.
    """
    candidates = list(found.all)
    scores = [ranker.score(c.marks) for c in candidates]
    link = found.link(before.sentence) if before is not None else None
    if before is None or link is None:
        total = softmax(scores)
    else:
        relation, chained = link
        index = {(c.name or "").lower(): i for i, c in enumerate(candidates)}
        total = [0.0] * len(candidates)
        for name, weight in before.names:
            at = index.get((name or "").lower())
            if at is None:
                at = index[(name or "").lower()] = len(candidates)
                candidates.append(SubjectCandidate(name, -1, -1, relation, [*found.related(relation), chained]))
                total.append(0.0)
                scored = [*scores, ranker.score(candidates[at].marks)]
                where = [*range(len(scores)), at]
            else:
                scored = list(scores)
                scored[at] += ranker.score(found.also(relation, candidates[at]))
                where = list(range(len(scores)))
            for i, p in zip(where, softmax(scored), strict=True):
                total[i] += weight * p
    best = max(range(len(total)), key=total.__getitem__)
    order = sorted(range(len(total)), key=lambda i: (-total[i], i))[:_MOST]
    mass = sum(total[i] for i in order)
    belief = Belief([(candidates[i].name, total[i] / mass) for i in order], found.place.sentence)
    return candidates[best], total[best], belief
