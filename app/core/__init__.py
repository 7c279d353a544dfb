"""The shared floor: settings, clock, database, languages, access, jobs, audit. It knows no feature."""
