"""What stands at the end of the output topics: how far they were published, and what leads were told."""
