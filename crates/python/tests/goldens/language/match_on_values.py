def said(status):
    match status:
        case 200:
            return "fine"
        case 301 | 302:
            return "elsewhere"
        case "busy":
            return "later"
        case None:
            return "nothing"
        case True:
            return "true"
        case _:
            return "unknown"


for status in (200, 302, "busy", None, True, 404):
    print(status, said(status))
