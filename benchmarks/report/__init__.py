"""A report of a store of runs: tables as CSV and Parquet, a Markdown summary and a self-contained HTML page."""
