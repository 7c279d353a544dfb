"""Courses, runs and sessions: what is taught, when, where and for how many. Knows no learner."""
