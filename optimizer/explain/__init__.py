"""Why there is no plan, why a plan is not otherwise, and what each rule costs (docs/explain.md)."""
