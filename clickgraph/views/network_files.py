"""Networks as files: GEXF 1.2 and GraphML, written row by row, the same bytes for the same network.

networkx writes both too, but stamps the day into GEXF and holds every attribute as a Python object.
"""

from collections.abc import Iterable, Iterator, Sequence
from pathlib import Path
from typing import Any
from xml.sax.saxutils import escape, quoteattr

import pyarrow as pa
import pyarrow.compute as pc

from clickgraph.views.networks import Network

HEAD = '<?xml version="1.0" encoding="UTF-8"?>\n'
OWN = {"id", "label", "source", "target", "weight"}  # what the formats have places of their own for
BATCH = 1 << 16


def write_gexf(network: Network, path: Path) -> None:
    """Write a network as GEXF, the format of Gephi.

    References
    ----------
    GEXF 1.2 primer, https://gexf.net/primer.html.
    """
    with path.open("w", encoding="utf-8", newline="\n") as file:
        file.write(f'{HEAD}<gexf xmlns="http://www.gexf.net/1.2draft" version="1.2">\n')
        file.write('<graph defaultedgetype="undirected" mode="static">\n')
        for kind, table in (("node", network.nodes), ("edge", network.edges)):
            file.writelines(_gexf_attributes(kind, table))
        file.write("<nodes>\n")
        for row, values in _rows(network.nodes):
            start = f"<node id={quoteattr(row['id'])} label={quoteattr(row['label'])}"
            file.write(_gexf_element(start, values, kind="node"))
        file.write("</nodes>\n<edges>\n")
        for number, (row, values) in enumerate(_rows(network.edges)):
            ends = f"source={quoteattr(row['source'])} target={quoteattr(row['target'])}"
            file.write(_gexf_element(f'<edge id="{number}" {ends} weight="{row["weight"]!r}"', values, kind="edge"))
        file.write("</edges>\n</graph>\n</gexf>\n")


def _gexf_attributes(kind: str, table: pa.Table) -> Iterator[str]:
    yield f'<attributes class="{kind}" mode="static">\n'
    for at, field in _attributes(table):
        yield f'<attribute id="{at}" title="{field.name}" type="{_type_of(field)}"/>\n'
    yield "</attributes>\n"


def _gexf_element(start: str, values: Sequence[tuple[int, str]], *, kind: str) -> str:
    if not values:
        return f"{start}/>\n"
    inside = "".join(f'<attvalue for="{at}" value={quoteattr(text)}/>' for at, text in values)
    return f"{start}><attvalues>{inside}</attvalues></{kind}>\n"


def write_graphml(network: Network, path: Path) -> None:
    """Write a network as GraphML.

    References
    ----------
    Brandes, Eiglsperger, Herman, Himsolt, Marshall: GraphML progress report. Graph Drawing 2001,
    DOI 10.1007/3-540-45848-4_59.
    """
    with path.open("w", encoding="utf-8", newline="\n") as file:
        file.write(f'{HEAD}<graphml xmlns="http://graphml.graphdrawing.org/xmlns">\n')
        for kind, table in (("node", network.nodes), ("edge", network.edges)):
            file.writelines(_graphml_keys(kind, table))
        file.write('<graph id="rings" edgedefault="undirected">\n')
        for row, values in _rows(network.nodes):
            own = f'<data key="node-label">{escape(row["label"])}</data>'
            file.write(f"<node id={quoteattr(row['id'])}>{own}{_graphml_data(values, kind='node')}</node>\n")
        for row, values in _rows(network.edges):
            ends = f"source={quoteattr(row['source'])} target={quoteattr(row['target'])}"
            own = f'<data key="edge-weight">{row["weight"]!r}</data>'
            file.write(f"<edge {ends}>{own}{_graphml_data(values, kind='edge')}</edge>\n")
        file.write("</graph>\n</graphml>\n")


def _graphml_keys(kind: str, table: pa.Table) -> Iterator[str]:
    own = ("label", "string") if kind == "node" else ("weight", "double")
    named = [(f"{kind}-{own[0]}", *own)]
    named += [(f"{kind}-{at}", field.name, _type_of(field)) for at, field in _attributes(table)]
    for key, name, form in named:
        yield f'<key id="{key}" for="{kind}" attr.name="{name}" attr.type="{form}"/>\n'


def _graphml_data(values: Iterable[tuple[int, str]], *, kind: str) -> str:
    return "".join(f'<data key="{kind}-{at}">{escape(text)}</data>' for at, text in values)


def _attributes(table: pa.Table) -> list[tuple[int, pa.Field]]:
    return [(at, field) for at, field in enumerate(table.schema) if field.name not in OWN]


def _type_of(field: pa.Field) -> str:
    if pa.types.is_integer(field.type):
        return "long"
    return "double" if pa.types.is_floating(field.type) else "string"


def _rows(table: pa.Table) -> Iterator[tuple[dict[str, Any], list[tuple[int, str]]]]:
    """Yield each row, and its attributes as texts; one that is null or not finite is left out."""
    attributes = _attributes(table)
    for at, field in enumerate(table.schema):
        if pa.types.is_floating(field.type):
            column = table.column(at)
            table = table.set_column(at, field.name, pc.if_else(pc.is_finite(column), column, None))
    for batch in table.to_batches(max_chunksize=BATCH):
        for row in batch.to_pylist():
            found = ((at, row[field.name]) for at, field in attributes)
            yield row, [(at, str(value)) for at, value in found if value is not None]
