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
# # Tutorial: ten minutes
#
# **Question.** You have a log of who liked what, and when. Which accounts act as one?
#
# **What is known.** Nothing: the log is simulated, so that the truth is at hand. Sixty phones of a farm among a
# thousand people; all rates are *assumed*.
#
# ## 1. A log
# A row for each like. Any Parquet or CSV file, pandas or polars frame with such columns would do; see the how-to
# pages for other names.

# %%
import clickgraph as cg

world = cg.simulate("phone-farm", n_accounts=60, n_organic_accounts=1_000, n_organic_events=10_000, rng=1)
events = cg.read_events(world.events)
events

# %% [markdown]
# ## 2. The rings
# One call. No window and no threshold are asked for.

# %%
rings = cg.find_rings(events)
rings

# %% [markdown]
# A *ring* is a group of accounts with the bursts that bind them, a score in bits, and a p-value. The verdict says
# what the group looks like; it is a suspicion, not a proof.
#
# ## 3. Why?

# %%
ring = rings[0]
print(cg.explain(ring, events=events))

# %%
ax = cg.plot.raster(ring)

# %% [markdown]
# The evidence adds up piece by piece: what the bursts say, less the price of having chosen them among so many.

# %%
ax = cg.plot.waterfall(ring)

# %% [markdown]
# ## 4. One account, two accounts
# Before you accuse anyone, look at one member, and at a pair.

# %%
one, other = ring.accounts[:2].to_pylist()
print(cg.explain(ring, account=one))

# %%
print(cg.explain_pair(events, one, other))

# %% [markdown]
# ## 5. What was bought?
# The other side of a ring are the contents that it served.

# %%
bought = cg.audit(events, rings)
post = bought["content"][0].as_py()
print(cg.audit(events, rings, content=post))

# %%
ax = cg.plot.timeline(events, rings, content=post)

# %% [markdown]
# ## 6. Would it come back?
# A ring that hangs on one seed or one window is no ring.

# %%
print(cg.stability(events, seeds=[1, 2]))

# %% [markdown]
# ## 7. Keep it, show it
# `rings.write("out")` keeps everything that the report needs; `cg.write_report(rings, "report.html",
# pseudonyms=True)` makes one page without names; `cg.export(rings, "rings.gexf")` is for Gephi.
#
# ## 8. Was it right?
# Here, and only here, the truth is known.

# %%
from clickgraph.evaluation import match_rings

match = match_rings(rings, world.truth).to_pylist()[0]
match

# %%
assert match["f1"] > 0.95
assert [ring.verdict for ring in rings] == ["ring"]
