"a text alone does nothing"
5
None
print("only this")
