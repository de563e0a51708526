"""What is Python because the program's own code runs within it. No frame of this file is shown to a learner."""


def _list(iterable):
    result = []
    for item in iterable:
        _append(result, item)
    return result


def _tuple(iterable):
    return (*_list(iterable),)


def _list_extend(result, iterable):
    for item in iterable:
        _append(result, item)


def _iadd_list(result, iterable):
    _list_extend(result, iterable)
    return result


def _ior_set(result, other):
    for item in other:
        _set_add(result, item)
    return result


def _ior_dict(result, other):
    for key in other:
        result[key] = other[key]
    return result


def _set_extend(result, iterable):
    for item in iterable:
        _set_add(result, item)


def _set_add_all(result, items):
    for item in items:
        _set_add(result, item)
    return result


def _set_of(result, iterable):
    for item in iterable:
        _set_add(result, item)
    return result


def _store_slice(target, index, iterable):
    target[index] = _list(iterable)


def _getitem_iter(sequence):
    at = 0
    while True:
        try:
            item = sequence[at]
        except IndexError:
            return
        yield item
        at += 1


def _getitem_index(sequence, index):
    return sequence[_index(index)]


def _index(value):
    result = type(value).__index__(value)
    if not isinstance(result, int):
        raise TypeError(f"__index__ returned non-int (type {type(result).__name__})")
    return result


def _with_index(function, args):
    return function(*[_index(arg) if _has(arg, "__index__") else arg for arg in args])


def _resolve(again, table, key, args):
    found = None
    code = hash(key)
    for place in _candidates(table, code):
        other = _key_at(table, place)
        if other is key or other == key:
            found = place
            break
    _hint(table, key, code, found)
    return again(*args)


def _contains_by_iter(container, item):
    for each in container:
        if each is item or each == item:
            return True
    return False


def _binary(symbol, a, b, *asked):
    at = 0
    while at < len(asked):
        result = asked[at](asked[at + 1], asked[at + 2])
        if result is not NotImplemented:
            return result
        at += 3
    raise TypeError(
        f"unsupported operand type(s) for {symbol}: '{type(a).__name__}' and '{type(b).__name__}'"
    )


def _compare(symbol, first, this, other, inverted, second, this2, other2, inverted2, a, b):
    if first is not None:
        result = first(this, other)
        if result is not NotImplemented:
            return not result if inverted else result
    if second is not None:
        result = second(this2, other2)
        if result is not NotImplemented:
            return not result if inverted2 else result
    if symbol == "==":
        return a is b
    if symbol == "!=":
        return a is not b
    raise TypeError(
        f"'{symbol}' not supported between instances of '{type(a).__name__}' and '{type(b).__name__}'"
    )


def _compare_items(symbol, a, b):
    if type(a) is not type(b) or not isinstance(a, (list, tuple, dict)):
        if symbol == "==":
            return False
        if symbol == "!=":
            return True
        raise TypeError(
            f"'{symbol}' not supported between instances of '{type(a).__name__}' and '{type(b).__name__}'"
        )
    if isinstance(a, dict):
        same = len(a) == len(b)
        if same:
            for key in a:
                if key not in b:
                    same = False
                    break
                x = a[key]
                y = b[key]
                if not (x is y or x == y):
                    same = False
                    break
        return same if symbol == "==" else not same
    if symbol == "==" or symbol == "!=":
        same = len(a) == len(b)
        if same:
            for x, y in zip(a, b):
                if not (x is y or x == y):
                    same = False
                    break
        return same if symbol == "==" else not same
    for x, y in zip(a, b):
        if not (x is y or x == y):
            return _order(symbol, x, y)
    return _order(symbol, len(a), len(b))


def _order(symbol, x, y):
    if symbol == "<":
        return x < y
    if symbol == "<=":
        return x <= y
    if symbol == ">":
        return x > y
    return x >= y


def _repr(value):
    if _enter_repr(value):
        return _recursive_repr(value)
    try:
        return _repr_of(value)
    finally:
        _leave_repr(value)


