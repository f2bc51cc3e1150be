//! Who may use whom. A new edge changes this table and ARCHITECTURE.md in one commit.

use crate::metadata::{Links, Metadata};
use crate::program::{announce, root};
use anyhow::{Context, bail};
use std::fs;
use std::path::{Path, PathBuf};

/// What a package may use of the workspace, and what it is made of. What only tests use is not looked at.
struct Layer {
    package: &'static str,
    uses: &'static [&'static str],
    nature: Nature,
}

#[derive(Clone, Copy, PartialEq, Eq)]
enum Nature {
    /// Without I/O: no runtime, no socket, no clock, no randomness, in nothing that it links.
    Pure,
    /// The same, without the standard library.
    PureNoStd,
    /// May do what it likes.
    Effectful,
}

const LAYERS: &[Layer] = &[
    Layer { package: "wire", uses: &[], nature: Nature::PureNoStd },
    Layer { package: "gemini-live", uses: &[], nature: Nature::Pure },
    Layer { package: "trpc", uses: &[], nature: Nature::Pure },
    Layer { package: "delivery", uses: &[], nature: Nature::PureNoStd },
    Layer { package: "api", uses: &["delivery", "trpc"], nature: Nature::Pure },
    Layer { package: "report", uses: &["api", "delivery"], nature: Nature::Pure },
    Layer {
        package: "session-core",
        uses: &["api", "delivery", "gemini-live", "wire"],
        nature: Nature::PureNoStd,
    },
    Layer { package: "session-client", uses: &["wire"], nature: Nature::Pure },
    Layer { package: "sound", uses: &[], nature: Nature::Pure },
    Layer { package: "worklet", uses: &["sound"], nature: Nature::Pure },
    Layer {
        package: "host-native",
        uses: &["api", "gemini-live", "session-core", "trpc", "wire"],
        nature: Nature::Effectful,
    },
    Layer {
        package: "host-worker",
        uses: &["api", "gemini-live", "session-core", "trpc", "wire"],
        nature: Nature::Effectful,
    },
    Layer { package: "stand-in", uses: &["gemini-live"], nature: Nature::Effectful },
    Layer {
        package: "app",
        uses: &["api", "delivery", "gemini-live", "report", "trpc", "wire"],
        nature: Nature::Effectful,
    },
    Layer { package: "assets", uses: &[], nature: Nature::Pure },
    Layer {
        package: "preppal",
        uses: &[
            "api",
            "app",
            "assets",
            "gemini-live",
            "host-native",
            "session-client",
            "session-core",
            "stand-in",
            "trpc",
            "wire",
        ],
        nature: Nature::Effectful,
    },
    Layer {
        package: "web",
        uses: &["api", "session-client", "sound", "trpc", "wire"],
        nature: Nature::Effectful,
    },
    Layer {
        package: "session-sim",
        uses: &["api", "gemini-live", "session-client", "session-core", "trpc", "wire"],
        nature: Nature::Effectful,
    },
    Layer {
        package: "fuzz-checks",
        uses: &["api", "gemini-live", "session-core", "trpc", "wire"],
        nature: Nature::Effectful,
    },
    Layer { package: "conformance", uses: &["api", "stand-in", "wire"], nature: Nature::Effectful },
    Layer { package: "browser", uses: &["stand-in"], nature: Nature::Effectful },
    Layer { package: "xtask", uses: &["api"], nature: Nature::Effectful },
    Layer { package: "codegen", uses: &[], nature: Nature::Effectful },
];

/// Packages that a pure one must not link, however indirectly.
const IMPURE: &[&str] = &[
    "async-std",
    "axum",
    "chrono",
    "getrandom",
    "hyper",
    "js-sys",
    "mio",
    "rand",
    "reqwest",
    "rustls",
    "smol",
    "socket2",
    "sqlx",
    "tokio",
    "tokio-tungstenite",
    "uuid",
    "wasm-bindgen",
    "web-sys",
    "web-time",
    "worker",
];

/// What a pure package's source must not say.
const IMPURE_STD: &[&str] = &[
    "Instant::now",
    "SystemTime",
    "std::env",
    "std::fs",
    "std::net",
    "std::process",
    "std::thread",
    "std::time::Instant",
];

pub(crate) fn run() -> anyhow::Result<()> {
    announce("Layers");
    let metadata = Metadata::read()?;
    let links = metadata.links();
    let mut violations = wrong_edges(&links);
    violations.extend(impure_links(&links));
    for layer in LAYERS.iter().filter(|layer| layer.nature != Nature::Effectful) {
        violations.extend(impure_sources(layer, &root().join("crates").join(layer.package).join("src"))?);
    }
    if !violations.is_empty() {
        bail!("layers are broken (table: xtask/src/layers.rs):\n  {}", violations.join("\n  "));
    }
    eprintln!("{} packages keep to their layers.", links.members.len());
    Ok(())
}

fn wrong_edges(links: &Links<'_>) -> Vec<String> {
    let mut violations = Vec::new();
    for member in &links.members {
        let Some(layer) = LAYERS.iter().find(|layer| layer.package == *member) else {
            violations.push(format!("{member} is in no layer"));
            continue;
        };
        let ours = links.of(member).iter().filter(|used| links.members.contains(used));
        let wrong = ours.filter(|used| !layer.uses.contains(used));
        violations.extend(wrong.map(|used| format!("{member} must not use {used}")));
    }
    violations
}

