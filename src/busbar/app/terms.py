"""What the settings say about the links between the processes of a network."""

from busbar.adapters.rabbitmq.intake import IntakeLimits
from busbar.adapters.rabbitmq.link import LinkTerms
from busbar.adapters.rabbitmq.names import Names
from busbar.adapters.rabbitmq.sender import SenderLimits
from busbar.adapters.redis.client import RedisClient, RedisTerms
from busbar.adapters.redis.presence import RedisPresence
from busbar.app.config import Settings
from busbar.kernel.clock import Clock

MS_PER_S = 1000


def list_missing(settings: Settings) -> list[str]:
    """Name the settings that a process of a network needs and that are not given."""
    needed = {"broker_url": settings.broker_url, "redis_url": settings.redis_url}
    return [name for name, value in needed.items() if value is None]


def choose_names(settings: Settings) -> Names:
    """Name things in the broker."""
    return Names(partition_count=settings.partition_count, prefix=settings.cluster_name)


def choose_link_terms(settings: Settings) -> LinkTerms:
    """Say how the connection to the broker is kept."""
    return LinkTerms(heartbeat_s=settings.broker_heartbeat_s)


def choose_sender_limits(settings: Settings) -> SenderLimits:
    """Bound what is on its way to the cores."""
    return SenderLimits(
        waiting_max_messages=settings.report_queue_max_reports,
        parcel_max_messages=settings.parcel_max_messages,
        parcel_max_bytes=settings.parcel_max_bytes,
        window_s=settings.parcel_window_ms / MS_PER_S,
        timeout_s=settings.broker_timeout_s,
        resend_after_s=settings.broker_timeout_s / 3,
    )


def choose_intake_limits(settings: Settings) -> IntakeLimits:
    """Bound what a core has in hand."""
    return IntakeLimits(
        prefetch_max_parcels=settings.parcel_max_in_hand, parcel_max_attempts=settings.parcel_max_attempts
    )


def choose_redis_terms(settings: Settings) -> RedisTerms:
    """Name things in Redis."""
    return RedisTerms(prefix=f"{settings.cluster_name}:")


def make_presence(settings: Settings, client: RedisClient, clock: Clock) -> RedisPresence:
    """Make this process's knowledge of who holds which station."""
    return RedisPresence(client, clock=clock, lease_s=settings.presence_lease_s)
