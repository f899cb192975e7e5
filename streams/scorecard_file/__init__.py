"""Reading a scorecard file: its text, its shape, its sense. `streams.scorecards` is the way in."""
