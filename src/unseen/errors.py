"""The errors a user can act on: one small tree, each message names what, where and the remedy."""


class UnseenError(Exception):
    """Anything the user can mend. The command line prints it on one line and exits with code 2."""


class SettingError(UnseenError):
    """A variable that does not exist, or a value outside its domain."""


class ChoiceError(UnseenError):
    """A recorded choice that is missing or impossible on replay."""


class FamilyError(UnseenError):
    """An unknown family, or a family that breaks its contract."""


class CertificateError(UnseenError):
    """A task whose certificate does not prove its key."""


class TaskFileError(UnseenError):
    """A task file that cannot be read, or a row that was edited."""


class PlanError(UnseenError):
    """A plan that cannot be carried out as written."""


class ExamineeError(UnseenError):
    """A model that does not exist, cannot be reached, or lacks its key."""


class StoreError(UnseenError):
    """A store that cannot be opened, read or written."""


class DependencyError(UnseenError):
    """Something the machine lacks; the message carries the command that installs it."""


class EditionError(UnseenError):
    """An edition that cannot be made, sealed, revealed or verified as asked."""
