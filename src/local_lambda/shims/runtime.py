"""Runs a Python handler for the local Lambda over the Lambda Runtime API."""

import http.client
import importlib
import json
import logging
import os
import sys
import time
import traceback

ROOT = "/2018-06-01/runtime"
JSON = {"Content-Type": "application/json"}


class Api:
    """The Runtime API on one connection; the process ends when the server is gone."""

    def __init__(self):
        self.connection = http.client.HTTPConnection(os.environ["AWS_LAMBDA_RUNTIME_API"])

    def call(self, method, path, body=None, headers=JSON):
        try:
            self.connection.request(method, ROOT + path, body, headers)
            reply = self.connection.getresponse()
            return reply, reply.read()
        except OSError:
            os._exit(1)


class Identity:
    """Who called; nobody is known here."""

    cognito_identity_id = None
    cognito_identity_pool_id = None


class ClientContext:
    """The `custom`, `env` and `client` members of the client context."""

    def __init__(self, members):
        self.custom = members.get("custom")
        self.env = members.get("env")
        client = members.get("client")
        self.client = type("Client", (), client)() if isinstance(client, dict) else None


class Context:
    """What a handler gets as its second argument."""

    def __init__(self, headers):
        environment = os.environ
        self.function_name = environment["AWS_LAMBDA_FUNCTION_NAME"]
        self.function_version = environment["AWS_LAMBDA_FUNCTION_VERSION"]
        self.memory_limit_in_mb = environment["AWS_LAMBDA_FUNCTION_MEMORY_SIZE"]
        self.log_group_name = environment["AWS_LAMBDA_LOG_GROUP_NAME"]
        self.log_stream_name = environment["AWS_LAMBDA_LOG_STREAM_NAME"]
        self.aws_request_id = headers["Lambda-Runtime-Aws-Request-Id"]
        self.invoked_function_arn = headers["Lambda-Runtime-Invoked-Function-Arn"]
        self.identity = Identity()
        given = headers.get("Lambda-Runtime-Client-Context")
        self.client_context = ClientContext(json.loads(given)) if given else None
        self._deadline = int(headers["Lambda-Runtime-Deadline-Ms"])

    def get_remaining_time_in_millis(self):
        return max(0, self._deadline - int(time.time() * 1000))

    def log(self, message):
        sys.stdout.write(str(message))


class LogHandler(logging.StreamHandler):
    """Writes as the managed runtime does: level, time, request."""

    request_id = ""

    def __init__(self):
        super().__init__(sys.stdout)
        self.setFormatter(logging.Formatter("[%(levelname)s]\t%(asctime)s.%(msecs)03dZ\t%(aws_request_id)s\t%(message)s", "%Y-%m-%dT%H:%M:%S"))
        self.formatter.converter = time.gmtime

    def emit(self, record):
        record.aws_request_id = LogHandler.request_id
        super().emit(record)


class StartError(Exception):
    """Why there is no handler, as AWS names it."""

    def __init__(self, kind, message, trace=()):
        super().__init__(message)
        self.kind, self.message, self.trace = kind, message, list(trace)


def load(name):
    module_name, dot, function_name = name.rpartition(".")
    if not dot:
        raise StartError("Runtime.MalformedHandlerName", f"Bad handler '{name}': not enough values to unpack (expected 2, got 1)")
    try:
        module = importlib.import_module(module_name.replace("/", "."))
    except ImportError as error:
        raise StartError("Runtime.ImportModuleError", f"Unable to import module '{module_name}': {error}")
    except SyntaxError as error:
        trace = [f'  File "{error.filename}" Line {error.lineno}\n    {error.text or ""}']
        raise StartError("Runtime.UserCodeSyntaxError", f"Syntax error in module '{module_name}': {error}", trace)
    try:
        return getattr(module, function_name)
    except AttributeError:
        raise StartError("Runtime.HandlerNotFound", f"Handler '{function_name}' missing on module '{module_name}'")


def describe(error):
    """An exception as AWS describes it; our own frames are none of the function's."""
    own = os.path.abspath(__file__)
    frames = [frame for frame in traceback.extract_tb(error.__traceback__) if os.path.abspath(frame.filename) != own]
    kind = type(error).__name__
    return {"errorMessage": str(error), "errorType": kind, "stackTrace": traceback.format_list(frames)}


def report(description, request_id):
    """Logs an error and gives its JSON."""
    print(f"[ERROR] {description['errorType']}: {description['errorMessage']}")
    if description["stackTrace"]:
        print("Traceback (most recent call last):\n" + "".join(description["stackTrace"]), end="")
    ordered = {key: description[key] for key in ("errorMessage", "errorType")}
    return json.dumps({**ordered, "requestId": request_id, "stackTrace": description["stackTrace"]})


def serve(api, handler):
    while True:
        reply, body = api.call("GET", "/invocation/next", headers={})
        if reply.status != 200:
            os._exit(1)
        headers = reply.headers
        request_id = headers["Lambda-Runtime-Aws-Request-Id"]
        LogHandler.request_id = request_id
        os.environ["_X_AMZN_TRACE_ID"] = headers.get("Lambda-Runtime-Trace-Id", "")
        path = f"/invocation/{request_id}/response"
        try:
            answer = handler(json.loads(body), Context(headers))
            try:
                result = json.dumps(answer, ensure_ascii=False).encode("utf-8", "surrogatepass")
            except (TypeError, ValueError) as error:
                kind, message = "Runtime.MarshalError", f"Unable to marshal response: {error}"
                description = {"errorMessage": message, "errorType": kind, "stackTrace": []}
                path, result = f"/invocation/{request_id}/error", report(description, request_id)
        except Exception as error:
            path, result = f"/invocation/{request_id}/error", report(describe(error), request_id)
        sys.stdout.flush()
        sys.stderr.flush()
        api.call("POST", path, result)


def main():
    root = os.environ["LAMBDA_TASK_ROOT"]
    sys.path[0] = root
    logging.getLogger().addHandler(LogHandler())
    api = Api()
    try:
        handler = load(os.environ["_HANDLER"])
    except StartError as error:
        description = {"errorMessage": error.message, "errorType": error.kind, "stackTrace": error.trace}
    except Exception as error:
        description = describe(error)
    else:
        serve(api, handler)
        return
    api.call("POST", "/init/error", report(description, ""))
    sys.exit(1)


main()
