//! Operations on functions: create, read, list, delete.

use http::Method;

use super::{Kind, Operation, Parameter, body, path, query};

const FUNCTION: Parameter = path(&["functionName"], "FunctionName", "the function, by name or ARN");
const QUALIFIER: Parameter = query(&["qualifier"], "Qualifier", "a version or an alias");

pub(super) static CREATE_FUNCTION: Operation = Operation {
    name: "createFunction",
    aws_name: "CreateFunction",
    method: Method::POST,
    uri: "/2015-03-31/functions",
    success: 201,
    doc: "Creates a function from a package in S3, an archive or a container image.",
    parameters: &[
        body(&["functionName"], "FunctionName", "the new function's name").required(),
        body(&["runtime"], "Runtime", "what runs it, such as python3.13; not for images"),
        body(&["role"], "Role", "the ARN of the role that the function has").required(),
        body(&["handler"], "Handler", "the method that is called; not for images"),
        body(&["code"], "Code", "where the code is; beats the seven parameters below")
            .of(Kind::Object)
            .required(),
        body(&["zipFile"], "Code.ZipFile", "the package itself: a zip archive in Base64")
            .of(Kind::Blob),
        body(&["s3Bucket"], "Code.S3Bucket", "the bucket of the package, in the same region"),
        body(&["s3Key"], "Code.S3Key", "the object of the package"),
        body(
            &["s3ObjectVersion"],
            "Code.S3ObjectVersion",
            "the object's version; the text null is the one of an unversioned object",
        ),
        body(
            &["s3ObjectStorageMode"],
            "Code.S3ObjectStorageMode",
            "whether Lambda copies the package or reads it where it is",
        ),
        body(&["imageUri"], "Code.ImageUri", "the container image"),
        body(&["sourceKMSKeyArn"], "Code.SourceKMSKeyArn", "the key that encrypts the package"),
        body(&["functionDescription", "description"], "Description", "what the function is for"),
        body(&["timeout"], "Timeout", "after how many seconds a run is stopped").of(Kind::Integer),
        body(&["memorySize"], "MemorySize", "the memory in MB; the CPU follows it")
            .of(Kind::Integer),
        body(&["publish"], "Publish", "whether to publish version 1 at once").of(Kind::Boolean),
        body(&["publishTo"], "PublishTo", "where to publish: LATEST_PUBLISHED"),
        body(&["vpcConfig"], "VpcConfig", "the network; beats the two parameters below")
            .of(Kind::Object),
        body(&["subnetIds"], "VpcConfig.SubnetIds", "the subnets").of(Kind::TextList),
        body(&["securityGroupIds"], "VpcConfig.SecurityGroupIds", "the security groups")
            .of(Kind::TextList),
        body(&["packageType"], "PackageType", "Zip or Image"),
        body(&["deadLetterConfig"], "DeadLetterConfig", "where lost events go; beats targetArn")
            .of(Kind::Object),
        body(
            &["targetArn"],
            "DeadLetterConfig.TargetArn",
            "the queue or topic for events that could not be handled",
        ),
        body(&["environment"], "Environment", "the environment; beats environmentVariables")
            .of(Kind::Object),
        body(
            &["environmentVariables"],
            "Environment.Variables",
            r#"environment variables, `{"NAME":"value"}`"#,
        )
        .of(Kind::Map),
        body(&["kmsKeyArn"], "KMSKeyArn", "the key that encrypts the environment"),
        body(&["tracingConfig"], "TracingConfig", "X-Ray tracing; beats mode").of(Kind::Object),
        body(&["mode"], "TracingConfig.Mode", "X-Ray tracing: Active or PassThrough"),
        body(&["tags"], "Tags", r#"tags, `{"name":"value"}`"#).of(Kind::Map),
        body(&["layers"], "Layers", "the ARNs of layer versions").of(Kind::TextList),
        body(&["fileSystemConfigs"], "FileSystemConfigs", "EFS access points and where to mount")
            .of(Kind::ObjectList),
        body(&["codeSigningConfigArn"], "CodeSigningConfigArn", "who must have signed the code"),
        body(&["imageConfig"], "ImageConfig", "what replaces the image's entry point and command")
            .of(Kind::Object),
        body(&["architectures"], "Architectures", "x86_64 or arm64").of(Kind::TextList),
        body(&["ephemeralStorage"], "EphemeralStorage", r#"the size of /tmp, `{"Size":512}`"#)
            .of(Kind::Object),
        body(&["snapStart"], "SnapStart", r#"`{"ApplyOn":"PublishedVersions"}`"#).of(Kind::Object),
        body(&["loggingConfig"], "LoggingConfig", "format, levels and group of the log")
            .of(Kind::Object),
        body(&["tenancyConfig"], "TenancyConfig", "whether tenants are isolated").of(Kind::Object),
        body(
            &["capacityProviderConfig"],
            "CapacityProviderConfig",
            "the capacity provider that runs it",
        )
        .of(Kind::Object),
        body(&["durableConfig"], "DurableConfig", "timeout and retention of durable executions")
            .of(Kind::Object),
        body(&["runtimeConfig"], "RuntimeConfig", "settings of the runtime").of(Kind::Object),
        body(&["acceleratorConfig"], "AcceleratorConfig", "the accelerators that it needs")
            .of(Kind::Object),
    ],
    when_empty: None,
};

pub(super) static DELETE_FUNCTION: Operation = Operation {
    name: "deleteFunction",
    aws_name: "DeleteFunction",
    method: Method::DELETE,
    uri: "/2015-03-31/functions/{FunctionName}",
    success: 200,
    doc: "Deletes a function, or one version of it; older Lambdas answer 204.",
    parameters: &[
        FUNCTION,
        query(
            &["deleteFunctionQualifier", "qualifier"],
            "Qualifier",
            "the version to delete, else all of the function",
        ),
    ],
    when_empty: None,
};

pub(super) static GET_FUNCTION: Operation = Operation {
    name: "getFunction",
    aws_name: "GetFunction",
    method: Method::GET,
    uri: "/2015-03-31/functions/{FunctionName}",
    success: 200,
    doc: "Reads a function: configuration, tags and a link to its package.",
    parameters: &[FUNCTION, QUALIFIER],
    when_empty: Some("listFunctions"),
};

pub(super) static GET_FUNCTION_CONFIGURATION: Operation = Operation {
    name: "getFunctionConfiguration",
    aws_name: "GetFunctionConfiguration",
    method: Method::GET,
    uri: "/2015-03-31/functions/{FunctionName}/configuration",
    success: 200,
    doc: "Reads the configuration of a function's version.",
    parameters: &[FUNCTION, QUALIFIER],
    when_empty: None,
};

pub(super) static LIST_FUNCTIONS: Operation = Operation {
    name: "listFunctions",
    aws_name: "ListFunctions",
    method: Method::GET,
    uri: "/2015-03-31/functions",
    success: 200,
    doc: "Lists the functions of the region, a page a call.",
    parameters: &[
        query(
            &["masterRegion"],
            "MasterRegion",
            "for Lambda@Edge: the region of the originals, or ALL; needs functionVersion ALL",
        ),
        query(
            &["functionVersionToBeListed", "functionVersion"],
            "FunctionVersion",
            "ALL for every published version",
        ),
        query(&["marker"], "Marker", "where to go on: NextMarker of the page before"),
        query(&["maxItems"], "MaxItems", "how many at most, 1 to 10000; AWS gives up to 50")
            .of(Kind::Integer),
    ],
    when_empty: None,
};
