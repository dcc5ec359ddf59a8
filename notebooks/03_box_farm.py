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
# # The Thai box farm of 2017
#
# **Question.** 347,200 SIM cards on 474 phones: is a farm that rests most of its accounts on most days seen, and what
# is it taken for?
#
# **What is known.** In June 2017 the police found 474 iPhones, 347,200 SIM cards, nine computers and three operators,
# paid 150,000 baht a month (Bangkok Post; Infosecurity). That is 53 phones a computer and 732 SIM cards a phone
# (computed). Accounts of page-like campaigns acted 4 to 16 times a day (SynchroTrap, Cao et al. 2014, DOI
# 10.1145/2660267.2660269). *Assumed*: one day in seven at work, and the spread of a job.
#
# **Scaled down** to a fortieth of the accounts (8,680) with the nine computers kept, among 20,000 people, so that it
# runs on one core in under a minute. `cg.simulate("box-farm")` is the whole of it.

# %%
import clickgraph as cg
from clickgraph.evaluation import evaluate
from clickgraph.simulation.catalogue import SCENARIOS

farm = dict(SCENARIOS["box-farm"].farm)
phones_a_computer, sims_a_phone = 474 / 9, 347_200 / 474
print(f"{phones_a_computer:.0f} phones a computer, {sims_a_phone:.0f} SIM cards a phone")
farm

# %%
world = cg.simulate("box-farm", n_accounts=8_680, n_organic_accounts=20_000, n_organic_events=100_000, rng=1)
events = cg.read_events(world.events)
rings = cg.find_rings(events)
rings

# %% [markdown]
# ## Seen, but called an audience
# The groups are made of the farm's accounts only, yet the verdict is not `ring`. In one week of a log an account
# works on about one day, so members take part as unevenly as loyal and casual fans do; one farm comes back in several
# pieces, which hold about half of its accounts. Whoever only looks at `ring` would miss this one: read the groups
# called `audience` as well.

# %%
result = evaluate(rings, world.truth, accounts=world.events["account"])
farm_accounts = set(world.truth["account"].to_pylist())
found = set(rings.members["account"].to_pylist())
print(f"{result.n_members:,} accounts acted at least twice; {len(found):,} accounts are in groups,")
print(f"{len(found & farm_accounts):,} of them the farm's; verdicts:", sorted({ring.verdict for ring in rings}))
result.matches

# %%
ring = rings[0]
ax = cg.plot.raster(ring)

# %%
ax = cg.plot.heatmap(ring)

# %%
assert round(phones_a_computer) == 53
assert round(sims_a_phone) == 732
assert len(found & farm_accounts) / len(found) > 0.95
assert len(found & farm_accounts) / result.n_members > 0.4
assert result.average_precision > 0.5
assert result.n_organic == 0
