"""Rows of our own layout; a test says only what is odd about one."""

HEAD = [
    *("course_id", "title_vi", "topic", "run_id", "starts_on", "ends_on", "capacity", "fee"),
    *("session_on", "session_from", "session_to"),
]


def course(key="K1", **more):
    return {"course_id": key, "title_vi": "Tin học cơ bản", "topic": "digital-skills", **more}


def run(key="K1", run_key="L1", **more):
    days = {"starts_on": "01/12/2026", "ends_on": "20/12/2026"}
    return course(key, run_id=run_key, **{**days, **more})


def session(day, key="K1", run_key="L1", **more):
    hours = {"session_on": day, "session_from": "18:30", "session_to": "20:30"}
    return course(key, run_id=run_key, **{**hours, **more})
