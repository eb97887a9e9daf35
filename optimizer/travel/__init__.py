"""Which pairs of places a model asks the travel of, and which of its pairs a straight line takes over water."""
