# The Worker in bare workerd: what the conformance suite and the load benchmark start.
using Workerd = import "/workerd/workerd.capnp";

const config :Workerd.Config = (
  services = [
    (name = "main", worker = .main),
    # Peers are on this machine, which is a private network.
    (name = "internet", network = (allow = ["public", "private"])),
    (name = "storage", disk = (writable = true)),
  ],
  sockets = [(name = "http", address = "127.0.0.1:0", http = (), service = "main")],
);

const main :Workerd.Worker = (
  modules = [
    (name = "index.js", esModule = embed "index.js"),
    (name = "index_bg.wasm", wasm = embed "index_bg.wasm"),
  ],
  compatibilityDate = "2026-04-21",
  durableObjectNamespaces = [
    (className = "InterviewObject", uniqueKey = "preppal-InterviewObject", enableSql = true),
  ],
  durableObjectStorage = (localDisk = "storage"),
  globalOutbound = "internet",
  bindings = [
    (name = "INTERVIEW_OBJECT", durableObjectNamespace = "InterviewObject"),
    # VARIABLES
  ],
);
