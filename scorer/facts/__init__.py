"""What is known of a lead: activities counted in cells, the journal, the profile."""
