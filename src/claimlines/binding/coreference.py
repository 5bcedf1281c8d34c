"""What pronouns and descriptions near a quantity stand for, and the items of respective lists."""

from __future__ import annotations

from bisect import bisect_right

from claimlines.binding.scene import Place, Scene

__all__ = ["references", "resolved", "respective"]

_ROLE_ORDER = {"subj0": 0, "own": 1, "att": 2, "obj": 3, "up": 4, "subj1": 5, "vprep0": 6, "subj2": 7}


def resolved(scene: Scene, place: Place, roles: dict[int, str]) -> list[tuple[int, str]]:
    """Antecedents of the nearest pronoun or definite description: mention indices and how they were reached."""
    tree = scene.tree
    order = sorted(
        (t for t, r in roles.items() if r.startswith(("subj", "own", "att", "up", "obj", "vprep"))),
        key=lambda t: _ROLE_ORDER.get(roles[t].split("_")[0], 9),
    )
    for token in order:
        if tree.lower[token] in {"it", "its", "which", "they", "their", "itself"}:
            wanted, how = {"org", "product", "name", "place"}, "it"
        elif tree.pos[token] == "NOUN":
            described = scene.names.descriptors.get(tree.lemma[token].lower())
            if described not in {"org", "product"} or not any(
                tree.dep[c] in {"det", "poss"} and tree.lower[c] in {"the", "this", "that", "these", "both"}
                for c in tree.children(token)
            ):
                continue
            if described == "org":
                wanted, how = {"org", "name"}, "the_org"
            else:
                wanted, how = {"product", "name"}, "the_product"
        else:
            continue
        latest = bisect_right(scene.mention_ends, token)
        before = [
            k
            for k in range(max(0, latest - 40), latest)
            if scene.all_mentions[k].kind in wanted and scene.all_mentions[k].entity not in scene.sources
        ]
        if not before:
            continue
        recent = before[-6:]
        subject = [
            k
            for k in recent
            if scene.all_mentions[k].start - scene.sentence(scene.sentence_of(scene.all_mentions[k].start))[0] <= 2
        ]
        kind_first = (
            [k for k in reversed(recent) if scene.all_mentions[k].kind in {"product"}] if how == "the_product" else []
        )
        best = kind_first[0] if kind_first else subject[-1] if subject else recent[-1]
        out = [(best, f"coref_{how}")]
        main = [k for k in recent if scene.all_mentions[k].entity == scene.main_org]
        if how == "the_org" and main and main[-1] != best:
            out.insert(0, (main[-1], "coref_main"))
        return out
    return []


def respective(scene: Scene, place: Place) -> list[tuple[int, str]]:
    """``A, B and C shipped 3, 2 and 1 million, respectively``: the name in the quantity's own place of the list."""
    start, end = scene.sentence(place.sentence)
    try:
        at = scene.tree.lower.index("respectively", place.end, end)
    except ValueError:
        return []
    row = [
        p
        for p in scene.places[max(0, place.order - 12) : place.order + 12]
        if p.sentence == place.sentence and p.quantity.kind == place.quantity.kind and p.end <= at
    ]
    first = row[0].start if row else start
    low = bisect_right(scene.mention_ends, start)
    listed = [
        k for k in range(low, min(low + 40, len(scene.all_mentions))) if start <= scene.all_mentions[k].start < first
    ]
    if len(row) < 2 or len(listed) < len(row):
        return []
    names = listed[-len(row) :]
    position = next((i for i, p in enumerate(row) if p is place), None)
    return [] if position is None else [(names[position], "respectively")]


def references(scene: Scene, place: Place, roles: dict[int, str]) -> set[str]:
    """Pronouns and definite descriptions in telling roles: ``it``, ``they``, ``org``, ``product`` ..."""
    tree = scene.tree
    out: set[str] = set()
    for token, role in roles.items():
        if not role.startswith(("subj", "att", "own", "up", "obj")):
            continue
        word = tree.lower[token]
        if word in {"it", "its"}:
            out.add("it")
        elif word in {"they", "their", "we", "our"}:
            out.add("they")
        elif word in {"he", "she", "his", "her", "i"}:
            out.add("he")
        elif tree.pos[token] == "NOUN":
            kind = scene.names.descriptors.get(tree.lemma[token].lower())
            if kind and any(tree.dep[c] == "det" and tree.lower[c] in {"the", "this"} for c in tree.children(token)):
                out.add(kind)
    return out
