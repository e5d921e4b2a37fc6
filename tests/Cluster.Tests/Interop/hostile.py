"""An agent in Python that breaks the rules in one way of several, and reports in JSON how the coordinator ended its session.

usage: hostile.py HOST:PORT WAY
"""
import json
import os
import sys
import time

import wire  # before grpc: it says what to install

import grpc

# As a coordinator that is slow on a busy machine may need.
PATIENCE_S = 60


def hello(**changes):
    fields = dict(
        protocol_major=1, agent_id=os.urandom(16), boot_id=os.urandom(16), name="hostile", version="3.11", capacity_pings_per_second=20_000, first_unacked_sequence=1)
    fields.update(changes)
    return wire.session.AgentMessage(hello=wire.session.Hello(**fields))


def batch(sequence=1, **changes):
    fields = dict(sequence=sequence, round=1, shard=1, epoch=1, columns=wire.result.ResultColumns(sent=[1], received=[1], rtt_us=[7]))
    fields.update(changes)
    return wire.session.AgentMessage(result_batch=wire.result.ResultBatch(**fields))


def heartbeat(**fields):
    return wire.session.AgentMessage(heartbeat=wire.session.Heartbeat(**fields))


def goes_on():
    """Nothing wrong: says heartbeats until the test has seen enough."""
    for _ in range(3):
        yield heartbeat(unix_time_ms=2**63 - 1, queued_shards=2**32 - 1, sent_pings=2**64 - 1, cpu_permille=2**32 - 1)
        time.sleep(0.2)


def future():
    message = hello(protocol_minor=99, engines=[77])
    message.MergeFromString(wire.UNKNOWN_FIELD)
    yield message
    yield wire.session.AgentMessage.FromString(wire.UNKNOWN_FIELD)
    yield from goes_on()


def leases_never_granted():
    yield hello(held_leases=[wire.session.HeldLease(round=n, shard=n, epoch=2**63 - 1) for n in range(1, 1_000)])
    for sequence, changes in enumerate([dict(round=77), dict(shard=2**64 - 1), dict(epoch=2**62), dict(content_hash=5), dict(round=-1, epoch=-1)], start=1):
        yield batch(sequence, **changes)
    returned = [wire.assignment.ReturnedLease(shard=n, epoch=n) for n in range(1_000)]
    yield wire.session.AgentMessage(lease_return=wire.assignment.LeaseReturn(round=1, leases=returned, reason=3, detail="x" * 100_000))
    yield from goes_on()


WAYS = {
    "other version": lambda: iter([hello(protocol_major=2)]),
    "no hello": lambda: iter([heartbeat()]),
    "hello twice": lambda: iter([hello(), hello()]),
    "short id": lambda: iter([hello(agent_id=b"short")]),
    "long name": lambda: iter([hello(name="n" * 1_000_000)]),
    "many labels": lambda: iter([hello(labels={f"label{n}": "x" for n in range(1_000)})]),
    "too large": lambda: iter([hello(), batch(columns=wire.result.ResultColumns(rtt_us=[2**32 - 1] * 1_000_000))]),
    "gap": lambda: iter([hello(), batch(1, round=77), batch(3, round=77)]),
    "future": future,
    "leases never granted": leases_never_granted,
}


def main(address, way):
    report = {"kinds": [], "acknowledged": 0}
    with grpc.insecure_channel(address, options=[("grpc.enable_http_proxy", 0), ("grpc.max_send_message_length", -1)]) as channel:
        try:
            for message in wire.gateway.AgentGatewayStub(channel).Session(WAYS[way](), timeout=PATIENCE_S):
                report["kinds"].append(message.WhichOneof("message"))
                report["acknowledged"] = max(report["acknowledged"], message.batch_ack.sequence)
            report["status"], report["detail"] = "OK", ""
        except grpc.RpcError as error:
            report["status"], report["detail"] = error.code().name, error.details()
    print(json.dumps(report))


main(sys.argv[1], sys.argv[2])
