"""Plans as files and pages, and the way back."""
