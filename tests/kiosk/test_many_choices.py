"""Five thousand activities on the real app: the list opens, letters find, the right one is booked."""

from pathlib import Path

from terminal_app.kiosk.widgets.grid import Grid
from tests.kiosk.scenes import until
from tests.kiosk.session import session
from tests.kiosk.terminal import ANNA, Roll, activity, usual_roll, write_roster

MANY = 5000


async def test_one_of_five_thousand_is_found_by_letters(tmp_path: Path) -> None:
    activities = [activity(f"a{number}", 1, f"Werk {number:04d} Ä{number % 7}") for number in range(MANY)]
    activities.append(activity("other", 1, "Élagage"))
    write_roster(tmp_path, Roll(usual_roll().people, [], activities))
    async with session(tmp_path, levels=1) as at:
        await at.pilot.press("f2")
        at.reader.hold(ANNA)
        await at.sees("Werk 0000", "pagina 1/")
        await at.pilot.press("e", "l")
        await at.sees("Élagage", "el_")
        assert len(at.app.query_one(Grid).buttons) == 1
        await at.pilot.press("1")
        await until(at.pilot, lambda _: at.rows() == [(ANNA, "Activity", "recorded")])
        await at.sees("Élagage", "geregistreerd om")
