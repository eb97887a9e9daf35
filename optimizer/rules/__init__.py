"""One file a rule: what the compact model, the restricted programs and the explanations need to know of it."""
