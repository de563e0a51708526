def main():
    print("run as a program")


if __name__ == "__main__":
    main()
print(__name__)
