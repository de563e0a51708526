print(f"hello {}")
