"""What things mean: rules, questions, papers, scenarios, certificates. Standard library only."""