def _repr_of(value):
    if isinstance(value, list):
        return "[" + ", ".join([repr(item) for item in value]) + "]"
    if isinstance(value, tuple):
        inner = ", ".join([repr(item) for item in value])
        return "(" + inner + (",)" if len(value) == 1 else ")")
    if isinstance(value, dict):
        return "{" + ", ".join([repr(key) + ": " + repr(value[key]) for key in value]) + "}"
    if isinstance(value, set):
        return "{" + ", ".join([repr(item) for item in value]) + "}"
    if isinstance(value, frozenset):
        return "frozenset({" + ", ".join([repr(item) for item in value]) + "})"
    if isinstance(value, BaseException):
        if len(value.args) == 1:
            return type(value).__name__ + "(" + repr(value.args[0]) + ")"
        return type(value).__name__ + repr(value.args)
    if isinstance(value, slice):
        return f"slice({value.start!r}, {value.stop!r}, {value.step!r})"
    inner = ", ".join([repr(item) for item in value])
    return type(value).__name__ + "([" + inner + "])"


def _str_exception(value):
    args = value.args
    if len(args) == 1:
        return repr(args[0]) if isinstance(value, KeyError) else str(args[0])
    return repr(args)


def _str(value):
    text = str(value)
    return text


def _checked_str(value, method, name):
    result = method(value)
    if not isinstance(result, str):
        raise TypeError(f"{name} returned non-string (type {type(result).__name__})")
    return result


def _format_field(value, conversion, spec):
    if conversion == 114:
        value = repr(value)
    elif conversion == 115:
        value = str(value)
    elif conversion == 97:
        value = ascii(value)
    return format(value, spec)


def _format(value, spec):
    method = _method(value, "__format__")
    if method is not None:
        return method(spec)
    if spec:
        raise TypeError(f"unsupported format string passed to {type(value).__name__}.__format__")
    return str(value)


def _print(args, sep, end, file, flush):
    texts = []
    for arg in args:
        _append(texts, str(arg))
    text = sep.join(texts) + end
    if file is None:
        _write(text)
    else:
        file.write(text)
        if flush:
            file.flush()


def _raise(value, cause):
    if isinstance(value, type):
        value = value()
        if not isinstance(value, BaseException):
            raise TypeError("exceptions must derive from BaseException")
    if cause is NotImplemented:
        raise value
    if isinstance(cause, type):
        cause = cause()
    raise value from cause


def _new(cls, args, kw):
    made = cls.__new__(cls, *args, **kw)
    if isinstance(made, cls):
        init = _method(made, "__init__")
        if init is not None:
            init(*args, **kw)
    return made


def _class_hooks(made, named, init, keywords):
    for value, name in named:
        value.__set_name__(made, name)
    if init:
        super(made, made).__init_subclass__(**keywords)
    return made


def _close_generator(generator):
    generator.close()


def _match_class(subject, cls, positional, names):
    if not isinstance(cls, type):
        raise TypeError("called match pattern must be a class")
    if not isinstance(subject, cls):
        return None
    values = []
    if positional:
        own = getattr(cls, "__match_args__", None)
        if own is None:
            if cls in (bool, bytearray, bytes, dict, float, frozenset, int, list, set, str, tuple):
                if positional > 1:
                    raise TypeError(
                        f"{cls.__name__}() accepts 1 positional sub-pattern ({positional} given)"
                    )
                _append(values, subject)
                own = ()
            else:
                own = ()
        if not values:
            if positional > len(own):
                plural = "" if len(own) == 1 else "s"
                raise TypeError(
                    f"{cls.__name__}() accepts {len(own)} positional sub-pattern{plural} ({positional} given)"
                )
            for name in own[:positional]:
                if not hasattr(subject, name):
                    return None
                _append(values, getattr(subject, name))
    for name in names:
        if not hasattr(subject, name):
            return None
        _append(values, getattr(subject, name))
    return (*values,)


def _map_rest(mapping, keys):
    rest = dict(mapping)
    for key in keys:
        del rest[key]
    return rest


def _enumerate(iterable, start):
    for item in iterable:
        yield (start, item)
        start += 1


def _zip(iterables, strict):
    iterators = [iter(each) for each in iterables]
    if not iterators:
        return
    while True:
        items = []
        for place, iterator in enumerate(iterators):
            try:
                item = next(iterator)
            except StopIteration:
                if strict:
                    _zip_strict(iterators, place)
                return
            _append(items, item)
        yield (*items,)


