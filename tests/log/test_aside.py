"""Files and folders that appear whole or not at all."""

from __future__ import annotations

import os
import stat
import threading
from pathlib import Path

import pytest

from completion_analytics.aside import whole_file, whole_folder


def test_a_file_is_replaced_when_the_new_one_is_whole(tmp_path):
    target = tmp_path / "a.txt"
    target.write_text("old")
    with whole_file(target) as aside:
        aside.write_text("new")
        assert target.read_text() == "old"
    assert target.read_text() == "new"
    assert list(tmp_path.iterdir()) == [target]


@pytest.mark.parametrize("error", [KeyboardInterrupt, OSError])
def test_an_interrupted_file_leaves_the_old_one_and_nothing_else(error, tmp_path):
    target = tmp_path / "a.txt"
    target.write_text("old")

    def half():
        with whole_file(target) as aside:
            aside.write_text("ha")
            raise error

    with pytest.raises(error):
        half()
    assert (target.read_text(), list(tmp_path.iterdir())) == ("old", [target])


def test_an_interrupted_folder_leaves_nothing(tmp_path):
    def half():
        with whole_folder(tmp_path / "new" / "log") as aside:
            (aside / "a.txt").write_text("ha")
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        half()
    assert list((tmp_path / "new").iterdir()) == []


def test_a_folder_is_for_its_owner_only(tmp_path):
    with whole_folder(tmp_path / "log"):
        pass
    assert (tmp_path / "log").stat().st_mode & 0o777 == 0o700


def test_a_file_needs_a_folder_and_a_name_of_its_own(tmp_path):
    with pytest.raises(FileNotFoundError, match=r"there is no folder .*nowhere to write a\.txt"):
        whole_file(tmp_path / "nowhere" / "a.txt").__enter__()
    with pytest.raises(IsADirectoryError, match="name a file"):
        whole_file(tmp_path).__enter__()


@pytest.mark.skipif(os.name == "nt", reason="Windows knows no such files")
def test_a_pipe_is_written_into_and_stays_a_pipe(tmp_path):
    pipe, heard = tmp_path / "pipe", []
    os.mkfifo(pipe)
    reader = threading.Thread(target=lambda: heard.append(pipe.read_text()))
    reader.start()
    with whole_file(pipe) as whole:
        whole.write_text("new")
    reader.join()
    assert (heard, stat.S_ISFIFO(pipe.stat().st_mode)) == (["new"], True)


@pytest.mark.skipif(not Path("/dev/fd").is_dir(), reason="there is no /dev/fd")
def test_an_open_end_of_a_pipe_is_written_into():
    reader, writer = os.pipe()
    with whole_file(f"/dev/fd/{writer}") as whole:
        whole.write_text("new")
    os.close(writer)
    assert os.read(reader, 9) == b"new"
    os.close(reader)


@pytest.mark.skipif(os.name == "nt", reason="Windows knows no such links and modes")
def test_a_link_leads_on_to_its_file_which_keeps_its_mode(tmp_path):
    real, link = tmp_path / "real.txt", tmp_path / "link.txt"
    real.write_text("old")
    real.chmod(0o600)
    link.symlink_to(real.name)
    with whole_file(link) as whole:
        whole.write_text("new")
    assert (real.read_text(), link.is_symlink()) == ("new", True)
    assert stat.S_IMODE(real.stat().st_mode) == 0o600
