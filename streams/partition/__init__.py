"""The flow of one partition number: from its input records to its outputs."""
