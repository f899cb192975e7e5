"""Other ways to do the same work, to be timed beside leadstream in one run on the same servers."""
