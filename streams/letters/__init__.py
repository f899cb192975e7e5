"""Dead letters as people handle them: chosen, counted, replayed, dropped, kept in files."""
