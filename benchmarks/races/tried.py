"""Tried: what was changed for speed, what was expected of it, and what it gave."""

from collections.abc import Iterable

from benchmarks.cells import Cell, Known
from benchmarks.races import Course
from benchmarks.writing import Chapter, to_table

_TEXT = """\
Each change was predicted, measured before and after on one machine, and kept only where it gained. *Sweep* is the one
of a million organic events with a farm of 300 accounts (460 million co-actions seen), *pairs* those within a minute
beside a farm of 1,000; seconds are of one processor, other work going on beside. These are notes of that work; the
tables above are measured by the command. The last rows, from main targets on, are of another, slower machine."""
_TRIED: list[tuple[str, str, str, str]] = [
    (
        "candidates first: a byte for each account, counted up to two, the longest stretch of slots read last and only"
        " for accounts that lack one",
        "most co-actions cost a byte in the cache; windows are counted for a few",
        "sweep with its judgement 7.6 to 4.9 s; the candidates alone 1.0 s, the floor 0.8 s", "yes",
    ),
    (
        "windows of a slot found by binary search, the co-actions of each counted in a plain loop",
        "no times are read on the way", "sweep without judgement 3.7 to 4.5 s: the searches cost more", "no",
    ),
    (
        "candidates' slots written down without a branch, then counted, each from the window of the one before",
        "nothing for the processor to guess", "sweep without judgement 3.7 to 3.1 s", "yes",
    ),
    (
        "counters of a pair cleared one by one instead of as a slice", "half a second of 18 million slices",
        "within the noise", "yes, for it is no longer",
    ),
    (
        "in a log of one layer, an expectation made only where a window has enough proofs",
        "one product instead of eight", "judgement 2.5 to 1.3 s", "yes",
    ),
    (
        "slot pairs of all windows counted in one pass over the log, instead of one pass each and two arrays",
        "three times as fast", "null 0.34 s to 0.08 s", "yes",
    ),
    (
        "pairs: drop slots that meet nobody, and accounts with too few that do", "a quarter of the slots is left",
        "1,036,000 slots to 265,000; 0.37 to 0.26 s", "yes",
    ),
    (
        "pairs: one walk that counts, where there is one window and no posts", "half of the walks",
        "0.25 to 0.11 s", "yes",
    ),
    (
        "pairs: room for the answer made once a row, not once a pair", "a million calls fewer", "0.26 to 0.25 s", "yes",
    ),
    (
        "candidates dropped that could not pass if all their meetings lay in the narrowest window",
        "fewer pairs to count among the busiest accounts, and in hot windows of large farms",
        "not measured alone; `project` in all 7.7 to 4.9 s", "yes",
    ),
    (
        "of a row's candidates those of the smallest hashes counted first, the others only if too few of them pass; few"
        " candidates counted from their own slots, not by one more walk",
        "a twentieth of the pairs of a clique of 10,000; organic accounts have two candidates each that could pass",
        "`project` on the demo's log (12 million events, two threads) 25 to 16 s", "yes",
    ),
    (
        "what an inner loop calls with arrays compiled into its caller: a call of its own counts references to each"
        " array",
        "some nanoseconds for each array and call; 26 for each hit on a repeated slot of oulad_clicks",
        "both walks over its repeated slots 27 to 10 ns a co-action, with the next change; helpers of the pair by pair"
        " count and of bursts: within the noise, not kept there", "yes",
    ),
    (
        "where the slots of one account on a target reach into the same stretch, the stretch walked once, each hit"
        " judged by the nearest slot",
        "a third fewer visits in oulad_clicks", "32 % fewer; ties of a search of oulad_clicks 341 to 152 s in all",
        "yes",
    ),
    (
        "candidates looked at by their near meetings, and by all meetings for the wider windows, before they are"
        " counted window by window",
        "of 11.7 million candidates of a million organic events 0.14 million could pass",
        "0.25 million left; `project` on one thread 3.4 to 1.8 s; beside 10,000 phones the sweep 15.8 to 10.0 s", "yes",
    ),
    (
        "near meetings counted only for rows of which most candidates do not pass by the wider windows",
        "a walk less for each member of a farm",
        "beside 10,000 phones 10.0 to 9.5 s; in oulad_clicks a tenth less than without any look, a fifth more before",
        "yes",
    ),
    (
        "near windows chosen by what two accounts of average activity expect, instead of by a look at 16 rows",
        "no rows to look at", "the same in a simulated log; in oulad_clicks none, where one leaves fewer", "no",
    ),
    (
        "candidates' first walk without a branch", "nothing for the processor to guess",
        "2.8 to 3.6 ns a co-action on a million events, 5.9 to 6.0 on ten", "no",
    ),
    (
        "in a log of one layer, an expectation a product also where candidates are looked at",
        "12.4 million candidates of a million organic events, 58 ns for the first look at each",
        "`project` on two threads, processor 2.67 to 2.24 s", "yes",
    ),
    (
        "in a log of one layer, slots that share the columns of the log; places of accounts in 32 bits; what the sweep"
        " needed let go before its ties are joined",
        "28 bytes an event less",
        "with the next change, 10^7 events: 55 bytes an event beside the coded log in the sweep, 74 at the peak,"
        " while pools are looked for",
        "yes",
    ),
    (
        "turnouts numbered without a list of the slots that count; what all slots share with their part not copied",
        "20 bytes an event less where pools are looked for", "peak of a search of 10^7 events 1.06 to 0.96 GB above its"
        " beginning", "yes",
    ),
    (
        "turns of the refinement in one kernel", "calls from Python take most of the 18,000 seeds of 10^7 events",
        "a call takes 4 to 12 us of the 90 to 100 that its kernel takes: not built", "no",
    ),
    (
        "rows that meet others 32,768 times and more ask a sixteenth of the accounts first, by the slots of crowded"
        " contents sorted by class",
        "12,132 such rows of the demo's log (12 million events) take 19 of the 33 s of processor",
        "1.5 to 1.6 ms a row: each slot of a class was searched for, and its columns lay far apart", "no",
    ),
    (
        "the same, with the columns of those slots beside each other, 128 slots for a crowd instead of 1,024, two"
        " classes of 32 instead of four of 64, a guess instead of a search, and its loops compiled into one",
        "a third of the time a row", "1.37 to 0.63 ms a row; sweep of the demo's log 15.2 to 10.4 s, the ties the same"
        " to the byte", "yes",
    ),
    (
        "twice the classes asked where the first hold nearly enough that pass",
        "half of the rows of 10,000 phones over two hours had 256 of the 257 that are needed",
        "`project` beside them 3.4 to 2.25 s (4.0 s with everybody asked)", "yes",
    ),
    (
        "ids hashed in a loop of their own, then looked up", "the processor waits for several places at once",
        "465 to 300 ns an id of a million, beside other work; in four loops 253: not kept, for it is longer", "yes",
    ),
    (
        "events before each, in 32 bits", "4 bytes an event less", "as predicted", "yes",
    ),
    (
        "turns of the refinement in one kernel after all, counted with two threads",
        "what is left to the interpreter is done by one thread at a time: 8 of 13.7 s for 18,246 seeds of 10^7 events",
        "11.0 to 5.7 s by two threads, 13.7 to 9.4 s by one; the same 330 groups", "yes",
    ),
    (
        "fewer than 1,000 seeds grown step by step", "0.3 s to load the kernel, whatever there is to grow",
        "`clickgraph find`: 2.5 s before it, 2.8 with it; other work beside: 3.8 before, 4.2 with it, 3.7 with this",
        "yes",
    ),
    (
        "accounts counted by their activity once, not for each group; the codes of all known rings looked up at once",
        "1.2 of the 3.8 s of processor in which 330 groups of 10^7 events are scored; 27 ms for each known ring",
        "scored in 1.3 instead of 2.2 s by two threads", "yes",
    ),
    (
        "the clock of the bursts let go while pools are looked for",
        "12 bytes an event less where a search takes most memory",
        "10^7 events: 86 to 88 bytes an event at the peak, 102 before this and the row on events before each", "yes",
    ),
    (
        "from two million accounts on, a row counts those with the same last bits together in at most a megabyte, and"
        " then only whoever is among enough of them",
        "a byte for each of ten million accounts lies in no near cache",
        "10^8 events, other work beside: candidates 12.6 to 6.8 ns a slot, rows in all 18.7 to 11.5; 10^7 events 7.3 to"
        " 9.2: left to larger logs; the same ties (hashes)", "yes, in large logs",
    ),
    (
        "the same bytes asked before an account is looked up for its near meetings",
        "half of what near meetings take, 4 ns a slot", "10^8 events: 11.7 instead of 11.5 ns", "no",
    ),
    (
        "rows that ask their first classes in vain wait, twice as many each time",
        "10^8 events: 626 of 18,000 rows, with a third of all slots, ask; most in vain",
        "11.8 ns a slot, 11.7 where nobody asks, 14.7 and 11.5 with everybody asking", "yes",
    ),
    (
        "what a thousand ids are compared with (their places, their bytes) read before the first of them is looked for",
        "three far reads that wait for each other, a tenth of a microsecond each, of many ids at once",
        "ten million ids known: 284 to 127 ns an id, while they are entered 227 to 97; 10^8 events read in 73 instead"
        " of 87 s", "yes",
    ),
    (
        "the events of a group read at once into arrays of its own; an event alone in the widest window not looked for",
        "some 80 events a seed, whose far reads were waited for one after another",
        "a seed that grows to nothing in 10^7 events, four pairs of runs, two with other work beside: 350 to 300, 360"
        " to 380, 480 to 350, 520 to 430 us", "yes",
    ),
    (
        "seeds that only shrink, to fewer than the smallest group, told in one go, without a step outside the kernels",
        "half of the time of two threads went to the interpreter; of 18,246 seeds of 10^7 events 330 are left",
        "10^8 events, with the change before this: refinement 125 to 90 s, 88 of it this", "yes",
    ),
    (
        "the largest account looked for among those that came to a group's bursts, not in the whole log",
        "2 ms a time in 10^7 events, three times for each group", "10^8 events: scores 27 to 10 s", "yes",
    ),
    (
        "large pages for what the kernels allocate (a setting of the allocator)",
        "fewer misses of the table of pages where counters are touched at random", "10^7 events 35.2 to 34.6 s in all",
        "no",
    ),
    (
        "the index of a part of the slots copied from that of the log, account after account",
        "the slots of an account lie together: fewer far writes than sorting by account", "10^7 events: 0.67 to 0.99 s",
        "no",
    ),
    (
        "the target on which a row meets most not walked: its accounts are marked once for all rows whose main target"
        " it is, and who is met elsewhere is looked up; accounts with the same last bits counted together in logs of"
        " any size; near meetings counted on the way; more meetings asked of busier accounts",
        "59 % of what rows of 10^7 events meet lies on their main targets",
        "`project` on 10^7 events, processor: 38 to 26 s, and 38 and 44 to 33 and 35 s in a slower hour; a sample of"
        " rows of 10^8 events 11.7 to 4.8 s; the same ties", "yes",
    ),
    (
        "in that walk: arrays passed one by one to what is called for each hit, instead of in named tuples",
        "a call counts references to each array", "candidates of a sample of rows 5.8 to 2.6 s", "yes",
    ),
    (
        "places of an array as unsigned numbers", "no test for places counted from the end",
        "first walk 2.3 to 1.6 ns a slot, second 3.9 to 1.8", "yes",
    ),
    (
        "the lines that a row will walk read before the first is walked, all at once",
        "far reads that do not wait for each other", "first walk 4.5 to 3.9 ns a slot, that reading included", "yes",
    ),
    (
        "near slots found by strides that double from the slot on, instead of by the time of each hit",
        "no column of times to be read", "both walks, with the change before this, 20 to 14 ns a slot", "yes",
    ),
    (
        "a row that meets as often as there are accounts looks at each account's byte, and at the near slots",
        "most accounts of oulad_clicks are candidates of most rows",
        "ties of oulad_clicks 51 to 32 s, 29 before all of this", "yes",
    ),
    (
        "rows of a log cut by the first digits of their contents into parts that are sorted in the cache, by all"
        " threads",
        "a far read for each row and digit before",
        "10^7 events sorted, repeats found: 4.8 to 0.8 s; 10^8 read in 78 instead of 185 s", "yes",
    ),
    (
        "the slots of each account found in two steps: dealt to groups of neighbours, then sorted in the cache",
        "every slot's place written to a far one before",
        "10^7 events: graph 1.95 to 0.63 s, a part of the slots 1.96 to 0.81", "yes",
    ),
    (
        "pairs of one window: a row's counters go on from a base that no row before it reached, and one function walks"
        " a row",
        "a second walk to clear them; at each slot a call that counts references to some twenty arrays",
        "the rows of a million events 107 to 29 ms, beside a phone farm 188 to 90", "yes",
    ),
    (
        "pairs of one window: placed by account, a share of the accounts to each thread, instead of sorted row by row",
        "most rows have a few: to begin a sort takes longer than to sort",
        "rows and order 65 to 42 ms of a million events, 160 to 150 beside a phone farm, before it had two threads",
        "yes",
    ),
    (
        "pairs of one window: neighbours in time tell who meets, instead of the reach of all slots",
        "the reach of those that meet is found again", "12 and 20 ms to 3 and 4", "yes",
    ),
    (
        "candidates counted without a branch on who it is, the main target added once for each",
        "a wrong guess for every other hit", "ties of 10^6 and 10^7 events .9 to 1.04 times what they took: nothing"
        " that could be told from noise", "yes: it is shorter",
    ),
    (
        "the sweep shares the columns of the log where who has too few events for a tie has a tenth of them at most",
        "13 of the 21 bytes an event of the copy less", "10^7 events, the sweep of accounts at its peak: 82 to 71 bytes"
        " an event, the same ties", "yes",
    ),
    (
        "pairs of targets and the null of the whole log let go before the sweep",
        "8 bytes an event less", "71 to 66", "yes",
    ),
    (
        "the codes of the contents are the targets of a log of one layer; who came to turnouts kept as places, once;"
        " the clock of one layer sorted without numbering its slots",
        "4, 4 and 24 bytes an event less where each is the peak",
        "with the next row: the search at its peak 94 to 75 bytes", "yes",
    ),
    (
        "what glibc and Arrow keep between small arrays given back before and after a sweep, and before pools",
        "25 bytes an event of 10^7 are kept for nothing (read off the process before and after `malloc_trim`)",
        "beyond the coded log 72 to 54 bytes an event of 10^7, 94 to 63 and 74 (two runs) of 10^6; takes less than"
        " 50 ms", "yes",
    ),
    (
        "one co-action an event and window instead of a hundred, ten million at least instead of fifty: what accounts"
        " meet on in a crowd says little of them (method)",
        "a row of 10^7 events reaches 8 slots an event instead of 290",
        "10^7 events: ties 20.7 to 9.8 s, all 56.6 to 37.2; of 10^6 events, where ties were cheap, 387 groups are"
        " scored instead of 13, to the same one ring: 6.1 to 6.8 s before, 7.1 to 8.6 now", "yes",
    ),
    (
        "the same where turnouts are the accounts", "they share ten accounts an arrival",
        "processor 9.5 s with 100, 9.2 with 10, 8.8 with 3, 7.4 with 1, where none of the ten farms is a pool", "no",
    ),
]  # fmt: skip


def cells(_course: Course, _known: Known) -> list[Cell]:
    """Return nothing: this is told, not measured."""
    return []


def show(_course: Course, _known: Known) -> Iterable[Chapter]:
    """Return the chapter."""
    yield Chapter("What was tried", f"{_TEXT}\n\n{to_table(['what', 'predicted', 'measured', 'kept'], _TRIED)}", _TRIED)
