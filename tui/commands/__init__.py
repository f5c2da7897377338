"""One file a command, imported when it is asked for; options, plain, reading and text are what they share."""
