"""Kernels that need not load the package: forked from one process that has, each with a memory of its own."""

from __future__ import annotations

import importlib
import json
import os
import pkgutil
import signal
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from threading import Lock
from typing import Any, ClassVar

from jupyter_client.manager import AsyncKernelManager
from jupyter_client.provisioning.local_provisioner import LocalProvisioner

_SERVER = "from ahec_analysis.report.kernels import serve; serve()"
_LATE = [
    "ipykernel.debugger",
    "ipykernel.kernelapp",
    "matplotlib.backends.backend_svg",
    "matplotlib.pyplot",
    "dask.array",
]
"""What kernels import only when they need it, and nearly all of them do."""
_FORKS = sys.platform == "linux"
"""Elsewhere system libraries may not be forked once they are loaded, and each kernel starts by itself."""


@contextmanager
def forked() -> Iterator[Any]:
    """Give the class of kernel managers of one build; its kernels end with it, or at once by its ``stop()``."""

    class Stoppable(AsyncKernelManager):
        started: ClassVar[list[AsyncKernelManager]] = []

        async def _async_pre_start_kernel(self, **options: Any) -> Any:
            self.started.append(self)
            return await super()._async_pre_start_kernel(**options)

        @classmethod
        def stop(cls) -> None:
            for kernel in cls.started:
                if pid := getattr(kernel.provisioner, "pid", None):  # None before it has started
                    with suppress(ProcessLookupError):
                        os.kill(pid, getattr(signal, "SIGKILL", signal.SIGTERM))

    if not _FORKS:
        yield Stoppable
        return
    command = [sys.executable, "-Xfrozen_modules=off", "-P", "-c", _SERVER]  # debugpy asks for it
    # In a session of its own: Ctrl-C in the terminal is for the build, which stops kernels in order.
    server: Any = subprocess.Popen(
        command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True, start_new_session=True
    )
    asked, answer, one = server.stdin, server.stdout, Lock()

    class Provisioner(LocalProvisioner):
        async def launch_kernel(self, cmd: list[str], **kwargs: Any) -> Any:
            order = {"arguments": cmd[cmd.index("-f") :], "cwd": kwargs["cwd"], "env": kwargs["env"]}
            with one:
                print(json.dumps(order), file=asked, flush=True)
                self.pid = self.pgid = int(answer.readline())
            self.process = _Kernel(self.pid)  # type: ignore[assignment]
            return self.connection_info

    class Manager(Stoppable):
        async def _async_pre_start_kernel(self, **options: Any) -> Any:
            kernel = {"kernel_id": self.kernel_id, "kernel_spec": self.kernel_spec}
            self.provisioner = self.provisioner or Provisioner(parent=self, **kernel)
            return await super()._async_pre_start_kernel(**options)

        @classmethod
        def stop(cls) -> None:
            server.kill()  # no kernel starts any more
            super().stop()

    try:
        yield Manager
    finally:
        with suppress(BrokenPipeError):
            asked.close()
        answer.close()
        server.wait()


class _Kernel:
    """What jupyter_client asks of a process, for one that another process started."""

    stdin = stdout = stderr = None

    def __init__(self, pid: int) -> None:
        self.pid = pid

    def poll(self) -> int | None:
        """Return None while it lives; with what code it ended is not known here."""
        try:
            os.kill(self.pid, 0)
        except ProcessLookupError:
            return 0
        return None

    wait = poll

    def send_signal(self, number: int) -> None:
        with suppress(ProcessLookupError):
            os.kill(self.pid, number)


def serve() -> None:
    """Load what notebooks use; then, for each line of input, fork a kernel and print the number of its process."""
    os.environ.setdefault("MPLBACKEND", "module://matplotlib_inline.backend_inline")
    for module in (*_LATE, *_modules()):
        with suppress(Exception):  # the notebook that needs it says what is wrong with it
            importlib.import_module(module)
    with suppress(Exception):
        importlib.import_module("ahec_analysis.show.messages").found("column-name")
    signal.signal(signal.SIGCHLD, _bury)
    # Not by iterating: what is read ahead would be read again by the kernel.
    while line := sys.stdin.readline():
        if (kernel := os.fork()) == 0:
            _become_kernel(**json.loads(line))
        print(kernel, flush=True)


def _bury(*_: Any) -> None:
    """Let go of kernels that have ended, so that their numbers are seen to be free."""
    with suppress(ChildProcessError):
        while os.waitpid(-1, os.WNOHANG)[0]:
            pass


def _modules() -> list[str]:
    import ahec_analysis

    found = pkgutil.walk_packages(ahec_analysis.__path__, "ahec_analysis.", onerror=lambda _: None)
    return [module.name for module in found if not module.name.startswith("ahec_analysis.report")]


def _become_kernel(arguments: list[str], cwd: str, env: dict[str, str]) -> None:
    os.setsid()
    signal.signal(signal.SIGCHLD, signal.SIG_DFL)
    os.dup2(os.open(os.devnull, os.O_RDONLY), 0)
    os.dup2(2, 1)  # the server's output is for the numbers of processes
    os.chdir(cwd)
    os.environ.update(env)
    from ipykernel.kernelapp import IPKernelApp

    # It ends when this process is no longer its parent.
    IPKernelApp.launch_instance(argv=[*arguments, f"--IPKernelApp.parent_handle={os.getppid()}"])
    os._exit(0)
