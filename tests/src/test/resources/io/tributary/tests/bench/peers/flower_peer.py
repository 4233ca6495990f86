"""A process of a round through Flower's own server: the server, or a silo.

"tributary bench peers" starts all of them and says how they meet: every process has a connection to
it, writes a line there for everything that happens, with the time of the machine's monotonic clock
(one for all processes), and ends when the connection does. Nothing is trained: a silo's update is
what it was sent plus a random delta that follows from the seed.
"""

import argparse
import importlib.metadata
import io
import os
import platform
import queue
import socket
import sys
import threading
import time

WARM_UP_ROUNDS = 1
MODEL = 0  # the round of what the model begins with
GRPC_LIMIT = 2**31 - 1  # what protobuf can hold in one message; Flower's own default was less


class Bench:
    """The connection to the command: lines out, permissions in."""

    def __init__(self, port, name):
        self._socket = socket.create_connection(("127.0.0.1", port))
        self._name = name
        self._lock = threading.Lock()
        self._permitted = queue.Queue()
        threading.Thread(target=self._read, daemon=True).start()

    def _read(self):
        with self._socket.makefile("r", encoding="utf-8") as lines:
            for line in lines:
                self._permitted.put(int(line.split()[1]))
        os._exit(1)  # the command has ended; nobody is to outlive it

    def say(self, what, number, value):
        line = f"{self._name} {what} {number} {value}\n"
        with self._lock:
            self._socket.sendall(line.encode())

    def fail(self, number, reason):
        self.say("failed", number, " ".join(str(reason).split()) or "for no reason given")
        os._exit(1)

    def await_go(self, number):
        permitted = self._permitted.get()
        if permitted != number:
            self.fail(number, f"round {permitted} was permitted")


def lengths(parameters, chunk):
    """The values of every chunk, the last one may be shorter."""
    return [min(chunk, parameters - start) for start in range(0, parameters, chunk)]


def values(options, number, silo, index, length):
    """What a silo adds to a chunk in a round: float32 in [-0.5, 0.5)."""
    import numpy as np

    random = np.random.default_rng([options.seed, number, silo, index])
    return random.random(length, dtype=np.float32) - np.float32(0.5)


def model(options):
    """What the model begins with."""
    sizes = enumerate(lengths(options.parameters, options.chunk))
    return [values(options, MODEL, 0, index, length) for index, length in sizes]


def deviation(options, number, base, result):
    """How far a result is from base + weighted mean of the deltas, in float64.

    The largest difference over the largest value; weights are 1, 2, 3, ...
    """
    import numpy as np

    total = options.silos * (options.silos + 1) / 2
    if [len(chunk) for chunk in result] != [len(chunk) for chunk in base]:
        return float("inf")
    difference = 0.0
    largest = 0.0
    for index, chunk in enumerate(base):
        wanted = chunk.astype(np.float64)
        for silo in range(options.silos):
            share = (silo + 1) / total
            wanted += share * values(options, number, silo, index, len(chunk)).astype(np.float64)
        difference = max(difference, float(np.max(np.abs(result[index] - wanted))))
        largest = max(largest, float(np.max(np.abs(wanted))))
    return difference / largest


def serve(options):
    from flwr.common import ndarrays_to_parameters
    from flwr.server import Server, ServerConfig, SimpleClientManager, start_server
    from flwr.server.strategy import FedAvg

    bench = Bench(options.port, "server")

    class Observed(FedAvg):
        """Flower's own strategy, which says when it has combined."""

        def aggregate_fit(self, server_round, results, failures):
            if failures or len(results) != options.silos:
                bench.fail(server_round, f"{len(failures)} updates failed: {failures[:1]}")
            combined = super().aggregate_fit(server_round, results, failures)
            bench.say("combined", server_round, time.monotonic_ns())
            return combined

        def aggregate_evaluate(self, server_round, results, failures):
            if failures:
                bench.fail(server_round, f"a reader failed: {failures[0]}")
            return super().aggregate_evaluate(server_round, results, failures)

    def config(server_round):
        return {"round": server_round}

    strategy = Observed(
        fraction_fit=1.0,
        fraction_evaluate=1e-9,  # as few as the minimum allows
        min_fit_clients=options.silos,
        min_evaluate_clients=options.readers,
        min_available_clients=options.silos,
        on_fit_config_fn=config,
        on_evaluate_config_fn=config,
        initial_parameters=ndarrays_to_parameters(model(options)),
    )
    server = Server(client_manager=SimpleClientManager(), strategy=strategy)
    # By default it speaks to as many silos at a time as the machine has cores, and four.
    server.set_max_workers(options.silos)
    start_server(
        server_address=f"127.0.0.1:{options.server_port}",
        server=server,
        config=ServerConfig(num_rounds=WARM_UP_ROUNDS + options.rounds),
        grpc_max_message_length=GRPC_LIMIT,
    )


def train(options):
    import numpy as np
    from flwr.client import Client, start_client
    from flwr.common import Code, EvaluateRes, FitRes, Parameters, Status, parameters_to_ndarrays

    bench = Bench(options.port, f"silo-{options.silo}")
    done = Status(Code.OK, "")

    def encoded(array):
        file = io.BytesIO()
        np.save(file, array, allow_pickle=False)
        return file.getvalue()

    class Silo(Client):
        """Has its update ready, serialised as Flower does it, before any may be sent."""

        def __init__(self):
            self.base = []

        def fit(self, ins):
            number = int(ins.config["round"])
            self.base = parameters_to_ndarrays(ins.parameters)
            tensors = [
                encoded(chunk + values(options, number, options.silo, index, len(chunk)))
                for index, chunk in enumerate(self.base)
            ]
            reply = FitRes(done, Parameters(tensors, "numpy.ndarray"), options.silo + 1, {})
            bench.say("ready", number, sum(chunk.nbytes for chunk in self.base))
            bench.await_go(number)
            bench.say("replied", number, time.monotonic_ns())
            return reply

        def evaluate(self, ins):
            received = time.monotonic_ns()
            number = int(ins.config["round"])
            bench.say("received", number, received)
            result = parameters_to_ndarrays(ins.parameters)
            bench.say("checked", number, deviation(options, number, self.base, result))
            return EvaluateRes(done, 0.0, 1, {})

    start_client(
        server_address=f"127.0.0.1:{options.server_port}",
        client=Silo(),
        grpc_max_message_length=GRPC_LIMIT,
    )


def probe(_):
    try:
        version = importlib.metadata.version("flwr")
    except importlib.metadata.PackageNotFoundError:
        sys.exit(3)
    print("flwr", version, "python", platform.python_version())


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("role", choices=["probe", "serve", "train"])
    for name in ("port", "server-port", "parameters", "chunk", "silos", "rounds", "readers"):
        parser.add_argument(f"--{name}", type=int)
    parser.add_argument("--seed", type=int)
    parser.add_argument("--silo", type=int)
    options = parser.parse_args()
    {"probe": probe, "serve": serve, "train": train}[options.role](options)


if __name__ == "__main__":
    main()
