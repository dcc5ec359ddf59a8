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
# # One person and fifty phones
#
# **Question.** A single worker taps through a rack of fifty phones, one after the other. Does so small and slow a
# farm show?
#
# **What is known.** A worker in Dhaka, 2013, made about 400 likes a day (computed from The Guardian's report on
# Channel 4 Dispatches), retail $15 per 1,000 likes. *Assumed*: eight seconds from one phone to the next, the number
# of jobs, how many organic-looking likes the phones add. The public is scaled down to 5,000 people, so that this runs
# in seconds.

# %%
import clickgraph as cg
from clickgraph.evaluation import evaluate

world = cg.simulate("manual-farm", n_accounts=50, n_organic_accounts=5_000, n_organic_events=50_000, rng=1)
events = cg.read_events(world.events)
rings = cg.find_rings(events)
rings

# %% [markdown]
# ## One hand, always in the same order
# Seen from near, one job is a straight line: the next phone, a few seconds later.

# %%
ring = rings[0]
largest = ring.bursts.to_arrow().sort_by([("n_members", "descending")])["content"][0].as_py()
ax = cg.plot.raster(ring, content=largest)

# %%
explanation = cg.explain(ring, events=events)
print(explanation)

# %% [markdown]
# ## Two phones of the rack
# What ties two of the accounts, content by content, to the second:

# %%
one, other = ring.accounts[:2].to_pylist()
print(cg.explain_pair(events, one, other))

# %%
ax = cg.plot.heatmap(ring)

# %%
result = evaluate(rings, world.truth, accounts=world.events["account"])
match = result.matches.to_pylist()[0]
match

# %%
assert match["f1"] > 0.95
assert result.n_organic == 0
assert ring.verdict == "ring"
assert "order" in str(explanation)
