"""The time of the story: what is C in CPython."""

import _kernel


def sleep(secs):
    if not isinstance(secs, float):
        secs = _kernel.index(secs)
    if secs != secs:
        raise ValueError("Invalid value NaN (not a number)")
    if secs < 0:
        raise ValueError("sleep length must be non-negative")
    whole = int(secs * 1000000)
    _kernel.sleep(whole + 1 if whole < secs * 1000000 else whole)


def time():
    return _kernel.wall() / 1000000


def time_ns():
    return _kernel.wall() * 1000


def monotonic():
    return _kernel.monotonic() / 1000000


def monotonic_ns():
    return _kernel.monotonic() * 1000


perf_counter = monotonic
perf_counter_ns = monotonic_ns
process_time = monotonic
process_time_ns = monotonic_ns
thread_time = monotonic

timezone = 0
altzone = 0
daylight = 0
tzname = ("UTC", "UTC")

_DAYS = ["Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun"]
_MONTHS = ["Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"]
_LONG_DAYS = ["Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday"]
_LONG_MONTHS = [
    "January", "February", "March", "April", "May", "June", "July", "August", "September", "October", "November",
    "December",
]
_FIELDS = [
    "tm_year", "tm_mon", "tm_mday", "tm_hour", "tm_min", "tm_sec", "tm_wday", "tm_yday", "tm_isdst",
]


class struct_time:
    def __init__(self, values):
        self._values = tuple(values)

    def __getattr__(self, name):
        if name in _FIELDS:
            return self._values[_FIELDS.index(name)]
        raise AttributeError(f"'time.struct_time' object has no attribute '{name}'")

    def __getitem__(self, place):
        return self._values[place]

    def __len__(self):
        return 9

    def __iter__(self):
        return iter(self._values)

    def __eq__(self, other):
        return self._values == tuple(other)

    def __repr__(self):
        pairs = [f"{name}={value}" for name, value in zip(_FIELDS, self._values)]
        return "time.struct_time(" + ", ".join(pairs) + ")"


def gmtime(secs=None):
    """The date by the calendar of years of 400 that repeat, counted from March."""
    secs = int(time() if secs is None else secs // 1)
    days, rest = divmod(secs, 86400)
    since = days + 719468
    era, in_era = divmod(since, 146097)
    year_in_era = (in_era - in_era // 1460 + in_era // 36524 - in_era // 146096) // 365
    in_year = in_era - (365 * year_in_era + year_in_era // 4 - year_in_era // 100)
    from_march = (5 * in_year + 2) // 153
    day = in_year - (153 * from_march + 2) // 5 + 1
    month = from_march + 3 if from_march < 10 else from_march - 9
    year = year_in_era + era * 400 + (1 if month <= 2 else 0)
    leap = year % 4 == 0 and (year % 100 != 0 or year % 400 == 0)
    before = [0, 31, 59, 90, 120, 151, 181, 212, 243, 273, 304, 334][month - 1]
    of_year = before + day + (1 if leap and month > 2 else 0)
    return struct_time((year, month, day, rest // 3600, rest // 60 % 60, rest % 60, (days + 3) % 7, of_year, 0))


localtime = gmtime


def mktime(t):
    year, month = t[0], t[1]
    shifted = year - (1 if month <= 2 else 0)
    era = shifted // 400
    in_era = shifted - era * 400
    from_march = month - 3 if month > 2 else month + 9
    in_year = (153 * from_march + 2) // 5 + t[2] - 1
    days = era * 146097 + in_era * 365 + in_era // 4 - in_era // 100 + in_year - 719468
    return float(days * 86400 + t[3] * 3600 + t[4] * 60 + t[5])


def asctime(t=None):
    t = localtime() if t is None else t
    return f"{_DAYS[t[6]]} {_MONTHS[t[1] - 1]} {t[2]:2d} {t[3]:02d}:{t[4]:02d}:{t[5]:02d} {t[0]}"


def ctime(secs=None):
    return asctime(localtime(secs))


def strftime(format, t=None):
    t = localtime() if t is None else t
    known = {
        "Y": f"{t[0]}", "m": f"{t[1]:02d}", "d": f"{t[2]:02d}", "H": f"{t[3]:02d}", "M": f"{t[4]:02d}",
        "S": f"{t[5]:02d}", "y": f"{t[0] % 100:02d}", "j": f"{t[7]:03d}", "a": _DAYS[t[6]], "b": _MONTHS[t[1] - 1],
        "A": _LONG_DAYS[t[6]], "B": _LONG_MONTHS[t[1] - 1], "w": f"{(t[6] + 1) % 7}", "%": "%", "n": "\n",
        "t": "\t", "p": "AM" if t[3] < 12 else "PM", "I": f"{(t[3] + 11) % 12 + 1:02d}", "Z": "UTC", "z": "+0000",
        "e": f"{t[2]:2d}", "h": _MONTHS[t[1] - 1],
    }
    known["T"] = known["X"] = f"{t[3]:02d}:{t[4]:02d}:{t[5]:02d}"
    known["F"] = f"{t[0]}-{t[1]:02d}-{t[2]:02d}"
    known["D"] = known["x"] = f"{t[1]:02d}/{t[2]:02d}/{t[0] % 100:02d}"
    known["R"] = f"{t[3]:02d}:{t[4]:02d}"
    known["c"] = asctime(t)
    parts = []
    at = 0
    while at < len(format):
        letter = format[at]
        if letter == "%" and at + 1 < len(format):
            at += 1
            parts.append(known.get(format[at], "%" + format[at]))
        else:
            parts.append(letter)
        at += 1
    return "".join(parts)
