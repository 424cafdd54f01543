#!/usr/bin/env python3
"""Checks the proof of a block with openssl: check_proof.py PROOF.json ROOT_FINGERPRINT (docs/proof-of-authority.md)."""
import base64
import hashlib
import json
import subprocess
import sys
import tempfile


def need(condition, what):
    if not condition:
        sys.exit("NOT PROVEN: " + what)


def is_signed(key, signature, digest):
    """RSASSA-PSS over a SHA-256, by the openssl of this machine."""
    with tempfile.TemporaryDirectory() as folder:
        files = {"key": key.encode(), "signature": base64.urlsafe_b64decode(signature), "digest": digest}
        for name, content in files.items():
            with open(f"{folder}/{name}", "wb") as file:
                file.write(content)
        options = ["digest:sha256", "rsa_padding_mode:pss", "rsa_pss_saltlen:auto", "rsa_mgf1_md:sha256"]
        done = subprocess.run(
            ["openssl", "pkeyutl", "-verify", "-pubin", "-inkey", f"{folder}/key", "-in", f"{folder}/digest",
             "-sigfile", f"{folder}/signature"] + [word for option in options for word in ("-pkeyopt", option)],
            stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
        return done.returncode == 0


def sha256(data):
    return hashlib.sha256(data if isinstance(data, bytes) else data.encode()).digest()


def check_authorities(records, fingerprint):
    """The statements of the records, each signed by the primary wallet's key before it."""
    statements, primary = {}, None
    for record in records:
        text = record["statement"]
        statement = json.loads(text)
        need(sha256(text).hex() == record["hash"], f"authority {statement['number']}: its hash is not its content's")
        key = statement["public_key"]
        if primary is None:
            need(statement["kind"] == "root" and sha256(key).hex() == fingerprint, "the first key is not the one you know")
            primary = key
        need(is_signed(primary, record["signature"], sha256(text)), f"authority {statement['number']} is not signed")
        if statement["request"]:
            digest = bytes.fromhex(statement["request"])
            need(is_signed(key, record["countersignature"], digest), f"authority {statement['number']}: not by its key")
        if statement["kind"] == "rotation" and statement["place"] is None:
            need(is_signed(key, record["countersignature"], sha256(text)), "a rotated key did not sign")
            primary = key
        statements[statement["number"]] = statement
    return statements


def check_request(proof, statements):
    request, sequence = proof["request"], proof["sequence"]
    if request is None:
        return "the ledger itself"
    need(is_signed(request["public_key"], request["signature"], bytes.fromhex(request["digest"])),
         "the request is not signed")
    kind, name = request["signer"].split(":")
    if kind == "wallet":
        return "the wallet " + name
    statement = statements[int(name)]
    need(statement["public_key"] == request["public_key"], "the signer's key is another")
    ends = [other["after"] for other in statements.values() if other["ends"] == statement["number"]]
    need(statement["after"] < sequence and all(sequence <= end for end in ends), "the key had no authority then")
    return f"the authority {name}, device {statement['holder']} of place {statement['place']}"


def check_seal(proof, statements):
    seal = proof["seal"]
    need(seal is not None, "it is not sealed yet")
    node = sha256(b"\0" + proof["leaf"].encode())
    for step in seal["path"]:
        other = bytes.fromhex(step["hash"])
        node = sha256(b"\1" + (other + node if step["side"] == "left" else node + other))
    statement = json.loads(seal["statement"])
    need(node.hex() == statement["root"], "the path does not lead to the seal's root")
    need(statement["first"] <= proof["sequence"] <= statement["last"], "the seal is over other blocks")
    key = statements[statement["authority"]]["public_key"]
    need(is_signed(key, seal["signature"], sha256(seal["statement"])), "the seal is not signed")


def main():
    with open(sys.argv[1]) as file:
        proof = json.load(file)
    block, request = proof["block"], proof["request"] or {}
    need(sha256(block["content"]).hex() == block["hash"], "the block's hash is not its content's")
    signature = request.get("signature", "-")
    leaf = [str(proof["sequence"]), block["hash"], request.get("signer", "-"), request.get("digest", "-"), signature]
    need(proof["leaf"] == " ".join(leaf), "the leaf is not the block's")
    statements = check_authorities(proof["authorities"], sys.argv[2])
    signer = check_request(proof, statements)
    check_seal(proof, statements)
    print(f"PROVEN: block {proof['sequence']} was made by {signer}")


if __name__ == "__main__":
    main()
