"""Floor 2: hands. Everything that touches the user's database, behind one door."""
