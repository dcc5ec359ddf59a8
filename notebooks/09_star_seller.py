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
# # Star and review sellers
#
# **Question.** A seller uses most of his accounts once and throws them away. What of the trade is seen?
#
# **What is known.** Fake GitHub stars: median 169 a repository (quartiles 98 and 264), 59 % of the accounts star
# exactly once, active for a week in the median against 1,107 days of ordinary accounts, $64 per 1,000 stars over a
# week or EUR 0.85 a star within 48 hours (StarScout: He et al., ICSE 2026). *Assumed*: the pool and the number of
# jobs, scaled down here to 2,000 accounts and 140 orders among 10,000 people.

# %%
import clickgraph as cg
from clickgraph.evaluation import evaluate

world = cg.simulate(
    "star-seller",
    n_accounts=2_000,
    n_jobs=140,
    clients=40,
    n_organic_accounts=10_000,
    n_organic_events=100_000,
    rng=1,
)
events = cg.read_events(world.events)
rings = cg.find_rings(events)
rings

# %% [markdown]
# ## What can be known of one-shot accounts
# Whoever acts once shares nothing with anyone: no method that compares accounts can tell him from a visitor. The
# audit shows such acts apart (`n_beside`: in the minutes of the bursts, by accounts of no ring), and does not count
# them.

# %%
acts = world.truth["n_acts"].to_pylist()
once = sum(n == 1 for n in acts) / sum(n >= 1 for n in acts)
result = evaluate(rings, world.truth, accounts=world.events["account"])
print(f"{once:.0%} of the seller's accounts starred once")
print(f"of the {result.n_members} that starred more: average precision {result.average_precision:.2f}")

# %%
audit = cg.audit(events, rings)
audit.to_pandas()[["content", "n_events", "n_ring", "n_beside", "share", "cost", "currency"]].head(6)

# %%
ax = cg.plot.timeline(events, rings, content=audit["content"][0].as_py())

# %%
assert 0.4 < once < 0.75
assert result.average_precision > 0.5
assert result.n_organic == 0
assert audit["currency"][0].as_py() == "USD"
