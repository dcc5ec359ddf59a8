"""The evidence of a ring, piece by piece, as a waterfall in bits."""

from collections.abc import Sequence
from typing import TYPE_CHECKING

from clickgraph.rings.display import p_text
from clickgraph.rings.ring import Evidence, Ring, one_ring
from clickgraph.views.colours import AGAINST, RING, TOTAL
from clickgraph.views.plot.canvas import axes_or_new, label, say, thousands

if TYPE_CHECKING:
    from matplotlib.axes import Axes


def waterfall(ring: Ring, *, ax: "Axes | None" = None) -> "Axes":
    """Draw the pieces of evidence one after the other, each from where the last one ended, and their sum.

    Parameters
    ----------
    ring : Ring
        One of the rings that :func:`clickgraph.find_rings` returns.
    ax : matplotlib.axes.Axes, optional
        Where to draw; a new figure by default.

    Returns
    -------
    matplotlib.axes.Axes
        x is the running sum in bits; a bar per piece that counts, hatched where it speaks against the
        ring, and the score below. Pieces of no bits decide verdicts only and are left out.

    Notes
    -----
    The idea of the waterfall of match weights is splink's (Linacre et al., DOI 10.23889/ijpds.v7i3.1794).

    Examples
    --------
    >>> import clickgraph as cg
    >>> world = cg.simulate("phone-farm", n_accounts=60, n_organic_accounts=1000, n_organic_events=10000, rng=1)
    >>> cg.plot.waterfall(cg.find_rings(world.events)[0]).get_title(loc="left")
    'Once all choices are paid for, ... bits of evidence remain (p < 1e-300)'
    """
    steps = waterfall_steps(one_ring(ring).evidence)
    ax = axes_or_new(ax, size=(8.0, 1.4 + 0.45 * len(steps)))
    for row, (_, start, end) in enumerate(steps):
        total = row == len(steps) - 1
        against = end < start
        ax.barh(
            row, end - start, left=start, color=TOTAL if total else AGAINST if against else RING,
            hatch="///" if against and not total else None, edgecolor=TOTAL, linewidth=0.6, height=0.65,
        )  # fmt: skip
        ax.annotate(
            f"{end - start:+,.1f}", (max(start, end), row), xytext=(4, 0), textcoords="offset points", va="center"
        )
    ax.set_yticks(range(len(steps)), [label(name) for name, _, _ in steps])
    ax.set_ylim(len(steps) - 0.5, -0.5)
    ax.axvline(0.0, color=TOTAL, linewidth=0.8)
    ax.margins(x=0.12)
    thousands(ax.xaxis)
    return say(ax, _finding(ring), x="evidence (bits)", y="")


def waterfall_steps(evidence: Sequence[Evidence]) -> list[tuple[str, float, float]]:
    """Return name, start and end of each piece that counts, in bits, and of their sum.

    Examples
    --------
    >>> waterfall_steps([Evidence("bursts", 9.0, 1.0, bits=20.0), Evidence("choice", 1.0, 0.0, bits=-5.0)])
    [('bursts', 0.0, 20.0), ('choice', 20.0, 15.0), ('score', 0.0, 15.0)]
    """
    steps, at = [], 0.0
    for piece in evidence:
        if piece.bits != 0.0:
            steps.append((piece.name, at, at + piece.bits))
            at += piece.bits
    return [*steps, ("score", 0.0, at)]


def _finding(ring: Ring) -> str:
    p = p_text(ring.p_value)
    chance = f"p < {p[1:]}" if p.startswith("<") else f"p = {p or 'unknown'}"
    hours = [piece for piece in ring.evidence if piece.name == "own hours"]
    if hours:
        left = f"{hours[0].observed:,.0f} of {hours[0].expected:,.0f} bits are left ({chance})"
        return f"Against what others did at the same hours, {left}"
    if ring.score_bits <= 0:
        return f"The evidence does not outweigh its choices: {ring.score_bits:,.0f} bits ({chance})"
    return f"Once all choices are paid for, {ring.score_bits:,.0f} bits of evidence remain ({chance})"
