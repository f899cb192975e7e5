"""From worth to stage and grade, and when that can next change."""
