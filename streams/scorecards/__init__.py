"""Reading a scorecard file: its text, its shape, its sense. `streams.scorecards.loading` is the way in."""
