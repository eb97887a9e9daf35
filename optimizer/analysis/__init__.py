"""Reading plans: how they compare, what room they leave, which others there are."""
