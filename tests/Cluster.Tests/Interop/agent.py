"""An agent in Python: holds one session with a coordinator, answers each lease with made-up results until it is drained, and reports in JSON what it saw.

usage: agent.py HOST:PORT PROTOCOL_MAJOR [CA_FILE JOIN_TOKEN]     with these two it enrols first, and shows its certificate from then on
"""
import hashlib
import json
import queue
import ssl
import subprocess
import sys
import tempfile
import time

import wire  # before grpc: it says what to install

import grpc

GOODBYE = object()
OPTIONS = [("grpc.enable_http_proxy", 0)]


class Agent:
    def __init__(self, protocol_major):
        self.outgoing = queue.Queue()
        self.heartbeat_s = 60
        self.rounds = {}
        self.contents = {}
        self.sequence = 0
        self.report = {"welcome": None, "rounds": [], "shards": [], "acknowledged": 0, "faults": []}
        hello = wire.session.Hello(
            protocol_major=protocol_major,
            agent_id=bytes(range(16)),
            boot_id=bytes(range(16, 32)),
            name="snake",
            version="3.11",
            labels={"language": "python"},
            capacity_pings_per_second=20_000,
            engines=[wire.session.ENGINE_FPING],
            first_unacked_sequence=1,
        )
        hello.MergeFromString(wire.UNKNOWN_FIELD)
        self.outgoing.put(wire.session.AgentMessage(hello=hello))

    def messages(self):
        """The one writer of the stream; a heartbeat whenever there is nothing else to say."""
        while True:
            try:
                message = self.outgoing.get(timeout=self.heartbeat_s)
            except queue.Empty:
                message = heartbeat()
            if message is GOODBYE:
                return
            yield message

    def welcome(self, welcome):
        self.heartbeat_s = welcome.heartbeat_interval_ms / 1000
        self.report["welcome"] = {
            "version": welcome.coordinator_version,
            "session_timeout_ms": welcome.session_timeout_ms,
            "heartbeat_interval_ms": welcome.heartbeat_interval_ms,
            "credits": welcome.credits,
        }
        self.outgoing.put(heartbeat())

    def round_start(self, start):
        self.rounds[start.round] = start.probe
        self.report["rounds"].append({"job": start.job, "engine": start.probe.engine, "count": start.probe.count, "period_us": start.probe.period_us})

    def shard_content(self, content):
        digest = hashlib.sha256(content.ipv4 + content.ipv6).digest()
        if int.from_bytes(digest[:8], "big") != content.content_hash:
            self.report["faults"].append(f"content {content.content_hash:x} has the SHA-256 {digest.hex()}")
        addresses = [content.ipv4[i:i + 4] for i in range(0, len(content.ipv4), 4)] + [content.ipv6[i:i + 16] for i in range(0, len(content.ipv6), 16)]
        self.contents[content.content_hash] = addresses

    def lease_grant(self, grant):
        for lease in grant.leases:
            if grant.round not in self.rounds or lease.content_hash not in self.contents:
                self.report["faults"].append(f"lease of shard {lease.shard:x} before its round or its content")
                continue
            addresses = self.contents[lease.content_hash]
            self.sequence += 1
            self.outgoing.put(wire.session.AgentMessage(result_batch=wire.result.ResultBatch(
                sequence=self.sequence, round=grant.round, shard=lease.shard, epoch=lease.epoch, content_hash=lease.content_hash,
                columns=columns(addresses, self.rounds[grant.round].count))))
            self.report["shards"].append([address.hex() for address in addresses])

    def batch_ack(self, ack):
        self.report["acknowledged"] = max(self.report["acknowledged"], ack.sequence)

    def rate_budget(self, budget):
        pass

    def drain(self, drain):
        self.outgoing.put(GOODBYE)

    def run(self, channel):
        with channel:
            try:
                for message in wire.gateway.AgentGatewayStub(channel).Session(self.messages()):
                    kind = message.WhichOneof("message")
                    getattr(self, kind)(getattr(message, kind))
                self.report["status"], self.report["detail"] = "OK", ""
            except grpc.RpcError as error:
                self.report["status"], self.report["detail"] = error.code().name, error.details()
        self.outgoing.put(GOODBYE)
        print(json.dumps(self.report))


def heartbeat():
    return wire.session.AgentMessage(heartbeat=wire.session.Heartbeat(unix_time_ms=int(time.time() * 1000)))


def columns(addresses, count):
    """Round-trip times that name their target and their ping; the second ping of .3 is lost."""
    filled = wire.result.ResultColumns(finished_unix_ms=int(time.time() * 1000))
    for address in addresses:
        rtts = [0 if address[-1] == 3 and ping == 1 else 1000 * address[-1] + 100 * ping + 7 for ping in range(count)]
        filled.sent.append(count)
        filled.received.append(sum(rtt > 0 for rtt in rtts))
        filled.rtt_us.extend(rtts)
    return filled


def enrol(address, ca, token):
    """A key and a signing request made by OpenSSL, a certificate by the coordinator; returns the credentials of both."""
    with tempfile.TemporaryDirectory() as folder:
        key, request = f"{folder}/key.pem", f"{folder}/request.der"
        subprocess.run(
            ["openssl", "req", "-new", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:P-256", "-nodes", "-subj", "/CN=snake", "-keyout", key, "-outform", "DER", "-out", request],
            check=True, capture_output=True)
        with open(key, "rb") as key_file, open(request, "rb") as request_file:
            key_pem, signing_request = key_file.read(), request_file.read()
    with grpc.secure_channel(address, grpc.ssl_channel_credentials(ca), options=OPTIONS) as channel:
        reply = wire.desk.AgentEnrolmentStub(channel).Enrol(
            wire.enrolment.EnrolRequest(join_token=token, agent_id=bytes(range(16)), name="snake", signing_request=signing_request), timeout=30)
    return grpc.ssl_channel_credentials(ca, key_pem, ssl.DER_cert_to_PEM_cert(reply.certificate).encode())


def connect(address, ca_file=None, token=None):
    if ca_file is None:
        return grpc.insecure_channel(address, options=OPTIONS)
    with open(ca_file, "rb") as file:
        return grpc.secure_channel(address, enrol(address, file.read(), token), options=OPTIONS)


Agent(int(sys.argv[2])).run(connect(sys.argv[1], *sys.argv[3:]))
