"""A real cluster on the loopback address: a master and its workers as processes, started and stopped by the tests."""

import os
import re
import shutil
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from pathlib import Path

PATIENCE = 120  # seconds for a process to say that it is ready


@dataclass
class Process:
    """A process in a group of its own, and what it says."""

    log: Path
    command: list[str]
    environment: dict[str, str]
    running: subprocess.Popen[bytes] = field(init=False)

    def __post_init__(self) -> None:
        with self.log.open("wb") as file:
            self.running = subprocess.Popen(
                self.command, stdout=file, stderr=subprocess.STDOUT, env=self.environment, start_new_session=True
            )

    def wait_for(self, pattern: str) -> re.Match[str]:
        """Wait until it says something."""
        until = time.monotonic() + PATIENCE
        while time.monotonic() < until:
            found = re.search(pattern, self.log.read_text(errors="replace"))
            if found is not None:
                return found
            if self.running.poll() is not None:
                break
            time.sleep(0.1)
        raise AssertionError(f"no {pattern!r} from {self.command}:\n{self.log.read_text(errors='replace')[-3000:]}")

    def kill(self) -> None:
        """End it and what it started, without a word."""
        with suppress(ProcessLookupError):
            os.killpg(self.running.pid, signal.SIGKILL)
        self.running.wait()


@dataclass
class Cluster:
    """A master and its workers."""

    url: str
    workers: list[Process]


def environment() -> dict[str, str]:
    """Return the environment of Spark's own processes."""
    import pyspark

    home = str(Path(pyspark.__file__).parent)
    return {**os.environ, "SPARK_HOME": home, "SPARK_LOCAL_IP": "127.0.0.1", "PYSPARK_PYTHON": sys.executable}


def spark_class(name: str, *arguments: str) -> list[str]:
    """Return the command that starts one of Spark's classes."""
    return [str(Path(environment()["SPARK_HOME"]) / "bin" / "spark-class"), name, *arguments]


def free_port() -> int:
    """Return a port of the loopback address that nobody listens on."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


@contextmanager
def cluster(folder: Path, *, n_workers: int = 2) -> Iterator[Cluster]:
    """Start a master and workers of one core each; stop them at the end."""
    port, running = free_port(), []
    here = {**environment(), "SPARK_DAEMON_MEMORY": "256m"}
    common = ("--host", "127.0.0.1", "--webui-port", "0")
    try:
        master = spark_class("org.apache.spark.deploy.master.Master", *common, "--port", str(port))
        running.append(Process(folder / "master.log", master, here))
        running[0].wait_for(r"I have been elected leader|New state: ALIVE")
        url = f"spark://127.0.0.1:{port}"
        for k in range(n_workers):
            work = ("--cores", "1", "--memory", "1500m", "--work-dir", str(folder / f"work-{k}"), url)
            command = spark_class("org.apache.spark.deploy.worker.Worker", *common, *work)
            running.append(Process(folder / f"worker-{k}.log", command, here))
        for worker in running[1:]:
            worker.wait_for("Successfully registered with master")
        yield Cluster(url, running[1:])
    finally:
        for process in reversed(running):
            process.kill()


@contextmanager
def connect_server(folder: Path) -> Iterator[str]:
    """Start a Spark Connect server on two cores of this machine; stop it at the end."""
    port = free_port()
    options = [
        "--master", "local[2]", "--conf", f"spark.connect.grpc.binding.port={port}", "--conf", "spark.ui.enabled=false",
        "--conf", "spark.connect.grpc.binding.address=127.0.0.1", "--conf", "spark.sql.shuffle.partitions=4",
        "--conf", "spark.sql.session.timeZone=UTC", "--driver-memory", "1g",
    ]  # fmt: skip
    server = "org.apache.spark.sql.connect.service.SparkConnectServer"
    command = spark_class("org.apache.spark.deploy.SparkSubmit", "--class", server, *options, "spark-internal")
    process = Process(folder / "connect.log", command, environment())
    try:
        process.wait_for("Spark Connect server started")
        yield f"sc://127.0.0.1:{port}"
    finally:
        process.kill()


def clickgraph(*arguments: str, log: Path) -> Process:
    """Start a command of clickgraph."""
    executable = shutil.which("clickgraph", path=str(Path(sys.executable).parent))
    command = [executable] if executable else [sys.executable, "-m", "clickgraph"]
    return Process(log, [*command, *arguments], environment())
