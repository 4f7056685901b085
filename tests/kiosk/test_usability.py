"""No task takes more touches than was promised; the seconds are for people to read (docs/usability.md)."""

import pytest

from tests.kiosk.usability import TASKS, Task, play


@pytest.mark.parametrize("size", [(50, 15), (80, 24)], ids=lambda size: f"{size[0]}x{size[1]}")
@pytest.mark.parametrize("task", TASKS, ids=lambda task: task.name)
async def test_a_task_takes_no_more_touches_than_promised(task: Task, size: tuple[int, int]) -> None:
    played = await play(task, size)
    most = task.most_touches
    if size == (50, 15) and task.most_on_the_smallest is not None:
        most = task.most_on_the_smallest
    assert played.touches <= most
