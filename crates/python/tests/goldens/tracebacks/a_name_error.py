def main():
    prnt("typo")


main()
