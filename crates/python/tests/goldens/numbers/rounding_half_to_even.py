print([round(x) for x in (0.5, 1.5, 2.5, 3.5, -0.5, -1.5, -2.5)])
print([round(x, 1) for x in (0.25, 0.35, 0.45, 1.05, 2.675)])
print(round(15, -1), round(25, -1), round(-15, -1), round(1234.5678, -2), round(5, 2), type(round(2.0)), type(round(2.0, 0)))
print(f"{0.5:.0f} {1.5:.0f} {2.5:.0f} {0.125:.2f} {0.375:.2f}")
