"""The kinds of trouble a user can meet; each message says what, where and what to do next."""


class AhecError(Exception):
    """Anything this package raises on purpose."""


class DataError(AhecError):
    """A data file is missing, damaged or inconsistent."""


class SchemaError(DataError):
    """A table or layer lacks a column, or a value breaks its schema."""


class ParameterError(AhecError):
    """An argument, notebook parameter or edition name is not one that exists."""


class FetchError(AhecError):
    """A download failed or does not match its checksum."""


class ReportError(AhecError):
    """A notebook stopped before its report was complete."""
