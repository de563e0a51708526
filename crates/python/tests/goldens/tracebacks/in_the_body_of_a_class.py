class Broken:
    fine = 1
    wrong = fine + "a"
