"""The data directory: one process at a time, and private."""

import stat

import pytest

from busbar.app.data_dir import DataDirInUseError, claim


def test_a_directory_is_claimed_once(tmp_path):
    held = claim(tmp_path / "data")
    with pytest.raises(DataDirInUseError, match="another busbar"):
        claim(tmp_path / "data")
    held.close()
    claim(tmp_path / "data").close()


def test_a_new_directory_is_its_owners_alone(tmp_path):
    claim(tmp_path / "data").close()
    assert stat.S_IMODE((tmp_path / "data").stat().st_mode) == 0o700
