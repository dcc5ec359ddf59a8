"""plant: farms put into a log, real or simulated, with the truth about who they are."""

from collections.abc import Sequence

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from clickgraph.errors import InputError
from clickgraph.log.events import Events
from clickgraph.log.table import Table
from clickgraph.simulation.crops import Crop, grow
from clickgraph.simulation.farms import Farm
from clickgraph.simulation.logs import Log, open_log
from clickgraph.simulation.worlds import World, draw_ids, in_time_order, to_times, to_truth


def plant(
    events: World | Events | Table | pa.Table,
    farm: Farm | Sequence[Farm],
    *,
    rng: int | np.random.Generator = 0,
) -> World:
    """Plant one or several farms into a log.

    Targets are new contents or, for the share `old_targets`, contents of the log of ordinary popularity
    (between its median and its 99th percentile), at the time of one of their own events. Times are cut to
    the log's clock. An account acts once for a job. A planted row copies the other columns of its content.

    Parameters
    ----------
    events : World, Events, Table or pyarrow.Table
        The log: columns `account`, `content`, `time`; others are kept.
    farm : Farm or sequence of Farm
        What to plant; several farms need different names.
    rng : int or numpy.random.Generator
        The same log, farms and seed give the same bytes.

    Returns
    -------
    World
        The log's rows and the farms', in time order, and the truth (added to that of a World given).

    Raises
    ------
    InputError
        The log has no events or lacks a column, two farms share a name, or a farm that takes over accounts
        is larger than the log.

    Examples
    --------
    >>> from clickgraph.simulation.farms import Farm
    >>> from clickgraph.simulation.scenarios import simulate
    >>> log = simulate("independent", n_accounts=300, n_events=2000)
    >>> world = plant(log, Farm(name="ring", n_accounts=20, n_jobs=5), rng=1)
    >>> world.truth.columns, len(world.truth)
    (['account', 'ring', 'n_acts'], 20)
    """
    farms = [farm] if isinstance(farm, Farm) else list(farm)
    names = [each.name for each in farms]
    if len(set(names)) < len(names):
        raise InputError("farms of different names", ", ".join(names), "dataclasses.replace(farm, name=...)")
    log = open_log(events)
    generator = np.random.default_rng(rng)
    tables, truths = [log.table], [] if log.truth is None else [log.truth]
    for each in farms:
        crop = grow(each, log, rng=generator)
        rows, truth, log = _harvest(crop, each, log, rng=generator)
        tables.append(rows)
        truths.append(truth)
    return World(in_time_order(pa.concat_tables(tables)), Table(pa.concat_tables(truths)))


def _harvest(crop: Crop, farm: Farm, log: Log, *, rng: np.random.Generator) -> tuple[pa.Table, pa.Table, Log]:
    """Return the planted rows with the user's ids, the truth, and the log with these ids taken."""
    accounts = draw_ids(crop.n_new_accounts, known=log.known_accounts, prefix="account", rng=rng)
    contents = draw_ids(crop.n_new_contents, known=log.known_contents, prefix="content", rng=rng)
    account_ids = pa.concat_arrays([log.account_ids, accounts])
    rows = log.table.take(pa.array(crop.row))
    columns = {name: rows[name] for name in rows.column_names}
    columns["account"] = account_ids.take(pa.array(crop.acts.account))
    columns["content"] = pa.concat_arrays([log.content_ids, contents]).take(pa.array(crop.acts.content))
    columns["time"] = to_times(crop.acts.time)
    if "creator" in columns:
        columns["creator"] = _name_creators(crop, farm, log, rng=rng)
    if "post_id" in columns:
        columns["post_id"] = _name_posts(crop, log, rng=rng)
    truth = to_truth(
        account_ids.take(pa.array(crop.members)),
        ring=pa.array([farm.name] * len(crop.members)),
        n_acts=crop.n_acts,
    )
    return pa.table(columns), truth, log.reserve(accounts, contents, members=crop.members)


def _name_creators(crop: Crop, farm: Farm, log: Log, *, rng: np.random.Generator) -> pa.ChunkedArray:
    """Return the creator of each planted row: the content's own, or for a new content one of the clients."""
    known = _plain(log.table["creator"])
    ids = known.unique()
    clients = draw_ids(farm.clients, known=ids, prefix="creator", rng=rng)
    client_of = rng.integers(farm.clients, size=crop.n_new_contents)
    code = pc.index_in(known, value_set=ids).to_numpy()[crop.row].astype(np.int64)
    new = crop.acts.content >= len(log.content_ids)
    code[new] = len(ids) + client_of[crop.acts.content[new] - len(log.content_ids)]
    return pa.chunked_array([pa.concat_arrays([ids, clients]).take(pa.array(code))]).cast(log.table["creator"].type)


def _name_posts(crop: Crop, log: Log, *, rng: np.random.Generator) -> pa.ChunkedArray:
    """Return a new post for each pair of account and copied post: what was one act stays one act."""
    known = _plain(log.table["post_id"])
    post = pc.index_in(known, value_set=known.unique()).to_numpy()[crop.row].astype(np.int64)
    pairs = crop.acts.account * (int(post.max(initial=0)) + 1) + post
    first, code = np.unique(pairs, return_inverse=True)
    ids = draw_ids(len(first), known=known.unique(), prefix="post", rng=rng)
    return pa.chunked_array([ids.take(pa.array(code))]).cast(log.table["post_id"].type)


def _plain(column: pa.ChunkedArray) -> pa.Array:
    decoded = column.cast(column.type.value_type) if pa.types.is_dictionary(column.type) else column
    return decoded.combine_chunks()
