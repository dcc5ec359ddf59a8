# ---
# jupyter:
#   jupytext:
#     formats: py:percent
#   kernelspec:
#     display_name: Python 3
#     language: python
#     name: python3
# ---

# %% [markdown]
# # Camouflage
#
# **Question.** Fraudulent accounts also like what everybody likes. How much of that hides them, and how thin may a farm
# spread itself?
#
# **Protocol.** Two, on the same 20,000 people with topics of shared taste:
#
# - *Cover*, after FRAUDAR (Hooi et al., KDD 2016, DOI 10.1145/2939672.2939747): a group of accounts is injected that
#   acts on targets of its own, and for each paid act it adds others on honest contents, the popular ones more often:
#   the paper's *biased* camouflage (the farm's `cover`). 300 accounts, 60 targets, each account on 15 % of them, within
#   six hours (*assumed*).
# - *Density*, after HoloScope (Liu et al., CIKM 2017, arXiv:1705.02505; `benchmarks/injection.py`): a farm takes over
#   accounts of the log. Each of its targets, unpopular contents of the log, gets the same number of acts from them; the
#   more accounts share the work, the thinner the block. Each account adds as many acts of biased camouflage. All acts
#   lie within a spike: behind one random start by one of the twenty shortest pauses of the log. Targets and acts for
#   each are 100 here, half the authors' 200, for a log that is smaller than theirs. Their ratings are left out.
#
# Both peers are written here from their papers (`benchmarks/peers`). FRAUDAR sees a bipartite graph without times;
# HoloScope sees bursts and drops as well. Each may return five blocks, of which the best is counted.

# %%
import sys

import clickgraph as cg
from clickgraph.evaluation import evaluate
from clickgraph.simulation.farms import Farm
from clickgraph.simulation.planting import plant

sys.path[:0] = [".", ".."]  # the peers are beside this folder
from benchmarks.injection import inject
from benchmarks.peers import fraudar, holoscope

public = cg.simulate("topics", n_accounts=20_000, n_events=200_000, rng=1)
methods = {
    "FRAUDAR": lambda events: fraudar.detect(events, n_blocks=5).to_members(),
    "HoloScope": lambda events: holoscope.detect(events, n_blocks=5).to_members(),
    "clickgraph": cg.find_rings,
}


def compare(world, **knob):
    """Return the F1 of each method's best match of the injected group, and the verdict on ours."""
    row, verdict = dict(knob), "-"
    for method, detect in methods.items():
        found = detect(world.events)
        (match,) = evaluate(found, world.truth, accounts=world.events["account"]).matches.to_arrow().to_pylist()
        row[method] = match["f1"]
        if method == "clickgraph" and match["found"]:
            verdict = found[match["found"]].verdict
    return row | {"verdict": verdict}


def to_table(rows):
    return cg.Table.from_columns(**{name: [row[name] for row in rows] for name in rows[0]})


block = {"n_accounts": 300, "n_jobs": 60, "participation": (0.15, 0.15), "spread": (21_600.0, 21_600.0)}
covers = []
for cover in (0.0, 4.0, 8.0, 16.0):
    farm = Farm(name="block", cover=(cover, cover), audience=(0.3, 0.3), core=(1.0, 1.0), **block)
    covers.append(compare(plant(public, farm, rng=1), cover=cover))
to_table(covers)

# %%
densities = []
for n_accounts in (500, 1000, 2000):
    world = inject(public.events, n_accounts=n_accounts, n_targets=100, acts_per_target=100, rng=1)
    densities.append(compare(world, density=100 / n_accounts))
to_table(densities)

# %%
from matplotlib import pyplot

figure, axes = pyplot.subplots(1, 2, figsize=(9, 3.5), layout="constrained", sharey=True)
for ax, rows, knob in zip(axes, (covers, densities), ("cover", "density"), strict=True):
    for method, marker in (("FRAUDAR", "s--"), ("HoloScope", "^:"), ("clickgraph", "o-")):
        line = [(row[knob], row[method]) for row in rows]
        ax.plot(*zip(*line, strict=True), marker, label=method)
axes[0].set(xlabel="organic-looking acts per paid one", xticks=[0, 4, 8, 16])
axes[0].set(ylabel="F1 of the injected block", ylim=(-0.03, 1.05))
axes[1].set(xlabel="density: share of the targets that an account acts on", xscale="log")
axes[1].set_xticks([0.2, 0.1, 0.05], ["0.2", "0.1", "0.05"])
axes[1].minorticks_off()
axes[1].invert_xaxis()
axes[0].set_title("Eight acts of cover do not hide the group", loc="left", fontsize=11)
axes[1].set_title("Who sees times finds thin blocks in a spike", loc="left", fontsize=11)
axes[1].legend(frameon=False, loc="lower left")
pyplot.show()

# %% [markdown]
# **Cover.** Eight acts of cover for each paid one do not hide the group from its times; sixteen do, and there this
# method ends on this log. Two accounts of it share a target or two, which drowns in what they do besides; two of its
# orders share seven accounts, and that is how it is found. FRAUDAR and HoloScope look for blocks that are dense, or
# that belong to their accounts alone; 15 % of the targets make neither. What so much cover does make is the busiest
# accounts of the log, on the same popular contents: that is what FRAUDAR finds in the end.
#
# **Density.** In the spike of its own protocol HoloScope does what its paper claims: it finds thin blocks that FRAUDAR
# loses, because their times count. Here both methods that see times find the farm. At the thinnest, where an account
# comes to one target in twenty, the group that comes back is nearly all farm, but only as a `candidate`: a tenth of all
# accounts act at the same moment, and against the others of that moment nothing can be told.
#
# **Full size.** With the authors' 200 targets of 200 acts, by 4,000 accounts within twenty seconds, two accounts share
# half a target on average, two targets ten accounts: HoloScope reaches .98, `find_rings` .9999, as a `candidate` once
# more.

# %%
f1 = {("cover", row["cover"]): row for row in covers} | {("density", row["density"]): row for row in densities}
assert min(f1["cover", cover]["clickgraph"] for cover in (0.0, 4.0, 8.0)) > 0.9
assert f1["cover", 16.0]["clickgraph"] < 0.1
assert max(row[method] for row in covers[:3] for method in ("FRAUDAR", "HoloScope")) < 0.75
assert covers[3]["FRAUDAR"] > 0.8
assert all(row["HoloScope"] > row["FRAUDAR"] for row in densities)
assert min(row["clickgraph"] for row in densities) > 0.9
assert [row["verdict"] for row in densities] == ["ring", "ring", "candidate"]
