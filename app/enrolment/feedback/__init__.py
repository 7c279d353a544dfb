"""What learners think of a class that is over: three questions, and nobody can tell who answered.

That somebody has answered is kept apart from what they said, without a time, and is forgotten when
the round closes; only then is anything shown to anybody.
"""
