"""What is wrong with an installation, and how to mend it.

Looks and changes nothing. Each check is a function that returns findings; `examine` calls them all.
"""

from busbar.app.config import Settings
from busbar.app.doctor.certificates import check_certificates
from busbar.app.doctor.clock import check_clock
from busbar.app.doctor.finding import Finding, exit_code_of, write_json, write_text
from busbar.app.doctor.machine import check_data_dir, check_open_files, check_packages, check_python, check_web_apps
from busbar.app.doctor.mail import check_mail
from busbar.app.doctor.network import check_network
from busbar.app.doctor.ports import check_ports
from busbar.app.doctor.storage import check_database
from busbar.kernel.clock import Clock

__all__ = ["Finding", "examine", "exit_code_of", "write_json", "write_text"]


def examine(settings: Settings, *, clock: Clock) -> list[Finding]:
    """Make every check; must not be called from a running event loop."""
    return [
        check_python(),
        check_packages(),
        *check_data_dir(settings),
        *check_database(settings),
        *check_network(settings),
        *check_mail(settings, clock=clock),
        *check_ports(settings),
        *check_certificates(settings, clock=clock),
        *check_clock(settings, clock=clock),
        check_open_files(settings),
        check_web_apps(),
    ]
