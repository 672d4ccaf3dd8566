"""What a reader sees: words, tables, charts and maps. Nothing is computed here."""
