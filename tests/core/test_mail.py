"""Mail and text messages against servers of the tests' own, never against mocks."""

import json
import smtplib
import socket
import ssl
import subprocess
from dataclasses import replace
from email import message_from_bytes, policy
from email.message import EmailMessage
from http.server import BaseHTTPRequestHandler, HTTPServer
from threading import Thread

import pytest
from aiosmtpd.controller import Controller
from aiosmtpd.smtp import AuthResult

from app.core import config, mail, sms
from app.core.config import Settings


@pytest.fixture
def settings(tmp_path) -> Settings:
    return Settings.from_env({"DATA_DIR": str(tmp_path)})


@pytest.fixture
def letter() -> EmailMessage:
    message = EmailMessage()
    message["Message-ID"] = "<place-17@hoc.example.vn>"
    message["From"] = "Phố Học của Thành phố Hồ Chí Minh <hoc@example.vn>"
    message["To"] = "hoa@example.org"
    message["Subject"] = (
        "Bạn đã có chỗ trong lớp Tin học cơ bản dành cho người cao tuổi ở phường Bến Thành"
    )
    message.set_content("Chào bạn Hoa,\n\nBạn đã có chỗ.\n")
    return message


class Mailbox:
    """Keeps what a relay accepts."""

    def __init__(self):
        self.letters = []

    async def handle_DATA(self, server, session, envelope):  # noqa: ARG002, N802 - aiosmtpd's
        self.letters.append(message_from_bytes(envelope.content, policy=policy.default))
        return "250 kept"


@pytest.fixture
def relay():
    started = []

    def start(**options) -> tuple[Mailbox, int]:
        box = Mailbox()
        with socket.create_server(("127.0.0.1", 0)) as free:
            port = free.getsockname()[1]
        server = Controller(box, hostname="127.0.0.1", port=port, **options)
        server.start()
        started.append(server)
        return box, port

    yield start
    for server in started:
        server.stop()


@pytest.fixture
def self_signed(tmp_path) -> ssl.SSLContext:
    key, certificate = tmp_path / "key.pem", tmp_path / "certificate.pem"
    made = ["openssl", "req", "-x509", "-newkey", "rsa:2048", "-nodes", "-subj", "/CN=127.0.0.1"]
    files = ["-keyout", str(key), "-out", str(certificate), "-days", "1"]
    subprocess.run([*made, *files], check=True, capture_output=True)
    context = ssl.create_default_context(ssl.Purpose.CLIENT_AUTH)
    context.load_cert_chain(certificate, key)
    return context


def test_a_letter_arrives_as_it_was_written(settings, letter, relay):
    box, port = relay()
    mail.send(replace(settings, smtp_url=f"smtp://127.0.0.1:{port}"), letter)
    (arrived,) = box.letters
    assert arrived["Subject"] == letter["Subject"]
    assert arrived["From"] == letter["From"]
    assert arrived["Message-ID"] == letter["Message-ID"]
    assert "Bạn đã có chỗ." in arrived.get_content()


def test_a_relay_whose_certificate_nobody_knows_gets_no_password(
    settings, letter, relay, self_signed
):
    asked = []

    def note(*given):
        asked.append(given)
        return AuthResult(success=True)

    box, port = relay(tls_context=self_signed, authenticator=note)
    with pytest.raises(ssl.SSLCertVerificationError):
        mail.send(replace(settings, smtp_url=f"smtp://hoc:secret@127.0.0.1:{port}"), letter)
    assert (asked, box.letters) == ([], [])


def test_a_password_is_never_sent_in_the_clear(settings, letter, relay):
    _box, port = relay()
    with pytest.raises(smtplib.SMTPNotSupportedError):
        mail.send(replace(settings, smtp_url=f"smtp://hoc:secret@127.0.0.1:{port}"), letter)


def test_a_relay_that_is_away_is_an_error_the_job_can_repeat(settings, letter, relay):
    with pytest.raises(OSError, match="refused"):
        mail.send(replace(settings, smtp_url="smtp://127.0.0.1:9"), letter)


def test_an_address_the_relay_refuses_is_not_repeated_in_the_error(settings, letter, relay):
    box, port = relay()

    async def refuse(*_given) -> str:
        return "550 no such mailbox hoa@example.org"

    box.handle_RCPT = refuse
    with pytest.raises(OSError, match="refused the address") as caught:
        mail.send(replace(settings, smtp_url=f"smtp://127.0.0.1:{port}"), letter)
    assert "550" in str(caught.value)
    assert "hoa" not in str(caught.value)


