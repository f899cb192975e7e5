"""Other systems' exports, years of them, as activities: by a mapping file, row by row, past what is wrong with some."""
