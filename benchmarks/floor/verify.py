"""A check of a certificate done bare: one Ed25519 signature, then the page of the serial."""

from __future__ import annotations

from pathlib import Path

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey
from cryptography.hazmat.primitives.serialization import load_pem_public_key
from flask import Flask, abort, request
from flask.typing import ResponseReturnValue

_keys: list[Ed25519PublicKey] = []


def register(app: Flask, keys: Path) -> None:
    for path in sorted(keys.glob("issuing-*.pub")):
        text = path.read_bytes()
        key = load_pem_public_key(text[text.index(b"-----BEGIN") :])
        assert isinstance(key, Ed25519PublicKey)
        _keys[:] = [key]
    page = app.view_functions["verify_serial"]

    def signed() -> ResponseReturnValue:
        """The signature and what it is of come in hex: nothing has to be found out about them."""
        try:
            _keys[0].verify(
                bytes.fromhex(request.values["signature"]), bytes.fromhex(request.values["body"])
            )
        except InvalidSignature:
            abort(422)
        return page(serial=request.values["serial"])  # type: ignore[no-any-return]

    app.add_url_rule("/signed", view_func=signed, methods=["GET", "POST"])
