"""From an instance to a verified result: a backend is chosen and run, and nothing that it says is believed."""
