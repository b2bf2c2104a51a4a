"""What the built-in rules are called, wherever their work shows."""

OFFLINE_LABEL = "offline rules, not a language model"
OFFLINE_NAME = "offline"  # how a person asks for them: `--model offline`, `/model offline`
