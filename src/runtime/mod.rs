//! Settings, the deployment, routing and the life of the process.