def test_without_a_relay_the_letter_is_a_file_and_a_repeat_replaces_it(settings, letter):
    for _ in range(2):
        mail.send(settings, letter)
    (kept,) = (settings.data_dir / "outbox").iterdir()
    assert kept.name == "place-17hoc.example.vn.eml"
    assert message_from_bytes(kept.read_bytes(), policy=policy.default)["To"] == "hoa@example.org"


@pytest.mark.parametrize("name", ["../../app", "/etc/passwd", "..", "a\0b"])
def test_no_name_leaves_the_outbox(settings, letter, name):
    del letter["Message-ID"]
    letter["Message-ID"] = name.replace("\0", "")
    mail.send(settings, letter)
    sms.send(settings, "+84912345678", "Mã của bạn", name)
    assert len(list((settings.data_dir / "outbox").iterdir())) == 2


@pytest.fixture
def gateway():
    """A text-message gateway that notes what it is sent and answers as told."""

    class Answer(BaseHTTPRequestHandler):
        def do_POST(self):
            taken.append(json.loads(self.rfile.read(int(self.headers["Content-Length"]))))
            self.send_response(status)
            self.end_headers()

        def log_message(self, *_):
            """Quiet."""

    taken, status = [], 200
    server = HTTPServer(("127.0.0.1", 0), Answer)
    thread = Thread(target=server.serve_forever, daemon=True)
    thread.start()

    def answering(code: int) -> tuple[list, str]:
        nonlocal status
        status = code
        return taken, f"http://127.0.0.1:{server.server_port}/send"

    yield answering
    server.shutdown()
    server.server_close()


def test_a_text_carries_its_key(settings, gateway):
    taken, address = gateway(200)
    sms.send(replace(settings, sms_url=address), "+84912345678", "Mã của bạn là 7K2M", "place-17")
    assert taken == [{"to": "+84912345678", "text": "Mã của bạn là 7K2M", "key": "place-17"}]


def test_a_gateway_that_refuses_is_an_error_the_job_can_repeat(settings, gateway):
    _taken, address = gateway(503)
    with pytest.raises(OSError, match="503"):
        sms.send(replace(settings, sms_url=address), "+84912345678", "Mã của bạn", "place-17")


def test_texts_go_into_the_directory_that_is_named(settings, tmp_path):
    there = replace(settings, sms_url=f"file://{tmp_path}/to%20send")
    for _ in range(2):
        sms.send(there, "+84912345678", "Ma cua ban la 7K2M", "place-17")
    (kept,) = (tmp_path / "to send").iterdir()
    assert kept.name == "sms-place-17.txt"
    assert kept.read_text("utf-8") == "+84912345678\nMa cua ban la 7K2M\n"
    sms.forget(there, "place-17")
    assert list((tmp_path / "to send").iterdir()) == []


def test_a_directory_that_cannot_be_written_is_an_error_the_job_can_repeat(settings, tmp_path):
    (tmp_path / "file").write_text("")
    there = replace(settings, sms_url=f"file://{tmp_path}/file/texts")
    with pytest.raises(OSError, match="file"):
        sms.send(there, "+84912345678", "Ma cua ban", "place-17")


def test_the_console_says_where_a_text_lies_and_neither_words_nor_phone(settings, caplog):
    with caplog.at_level("INFO", "app.core.sms"):
        sms.send(replace(settings, sms_url="console:"), "+84912345678", "Ma cua ban", "place-17")
    kept = settings.data_dir / "outbox" / "sms-place-17.txt"
    assert "Ma cua ban" in kept.read_text("utf-8")
    (record,) = caplog.records
    assert record.file == str(kept)
    assert not {"84912345678", "cua"} & set(str(vars(record)).replace("+", " ").split())


def test_every_sender_can_be_set_and_nothing_else():
    assert {scheme for scheme in sms.SENDERS if scheme} == set(config._SCHEMES["SMS_URL"])


def test_another_messenger_is_one_more_class(settings, monkeypatch):
    """Callers know nothing of it."""
    sent = []

    class Messenger:
        def __init__(self, settings):
            self.host = settings.sms_url

        def send(self, phone, text, key):
            sent.append((self.host, phone, text, key))

        def forget(self, key):
            """Nothing is kept."""

    monkeypatch.setattr(sms, "SENDERS", {**sms.SENDERS, "messenger": Messenger})
    there = replace(settings, sms_url="messenger://oa")
    sms.send(there, "+84912345678", "Ma cua ban", "place-17")
    assert sent == [("messenger://oa", "+84912345678", "Ma cua ban", "place-17")]


def test_without_a_gateway_the_text_is_a_file(settings):
    sms.send(settings, "+84912345678", "Mã của bạn", "place-17")
    kept = settings.data_dir / "outbox" / "sms-place-17.txt"
    assert kept.read_text("utf-8") == "+84912345678\nMã của bạn\n"
