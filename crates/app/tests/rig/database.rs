//! A database for one test: a SQLite file of its own, or a schema of its own in PostgreSQL.
//!
//! PostgreSQL is the server of `TEST_POSTGRES_URL`, or else a throw-away cluster that this process starts once and that
//! goes when the process does, however it goes.

use sqlx::{AnyConnection, AssertSqlSafe, Connection, Executor};
use std::io::{BufRead, BufReader};
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::sync::OnceLock;
use std::sync::atomic::{AtomicU32, Ordering};
use std::time::{SystemTime, UNIX_EPOCH};

/// Where a test keeps its data; goes with it.
pub(crate) enum Database {
    /// A file in a folder of its own.
    Sqlite(PathBuf),
    /// A schema of its own.
    Postgres {
        /// How to reach it.
        url: String,
        /// What it is called.
        schema: String,
    },
}

impl Database {
    /// Makes an empty one on SQLite.
    pub(crate) fn sqlite() -> Self {
        let folder = std::env::temp_dir().join(format!("preppal-test-{}", unique()));
        std::fs::create_dir(&folder).expect("the folder for temporary files is writable");
        Self::Sqlite(folder)
    }

    /// Makes an empty one on PostgreSQL; `None` if that was asked to be left out.
    pub(crate) async fn postgres() -> Option<Self> {
        let left_out = std::env::var("PREPPAL_TEST_WITHOUT").unwrap_or_default();
        if left_out.contains("postgres") {
            println!("not run: PREPPAL_TEST_WITHOUT leaves out postgres");
            return None;
        }
        sqlx::any::install_default_drivers();
        let server = server();
        let schema = format!("test_{}", unique());
        let mut connection = AnyConnection::connect(server).await.expect("PostgreSQL answers");
        connection.execute(AssertSqlSafe(format!("CREATE SCHEMA {schema}"))).await.expect("a new schema");
        connection.close().await.expect("PostgreSQL answers");
        let separator = if server.contains('?') { '&' } else { '?' };
        let url = format!("{server}{separator}options=-csearch_path%3D{schema}");
        Some(Self::Postgres { url, schema })
    }

    /// Makes another empty one of the same kind.
    pub(crate) async fn another(&self) -> Self {
        match self {
            Self::Sqlite(_) => Self::sqlite(),
            Self::Postgres { .. } => Self::postgres().await.expect("there was one before"),
        }
    }

    /// How the backend reaches it.
    pub(crate) fn url(&self) -> String {
        match self {
            Self::Sqlite(folder) => format!("sqlite://{}", folder.join("preppal.db").display()),
            Self::Postgres { url, .. } => url.clone(),
        }
    }
}

impl Drop for Database {
    fn drop(&mut self) {
        match self {
            // The backend may still have it open, which Unix does not mind.
            Self::Sqlite(folder) => std::fs::remove_dir_all(folder).expect("a folder that this test made"),
            Self::Postgres { schema, .. } if is_shared() => remove(schema),
            // It goes with its cluster.
            Self::Postgres { .. } => {}
        }
    }
}

/// Whether the server was there before, and stays.
fn is_shared() -> bool {
    std::env::var_os("TEST_POSTGRES_URL").is_some()
}

/// Removes a schema, unless a test that failed half-way still holds a lock in it.
fn remove(schema: &str) {
    let sql = format!("SET lock_timeout = '2s'; DROP SCHEMA {schema} CASCADE");
    let removal = async {
        let mut connection = AnyConnection::connect(server()).await?;
        connection.execute(AssertSqlSafe(sql)).await?;
        connection.close().await
    };
    // A test's own runtime does not turn while the test is being dropped.
    std::thread::scope(|scope| {
        let removed = scope.spawn(|| {
            let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build();
            runtime.expect("a thread may have a runtime").block_on(removal)
        });
        if let Ok(Err(error)) = removed.join() {
            println!("{schema} is left behind: {error}");
        }
    });
}

