//! What cargo knows about the workspace.

use crate::program::cargo;
use anyhow::{Context, bail};
use serde::Deserialize;
use std::collections::BTreeMap;

/// The part of `cargo metadata` that we look at.
#[derive(Debug, Deserialize)]
pub(crate) struct Metadata {
    packages: Vec<Package>,
    workspace_members: Vec<String>,
    resolve: Resolve,
}

#[derive(Debug, Deserialize)]
struct Package {
    id: String,
    name: String,
    targets: Vec<Target>,
}

#[derive(Debug, Deserialize)]
struct Target {
    name: String,
    kind: Vec<String>,
}

#[derive(Debug, Deserialize)]
struct Resolve {
    nodes: Vec<Node>,
}

#[derive(Debug, Deserialize)]
struct Node {
    id: String,
    deps: Vec<Edge>,
}

#[derive(Debug, Deserialize)]
struct Edge {
    pkg: String,
    dep_kinds: Vec<EdgeKind>,
}

#[derive(Debug, Deserialize)]
struct EdgeKind {
    /// `None` for what the product links; `dev` and `build` otherwise.
    kind: Option<String>,
}

impl Metadata {
    /// Asks cargo.
    pub(crate) fn read() -> anyhow::Result<Self> {
        let output =
            cargo(&["metadata", "--format-version", "1"]).output().context("starting cargo metadata")?;
        if !output.status.success() {
            bail!("cargo metadata failed:\n{}", String::from_utf8_lossy(&output.stderr));
        }
        serde_json::from_slice(&output.stdout).context("reading cargo metadata")
    }

    /// Returns names of package and benchmark, in order.
    pub(crate) fn benches(&self) -> Vec<(String, String)> {
        let members = self.packages.iter().filter(|package| self.workspace_members.contains(&package.id));
        let benches = members.flat_map(|package| {
            let benches =
                package.targets.iter().filter(|target| target.kind.iter().any(|kind| kind == "bench"));
            benches.map(|bench| (package.name.clone(), bench.name.clone()))
        });
        let mut benches: Vec<_> = benches.collect();
        benches.sort();
        benches
    }

    /// Returns what every package links, by name: the product's code, without what only builds or tests it.
    pub(crate) fn links(&self) -> Links<'_> {
        let packages: BTreeMap<&str, &Package> =
            self.packages.iter().map(|package| (package.id.as_str(), package)).collect();
        let name = |id: &str| packages.get(id).map(|package| package.name.as_str());
        let runs_in_compiler = |id: &str| {
            packages.get(id).is_some_and(|package| {
                package.targets.iter().any(|target| target.kind.iter().any(|k| k == "proc-macro"))
            })
        };
        let mut uses: BTreeMap<&str, Vec<&str>> = BTreeMap::new();
        for node in &self.resolve.nodes {
            let linked = node.deps.iter().filter(|edge| {
                edge.dep_kinds.iter().any(|kind| kind.kind.is_none()) && !runs_in_compiler(&edge.pkg)
            });
            let linked = linked.filter_map(|edge| name(&edge.pkg));
            uses.entry(name(&node.id).unwrap_or_default()).or_default().extend(linked);
        }
        let members = self.workspace_members.iter().filter_map(|id| name(id)).collect();
        Links { members, uses }
    }
}

/// Who links whom. Two versions of one package count as one.
#[derive(Debug)]
pub(crate) struct Links<'a> {
    /// The workspace's packages.
    pub(crate) members: Vec<&'a str>,
    uses: BTreeMap<&'a str, Vec<&'a str>>,
}

impl<'a> Links<'a> {
    /// Returns what a package names in its manifest.
    pub(crate) fn of(&self, package: &str) -> &[&'a str] {
        self.uses.get(package).map_or(&[], Vec::as_slice)
    }

    /// Returns a way from a package to another, over any number of edges; `None` if there is none.
    pub(crate) fn path(&self, from: &'a str, to: &str) -> Option<Vec<&'a str>> {
        let mut paths = vec![vec![from]];
        let mut seen = vec![from];
        while let Some(path) = paths.pop() {
            let last = *path.last()?;
            if last == to {
                return Some(path);
            }
            for &next in self.of(last) {
                if !seen.contains(&next) {
                    seen.push(next);
                    paths.push(path.iter().copied().chain([next]).collect());
                }
            }
        }
        None
    }
}
