//! Artifacts: files in, compiled artifacts and diagnostics out.
//!
//! [`load`] finds the files of any layout, reads each root element by its kind and compiles
//! everything into one program. This layer knows neither mediators nor connectors: both come as
//! a [`Catalogue`](crate::mediation::Catalogue).

mod api;
mod archive;
mod check;
mod cors;
mod declarations;
mod definitions;
mod endpoint;
mod handlers;
mod import;
mod kind;
mod layout;
mod load;
mod loader;
mod local_entry;
pub mod mapping;
mod names;
mod openapi;
mod overlap;
mod parameters;
pub mod properties;
mod provider;
mod proxy;
mod registry;
mod resource;
mod sequence;
mod source;
mod steps;
mod template;
mod wsdl;

pub use api::Api;
pub use cors::Cors;
pub use handlers::Handlers;
pub use load::{Counts, Loaded, OnError, load};
pub use openapi::Definition;
pub use proxy::Proxy;
pub use resource::Resource;
pub use wsdl::Wsdl;

#[cfg(test)]
pub(crate) mod testing;
#[cfg(test)]
mod tests;
