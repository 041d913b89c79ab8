//! Operations on the account.

use http::Method;

use super::Operation;

pub(super) static GET_ACCOUNT_SETTINGS: Operation = Operation {
    name: "getAccountSettings",
    aws_name: "GetAccountSettings",
    method: Method::GET,
    uri: "/2016-08-19/account-settings",
    success: 200,
    doc: "Reads the account's limits and what is used of them in the region.",
    parameters: &[],
    when_empty: None,
};
