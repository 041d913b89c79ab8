"""What every test of the running binary shares: processes, a recording back-end, AWS's own signer and client."""
