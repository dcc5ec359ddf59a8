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
# # Is this post's success bought, and for how much?
#
# **Question.** A marketing manager sees a post with hundreds of likes. Which part was bought, what did it cost, and
# what else do the same accounts serve?
#
# **What is known.** 13.50 EUR per 1,000 likes, 22.50 EUR per 10,000 views, 27 EUR per 2,500 followers: retail prices
# quoted in a marketer's article on click farms (undated). Prices differ between sellers by a factor of two and more,
# so bring your own list with `prices=`. The log is simulated: 400 phones among 8,000 people, with one to three honest
# likes for each paid one (*assumed*), because a bought post is also seen by people.

# %%
import clickgraph as cg

world = cg.simulate(
    "phone-farm", n_accounts=400, audience=(1.0, 3.0), n_organic_accounts=8_000, n_organic_events=80_000, rng=1
)
events = cg.read_events(world.events)
rings = cg.find_rings(events)
rings

# %% [markdown]
# ## All contents, most bought first

# %%
table = cg.audit(events, rings, owner="creator")
table.to_pandas().head(8)

# %% [markdown]
# ## One post

# %%
post = table["content"][0].as_py()
audit = cg.audit(events, rings, content=post, owner="creator")
print(audit)

# %%
ax = cg.plot.timeline(events, rings, content=post)

# %% [markdown]
# ## An honest post
# The most popular content that no ring touched: a share of zero.

# %%
honest = max((row for row in table if row["n_ring"] == 0), key=lambda row: row["n_events"])
print(cg.audit(events, rings, content=honest["content"]))

# %% [markdown]
# ## Is it right?
# The truth knows who is of the farm. The audit's interval must hold what the farm really did on the post.

# %%
farm = set(world.truth["account"].to_pylist())
really = sum(row["account"] in farm for row in world.events if row["content"] == post)
row = table.to_pylist()[0]
print(f"{really} likes are the farm's; the audit says {row['n_ring']} ({row['n_low']} to {row['n_high']})")

# %%
assert row["n_low"] <= really <= row["n_high"] + 2
assert abs(row["n_ring"] - really) <= 0.05 * really + 2
assert abs(row["cost"] - row["n_ring"] * 13.50 / 1000) < 0.01
assert row["currency"] == "EUR"
assert honest["share"] == 0
