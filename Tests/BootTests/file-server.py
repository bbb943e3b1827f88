"""Serves a folder by HTTP on 127.0.0.1, the first part of the path says how badly.

file-server.py FOLDER [PORT]: prints "port N" and then a line for each request.
"""

import http.server
import os
import re
import sys

folder = os.path.realpath(sys.argv[1])
seen = {}


class Handler(http.server.BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.0"

    def log_message(self, format, *values):
        print(self.command, self.path, self.headers.get("Range", "-"), flush=True)

    def page(self, status, body, headers=()):
        self.send_response(status)
        for name, value in headers:
            self.send_header(name, value)
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def do_HEAD(self):
        self.page(405, b"")

    def do_GET(self):
        manner, _, name = self.path.lstrip("/").partition("/")
        path = os.path.realpath(os.path.join(folder, name))
        if manner == "html":
            return self.page(200, b"<html>$(reboot) `reboot`; reboot</html>\n" * 4)
        if manner == "redirect":
            return self.page(302, b"", [("Location", "file:///etc/passwd")])
        if manner == "broken":
            return self.page(503, b"not \x1b[2J now\r\n")
        if not path.startswith(folder + os.sep) or not os.path.isfile(path):
            return self.page(404, b"")
        size = os.path.getsize(path)
        small = size < 65536
        count = seen[self.path] = seen.get(self.path, 0) + 1
        start, end = 0, size - 1
        ranges = re.fullmatch(r"bytes=(\d+)-(\d*)", self.headers.get("Range", ""))
        partial = ranges and manner not in ("noranges", "cutnoranges", "endless")
        if manner == "changed" and not small and self.headers.get("If-Range", '"1"') != f'"{count}"':
            partial = False
        if partial:
            start = int(ranges[1])
            end = min(int(ranges[2]) if ranges[2] else size - 1, size - 1)
        self.send_response(206 if partial else 200)
        length = end - start + 1
        if manner == "lies" and not small:
            self.send_header("Content-Range", f"bytes {start}-{end}/99999999999999")
        elif manner == "shell" and not small:
            self.send_header("Content-Range", f"bytes {start}-{end}/a[$(reboot)]")
            self.send_header("ETag", '"$(reboot)`reboot`"')
        elif manner == "less" and not small:
            self.send_header("Content-Range", f"bytes {start}-{end}/{size - 2048}")
        elif partial:
            self.send_header("Content-Range", f"bytes {start}-{end}/{size}")
        if manner == "changed":
            self.send_header("ETag", f'"{count}"')
        if manner != "endless" or small:
            self.send_header("Content-Length", str(length))
        self.end_headers()
        if manner in ("cut", "changed") and length > 65536:
            length = max(length // 2, min(length, 3 << 19))
        elif manner == "cutnoranges" and length > 65536 and count == 2:
            length //= 2
        elif manner == "never" and length > 65536:
            length = 0
        try:
            with open(path, "rb") as file:
                file.seek(start)
                while length > 0:
                    block = file.read(min(length, 65536))
                    self.wfile.write(block)
                    length -= len(block)
            while manner == "endless" and not small:
                self.wfile.write(bytes(65536))
        except (ConnectionError, TimeoutError):
            pass


server = http.server.ThreadingHTTPServer(("127.0.0.1", int(sys.argv[2]) if len(sys.argv) > 2 else 0), Handler)
print("port", server.server_port, flush=True)
server.serve_forever()
