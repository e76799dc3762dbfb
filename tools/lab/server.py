"""A JupyterLab of its own: its settings, kernels and notebooks live in one temporary folder."""

from __future__ import annotations

import json
import os
import secrets
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any, NamedTuple
from urllib.error import URLError
from urllib.request import urlopen

HOST = "127.0.0.1"
SECONDS_TO_START = 60
SECONDS_TO_STOP = 10

# One file per plugin. Cells off screen must be in the page, and nothing may change behind a test.
SETTINGS: dict[str, dict[str, Any]] = {
    "@jupyterlab/apputils-extension/notification": {
        "fetchNews": "false",
        "checkForUpdates": False,
        "doNotDisturbMode": True,
    },
    "@jupyterlab/apputils-extension/themes": {
        "adaptive-theme": False,
        "theme": "JupyterLab Light",
    },
    "@jupyterlab/docmanager-extension/plugin": {"autosave": False},
    "@jupyterlab/notebook-extension/tracker": {"windowingMode": "none"},
}
FOLDERS = {
    "HOME": "",
    "IPYTHONDIR": "ipython",
    "JUPYTERLAB_SETTINGS_DIR": "settings",
    "JUPYTERLAB_WORKSPACES_DIR": "workspaces",
    "JUPYTER_CONFIG_DIR": "config",
    "JUPYTER_DATA_DIR": "data",
    "JUPYTER_RUNTIME_DIR": "runtime",
    "MPLCONFIGDIR": "matplotlib",
}


class Server(NamedTuple):
    """A running server and the folder whose notebooks it serves."""

    address: str
    token: str
    notebooks: Path


@contextmanager
def serving(home: Path) -> Iterator[Server]:
    """A server that is ready, and ends with the block; its log stays in `home`."""
    server = Server(f"http://{HOST}:{_free_port()}", secrets.token_hex(16), home / "notebooks")
    server.notebooks.mkdir(parents=True)
    _write_settings(home / FOLDERS["JUPYTERLAB_SETTINGS_DIR"])
    with (home / "server.log").open("w") as log:
        process = subprocess.Popen(
            _command(server),
            cwd=server.notebooks,
            env=_environment(home),
            stdout=log,
            stderr=subprocess.STDOUT,
        )
        try:
            _wait_until_ready(server, process, home / "server.log")
            yield server
        finally:
            _stop(process)


def _command(server: Server) -> list[str]:
    port = server.address.rpartition(":")[2]
    options = {
        "ServerApp.ip": HOST,
        "ServerApp.port": port,
        "ServerApp.port_retries": 0,
        "ServerApp.allow_root": True,
        "ServerApp.root_dir": server.notebooks,
        "ServerApp.terminals_enabled": False,
        "ServerApp.log_level": "WARN",
        "ServerApp.jpserver_extensions": {"jupyter_lsp": True},  # JupyterLab asks it at once
        "LanguageServerManager.autodetect": False,
        "IdentityProvider.token": server.token,
        "LabApp.expose_app_in_browser": True,  # `window.jupyterapp`, by which it is steered
        "LabApp.extension_manager": "readonly",
        "LabApp.news_url": None,
        "LabApp.check_for_updates_class": "jupyterlab.NeverCheckForUpdate",
    }
    given = [f"--{name}={value}" for name, value in options.items()]
    return [sys.executable, "-m", "jupyterlab", "--no-browser", *given]


def _environment(home: Path) -> dict[str, str]:
    folders = {name: str(home / folder) for name, folder in FOLDERS.items()}
    quiet = {"JUPYTER_NO_CONFIG": "1", "PYDEVD_DISABLE_FILE_VALIDATION": "1"}
    return os.environ | folders | quiet


def _write_settings(folder: Path) -> None:
    for plugin, settings in SETTINGS.items():
        path = folder / f"{plugin}.jupyterlab-settings"
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(json.dumps(settings))


def _free_port() -> int:
    with socket.socket() as free:
        free.bind((HOST, 0))
        port: int = free.getsockname()[1]
        return port


def _wait_until_ready(server: Server, process: subprocess.Popen[bytes], log: Path) -> None:
    end = time.monotonic() + SECONDS_TO_START
    while time.monotonic() < end and process.poll() is None:
        if _answers(f"{server.address}/api/status?token={server.token}"):
            return
        time.sleep(0.1)
    raise RuntimeError(f"JupyterLab did not start: {log.read_text()[-2000:]}")


def _answers(address: str) -> bool:
    try:
        with urlopen(address, timeout=2):
            return True
    except (URLError, TimeoutError, ConnectionError):
        return False


def _stop(process: subprocess.Popen[bytes]) -> None:
    process.terminate()
    try:
        process.wait(SECONDS_TO_STOP)
    except subprocess.TimeoutExpired:
        process.kill()
        process.wait()
