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
# # Fans, news and sale days stay clean
#
# **Question.** Thousands of people act together in minutes with no one behind them: fans at a new post, everyone at
# the news, a stadium and its second screens, a sale. Does clickgraph cry wolf?
#
# **What is known.** Half of the attention to a short post comes within 24 minutes, to a picture within 19 hours; a
# published detector raised alarms on an operator's promotion, on adverts for a sale day, and on an album. *Assumed*:
# the sizes of the crowds, how loyal fans are. 20,000 people and 200,000 events each, no farm in any of them.

# %%
import clickgraph as cg

crowds = ["independent", "topics", "fans", "news-flash", "live-event", "sale-day"]
found = {}
for name in crowds:
    world = cg.simulate(name, rng=1)
    found[name] = cg.find_rings(world.events)
    verdicts = [ring.verdict for ring in found[name]]
    print(f"{name:12} {len(world.events):>8,} events:", {verdict: verdicts.count(verdict) for verdict in set(verdicts)})

# %% [markdown]
# An *audience* is a group that comes together beyond chance, but unevenly: loyal members, casual ones, and a fringe.
# A farm fills its orders from a pool, so that its members are alike. Fans thin out downwards:

# %%
audience = next(ring for ring in found["fans"] if ring.verdict == "audience")
ax = cg.plot.heatmap(audience)

# %%
print(cg.explain(audience))

# %% [markdown]
# One seed is no proof of a rate. `benchmarks/quality.py` measures false alarms over many worlds. Fans who *all* come
# to *every* post within minutes would look like a farm: see the limits in the method.

# %%
false_alarms = {name: sum(ring.verdict == "ring" for ring in rings) for name, rings in found.items()}
assert false_alarms == dict.fromkeys(crowds, 0)
