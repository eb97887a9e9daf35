"""Other programs on the same instances, under the same limits, judged by the same verification: rows beside ours."""
