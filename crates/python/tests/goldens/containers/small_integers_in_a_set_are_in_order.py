print({3, 1, 2}, set(range(8)), {5}, {0, 7, 4})