def _zip_strict(iterators, place):
    if place:
        plural = " " if place == 1 else "s 1-"
        raise ValueError(f"zip() argument {place + 1} is shorter than argument{plural}{place}")
    for later in range(1, len(iterators)):
        try:
            next(iterators[later])
        except StopIteration:
            continue
        plural = " " if later == 1 else "s 1-"
        raise ValueError(f"zip() argument {later + 1} is longer than argument{plural}{later}")


def _map(function, iterables):
    if len(iterables) == 1:
        for item in iterables[0]:
            yield function(item)
        return
    for items in zip(*iterables):
        yield function(*items)


def _filter(function, iterable):
    if function is None:
        for item in iterable:
            if item:
                yield item
        return
    for item in iterable:
        if function(item):
            yield item


def _reversed_by_index(sequence):
    at = len(sequence)
    while at > 0:
        at -= 1
        yield sequence[at]


def _call_iter(function, sentinel):
    while True:
        value = function()
        if value == sentinel:
            return
        yield value


def _any(iterable):
    for item in iterable:
        if item:
            return True
    return False


def _all(iterable):
    for item in iterable:
        if not item:
            return False
    return True


def _sum(iterable, total):
    for item in iterable:
        total = total + item
    return total


def _extreme(name, iterable, key, default, has_default, greatest):
    best = None
    best_key = None
    first = True
    for item in iterable:
        value = item if key is None else key(item)
        if first:
            best = item
            best_key = value
            first = False
        elif greatest:
            if value > best_key:
                best = item
                best_key = value
        elif value < best_key:
            best = item
            best_key = value
    if first:
        if has_default:
            return default
        raise ValueError(f"{name}() arg is an empty sequence")
    return best


def _next_or(iterator, default):
    try:
        return next(iterator)
    except StopIteration:
        return default


def _getattr_or(value, name, default):
    try:
        return getattr(value, name)
    except AttributeError:
        return default


def _hasattr(value, name):
    try:
        getattr(value, name)
    except AttributeError:
        return False
    return True


def _sorted(iterable, key, reverse):
    result = _list(iterable)
    _sort(result, key, reverse)
    return result


def _sort(items, key, reverse):
    # While it is sorted the list is empty: what a program puts into it meanwhile is found, and lost.
    taken = items[:]
    del items[:]
    try:
        result = _in_order(taken, key, reverse)
    except BaseException:
        items[:] = taken
        raise
    changed = len(items) != 0
    items[:] = result
    if changed:
        raise ValueError("list modified during sort")


def _in_order(items, key, reverse):
    if key is None:
        keys = items[:]
    else:
        keys = [key(item) for item in items]
    if _sort_by(items, keys, reverse):
        return items
    pairs = [(keys[at], items[at]) for at in range(len(items))]
    if reverse:
        pairs.reverse()
    pairs = _merge_sort(pairs)
    if reverse:
        pairs.reverse()
    return [pair[1] for pair in pairs]


def _merge_sort(pairs):
    if len(pairs) < 2:
        return pairs
    middle = len(pairs) // 2
    left = _merge_sort(pairs[:middle])
    right = _merge_sort(pairs[middle:])
    result = []
    i = 0
    j = 0
    while i < len(left) and j < len(right):
        if right[j][0] < left[i][0]:
            _append(result, right[j])
            j += 1
        else:
            _append(result, left[i])
            i += 1
    result += left[i:]
    result += right[j:]
    return result


def _dict_of(result, source, kw):
    if source is not None:
        if hasattr(source, "keys"):
            for key in source.keys():
                result[key] = source[key]
        else:
            at = 0
            for pair in source:
                items = _pair(pair, at)
                result[items[0]] = items[1]
                at += 1
    for name in kw:
        result[name] = kw[name]
    return result


def _dict_update(result, source, kw):
    _dict_of(result, source, kw)


def _pair(pair, at):
    try:
        items = _list(pair)
    except TypeError:
        raise TypeError(f"cannot convert dictionary update sequence element #{at} to a sequence") from None
    if len(items) != 2:
        raise ValueError(f"dictionary update sequence element #{at} has length {len(items)}; 2 is required")
    return items


def _join(separator, iterable):
    return separator.join(_list(iterable))


def _apply(function, args, at):
    """Call a native function again with an argument made a list."""
    args = _list(args)
    args[at] = _list(args[at])
    return function(*args)


