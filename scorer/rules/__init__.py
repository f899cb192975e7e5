"""What a scorecard says: signals, conditions, criteria, decay, and what follows from them once per scorecard."""
