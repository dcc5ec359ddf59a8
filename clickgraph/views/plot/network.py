"""Who shares with whom: the ties of a ring as a drawing."""

from typing import TYPE_CHECKING

import numpy as np

from clickgraph.rings.ring import Ring
from clickgraph.views.colours import SHADES, TOTAL
from clickgraph.views.layout import FEW, MOST_ACCOUNTS, draw_ties
from clickgraph.views.plot.canvas import axes_or_new, label, say, whole_numbers

if TYPE_CHECKING:
    from matplotlib.axes import Axes

NAMED = 30  # accounts that are named; more would cover the ties


def network(ring: Ring, *, most_accounts: int = MOST_ACCOUNTS, ax: "Axes | None" = None) -> "Axes":
    """Draw who of a ring is tied to whom: pairs that met more often than chance explains.

    Parameters
    ----------
    ring : Ring
        One of the rings that :func:`clickgraph.find_rings` returns.
    most_accounts : int
        Of a larger ring only the accounts with the strongest ties are drawn; the title says so.
    ax : matplotlib.axes.Axes, optional
        Where to draw; a new figure by default.

    Returns
    -------
    matplotlib.axes.Axes
        A dot per account, darker and larger with more partners; a line per tie, darker with more bits.

    Raises
    ------
    InputError
        If `ring` is no Ring, or `most_accounts` no whole number of 1 or more.

    Examples
    --------
    >>> import clickgraph as cg
    >>> world = cg.simulate("phone-farm", n_accounts=60, n_organic_accounts=1000, n_organic_events=10000, rng=1)
    >>> cg.plot.network(cg.find_rings(world.events)[0]).get_title(loc="left")
    '... ties link ... of the 60 accounts'
    """
    drawing = draw_ties(ring, most_accounts=most_accounts)
    ax = say(axes_or_new(ax, size=(7.0, 6.0)), drawing.caption, x="", y="")
    if len(drawing.accounts):
        from matplotlib.collections import LineCollection

        lines = np.stack((drawing.place[drawing.one], drawing.place[drawing.other]), axis=1)
        shade = 0.15 + 0.5 * drawing.bits / drawing.bits.max()
        ax.add_collection(LineCollection(list(lines), colors=TOTAL, alpha=shade, linewidths=0.7, zorder=1))
        partners = drawing.n_partners
        dots = ax.scatter(
            drawing.place[:, 0], drawing.place[:, 1], c=partners, s=14 + 90 * drawing.partner_share,
            cmap=f"{SHADES}_r", vmin=0, vmax=max(partners.max(), FEW), edgecolors=TOTAL, linewidths=0.6, zorder=2,
        )  # fmt: skip
        ax.figure.colorbar(
            dots, ax=ax, label="accounts that it is tied to", shrink=0.7, pad=0.02, ticks=whole_numbers()
        )
    if len(drawing.accounts) <= NAMED:
        for account, place in zip(drawing.accounts.to_pylist(), drawing.place, strict=True):
            ax.annotate(label(account), place, xytext=(4, 4), textcoords="offset points", fontsize=7)
    ax.set_xticks([])
    ax.set_yticks([])
    ax.spines[:].set_visible(False)
    ax.set_aspect("equal")
    return ax
