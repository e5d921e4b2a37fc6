"""The protos as Debian's own gRPC sees them: generated anew for each run, with nothing of ours in between."""
import atexit
import os
import shutil
import sys
import tempfile

try:
    import grpc  # noqa: F401 (asked for here, where the remedy is told)
    from grpc_tools import protoc
except ImportError as missing:
    sys.exit(f"{missing}; the interoperability test needs it: apt-get install -y python3-grpcio python3-grpc-tools")

PROTOS = os.path.normpath(os.path.join(os.path.dirname(os.path.abspath(__file__)), "../../../protos"))
PACKAGE = "fpingcluster/agent/v1"

# Field 1000 = 1: what a newer minor version might add to any message.
UNKNOWN_FIELD = b"\xc0\x3e\x01"


def _generate():
    folder = tempfile.mkdtemp(prefix="fpingcluster-protos-")
    atexit.register(shutil.rmtree, folder)
    files = [f"{PACKAGE}/{name}.proto" for name in ("session", "assignment", "result", "enrolment")]
    if protoc.main(["protoc", f"-I{PROTOS}", f"--python_out={folder}", f"--grpc_python_out={folder}", *files]) != 0:
        sys.exit(f"protoc refuses the protos under {PROTOS}")
    sys.path.insert(0, folder)


_generate()

from fpingcluster.agent.v1 import assignment_pb2 as assignment  # noqa: E402, F401
from fpingcluster.agent.v1 import enrolment_pb2 as enrolment  # noqa: E402, F401
from fpingcluster.agent.v1 import enrolment_pb2_grpc as desk  # noqa: E402, F401
from fpingcluster.agent.v1 import result_pb2 as result  # noqa: E402, F401
from fpingcluster.agent.v1 import session_pb2 as session  # noqa: E402, F401
from fpingcluster.agent.v1 import session_pb2_grpc as gateway  # noqa: E402, F401
