for spec in ("", "f", ".2f", "e", ".3e", "g", ".3g", "10.1f", "+.1f", "%", ".1%", ",.2f", "010.2f", "<10.1f", "^10.1f", "E", "G", ".0f", "#.0f", " f", "z>8.1f"):
    print(repr(spec), repr(format(1234.5678, spec)), repr(format(-0.00001234, spec)))
print(f"{float('inf'):f} {float('nan'):5} {1e100} {1e16:g}")
