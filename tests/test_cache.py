"""What is kept on disk: found again, forgotten when what it was made from changes, harmless when damaged."""

from concurrent.futures import ThreadPoolExecutor

import pytest

from ahec_analysis import data
from ahec_analysis.data import tables
from ahec_analysis.data.cache import kept
from ahec_analysis.errors import DataError


@pytest.fixture
def counted(copied):
    """A kept function and the list of what it was computed for."""
    computed = []

    @kept("dams")
    def rows(least=0):
        computed.append(least)
        return int((data.table("dams")["capacity_mw"] >= least).sum())

    return rows, computed


def entries(project):
    return [p for p in (project / ".cache/kept").rglob("*") if p.is_file() and not p.suffix]


def test_a_result_is_computed_once_for_its_arguments(counted, copied):
    rows, computed = counted
    assert rows(100) == rows(100) <= rows(least=0)
    assert computed == [100, 0]
    assert len(entries(copied)) == 2


def test_a_change_of_data_forgets_it(counted, copied):
    rows, computed = counted
    rows()
    path = copied / "data/tables/dams.csv"
    path.write_text(path.read_text() + "\n")
    rows()
    assert computed == [0, 0]
    assert len(entries(copied)) == 1


@pytest.mark.parametrize("damage", [b"", b"abc", b"\x80" * 200])
def test_a_damaged_entry_is_computed_again(counted, copied, damage):
    rows, computed = counted
    before = rows()
    entry = entries(copied)[0]
    entry.write_bytes(entry.read_bytes()[:-3] if damage == b"abc" else damage)
    assert rows() == before
    assert rows() == before
    assert computed == [0, 0]


def test_a_folder_that_cannot_be_written_does_no_harm(counted, copied):
    rows, computed = counted
    (copied / ".cache").write_text("a file stands in its place")
    assert rows() == rows()
    assert computed == [0, 0]


def test_of_two_at_once_one_computes(counted):
    rows, computed = counted
    with ThreadPoolExecutor(2) as pool:
        assert len(set(pool.map(rows, [5, 5]))) == 1
    assert computed == [5]


def test_its_sources_count_as_read_and_no_other_may_be(counted, copied, monkeypatch):
    rows, _ = counted
    rows()
    monkeypatch.setattr(tables, "opened", set())
    rows()
    assert tables.opened == {"dams"}

    @kept("dams")
    def more():
        return len(data.table("dams")) + len(data.table("sources"))

    with pytest.raises(DataError, match="sources too; name it"):
        more()
