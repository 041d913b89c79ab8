//! Health, readiness and metrics, on ports of their own.
