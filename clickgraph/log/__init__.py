"""What happened: tables, ids, times, and the one door for foreign logs."""