/// Distinct in this process, and from what an earlier one may have left in a shared server.
fn unique() -> String {
    static COUNT: AtomicU32 = AtomicU32::new(0);
    let nanos = SystemTime::now().duration_since(UNIX_EPOCH).map_or(0, |since| since.subsec_nanos());
    format!("{}_{nanos}_{}", std::process::id(), COUNT.fetch_add(1, Ordering::Relaxed))
}

/// A running PostgreSQL: its URL, and the process whose standard input ends with this one.
struct Cluster {
    url: String,
    _keeper: Option<Child>,
}

fn server() -> &'static str {
    static CLUSTER: OnceLock<Cluster> = OnceLock::new();
    let cluster = CLUSTER.get_or_init(|| match std::env::var("TEST_POSTGRES_URL") {
        Ok(url) => Cluster { url, _keeper: None },
        Err(_) => start(),
    });
    &cluster.url
}

/// Runs until its standard input ends, which it does when the test process is gone. Prints its folder when the server is
/// ready. It listens on a socket in that folder only; what a power cut would lose nobody will miss.
const SCRIPT: &str = r#"
set -e
trap '' INT TERM HUP
cd /
folder=$(mktemp -d /tmp/preppal-pg-XXXXXX)
trap '"$1/pg_ctl" -D "$folder/data" -m immediate stop >/dev/null 2>&1; rm -rf "$folder"' EXIT
"$1/initdb" -D "$folder/data" -U preppal -A trust -E UTF8 --locale=C --no-sync >"$folder/initdb.log" 2>&1
"$1/pg_ctl" -D "$folder/data" -l "$folder/log" -w -o "-c listen_addresses= -c unix_socket_directories=$folder \
  -c max_connections=500 -c fsync=off -c synchronous_commit=off -c full_page_writes=off" start >/dev/null 2>&1
echo "$folder"
read -r _ || true
"#;

fn start() -> Cluster {
    let Some(programs) = programs() else {
        panic!(
            "PostgreSQL is missing. Install it with `apt-get install postgresql`, name a running server in \
             TEST_POSTGRES_URL, or leave these tests out with PREPPAL_TEST_WITHOUT=postgres"
        );
    };
    // PostgreSQL refuses to run as root.
    let mut command = if succeeds("test", &["-w", "/root"]) {
        let user = if succeeds("id", &["postgres"]) { "postgres" } else { "nobody" };
        let mut command = Command::new("runuser");
        command.args(["-u", user, "--", "sh"]);
        command
    } else {
        Command::new("sh")
    };
    let mut child = command
        .args(["-c", SCRIPT, "sh"])
        .arg(programs)
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .spawn()
        .expect("there is a shell");
    let mut folder = String::new();
    BufReader::new(child.stdout.take().expect("piped")).read_line(&mut folder).expect("text");
    let folder = folder.trim();
    assert!(!folder.is_empty(), "a throw-away PostgreSQL cluster could not be started");
    let url = format!("postgres://preppal@localhost/postgres?host={}", folder.replace('/', "%2F"));
    Cluster { url, _keeper: Some(child) }
}

fn succeeds(program: &str, arguments: &[&str]) -> bool {
    Command::new(program).args(arguments).output().is_ok_and(|output| output.status.success())
}

/// Where the server's programs are: the newest of Debian's, or wherever the path says.
fn programs() -> Option<PathBuf> {
    let versions = std::fs::read_dir("/usr/lib/postgresql").into_iter().flatten().flatten();
    let newest = versions.max_by_key(|entry| {
        entry.file_name().to_string_lossy().split('.').next().and_then(|version| version.parse::<u32>().ok())
    });
    let debian = newest.map(|entry| entry.path().join("bin"));
    let path = std::env::var_os("PATH").unwrap_or_default();
    let is_complete = |folder: &Path| folder.join("initdb").exists() && folder.join("pg_ctl").exists();
    debian.into_iter().chain(std::env::split_paths(&path)).find(|folder| is_complete(folder))
}
