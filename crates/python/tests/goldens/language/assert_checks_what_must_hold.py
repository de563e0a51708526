assert 1 + 1 == 2
assert True, "not shown"
try:
    assert 1 > 2
except AssertionError as error:
    print(repr(error))
try:
    assert [], "the list is empty"
except AssertionError as error:
    print(repr(error), error)
