"""Mail, chat and schedules: getting a finished audit to the people who asked for it."""