def _index_by_eq(items, item, start, stop, message):
    at = start
    while at < len(items) and at < stop:
        each = items[at]
        if each is item or each == item:
            return at
        at += 1
    raise ValueError(message)


def _count_by_eq(items, item):
    found = 0
    for each in items:
        if each is item or each == item:
            found += 1
    return found


def _remove_by_eq(items, item):
    at = _index_by_eq(items, item, 0, len(items), "list.remove(x): x not in list")
    del items[at]


def _isinstance_any(value, classes):
    for each in classes:
        if isinstance(value, each):
            return True
    return False


def _len(value, method):
    result = method(value)
    if not isinstance(result, int):
        raise TypeError(f"'{type(result).__name__}' object cannot be interpreted as an integer")
    if result < 0:
        raise ValueError("__len__() should return >= 0")
    return result


def _checked(value, name, method, cls):
    result = method(value)
    if not isinstance(result, cls):
        raise TypeError(f"{name} returned non-{cls.__name__} (type {type(result).__name__})")
    return result


def _bool(value):
    return True if value else False


def _dir_sorted(names):
    return sorted(names)


def _percent(template, values):
    many = isinstance(values, tuple)
    mapping = not many and _is_mapping(values)
    parts = []
    at = 0
    used = 0
    total = len(values) if many else 1
    while True:
        piece = _percent_next(template, at, mapping)
        if piece is None:
            break
        after, literal, key, star_width, star_precision, want = piece
        if literal is not None:
            _append(parts, literal)
            at = after
            continue
        width = None
        precision = None
        if star_width:
            if used >= total:
                raise TypeError("not enough arguments for format string")
            width = values[used] if many else values
            used += 1
        if star_precision:
            if used >= total:
                raise TypeError("not enough arguments for format string")
            precision = values[used] if many else values
            used += 1
        if key is not None:
            value = values[key]
            used = total
        else:
            if used >= total:
                raise TypeError("not enough arguments for format string")
            value = values[used] if many else values
            used += 1
        if isinstance(template, str):
            if want == "s":
                value = str(value)
            elif want == "r":
                value = repr(value)
            elif want == "a":
                value = ascii(value)
        _append(parts, _percent_one(template, at, width, precision, value))
        at = after
    if used < total and not mapping:
        if isinstance(template, str):
            raise TypeError("not all arguments converted during string formatting")
        raise TypeError("not all arguments converted during bytes formatting")
    return ("" if isinstance(template, str) else b"").join(parts)


def _str_format(template, values, names):
    return _format_parts(template, values, names, [0, None], 2)


def _format_parts(template, values, names, numbering, depth):
    if depth == 0:
        raise ValueError("Max string recursion exceeded")
    parts = []
    at = 0
    while True:
        piece = _template_next(template, at)
        if piece is None:
            return "".join(parts)
        at, literal, name, conversion, spec, nested = piece
        _append(parts, literal)
        if name is None:
            continue
        value = _format_value(name, values, names, numbering)
        if conversion == "r":
            value = repr(value)
        elif conversion == "s":
            value = str(value)
        elif conversion == "a":
            value = ascii(value)
        if nested:
            spec = _format_parts(spec, values, names, numbering, depth - 1)
        _append(parts, format(value, spec))


def _format_value(name, values, names, numbering):
    kind, key, at = _template_name(name)
    if kind == 2:
        value = names[key]
    else:
        if kind == 0:
            if numbering[1] == 1:
                raise ValueError("cannot switch from manual field specification to automatic field numbering")
            numbering[1] = 0
            key = numbering[0]
            numbering[0] = key + 1
        else:
            if numbering[1] == 0:
                raise ValueError("cannot switch from automatic field numbering to manual field specification")
            numbering[1] = 1
        if key >= len(values):
            raise IndexError(f"Replacement index {key} out of range for positional args tuple")
        value = values[key]
    while True:
        step = _template_step(name, at)
        if step is None:
            return value
        kind, key, at = step
        if kind == 0:
            value = getattr(value, key)
        else:
            value = value[key]


def _uncaught(exception, own):
    for each in own:
        try:
            text = str(each)
        except BaseException:
            text = None
        _say(each, text)
    each = own = None
    _raise_again(exception)


def _raise_again(exception):
    raise exception


def _finish():
    while _clear_next():
        pass


def _hash_items(value):
    return hash((*[hash(item) for item in value],))
