def cause():
    try:
        {}["k"]
    except KeyError as error:
        raise ValueError("wrapped") from error


def context():
    try:
        {}["k"]
    except KeyError:
        raise ValueError("while handling")


def hidden():
    try:
        {}["k"]
    except KeyError:
        raise ValueError("alone") from None


for function in (cause, context, hidden):
    try:
        function()
    except ValueError as error:
        print(error, repr(error.__cause__), repr(error.__context__), error.__suppress_context__)
