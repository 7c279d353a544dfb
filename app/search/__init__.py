"""One question, two engines: what residents can find, and how words are matched."""
