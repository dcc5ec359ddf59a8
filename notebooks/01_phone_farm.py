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
# # The 10,000-phone farm
#
# **Question.** Ten thousand phones work among a hundred thousand people. Are they found, all of them, and nobody
# else?
#
# **What is known.** A farm of about 10,000 phones in China became known in 2017 through a video; there is no court
# record. All rates of the simulation (how many phones come to a job, how fast, how often they act for nobody) are
# *assumed*.

# %%
import clickgraph as cg
from clickgraph.evaluation import evaluate
from clickgraph.simulation.catalogue import SCENARIOS

SCENARIOS["phone-farm"].source

# %%
world = cg.simulate("phone-farm", rng=1)
events = cg.read_events(world.events)
events

# %% [markdown]
# No window, no threshold, no list of suspects: the log is all that is given.

# %%
rings = cg.find_rings(events)
rings

# %% [markdown]
# ## What does a person see?
# Each row is an account in the order in which it joined; each column of marks is a burst on one content.

# %%
ring = rings[0]
ax = cg.plot.raster(ring)

# %%
ax = cg.plot.waterfall(ring)

# %%
print(cg.explain(ring))

# %% [markdown]
# ## Against the truth

# %%
result = evaluate(rings, world.truth, accounts=world.events["account"])
result.matches

# %%
match = result.matches.to_pylist()[0]
assert len(events) > 1_300_000
assert match["recall"] > 0.99
assert match["precision"] > 0.99
assert result.n_organic == 0
assert ring.verdict == "ring"
