"""Batches of scenarios: instances x settings x seeds solved on an executor, kept as they end, compared in one table.

A file of scenarios (`scenarios`, `read_scenarios`) becomes runs, known by what is in them (`runs`). They are made and
kept (`work`, `ledger`), read again and verified (`table`), and told as files, a page and on the screen.
"""
