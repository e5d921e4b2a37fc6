"""A coordinator in Python: prints its port, serves one session from Hello to the end of a drained agent, and reports in JSON what it heard."""
import concurrent.futures
import hashlib
import ipaddress
import json
import threading

import wire  # before grpc: it says what to install

import grpc

ROUND, COUNT = 7, 3
EPOCH = 2**40 + 1
# Shard ids use all 64 bits.
SHARDS = {1: ["127.0.0.1", "127.0.0.2"], 2**64 - 1: ["127.9.9.9", "::1"], 2**63: ["2001:db8::7"]}


class Coordinator(wire.gateway.AgentGatewayServicer):
    def __init__(self):
        self.over = threading.Event()
        self.report = {"hello": None, "heartbeats": 0, "batches": [], "faults": [], "drained": False}

    def Session(self, requests, context):
        context.add_callback(self.over.set)
        hello = next(requests).hello
        self.report["hello"] = {
            "protocol": [hello.protocol_major, hello.protocol_minor],
            "agent_id": hello.agent_id.hex(),
            "boot_id": hello.boot_id.hex(),
            "name": hello.name,
            "version": hello.version,
            "labels": dict(hello.labels),
            "capacity": hello.capacity_pings_per_second,
            "engines": [wire.session.Engine.Name(engine) for engine in hello.engines],
            "held_leases": len(hello.held_leases),
            "first_unacked": hello.first_unacked_sequence,
        }
        welcome = wire.session.Welcome(coordinator_version="9.9.9", session_timeout_ms=10_000, heartbeat_interval_ms=100, credits=2, protocol_minor=9)
        welcome.MergeFromString(wire.UNKNOWN_FIELD)
        yield wire.session.CoordinatorMessage(welcome=welcome)
        # A kind of message that this agent's version does not know.
        yield wire.session.CoordinatorMessage.FromString(wire.UNKNOWN_FIELD)
        yield from self.lease()
        yield from self.listen(requests)

    def lease(self):
        yield wire.session.CoordinatorMessage(round_start=wire.assignment.RoundStart(round=ROUND, job="interop", probe=wire.assignment.ProbeSettings(
            engine="simulated", count=COUNT, period_us=20_000, timeout_us=20_000, size_bytes=12, bucket=10)))
        grant = wire.assignment.LeaseGrant(round=ROUND)
        for shard, addresses in SHARDS.items():
            content = pack(addresses)
            grant.leases.add(shard=shard, epoch=EPOCH, content_hash=content.content_hash)
            yield wire.session.CoordinatorMessage(shard_content=content)
        yield wire.session.CoordinatorMessage(lease_grant=grant)

    def listen(self, requests):
        acknowledged = 0
        for message in requests:
            kind = message.WhichOneof("message")
            if kind == "heartbeat":
                self.report["heartbeats"] += 1
            elif kind == "result_batch":
                self.take(message.result_batch, acknowledged)
                acknowledged = message.result_batch.sequence
            else:
                self.report["faults"].append(str(message))
            yield wire.session.CoordinatorMessage(batch_ack=wire.session.BatchAck(sequence=acknowledged))
            if kind == "heartbeat" and acknowledged == len(SHARDS) and not self.report["drained"]:
                self.report["drained"] = True
                yield wire.session.CoordinatorMessage(drain=wire.session.Drain(reason="the round is over"))

    def take(self, batch, acknowledged):
        if (batch.sequence, batch.round, batch.epoch) != (acknowledged + 1, ROUND, EPOCH) or batch.content_hash != pack(SHARDS[batch.shard]).content_hash:
            self.report["faults"].append(str(batch))
        self.report["batches"].append({
            "shard": batch.shard,
            "finished_unix_ms": batch.columns.finished_unix_ms,
            "sent": list(batch.columns.sent),
            "received": list(batch.columns.received),
            "rtt_us": list(batch.columns.rtt_us),
        })


def pack(addresses):
    packed = [ipaddress.ip_address(address).packed for address in addresses]
    ipv4, ipv6 = (b"".join(address for address in packed if len(address) == size) for size in (4, 16))
    content_hash = int.from_bytes(hashlib.sha256(ipv4 + ipv6).digest()[:8], "big")
    return wire.assignment.ShardContent(content_hash=content_hash, ipv4=ipv4, ipv6=ipv6)


coordinator = Coordinator()
server = grpc.server(concurrent.futures.ThreadPoolExecutor(max_workers=2))
wire.gateway.add_AgentGatewayServicer_to_server(coordinator, server)
print(server.add_insecure_port("127.0.0.1:0"), flush=True)
server.start()
coordinator.over.wait()
server.stop(grace=5).wait()
print(json.dumps(coordinator.report))
