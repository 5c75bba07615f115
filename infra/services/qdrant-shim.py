"""Qdrant's REST interface in front of qdrant-edge, Qdrant's engine as a library, as far as @qdrant/js-client-rest
speaks it: create, payload index, upsert, query with filter and ef, count, retrieve, delete.

    PYTHONPATH=... OLYMPUS_SECRET=... [OLYMPUS_LISTEN=127.0.0.1] python3 qdrant-shim.py PORT FOLDER

Collections last as long as the process. The engine builds its HNSW graph when asked, not in the background: PATCH on a
collection, which makes a server reconsider its segments, does it here. Latencies are this program's, not a server's.
"""

import hmac
import json
import os
import re
import shutil
import signal
import sys
import time
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from importlib.metadata import version

import qdrant_edge as edge

PORT, ROOT = int(sys.argv[1]), sys.argv[2]
SECRET = os.environ["OLYMPUS_SECRET"]
LISTEN = os.environ.get("OLYMPUS_LISTEN", "127.0.0.1")
VERSION = version("qdrant-edge-py")
HEALTH = {"/healthz", "/livez", "/readyz"}
DONE = {"operation_id": 0, "status": "completed"}


class Collection:
    def __init__(self, shard, vectors, hnsw):
        self.shard, self.vectors, self.hnsw = shard, vectors, hnsw


collections = {}


def match_of(match):
    if "value" in match:
        return edge.MatchValue(match["value"])
    if "any" in match:
        return edge.MatchAny(match["any"])
    raise ValueError(f"unknown match: {match}")


def condition_of(condition):
    if "has_id" in condition:
        return edge.HasIdCondition(set(condition["has_id"]))
    if not {"must", "should", "must_not"}.isdisjoint(condition):
        return filter_of(condition)
    match, bounds = condition.get("match"), condition.get("range")
    return edge.FieldCondition(
        key=condition["key"],
        match=match_of(match) if match else None,
        range=edge.RangeFloat(**bounds) if bounds else None,
    )


def filter_of(given):
    if not given:
        return None

    def side(name):
        conditions = given.get(name)
        if not conditions:
            return None
        return [condition_of(each) for each in (conditions if isinstance(conditions, list) else [conditions])]

    return edge.Filter(must=side("must"), should=side("should"), must_not=side("must_not"))


def hit_of(point, body):
    hit = {"id": str(point.id), "version": 0, "score": point.score}
    if body.get("with_payload"):
        hit["payload"] = point.payload
    if body.get("with_vector"):
        hit["vector"] = point.vector
    return hit


def search(collection, body):
    params = body.get("params") or {}
    query = body["query"]
    points = collection.shard.query(
        edge.QueryRequest(
            limit=body.get("limit", 10),
            offset=body.get("offset"),
            query=edge.Query.Nearest(query["nearest"] if isinstance(query, dict) else query),
            filter=filter_of(body.get("filter")),
            params=edge.SearchParams(hnsw_ef=params.get("hnsw_ef"), exact=params.get("exact") or False),
            with_payload=bool(body.get("with_payload")),
            with_vector=bool(body.get("with_vector")),
        )
    )
    return {"points": [hit_of(point, body) for point in points]}


def create(name, body):
    remove(name)
    folder = os.path.join(ROOT, name)
    os.makedirs(folder)
    vectors, hnsw, optimizers = body["vectors"], body.get("hnsw_config") or {}, body.get("optimizers_config") or {}
    graph = edge.HnswIndexConfig(
        hnsw.get("m", 16), hnsw.get("ef_construct", 100), hnsw.get("full_scan_threshold", 10_000)
    )
    config = edge.EdgeConfig(
        vectors=edge.EdgeVectorParams(
            size=vectors["size"], distance=getattr(edge.Distance, vectors["distance"]), hnsw_config=graph
        ),
        optimizers=edge.EdgeOptimizersConfig(
            indexing_threshold=optimizers.get("indexing_threshold") or 1,  # 0 means "not yet", and here nothing comes by itself
            default_segment_number=optimizers.get("default_segment_number", 1),
        ),
    )
    collections[name] = Collection(edge.EdgeShard.create(folder, config), vectors, hnsw)
    return True


