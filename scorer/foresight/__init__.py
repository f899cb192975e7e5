"""What would change a lead's score, what will, and what its bounds take: the core asked about what did not happen."""
