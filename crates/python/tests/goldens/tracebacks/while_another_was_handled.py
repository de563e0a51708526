def read(table):
    try:
        return table["missing"]
    except KeyError:
        return table[None + 1]


read({})