def remove(name):
    collection = collections.pop(name, None)
    if collection:
        collection.shard.close()
    shutil.rmtree(os.path.join(ROOT, name), ignore_errors=True)
    return collection is not None


def info(collection):
    about = collection.shard.info()
    return {
        "status": "green",
        "optimizer_status": "ok",
        "points_count": about.points_count,
        "indexed_vectors_count": about.indexed_vectors_count,
        "segments_count": about.segments_count,
        "config": {"params": {"vectors": collection.vectors}, "hnsw_config": collection.hnsw},
        "payload_schema": {},
    }


def index_field(collection, body):
    schema = body["field_schema"]
    kind = schema if isinstance(schema, str) else schema["type"]
    collection.shard.update(
        edge.UpdateOperation.create_field_index(body["field_name"], getattr(edge.PayloadSchemaType, kind.capitalize()))
    )
    return DONE


def upsert(collection, body):
    points = [edge.Point(each["id"], each["vector"], each.get("payload")) for each in body["points"]]
    collection.shard.update(edge.UpdateOperation.upsert_points(points))
    return DONE


def delete(collection, body):
    operation = edge.UpdateOperation
    collection.shard.update(
        operation.delete_points(body["points"])
        if "points" in body
        else operation.delete_points_by_filter(filter_of(body["filter"]))
    )
    return DONE


def count(collection, body):
    return {"count": collection.shard.count(edge.CountRequest(exact=True, filter=filter_of(body.get("filter"))))}


ROUTES = {
    ("GET", ""): lambda collection, _: info(collection),
    ("PATCH", ""): lambda collection, _: bool(collection.shard.optimize()),
    ("PUT", "/index"): index_field,
    ("PUT", "/points"): upsert,
    ("POST", "/points/delete"): delete,
    ("POST", "/points/count"): count,
    ("POST", "/points/query"): search,
}


def answer(method, path, body):
    if path == "/collections":
        return {"collections": [{"name": name} for name in collections]}
    found = re.fullmatch(r"/collections/([\w-]+)(/.*)?", path)
    if not found:
        raise LookupError(f"{method} {path}")
    name, rest = found[1], found[2] or ""
    if rest == "/exists":
        return {"exists": name in collections}
    if rest == "" and method == "PUT":
        return create(name, body)
    if rest == "" and method == "DELETE":
        return remove(name)
    if name not in collections:
        raise LookupError(f"Collection `{name}` doesn't exist!")
    route = ROUTES.get((method, rest))
    if not route:
        raise LookupError(f"{method} {path}")
    return route(collections[name], body)


class Handler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    disable_nagle_algorithm = True
    wbufsize = -1

    def serve(self):
        started = time.perf_counter()
        raw = self.rfile.read(int(self.headers.get("content-length") or 0))
        path = self.path.split("?")[0]
        code, status, result = 200, "ok", None
        if path in HEALTH:  # asked without a key, as a server's
            pass
        elif not hmac.compare_digest(self.headers.get("api-key") or "", SECRET):
            code, status = 401, {"error": "Must provide an API key or an Authorization bearer token"}
        elif path != "/":
            try:
                result = answer(self.command, path, json.loads(raw) if raw else {})
            except LookupError as error:
                code, status = 404, {"error": f"Not found: {error}"}
            except Exception as error:  # whatever the engine refuses is the caller's answer
                code, status = 400, {"error": str(error)}
        answered = (
            {"title": "qdrant-edge (shim)", "version": VERSION}
            if path == "/" and code == 200
            else {"result": result, "status": status, "time": time.perf_counter() - started}
        )
        out = json.dumps(answered).encode()
        self.send_response(code)
        self.send_header("content-type", "application/json")
        self.send_header("content-length", str(len(out)))
        self.end_headers()
        self.wfile.write(out)

    do_GET = do_PUT = do_POST = do_PATCH = do_DELETE = serve

    def log_message(self, *_):
        pass


os.makedirs(ROOT, exist_ok=True)
# the first process of a container is not ended by default
signal.signal(signal.SIGTERM, lambda *_: os._exit(0))
ThreadingHTTPServer.request_queue_size = 512
ThreadingHTTPServer((LISTEN, PORT), Handler).serve_forever()
