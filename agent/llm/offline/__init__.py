"""Rules that answer simple questions without a language model and without the network."""
