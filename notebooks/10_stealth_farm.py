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
# # The stealth farm: what cannot be seen, and why
#
# **Question.** A farm that delivers a trickle over two weeks, with the life of real accounts as cover: where is the
# end of what can be seen?
#
# **What is known.** One seller delivered over 15 days instead of at once (De Cristofaro et al., IMC 2014);
# co-clustering fails on such farms (Ikram et al. 2017). *Assumed*: the pool of 2,000 accounts, ten jobs, and lives
# copied from real accounts; the public is scaled down to 10,000 people.

# %%
import sys

import clickgraph as cg
from clickgraph.evaluation import evaluate
from clickgraph.simulation.planting import plant
from clickgraph.simulation.scenarios import make_farm

sys.path[:0] = [".", ".."]  # the theory is beside this folder
from benchmarks.theory import bits_if_told, shared_per_pair, work_of

public = cg.simulate("independent", n_accounts=10_000, n_events=100_000, rng=1)


def measure(**changes):
    """Return what the farm leaves to be found, by the truth, and what is found."""
    world = plant(public, make_farm("stealth-farm", **changes), rng=1)
    work = work_of(world, public)
    rings = cg.find_rings(world.events)
    match = evaluate(rings, world.truth, accounts=world.events["account"]).matches.to_pylist()[0]
    return {
        "shared targets per pair": round(shared_per_pair(work), 2),
        "bits if told": round(bits_if_told(work)),
        "f1": round(match["f1"], 3),
    }


# %% [markdown]
# ## Fewer accounts from the pool to each job
# Two accounts of the pool share, on average, `jobs * participation^2` targets. `bits if told` is the evidence for a
# test that is *told* who the members are and pays as one that has to find them: below seven bits (`log2(1 / 0.01)`)
# no test of this form can succeed, however it searches.

# %%
hour = 3_600.0
plane = []
for size in (1_200, 200):
    for hours in (0.1, 15 * 24.0):
        plane.append(
            {"size": size, "hours": hours, **measure(job_sizes=(size, 0.1), spread=(hours * hour, hours * hour))}
        )
        print(plane[-1])

# %%
ax = cg.plot.detectability(
    {
        "participation": [row["size"] / 2_000 for row in plane],
        "spread": ["6min" if row["hours"] < 1 else "15day" for row in plane],
        "f1": [row["f1"] for row in plane],
    }
)

# %% [markdown]
# ## What it means
# Where three in five accounts come to every job within minutes, the farm is found whole. Where one in ten comes,
# pairs of accounts share almost nothing (`10 * 0.1^2` jobs on average) and the price of having to find the members is
# larger than all evidence: `bits if told` is negative. A paid like is then like any other. Whoever says that there is
# no farm because none was found says more than the log does.
#
# The small groups that do appear in the stealthy cells are pairs of lives: a copied life *is* a true double of its
# original. Evidence that is there is not always found either: `bits if told` knows the members, and a search has to
# come upon them first.

# %%
by = {(row["size"], row["hours"]): row for row in plane}
stealthy = by[200, 15 * 24.0]
assert by[1_200, 0.1]["f1"] > 0.9
assert by[1_200, 0.1]["bits if told"] > 10_000
assert stealthy["shared targets per pair"] < 1
assert stealthy["bits if told"] < 7
assert stealthy["f1"] < 0.3