fn impure_links(links: &Links<'_>) -> Vec<String> {
    let pure = LAYERS.iter().filter(|layer| layer.nature != Nature::Effectful);
    let ways = pure.flat_map(|layer| IMPURE.iter().filter_map(|impure| links.path(layer.package, impure)));
    ways.map(|way| {
        format!("{} is pure and must not reach {}: {}", way[0], way[way.len() - 1], way.join(" -> "))
    })
    .collect()
}

fn impure_sources(layer: &Layer, folder: &Path) -> anyhow::Result<Vec<String>> {
    let mut violations = Vec::new();
    for file in rust_files(folder)? {
        let text = fs::read_to_string(&file).with_context(|| format!("reading {}", file.display()))?;
        let shown = file.strip_prefix(root()).unwrap_or(&file).display();
        let said = IMPURE_STD.iter().filter(|word| text.contains(**word));
        violations
            .extend(said.map(|word| format!("{} is pure and must not say {word}: {shown}", layer.package)));
        if layer.nature == Nature::PureNoStd
            && file.ends_with("src/lib.rs")
            && !text.contains("\n#![no_std]\n")
        {
            violations.push(format!("{} must be no_std: {shown}", layer.package));
        }
    }
    Ok(violations)
}

fn rust_files(folder: &Path) -> anyhow::Result<Vec<PathBuf>> {
    let mut files = Vec::new();
    for entry in fs::read_dir(folder).with_context(|| format!("reading {}", folder.display()))? {
        let path = entry?.path();
        if path.is_dir() {
            files.extend(rust_files(&path)?);
        } else if path.extension().is_some_and(|extension| extension == "rs") {
            files.push(path);
        }
    }
    files.sort();
    Ok(files)
}

#[cfg(test)]
mod tests {
    use super::{LAYERS, Layer, Nature, impure_links, impure_sources, wrong_edges};
    use crate::metadata::Metadata;
    use serde_json::{Value, json};
    use std::path::Path;

    /// A workspace of `members`, with edges `(from, kind, to)`; a name that ends in `!` is a procedural macro.
    fn workspace(members: &[&str], edges: &[(&str, Option<&str>, &str)]) -> Metadata {
        let mut names: Vec<&str> = members.to_vec();
        names.extend(edges.iter().flat_map(|(from, _, to)| [*from, *to]));
        names.sort_unstable();
        names.dedup();
        let package = |name: &&str| {
            let kind = if name.ends_with('!') { "proc-macro" } else { "lib" };
            json!({"id": name, "name": name, "targets": [{"name": name, "kind": [kind]}]})
        };
        let node = |name: &&str| {
            let deps: Vec<Value> = edges
                .iter()
                .filter(|(from, ..)| from == name)
                .map(|(_, kind, to)| json!({"pkg": to, "dep_kinds": [{"kind": kind}]}))
                .collect();
            json!({"id": name, "deps": deps})
        };
        serde_json::from_value(json!({
            "packages": names.iter().map(package).collect::<Vec<_>>(),
            "workspace_members": members,
            "resolve": {"nodes": names.iter().map(node).collect::<Vec<_>>()},
        }))
        .unwrap()
    }

    #[test]
    fn a_wrong_edge_is_caught() {
        let metadata = workspace(&["wire", "api", "app"], &[("app", None, "wire"), ("wire", None, "api")]);
        assert_eq!(wrong_edges(&metadata.links()), ["wire must not use api"]);
    }

    #[test]
    fn an_unknown_package_is_caught() {
        let metadata = workspace(&["wire", "helpers"], &[]);
        assert_eq!(wrong_edges(&metadata.links()), ["helpers is in no layer"]);
    }

    #[test]
    fn a_runtime_is_found_however_deep() {
        let edges = [("session-core", None, "wire"), ("wire", None, "prost"), ("prost", None, "tokio")];
        let metadata = workspace(&["session-core", "wire"], &edges);
        assert_eq!(
            impure_links(&metadata.links()),
            [
                "wire is pure and must not reach tokio: wire -> prost -> tokio",
                "session-core is pure and must not reach tokio: session-core -> wire -> prost -> tokio",
            ]
        );
    }

    #[test]
    fn tests_builds_and_macros_may_use_anything() {
        let edges = [
            ("wire", Some("dev"), "tokio"),
            ("wire", Some("build"), "tokio"),
            ("wire", Some("dev"), "api"),
            ("wire", None, "derive!"),
            ("derive!", None, "tokio"),
        ];
        let metadata = workspace(&["wire", "api"], &edges);
        assert!(impure_links(&metadata.links()).is_empty());
        assert!(wrong_edges(&metadata.links()).is_empty());
    }

    #[test]
    fn a_clock_in_the_source_is_caught() {
        let layer = Layer { package: "xtask", uses: &[], nature: Nature::Pure };
        let source = Path::new(env!("CARGO_MANIFEST_DIR")).join("src");
        let violations = impure_sources(&layer, &source).unwrap();
        assert!(
            violations.contains(&"xtask is pure and must not say SystemTime: xtask/src/layers.rs".to_owned())
        );
    }

    #[test]
    fn the_table_has_no_cycle() {
        for (at, layer) in LAYERS.iter().enumerate() {
            for used in layer.uses {
                let before = LAYERS[..at].iter().any(|earlier| earlier.package == *used);
                assert!(before, "{} uses {used}, which stands below it", layer.package);
            }
        }
    }
}
