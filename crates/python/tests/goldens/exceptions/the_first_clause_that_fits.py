def told(error):
    try:
        raise error
    except (KeyError, IndexError) as e:
        return "lookup", repr(e)
    except ArithmeticError as e:
        return "arithmetic", repr(e)
    except Exception as e:
        return "other", repr(e)


for error in (KeyError("k"), IndexError(), ZeroDivisionError("z"), OverflowError(), ValueError("v", 2), StopIteration(5)):
    print(told(error))
