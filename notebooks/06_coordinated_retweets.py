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
# # Coordinated retweets
#
# **Question.** A published example counts 2,110 accounts that retweet together within a minute, joined by 3,721 ties.
# Is that reproduced, and what do rings add to ties?
#
# **This notebook needs real data.** `cg.datasets.load("russian_coord_tweets")` fetches it, or set `CLICKGRAPH_DATA`
# to a folder that holds it; without either, the notebook cannot run.
#
# **Sources.** Data and counts: CooRTweet 2.1.3 (Righetti and Balluff 2025, DOI 10.5117/CCR2025.1.7.RIGH), MIT; a
# sample of retweets around the Russian government (Kulichkina et al. 2024). There is no label: nobody knows who is a
# farm here.

# %%
import sys

import clickgraph as cg

sys.path[:0] = [".", ".."]  # the peers are beside this folder
from benchmarks.peers import coortweet
from benchmarks.peers.groups import code_log

retweets = cg.datasets.load("russian_coord_tweets")
account, other, weight = coortweet.find_ties(code_log(retweets), window=60, min_participation=2)
published = len(set(account) | set(other)), len(account)
published

# %% [markdown]
# Without its filter of participation the rule counts every pair within a minute. `count_coactions` says the same:

# %%
plain = cg.read_events(retweets.to_arrow().drop_columns("post_id"))
pairs = cg.count_coactions(cg.build_graph(plain), window="60s")
unfiltered = len(set(pairs["account"].to_pylist()) | set(pairs["other"].to_pylist())), len(pairs)
unfiltered

# %% [markdown]
# ## What the rings add
# A tie says that two accounts met within a minute, twice or more, at the most popular tweet as much as at a rare one.
# A ring says that chance does not explain how a *group* met, with a p-value that holds over all groups looked at.

# %%
events = cg.read_events(retweets)
rings = cg.find_rings(events)
rings

# %%
in_rings = set(rings.members["account"].to_pylist())
by_verdict: dict[str, int] = {}
for ring in rings:
    by_verdict[ring.verdict] = by_verdict.get(ring.verdict, 0) + 1
print(f"{len(in_rings)} accounts in {len(rings)} groups: {by_verdict}")
most = rings[0]
print(cg.explain(most))

# %%
ax = cg.plot.waterfall(most)

# %%
ax = cg.plot.heatmap(most)

# %%
assert published == (2_110, 3_721)
assert unfiltered == (3_954, 6_206)
assert 0 < len(in_rings) < published[0]
assert all(ring.p_value <= 0.01 for ring in rings if ring.verdict == "ring")
