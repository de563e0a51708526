print((5).real, (5).imag, (5).numerator, (5).denominator, (2.5).real, int.__name__, (5).__class__)
print((5).__add__(3), (5).__eq__(5), float.__name__, (3).conjugate())
for call in (lambda: (5).size, lambda: 5 .foo(), lambda: (2.5).bit_length()):
    try:
        call()
    except AttributeError as error:
        print(error)
