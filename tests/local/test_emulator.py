"""The moto server of a demo or a test: its own process, on a free port, gone afterwards whatever happens."""

import io
import sys
import urllib.request

import pytest

from stack.local import emulator, serve
from stack.local.emulator import moto_server
from stack.local.endpoint import Clients
from stack.local.errors import EmulatorError


def answers(url):
    try:
        with urllib.request.urlopen(url + "/moto-api/", timeout=5) as answer:
            return answer.status == 200
    except OSError:  # refused, or reset where it was just closing
        return False


def test_a_server_answers_inside_and_is_gone_after_even_when_the_inside_fails():
    seen = []

    def failing_inside():
        with moto_server() as url:
            seen.extend((url, answers(url)))
            raise ZeroDivisionError

    with pytest.raises(ZeroDivisionError):
        failing_inside()
    url, answered = seen
    assert answered
    assert not answers(url)


def test_two_servers_share_nothing():
    with moto_server() as one, moto_server() as two:
        Clients("sa-east-1", one).client("logs").create_log_group(logGroupName="here")
        assert Clients("sa-east-1", two).client("logs").describe_log_groups()["logGroups"] == []


def python(*lines):
    return (sys.executable, "-c", "\n".join(lines))


def test_a_server_that_ignores_the_signal_to_end_is_killed(monkeypatch):
    lines = ["import signal, time", "signal.signal(signal.SIGTERM, signal.SIG_IGN)"]
    command = python(*lines, "print('http://127.0.0.1:1', flush=True)", "time.sleep(60)")
    monkeypatch.setattr(emulator, "_COMMAND", command)
    monkeypatch.setattr(emulator, "_STOP_SECONDS", 0.2)
    with moto_server() as url:
        assert url == "http://127.0.0.1:1"


def test_a_server_that_does_not_start_is_an_error(monkeypatch):
    monkeypatch.setattr(emulator, "_COMMAND", python("raise SystemExit(1)"))
    with pytest.raises(EmulatorError, match="did not start"), moto_server():
        pass


def test_the_servers_process_prints_its_url_and_ends_when_its_parent_lets_go(monkeypatch, capsys):
    monkeypatch.setattr("sys.stdin", io.StringIO())
    serve.main([])
    url = capsys.readouterr().out.strip()
    assert url.startswith("http://127.0.0.1:")
    assert not answers(url)


def test_the_server_says_how_it_is_called(capsys):
    with pytest.raises(SystemExit) as ended:
        serve.main(["--help"])
    assert ended.value.code == 0
    assert "--port N" in capsys.readouterr().out
