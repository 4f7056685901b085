"""Visit after visit at the real kiosk: nothing grows with them. `./run bench soak` plays 50,000."""

from pathlib import Path

import pytest

from benchmarks.site import person, write_roster
from benchmarks.soak import played

PEOPLE = 400
MOST_MIB_A_THOUSAND = 3.0


@pytest.mark.processes
@pytest.mark.no_cover
@pytest.mark.timeout(300)
def test_memory_does_not_grow_with_the_visits(tmp_path: Path) -> None:
    write_roster(tmp_path, map(person, range(1, PEOPLE + 1)))
    samples = list(played(tmp_path, 1_200, every=400, people=PEOPLE))
    assert [one.visits for one in samples] == [400, 800, 1_200]
    grown = samples[-1].resident_mib - samples[0].resident_mib
    assert grown < MOST_MIB_A_THOUSAND * 0.8, samples
