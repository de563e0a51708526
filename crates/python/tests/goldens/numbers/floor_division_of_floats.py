print(7.5 // 2, -7.5 // 2, 7.5 % -2, 1e300 // 1e-10 > 0, 0.3 // 0.1, 0.3 % 0.1, -0.0 // 1, divmod(-7.5, 2), divmod(5.0, 0.1))
print(5 % float("inf"), -5 % float("inf"), 5 // float("inf"), -5 // float("inf"))
