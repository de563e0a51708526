ages = {"Ann": 30, "Bo": 41}
ages["Cy"] = 5
print(ages, ages["Ann"], ages.get("Di"), ages.get("Di", 0), "Bo" in ages, len(ages))
print(list(ages), list(ages.keys()), list(ages.values()), list(ages.items()))
print(ages.pop("Bo"), ages.pop("Bo", "gone"), ages.setdefault("Ann", 1), ages.setdefault("Di", 2), ages)
ages.update({"Ann": 31}, Eve=7)
ages.update([("Fay", 8)])
print(ages, ages.popitem(), ages.copy() == ages)
print(dict.fromkeys("ab", 0), {"a": 1} | {"b": 2}, {"a": 1} == {"a": 1.0})
ages.clear()
print(ages, bool(ages))
