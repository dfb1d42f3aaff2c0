"""Asks a service for everything that its own description names, and checks each answer against it.

    check_answers.py http://127.0.0.1:9470 [TOKEN]

Prints a line for each answer, and exits with 1 where one is not as described.
"""

import json
import sys
import urllib.error
import urllib.parse
import urllib.request

import jsonschema

base, token = sys.argv[1].rstrip("/"), sys.argv[2] if len(sys.argv) > 2 else None


def ask(path):
    request = urllib.request.Request(base + path, headers={"Authorization": f"Bearer {token}"} if token else {})
    try:
        with urllib.request.urlopen(request, timeout=30) as answer:
            if answer.headers["Content-Type"].startswith("text/event-stream"):
                return answer.status, answer.headers, b"".join(answer.readline() for _ in range(8))
            return answer.status, answer.headers, answer.read()
    except urllib.error.HTTPError as error:
        return error.code, error.headers, error.read()


document = json.loads(ask("/api/v1/openapi.json")[2])
resolver = jsonschema.RefResolver("", document)
formats = jsonschema.FormatChecker()


@formats.checks("date-time", ValueError)
def is_time(value):
    import datetime

    if isinstance(value, str):
        datetime.datetime.fromisoformat(value.replace("Z", "+00:00"))
    return True


def resolved(thing):
    return resolver.resolve(thing["$ref"])[1] if "$ref" in thing else thing


def described(operation, status):
    """The content that the description has for a status: media types with their schemas."""
    response = operation["responses"].get(str(status))
    return resolved(response).get("content", {}) if response else None


def check(path, operation):
    status, headers, body = ask(path)
    content = described(operation, status)
    if content is None:
        return f"{status} is not described"
    media = headers["Content-Type"].split(";")[0]
    if media not in content:
        return f"{media} is not described for {status}"
    if media == "application/json":
        validator = jsonschema.Draft202012Validator(content[media]["schema"], resolver=resolver, format_checker=formats)
        errors = [f"{'/'.join(map(str, e.absolute_path))}: {e.message}"[:300] for e in validator.iter_errors(json.loads(body))]
        if errors:
            return "; ".join(errors[:5])
    print(f"{status} {len(body)} {path}")
    return None


def examples(operation):
    """Queries for an operation: none, each parameter alone with a good value, and each with a bad one."""
    good = {
        "stream": names[0], "run": "1", "since": "1d", "until": "2100-01-01", "label": labels[0], "min_confidence": "0.5",
        "limit": "1", "after": "", "by": "minute", "width": "64",
    }
    yield {}
    for parameter in map(resolved, operation.get("parameters", [])):
        if parameter["in"] != "query":
            continue
        if good[parameter["name"]]:
            yield {parameter["name"]: good[parameter["name"]]}
        yield {parameter["name"]: "-nothing-"}
    yield {"nothing": "1"}


names = [stream["name"] for stream in json.loads(ask("/api/v1/status")[2])["streams"]]
labels = json.loads(ask("/api/v1/models")[2])["rows"][0]["label_names"]
wrong = 0
for template, item in document["paths"].items():
    operation = item["get"]
    for name in (names + ["no such stream"]) if "{name}" in template else [""]:
        for query in examples(operation) if template.startswith("/api/") else [{}]:
            path = template.replace("{name}", urllib.parse.quote(name))
            path += "?" + urllib.parse.urlencode(query) if query else ""
            fault = check(path, operation)
            if fault:
                wrong += 1
                print(f"WRONG {path}: {fault}")
# Pages follow one another until there are none.
for rows in ("frames", "segments"):
    seen, after = 0, None
    while seen < 5 and (after or seen == 0):
        answer = json.loads(ask(f"/api/v1/{rows}?limit=7" + (f"&after={after}" if after else ""))[2])
        seen, after = seen + 1, answer["next"]
    print(f"{seen} pages of {rows}")
sys.exit(1 if wrong else 0)
