"""What docs/spark.md says in words; its numbers are measured by the script that writes it."""

HEAD = """
# On Spark

`clickgraph.spark.find_rings` finds in a Spark DataFrame, or in Parquet files, what `clickgraph.find_rings` finds
in the same rows: the same ties, communities, members, scores and notices, to the bit, in whatever number of parts
the log lies. Everything runs through DataFrames, on a classic session or through Spark Connect.

```text
pip install 'clickgraph[spark]'          # here and for the Python of the workers; Spark needs Java 17

from clickgraph.spark import find_rings
rings = find_rings(frame, folder="hdfs:///tmp/rings")        # the keywords of clickgraph.find_rings
rings = find_rings("s3a://logs/2024/", spark=session, folder="s3a://scratch/rings", write="s3a://results/rings")

clickgraph find hdfs:///logs --engine spark --master spark://host:7077 --folder hdfs:///tmp/rings --out rings
```

`folder` is where the stages of the work are written as Parquet and read back, so that no plan grows long and a
lost worker's tasks are done again from the stage before; all workers must reach it. With `write`, the tables of
the result are written there by the workers, and the long ones, `acts` and `ties`, never pass the driver. Measured
by `make spark`, which writes this page.

## How it is the same
1. **Codes.** Ids become their ranks in sorted order, as locally; times become microseconds by the same code.
2. **Counts.** The driver holds what is as long as the accounts, the contents or the ticks of the clock: events per
   account and layer, pairs of events per content and window, events per tick. The null, the budgets and the limits
   of a tie come from these by the local code. What tasks need of it is sent to each machine once, as a file that
   its processes map.
3. **Pairs.** The accounts are cut into blocks; each pair of blocks is a task that runs the local row kernel.
4. **Communities.** Each part of the ties is cut down to a forest, forests are united, and Leiden runs with the
   local code on packs of whole components, about ten thousand accounts each, locally as well.
5. **Refinement and scores.** A task gets a batch of groups with all events of their accounts and everything within
   the widest window of the places where these meet, and runs the local code on it with the totals of the whole
   log. What happened on a crowded content comes as counts, between the moments at which a burst can begin or end. A
   group that recruits an account whose events are not there comes again in the next round, with them; so does one
   that finds a burst on a crowded content, with those who acted in it. How many others go through the same contents
   at one go is counted account by account, over the cluster.
6. **Settling** the groups that share accounts, and setting apart the contents of audiences, is the driver's.
7. **Pools.** Who came to which content on which day is made distinct and counted over the cluster. The driver numbers
   these turnouts and the accounts that are left, as it does those of a log; with turnouts for accounts, and accounts
   for contents, steps 3 and 4 are taken once more, without times. Of a log of four million events and less all who came
   go to the driver, and the local code finds the pools. What is found is refined and scored as in step 5.
"""

WHY_BLOCKS = """
Two exact designs were built. *Buckets*: by content and piece of time, a row for each pair of accounts that meets
there, added up over the cluster. *Blocks*: by pairs of blocks of accounts; an event goes to each pair of blocks in
which it has a neighbour. A clique of n accounts costs buckets a row for each of its pairs on each of its contents;
it costs blocks its events, once for each block. An event never goes to more blocks than it has neighbours, so
blocks ship at most what buckets ship twice; and what comes out are only the ties that each account keeps. Buckets
are left in `benchmarks/`.
"""

LIMITS = """
## Limits
- The driver's Python and each machine hold arrays as long as the accounts and the contents: some ten bytes for
  each array and entry; so they do for the days of contents on which five accounts and more came, at most a fifth of
  the events. Accounts, contents, acts and such days are each at most 2^31.
- A task that judges groups holds the events within the widest window of their meetings: at most 100 million, or the
  search is refused and says so. A crowded content, of more than 262,144 events, goes there as counts: at most two for
  each act of the groups on it, and two more for each window. Who acted is told only where a burst was found, and a
  window on either side. A group with bursts at all times on such a content gets all of it; so does any group that
  has one there in a log without a clock, where a content is one moment. Narrower windows bring the events down; so
  does `ignore=` for contents that everyone acts on.
- A batch of groups gets its own copy of the events that it needs; what it does not need of a crowded content stays
  where it is. A group that finds bursts on one comes again, with those who acted there: a pass over the log for
  each such round.
- The times of one content, each counted once, are looked at in one task: 16 bytes for each.
- What the driver counts comes as results of Spark: `spark.driver.maxResultSize` has to allow for arrays as long as
  the accounts, the contents and the ticks.
- On a file system that this process does not reach (HDFS, object stores), the stages in `folder` are left to you:
  they lie in `clickgraph-...`, one folder for each search.
- Joins of ids rely on Spark's adaptive execution to split a content that holds much of the log; it is on by
  default.
- Unsigned and dictionary columns come back in the types that Spark has for them.
- Kernels are compiled once for each process that runs at the same time on a machine, and kept in the folder that
  `NUMBA_CACHE_DIR` names, or in the temporary folder.
"""

GROWTH = """
A farm of 10,000 phones in organic traffic, ten events to an account, read from Parquet; two cores; Spark as
`local[2]`. The rings were {same} each time. A session starts in {started} s; the first search of a process, which
compiles or reads what was compiled, takes {first} s on ten thousand events, and the next one, **the fixed cost**,
{fixed} s. *Task s*: seconds of all tasks together. *Peak*: resident memory of all processes of the run, what they
share counted for each. *Load*: processes that wanted a core at the end of the run, for each core; above 1, others
were running, and seconds are longer than on a quiet machine.
"""

SIZING = """
From the largest run above, with these assumptions: a task second is worth as much there as here (where the load is
above 1, a bound from above); half of the time of the cores is spent in tasks; as many co-actions to an event as in
the simulated log (their number is bounded by the budget of the windows in any case); ten events to an account, a
hundred to a content; a clock of seconds over a year.
"""
