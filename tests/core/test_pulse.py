"""A pulse goes on until the work beside it ends."""

from threading import Event
from threading import enumerate as running

from app.core.pulse import beating

SOON = 5.0


def test_a_beat_that_fails_is_not_the_last(app):
    beats, third = [], Event()

    def beat():
        beats.append(1)
        if len(beats) > 2:
            third.set()
        raise RuntimeError

    with beating(app, beat, 0.01):
        assert third.wait(SOON)
    assert "pulse" not in {thread.name for thread in running()}, "and none comes afterwards"
