//! The function catalogue: accounts and what they hold, on the AWS SDK.
