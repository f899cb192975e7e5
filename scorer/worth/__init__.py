"""What the facts are worth at an instant, and why."""
