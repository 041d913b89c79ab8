//! The engine proper: compiled sequences, flows and the interpreter.
//!
//! Deploy time: artifacts go through a [`Compiler`] into a [`Program`]. Message time: [`run`]
//! drives a [`Flow`] through the program's steps on an explicit stack of frames. Nothing here
//! knows a concrete mediator, and nothing at message time knows XML of artifacts.

mod answer;
mod body;
mod catalogue;
mod compile;
mod delivery;
mod endpoints;
mod exchange;
mod faults;
mod flow;
mod fork;
mod interpreter;
mod join;
mod link;
mod program;
mod registry;
mod services;
mod special;
mod split;
mod step;
mod view;

pub use answer::{accepted, answer_fault, answer_message};
pub use catalogue::{
    AttributeSpec, Catalogue, Children, Connector, Kind, MediatorSpec, check_attributes,
};
pub use compile::Compiler;
pub use delivery::{Delivered, deliver};
pub use endpoints::{EndpointTemplates, check_placeholders};
pub use exchange::{Answer, Exchange, Waiting};
pub use faults::forget_fault;
pub use flow::{Flow, Frame, Origin};
pub use fork::{Fork, Part, Parts};
pub use interpreter::run;
pub use join::{End, Patience};
pub use link::{EndpointRef, SequenceRef};
pub use program::{Entry, Parameter, Program, Sequence, SequenceId, Template};
pub use registry::Registry;
pub use services::{Clock, Environment, Limits, Services, SystemClock};
pub use special::{Effect, SPECIAL, Special, Values, check_special};
pub use split::{Member, Split};
pub use step::{Await, Enter, Interrupt, Outcome, Placed, Run, Step, Stop, Waits};
pub use view::{Argument, Arguments, View};
