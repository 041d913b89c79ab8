//! The settings as people read them: the manual's page and the sample file, made from the table.

use std::fmt::Write as _;

use super::micro_integrator;
use super::rows::{self, Row, Unset};

/// Tables in the order of the manual, with a sentence each.
const TABLES: &[(&str, &str)] = &[
    ("server", "Ports, threads and the end of the process."),
    ("transport.http", "Names that Micro Integrator has for the ports and the sockets."),
    ("deployment", "What is deployed."),
    (
        "limits",
        "What clients, messages and flows may take. The status in brackets is the answer to more.",
    ),
    (
        "json_xml",
        "JSON as XML and back: what XPath sees of JSON, and what becomes of XML where JSON is wanted.",
    ),
    ("cors", "What browsers are told of APIs without a `CORSRequestHandler` of their own."),
    ("internal_apis", "The users of APIs, by the name that Micro Integrator has for them."),
    ("client", "Connections to back-ends."),
    (
        "lambda",
        "Calls of AWS Lambda. Credentials, region and endpoint come from connections and from AWS's own environment.",
    ),
    ("local_lambda", "The Lambda inside this process."),
    (
        "management",
        "The port for management, which only this machine reaches, and the one for probes.",
    ),
    ("mediation", "Names that Micro Integrator has for the ports of management."),
    ("log", "What is logged to standard error."),
];

/// The page `docs/settings.md`.
pub fn manual() -> String {
    let mut page = String::from(INTRODUCTION);
    for (table, about) in TABLES {
        write(&mut page, format_args!("\n### `[{table}]`\n\n{about}\n\n"));
        page.push_str("| setting | what it may be | unless set | what it is for |\n");
        page.push_str("|---|---|---|---|\n");
        for (row, name) in rows_of(table) {
            let unset = match row.value {
                Unset::Default(value) => format!("`{value}`"),
                Unset::None(_) => "–".to_owned(),
            };
            let may_be = row.kind.expected();
            let may_be = may_be.strip_prefix("must be ").unwrap_or(&may_be);
            let about = row.about;
            write(&mut page, format_args!("| `{name}` | {may_be} | {unset} | {about} |\n"));
        }
    }
    page.push_str(SYSTEM);
    page.push_str(MICRO_INTEGRATOR);
    for row in rows::all().filter(|row| !row.also.is_empty()) {
        let names: Vec<String> = row.also.iter().map(|name| format!("`{name}`")).collect();
        write(&mut page, format_args!("| {} | `{}` |\n", names.join(", "), row.key));
    }
    page.push_str("\nThese have no effect; each is a warning where it stands:\n\n");
    page.push_str("| name | instead |\n|---|---|\n");
    for entry in micro_integrator::KNOWN {
        write(&mut page, format_args!("| `{}` | {} |\n", entry.key, entry.instead));
    }
    page
}

/// The file `config/deployment.toml`.
pub fn sample() -> String {
    let mut file = String::from(SAMPLE);
    for (table, about) in TABLES {
        write(&mut file, format_args!("\n# {about}\n[{table}]\n"));
        for (row, name) in rows_of(table) {
            let (Unset::Default(value) | Unset::None(value)) = row.value;
            let example =
                if matches!(row.value, Unset::None(_)) { " Not set; for example:" } else { "" };
            let about = row.about.replace('`', "");
            write(&mut file, format_args!("# {about}{example}\n# {name} = {value}\n"));
        }
    }
    file
}

/// The rows of a table with their names in it.
fn rows_of(table: &str) -> impl Iterator<Item = (&'static Row, &'static str)> {
    rows::all().filter_map(move |row| {
        let name = row.key.strip_prefix(table)?.strip_prefix('.')?;
        Some((row, name))
    })
}

fn write(text: &mut String, part: std::fmt::Arguments<'_>) {
    // Writing into a string cannot fail.
    let _ = text.write_fmt(part);
}

const INTRODUCTION: &str = "# Settings

Settings are in `deployment.toml` in the configuration folder: `config/`, or the one that
`--config` or `MYELIN_CONFIG` names. A named folder must have the file; `config/` need not exist.
[`config/deployment.toml`](../config/deployment.toml) has every setting with its default.

A flag wins over the environment, the environment over the file, the file over the default.

- *Environment*: every setting but `local_lambda.access_keys`, `internal_apis.users` and
  `client.profiles` has a variable: `MYELIN_`, then its table and name in capitals with `_` for every
  dot. `limits.max_body` is `MYELIN_LIMITS_MAX_BODY`.
  `MYELIN_LOG` is short for `MYELIN_LOG_LEVEL`. Lists of paths are separated by colons. A variable
  without a text counts as not set.
- *Paths* in the file are relative to its folder; in variables and flags, to where the process was
  started.
- *References* in values: `${NAME}` or `$env{NAME}` is an environment variable, `$sys{NAME}` a
  system property (see below), `$ref{table.key}` another text or number of the file. What is not
  defined is an error.
- *Times* are numbers with `ms`, `s`, `m` or `h`. *Sizes* are bytes, or numbers with `B`, `kB`,
  `MB`, `GB` (thousands), `KiB`, `MiB` or `GiB` (1024). Numbers and flags may stand in quotes.
- A name that means nothing is an error; `myelin check` and `myelin serve` say where it is and
  what was probably meant.
- `file.properties` in the configuration folder, or in `conf/` there, has what `$FILE:NAME` and
  `get-property('file', 'NAME')` read, in Java's syntax.

## Tables
";

const SYSTEM: &str = "
### `[system_properties]`

What `get-property('system', 'NAME')` and `$sys{NAME}` read: any name, with a text, a whole number
or a flag. Micro Integrator's `[system.parameter]` is the same table.
";

const MICRO_INTEGRATOR: &str = "
## Names of Micro Integrator

A `deployment.toml` of Micro Integrator can be used as it is. Its names may be dotted
(`listener.port = 8280`) or quoted (`'listener.port' = 8280`); its times are milliseconds; -1 is no
limit. Besides the names in `[transport.http]` and `[mediation]` above these are understood:

| Micro Integrator | here |
|---|---|
";

const SAMPLE: &str =
    "# Every setting of Myelin with its default. docs/settings.md says more about them.
# To change one, remove the `# ` before it.
#
# Paths are relative to this folder. ${NAME} in a value is an environment variable; each setting
# has one of its own too: [limits] max_body is MYELIN_LIMITS_MAX_BODY.
";
