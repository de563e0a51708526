def evaluate(text):
    stack = []
    operators = {"+": lambda a, b: a + b, "-": lambda a, b: a - b, "*": lambda a, b: a * b, "/": lambda a, b: a / b}
    for word in text.split():
        if word in operators:
            if len(stack) < 2:
                raise ValueError(f"{word} needs two numbers")
            b, a = stack.pop(), stack.pop()
            stack.append(operators[word](a, b))
        else:
            stack.append(float(word))
    (result,) = stack
    return result


for text in ("3 4 +", "5 1 2 + 4 * + 3 -", "1 +", "1 2", "1 0 /", "x"):
    try:
        print(text, "=", evaluate(text))
    except (ValueError, ZeroDivisionError) as error:
        print(text, "->", type(error).__name__, error)
