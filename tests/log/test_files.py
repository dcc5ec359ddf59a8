import gzip
from pathlib import Path

import pyarrow as pa
import pyarrow.feather as feather
import pyarrow.parquet as pq
import pytest

from clickgraph import read_events
from clickgraph.errors import InputError
from clickgraph.log.files import read_file

LOG = pa.table(
    {
        "account": ["007", "", "b"],
        "content": ["x", "y", "x"],
        "time": [1_700_000_000, 1_700_000_001, 1_700_000_009],
    }
)
CSV = b'account,content,time,note\n007,x,1700000000,\n"",y,1700000001,"a\nb"\nb,x,1700000009,NA\n'


def write(path: Path, content: bytes) -> Path:
    path.write_bytes(content)
    return path


def test_every_kind_of_file_holds_the_same_log(tmp_path: Path) -> None:
    pq.write_table(LOG, tmp_path / "log.parquet")
    feather.write_feather(LOG, tmp_path / "log.feather")
    with pa.ipc.new_file(tmp_path / "file.arrow", LOG.schema) as file:
        file.write_table(LOG)
    with pa.ipc.new_stream(tmp_path / "stream.arrow", LOG.schema) as stream:
        stream.write_table(LOG)
    write(tmp_path / "log.csv", CSV)
    write(tmp_path / "LOG.CSV.GZ", gzip.compress(CSV, mtime=0))
    write(tmp_path / "log.tsv", CSV.replace(b",", b"\t"))
    prints = {read_events(path).fingerprint for path in tmp_path.iterdir()}
    assert prints == {read_events(LOG).fingerprint}


def test_a_path_may_be_text(tmp_path: Path) -> None:
    pq.write_table(LOG, tmp_path / "log.parquet")
    assert len(read_events(str(tmp_path / "log.parquet"))) == 3


def test_csv_stays_text_and_tells_nothing_from_empty(tmp_path: Path) -> None:
    table = read_file(write(tmp_path / "log.csv", CSV))
    assert set(table.schema.types) == {pa.string()}
    assert table["account"].to_pylist() == ["007", "", "b"]
    assert table["note"].to_pylist() == [None, "a\nb", "NA"]


def test_a_byte_order_mark_is_no_part_of_a_name(tmp_path: Path) -> None:
    assert read_file(write(tmp_path / "log.csv", b"\xef\xbb\xbf" + CSV)).column_names[0] == "account"


def test_a_csv_of_a_head_only_is_an_empty_log(tmp_path: Path) -> None:
    assert len(read_events(write(tmp_path / "log.csv", b"account,content,time\n"))) == 0


def test_a_missing_cell_of_a_csv_is_located(tmp_path: Path) -> None:
    path = write(tmp_path / "log.csv", b"account,content,time\na,x,1700000000\n,x,1700000000\n")
    with pytest.raises(InputError, match="every row of account; found 1 missing in row 1 "):
        read_events(path)


@pytest.mark.parametrize("separator", [b";", b"|", b"\t"])
def test_another_separator_is_named(tmp_path: Path, separator: bytes) -> None:
    with pytest.raises(InputError, match=r"columns separated by ','; found one column, with .* in its name"):
        read_file(write(tmp_path / "log.csv", CSV.replace(b",", separator)))


@pytest.mark.parametrize(
    ("name", "content"),
    [
        ("log.parquet", b"account,content\n"), ("log.parquet", b""), ("log.feather", b"PAR1"),
        ("log.arrow", b"x" * 99), ("log.tsv.gz", gzip.compress(CSV, mtime=0)[:20]),
        ("log.csv", b""), ("log.csv", b"a,b\n1,2,3\n"), ("log.csv", "a,b\né,1\n".encode("latin-1")),
        ("log.csv.gz", b"account,content\na,b\n"), ("log.csv", gzip.compress(CSV, mtime=0)),
    ],
)  # fmt: skip
def test_a_file_that_is_not_what_its_name_says(tmp_path: Path, name: str, content: bytes) -> None:
    with pytest.raises(InputError, match=rf"a file that is what its name says; found .*{name}: .*is it whole"):
        read_file(write(tmp_path / name, content))


def test_nothing_there(tmp_path: Path) -> None:
    with pytest.raises(FileNotFoundError, match=r"expected a file or folder; found nothing at .*gone"):
        read_events(tmp_path / "gone\x1b.parquet")


@pytest.mark.parametrize("name", ["log.xlsx", "log", "log.parquet.zip"])
def test_a_suffix_that_nobody_knows(tmp_path: Path, name: str) -> None:
    with pytest.raises(InputError, match=rf"ends in .parquet, .feather, .arrow, .csv, .* or a folder; found .*{name}"):
        read_file(write(tmp_path / name, b""))


def test_a_folder_of_parquet_with_its_partitions(tmp_path: Path) -> None:
    for course, rows in (("A", LOG.slice(0, 2)), ("B", LOG.slice(2))):
        (tmp_path / f"course={course}").mkdir()
        pq.write_table(rows, tmp_path / f"course={course}" / "part.parquet")
    write(tmp_path / "README.md", b"not a table")
    events = read_events(tmp_path)
    assert events.fingerprint == read_events(LOG).fingerprint
    assert sorted(map(str, events.columns["course"].to_pylist())) == ["A", "A", "B"]


def test_one_file_of_a_partition_has_its_own_columns_only(tmp_path: Path) -> None:
    (tmp_path / "year=2024").mkdir()
    pq.write_table(LOG, tmp_path / "year=2024" / "part.parquet")
    assert read_file(tmp_path / "year=2024" / "part.parquet").column_names == LOG.column_names


def test_a_folder_without_parquet(tmp_path: Path) -> None:
    write(tmp_path / "log.csv", CSV)
    with pytest.raises(InputError, match=r"Parquet files in the folder; found none that ends in \.parquet"):
        read_file(tmp_path)


def test_a_folder_of_tables_of_two_kinds(tmp_path: Path) -> None:
    pq.write_table(LOG, tmp_path / "a.parquet")
    pq.write_table(LOG.select(["account"]), tmp_path / "b.parquet")
    with pytest.raises(InputError, match=r"the same columns in every file .*; found other ones in b.parquet"):
        read_file(tmp_path)


def test_a_folder_with_a_broken_file(tmp_path: Path) -> None:
    pq.write_table(LOG, tmp_path / "a.parquet")
    write(tmp_path / "b.parquet", b"hello")
    with pytest.raises(InputError, match="readable Parquet files in "):
        read_file(tmp_path)
