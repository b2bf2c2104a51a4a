"""Fill a column with a model's judgement: plan, preview, then batches that survive a kill."""
