"""The shared floor: settings, clock, database, languages, access, jobs, audit; no feature."""
