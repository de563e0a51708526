class ConfigError(Exception):
    pass


def load():
    try:
        return int("abc")
    except ValueError as error:
        raise ConfigError("bad port") from error


load()
