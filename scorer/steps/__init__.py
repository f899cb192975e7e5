"""The steps of a lead's life: an activity, a profile, time, a merge, a retraction, an erasure."""
