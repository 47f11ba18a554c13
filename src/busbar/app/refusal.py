"""What the sender of a message is told that could not be written, or that a handler broke on."""

import structlog

from busbar.app.correlation import describe
from busbar.app.deliveries import Delivery
from busbar.canon.message import Message
from busbar.db.outage import UNSTORABLE, is_database_away
from busbar.db.partitions import is_repeated
from busbar.kernel.errors import BusbarError, UnavailableError

log = structlog.get_logger(__name__)


class StorageError(UnavailableError):
    """The database did not take the batch; nothing of it happened."""

    code = "unavailable.storage"


class UnstorableError(StorageError):
    """The database will not take this message, whenever it is tried; nothing of it happened."""

    code = "unavailable.storage_refused"


class MessageFailedError(BusbarError):
    """A handler broke on this message: a defect of ours, logged with its trace; the message has had no effect."""

    code = "internal"


def is_outage(error: BusbarError | None) -> bool:
    """Tell whether the database took nothing at the moment: the same message may be stored later."""
    return isinstance(error, StorageError) and not isinstance(error, UnstorableError)


def name_refusal(error: Exception, message: Message | Delivery) -> BusbarError:
    """Return what the sender of a message is told that could not be written."""
    if is_database_away(error):
        log.error("core.storage_failed", **describe(message), error=str(error))
        return StorageError("the database takes nothing at the moment")
    if is_repeated(error):
        log.info("core.message_repeated", **describe(message))
        return UnstorableError("the message was applied before")
    if isinstance(error, UNSTORABLE):
        log.error("core.message_failed", **describe(message), error=str(error))
        return UnstorableError("the database did not take the message")
    log.error("core.batch_broke", **describe(message), exc_info=error)
    return MessageFailedError("the message could not be handled")
