//! The table: by scope, then by name.

use super::{Effect, Special, Values};
use crate::message::PropertyScope;
use Effect::{Always, Computed, Honoured, Idle, Unheard};
use Values::{Any, Charset, Line, Method, Status, Switch};

const JMS: &str = "queues are not spoken to";
const HL7: &str = "HL7 is not spoken";
const ATTACHMENTS: &str = "attachments are passed on as they came";
const ADDRESS: &str = "The address that the message is about; <header> sets it.";

const fn axis2(
    name: &'static str,
    values: Values,
    effect: Effect,
    summary: &'static str,
) -> Special {
    Special { scope: PropertyScope::Axis2, name, values, effect, summary }
}

const fn default(
    name: &'static str,
    values: Values,
    effect: Effect,
    summary: &'static str,
) -> Special {
    Special { scope: PropertyScope::Default, name, values, effect, summary }
}

/// Every property that Synapse gives a meaning and flows know.
pub static SPECIAL: &[Special] = &[
    axis2("CHARACTER_SET_ENCODING", Charset, Honoured, "The charset of what is sent."),
    axis2(
        "COPY_CONTENT_LENGTH_FROM_INCOMING",
        Switch,
        Always,
        "A body that is passed on keeps its length.",
    ),
    axis2("CacheLevel", Any, Unheard(JMS), "Which objects of JMS are kept."),
    axis2(
        "ClientApiNonBlocking",
        Any,
        Idle,
        "Whether a queue is written to in a thread of its own.",
    ),
    axis2("ConcurrentConsumers", Any, Unheard(JMS), "How many threads read a queue at least."),
    axis2("ContentType", Any, Honoured, "The content type of the body."),
    axis2(
        "DECODE_MULTIPART_DATA",
        Switch,
        Honoured,
        "Files of multipart/form-data that a flow changed are sent as files, not as base64 text.",
    ),
    axis2("DISABLE_CHUNKING", Switch, Honoured, "The body is sent in one piece with its length."),
    axis2(
        "DISABLE_COOKIE",
        Switch,
        Unheard("remove the header `Cookie` in scope transport"),
        "A blocking call sends no cookie.",
    ),
    axis2("FAULTS_AS_HTTP_200", Switch, Honoured, "A SOAP fault is answered with status 200."),
    axis2("FORCE_HTTP_1.0", Switch, Honoured, "The message is one of HTTP/1.0, with its length."),
    axis2(
        "FORCE_HTTP_CONTENT_LENGTH",
        Switch,
        Honoured,
        "The body is sent in one piece with its length.",
    ),
    axis2("FORCE_POST_PUT_NOBODY", Switch, Honoured, "A POST or PUT is sent without a body."),
    axis2(
        "FORCE_SC_ACCEPTED",
        Switch,
        Honoured,
        "The client is answered 202 before the message is sent on.",
    ),
    axis2("FULL_URI", Switch, Honoured, "The request line holds the whole URI."),
    axis2("HL7_APPLICATION_ACK", Any, Unheard(HL7), "The back-end's answer is acknowledged."),
    axis2("HL7_GENERATE_ACK", Any, Unheard(HL7), "A message is acknowledged by itself."),
    axis2("HL7_NACK_MESSAGE", Any, Unheard(HL7), "The text of a refusal."),
    axis2("HL7_RAW_MESSAGE", Any, Unheard(HL7), "The message as it came."),
    axis2("HL7_RESULT_MODE", Any, Unheard(HL7), "Whether a message is acknowledged or refused."),
    axis2("HTTP_ETAG", Switch, Honoured, "The answer carries an entity tag of its body."),
    axis2("HTTP_METHOD", Method, Honoured, "The method of the request, and of what is sent."),
    axis2("HTTP_METHOD_OBJECT", Any, Computed, "The method of the client's request."),
    axis2("HTTP_SC", Status, Honoured, "The status of the answer; after a call, what came back."),
    axis2("HTTP_SC_DESC", Line, Honoured, "The reason phrase behind the status (HTTP/1.1)."),
    axis2(
        "IGNORE_SC_ACCEPTED",
        Switch,
        Unheard("no answer comes by another way than the connection of its request"),
        "A back-end's 202 is not its answer.",
    ),
    axis2("JMS_COORELATION_ID", Any, Unheard(JMS), "The correlation id of a JMS message."),
    axis2("MaxConcurrentConsumers", Any, Unheard(JMS), "How many threads read a queue at most."),
    axis2(
        "MercuryLastMessage",
        Any,
        Unheard("WS-ReliableMessaging is not spoken"),
        "The last message of a sequence.",
    ),
    axis2(
        "MercurySequenceKey",
        Any,
        Unheard("WS-ReliableMessaging is not spoken"),
        "The sequence of messages.",
    ),
    axis2("NO_ENTITY_BODY", Switch, Honoured, "The message has no body."),
    axis2("NO_KEEPALIVE", Switch, Honoured, "The connection is closed behind the message."),
    axis2("OUT_ONLY", Switch, Honoured, "Nobody waits for an answer to what is sent."),
    axis2("POST_TO_URI", Switch, Honoured, "The request line holds the whole URI."),
    axis2(
        "PRESERVE_SPACES",
        Switch,
        Honoured,
        "White space that is all that an element holds stays in JSON.",
    ),
    axis2("REMOTE_ADDR", Any, Computed, "The client's address."),
    axis2("REMOTE_HOST", Any, Computed, "The client's address."),
    axis2("REQUEST_HOST_HEADER", Line, Honoured, "The Host header of what is sent."),
    axis2("REST_URL_POSTFIX", Any, Honoured, "What an address endpoint appends to its URI."),
    axis2("SC_ACCEPTED", Switch, Honoured, "The client is answered 202."),
    axis2("SET_ROLLBACK_ONLY", Any, Unheard(JMS), "The message goes back to its queue."),
    axis2(
        "SKIP_MAIN_SEQUENCE",
        Any,
        Unheard("a message runs through the artifact that it was routed to"),
        "The main sequence is not run.",
    ),
    axis2("TRANSPORT_HEADERS", Any, Computed, "The headers; removed, none is left."),
    axis2("TransportInURL", Any, Computed, "Path and query of the client's request."),
    axis2("correlation_id", Any, Honoured, "What ties the lines of a log together."),
    axis2(
        "disableAddressingForOutMessages",
        Switch,
        Always,
        "No WS-Addressing headers are added to what is sent.",
    ),
    axis2("enableMTOM", Any, Unheard(ATTACHMENTS), "Attachments are sent by MTOM."),
    axis2(
        "enableREST",
        Any,
        Unheard("an answer keeps its content type; set `messageType` to change it"),
        "An answer in text/xml to a request without SOAP becomes application/xml.",
    ),
    axis2("enableSwA", Any, Unheard(ATTACHMENTS), "Attachments are sent by SwA."),
    axis2(
        "error.http.status.codes",
        Any,
        Honoured,
        "The statuses that a blocking call takes as faults.",
    ),
    axis2("messageType", Any, Honoured, "The content type in which the body is written."),
    axis2(
        "non.error.http.status.codes",
        Any,
        Honoured,
        "The statuses that a blocking call takes as answers.",
    ),
    axis2("setCharacterEncoding", Any, Honoured, "Whether the content type names the charset."),
    axis2("transportNonBlocking", Any, Idle, "The older name of ClientApiNonBlocking."),
    Special {
        scope: PropertyScope::Axis2Client,
        name: "FORCE_HTTP_1.0",
        values: Switch,
        effect: Honoured,
        summary: "The message is one of HTTP/1.0, with its length.",
    },
    default("Action", Any, Computed, "The action of a SOAP request; <header> sets it."),
    default(
        "BLOCKING_SENDER_PRESERVE_REQ_HEADERS",
        Switch,
        Honoured,
        "A blocking call keeps the request's headers, unless this is false.",
    ),
    default(
        "DISABLE_SMOOKS_RESULT_PAYLOAD",
        Any,
        Unheard("the mediator smooks cannot be run"),
        "What smooks makes is not kept in the message.",
    ),
    default("ERROR_CODE", Any, Honoured, "The code of a fault."),
    default("ERROR_DETAIL", Any, Honoured, "What is known of a fault."),
    default("ERROR_EXCEPTION", Any, Honoured, "What a fault was thrown as."),
    default("ERROR_MESSAGE", Any, Honoured, "The message of a fault."),
    default("FAULT", Any, Computed, "TRUE for a SOAP fault and for a status of 400 and more."),
    default("FORCE_COLLECT_PAYLOAD", Any, Unheard("nothing is traced"), "Traces hold the body."),
    default(
        "FORCE_ERROR_ON_SOAP_FAULT",
        Switch,
        Honoured,
        "A back-end's SOAP fault is a fault of the flow (500000).",
    ),
    default("FaultTo", Any, Computed, ADDRESS),
    default("From", Any, Computed, ADDRESS),
    default(
        "IGNORE_SC_ACCEPTED",
        Switch,
        Unheard("no answer comes by another way than the connection of its request"),
        "A back-end's 202 is not its answer.",
    ),
    default("MESSAGE_FORMAT", Any, Computed, "soap11, soap12 or pox."),
    default("MessageID", Any, Computed, "The message's own name."),
    default("OUT_ONLY", Switch, Honoured, "Nobody waits for an answer to what is sent."),
    default("OperationName", Any, Computed, "The operation of the service."),
    default("OperationNamespace", Any, Computed, "The namespace of the operation."),
    default(
        "PRESERVE_WS_ADDRESSING",
        Switch,
        Always,
        "The WS-Addressing headers of a SOAP message are sent on.",
    ),
    default(
        "QUOTE_STRING_IN_PAYLOAD_FACTORY_JSON",
        Switch,
        Honoured,
        "Text that payloadFactory puts into JSON gets quotes.",
    ),
    default("RESPONSE", Switch, Honoured, "The message goes back to the client when it is sent."),
    default("RelatesTo", Any, Computed, ADDRESS),
    default("ReplyTo", Any, Computed, ADDRESS),
    default("SERVER_IP", Any, Computed, "The address of ours that the client reached."),
    default("SET_REQUEUE_ON_ROLLBACK", Any, Unheard(JMS), "A refused message is queued again."),
    default("SET_ROLLBACK_ONLY", Any, Unheard(JMS), "The message goes back to its queue."),
    default(
        "STOP_TARGET_EXECUTION_ON_FAILURE",
        Switch,
        Honoured,
        "No target of a sequential <clone> runs behind one that failed.",
    ),
    default("SYSTEM_DATE", Any, Computed, "The date, in the pattern that is asked for."),
    default("SYSTEM_TIME", Any, Computed, "The time, in milliseconds since 1970."),
    default("TRANSPORT_IN_NAME", Any, Computed, "http or https."),
    default("To", Any, Computed, ADDRESS),
    default(
        "error.http.status.codes",
        Any,
        Honoured,
        "The statuses that a blocking call takes as faults.",
    ),
    default(
        "non.error.http.status.codes",
        Any,
        Honoured,
        "The statuses that a blocking call takes as answers.",
    ),
    default(
        "preserveProcessedHeaders",
        Switch,
        Always,
        "The SOAP headers that the engine has read are sent on.",
    ),
    default(
        "query.param.*",
        Any,
        Honoured,
        "A parameter of the query; variables of URI templates.",
    ),
    default(
        "synapse.blocking.call.disable.thread.switch",
        Any,
        Idle,
        "Which thread a blocking call runs in.",
    ),
    default(
        "target.endpoint",
        Any,
        Unheard("message processors are not run; name the endpoint where the message is sent"),
        "The endpoint that a message processor sends to.",
    ),
    default(
        "uri.var.*",
        Any,
        Honoured,
        "A variable of the resource's template, and of endpoints'.",
    ),
];
