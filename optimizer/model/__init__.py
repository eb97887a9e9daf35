"""What everything else is about: an instance as arrays, a plan, what it costs, and the contract of solver backends."""
