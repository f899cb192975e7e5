"""One lead as the tables keep it."""
