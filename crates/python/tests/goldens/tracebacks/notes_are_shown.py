error = ValueError("main")
error.add_note("a note")
error.add_note("two\nlines")
raise error
