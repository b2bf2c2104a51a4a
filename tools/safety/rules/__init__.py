"""The single questions that a review asks of a statement. Each rule gives its reasons, or nothing."""
