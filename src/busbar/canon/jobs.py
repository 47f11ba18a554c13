"""Work for later: what people may do about it."""

from busbar.canon.message import Command
from busbar.canon.tenants import Principal
from busbar.kernel.ids import JobId


class RetryJob(Command[None], frozen=True, kw_only=True):
    """Run a job again at once, with all its attempts before it.

    Errors: `denied.role` (platform administrators only), `not_found.job`, `conflict.job_running`,
    `conflict.job_waiting`.
    """

    by: Principal
    job_id: JobId


class DropJob(Command[None], frozen=True, kw_only=True):
    """Forget a job without doing it; one of a schedule comes back at its next start.

    Errors: `denied.role` (platform administrators only), `not_found.job`, `conflict.job_running`.
    """

    by: Principal
    job_id: JobId
