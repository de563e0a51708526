print(1_000_000, 0xFF, 0o17, 0b1010, 0xdead_beef)
print(1e3, 1.5e-3, .5, 5., 1E2)
print(-5, +5, ~5, --5)
