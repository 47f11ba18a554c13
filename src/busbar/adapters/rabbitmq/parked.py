"""Parcels that cannot be handled lie in a queue of their own until a person has seen to them."""

from aio_pika import Message as BrokerMessage
from aio_pika.abc import AbstractChannel, AbstractIncomingMessage, DeliveryMode

from busbar.adapters.rabbitmq.names import Names

ERROR_MAX_CHARACTERS = 500


async def park(
    channel: AbstractChannel,
    names: Names,
    message: AbstractIncomingMessage,
    *,
    reason: str,
    partition: int,
    error: str,
    attempts: int = 1,
) -> None:
    """Put a message into the parked queue, then take it out of its own. Errors: the broker's."""
    parked = BrokerMessage(
        message.body,
        type=message.type,
        message_id=message.message_id,
        delivery_mode=DeliveryMode.PERSISTENT,
        headers={
            "reason": reason,
            "partition": partition,
            "attempts": attempts,
            "error": error[:ERROR_MAX_CHARACTERS],
        },
    )
    await channel.default_exchange.publish(parked, names.parked_queue, mandatory=True)
    await message.ack()
