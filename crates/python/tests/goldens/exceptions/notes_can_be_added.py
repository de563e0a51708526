error = ValueError("main")
error.add_note("first note")
error.add_note("second note")
print(error.__notes__, error)
