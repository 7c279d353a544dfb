"""Places on runs: taking, waiting, giving up, attending. Knows no figures."""
