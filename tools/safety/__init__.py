"""The one door to the user's database: review, rehearsal, approval, execution, undo, audit."""
