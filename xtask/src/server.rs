//! A server of static files on this machine, for `serve` and for the tests.
//!
//! Serves one folder under one path, such as `/some/docs/lab/`, and nothing outside of either, as a host of documentation would.
//! Every answer is written down, so that a test can tell what a page asked for. One thread a connection, one request a connection.
//!
//! Any page may load what is served, as with hosts of documentation. As with most of them, a browser asks again for a file that it has, and is told if that is still the one. Left out on purpose: compression
//! and TLS. It listens on the loopback address alone.

use crate::fnv::Fnv;
use std::fs;
use std::io::{self, BufRead, BufReader, Read, Write};
use std::net::{Ipv4Addr, SocketAddr, TcpListener, TcpStream};
use std::path::{Path, PathBuf};
use std::sync::{Arc, Mutex, PoisonError};
use std::thread;
use std::time::{Duration, Instant};

/// A request that was answered.
#[derive(Debug, Clone)]
pub struct Served {
    /// Path and query as they were asked for.
    pub target: String,
    pub status: u16,
    /// The body that was sent; none with status 304.
    pub body: Arc<Vec<u8>>,
    pub at: Instant,
}

/// A server that runs until the program ends.
#[derive(Debug, Clone)]
pub struct Server {
    address: SocketAddr,
    prefix: String,
    /// Lines of every answer's head, each with its end.
    headers: String,
    log: Arc<Mutex<Vec<Served>>>,
}

impl Server {
    /// Serves `root` under `prefix` (`/`, or a path that begins and ends with `/`) on a port; 0 lets the system choose one.
    pub fn start(root: &Path, prefix: &str, port: u16) -> io::Result<Server> {
        Server::start_with(root, prefix, port, &[])
    }

    /// The same, saying these things in the head of every answer, such as `Content-Security-Policy: ...`.
    pub fn start_with(root: &Path, prefix: &str, port: u16, headers: &[&str]) -> io::Result<Server> {
        let listener = TcpListener::bind((Ipv4Addr::LOCALHOST, port))?;
        let server = Server {
            address: listener.local_addr()?,
            prefix: prefix.to_owned(),
            headers: headers.iter().map(|header| format!("{header}\r\n")).collect(),
            log: Arc::new(Mutex::new(Vec::new())),
        };
        let (root, shared) = (root.to_path_buf(), server.clone());
        thread::spawn(move || {
            for stream in listener.incoming().flatten() {
                let (root, shared) = (root.clone(), shared.clone());
                // A connection that breaks off is the browser's affair.
                thread::spawn(move || shared.answer(&root, stream).ok());
            }
        });
        Ok(server)
    }

    /// The address of the folder's index.
    pub fn url(&self) -> String {
        format!("http://{}{}", self.address, self.prefix)
    }

    /// The origin, with the slash behind it.
    pub fn origin(&self) -> String {
        format!("http://{}/", self.address)
    }

    /// Everything that was answered so far.
    pub fn served(&self) -> Vec<Served> {
        self.log.lock().unwrap_or_else(PoisonError::into_inner).clone()
    }

    fn answer(&self, root: &Path, mut stream: TcpStream) -> io::Result<()> {
        stream.set_read_timeout(Some(Duration::from_secs(30)))?;
        let mut reader = BufReader::new(stream.try_clone()?).take(64 * 1024);
        let mut line = String::new();
        reader.read_line(&mut line)?;
        let mut words = line.split_whitespace();
        let (Some(method), Some(target)) = (words.next(), words.next()) else {
            return Ok(());
        };
        let target = target.to_owned();
        let method = method.to_owned();
        let mut held = None;
        loop {
            let mut header = String::new();
            if reader.read_line(&mut header)? == 0 || header.trim().is_empty() {
                break;
            }
            if let Some((name, value)) = header.split_once(':')
                && name.eq_ignore_ascii_case("if-none-match")
            {
                held = Some(value.trim().to_owned());
            }
        }
        let mut response = match method.as_str() {
            "GET" | "HEAD" => self.find(root, &target),
            _ => Response::plain(405, "only GET and HEAD are answered here"),
        };
        let mut hash = Fnv::default();
        hash.add(&response.body);
        let tag = format!("\"{:016x}\"", hash.value());
        if response.status == 200 && held.as_ref() == Some(&tag) {
            response = Response { status: 304, body: Vec::new(), ..response };
        }
        let mut head = format!(
            "HTTP/1.1 {} {}\r\nContent-Type: {}\r\nContent-Length: {}\r\nCache-Control: no-cache\r\nETag: {tag}\r\nConnection: close\r\nAccess-Control-Allow-Origin: *\r\n{}",
            response.status,
            reason(response.status),
            response.kind,
            response.body.len(),
            self.headers
        );
        if let Some(location) = &response.location {
            head.push_str(&format!("Location: {location}\r\n"));
        }
        head.push_str("\r\n");
        let body = Arc::new(response.body);
        self.log.lock().unwrap_or_else(PoisonError::into_inner).push(Served {
            target,
            status: response.status,
            body: Arc::clone(&body),
            at: Instant::now(),
        });
        stream.write_all(head.as_bytes())?;
        if method == "GET" {
            stream.write_all(&body)?;
        }
        stream.flush()
    }

    fn find(&self, root: &Path, target: &str) -> Response {
        let path = target.split(['?', '#']).next().unwrap_or_default();
        if format!("{path}/") == self.prefix {
            return Response { location: Some(self.prefix.clone()), ..Response::plain(301, "") };
        }
        let file = path.strip_prefix(&self.prefix).and_then(|inside| within(root, inside));
        let Some(mut file) = file else {
            return Response::plain(404, "nothing is served there");
        };
        if file.is_dir() {
            file = file.join("index.html");
        }
        match fs::read(&file) {
            Ok(body) => Response { status: 200, kind: media_type(&file), location: None, body },
            Err(_) => Response::plain(404, "there is no such file"),
        }
    }
}

struct Response {
    status: u16,
    kind: &'static str,
    location: Option<String>,
    body: Vec<u8>,
}

impl Response {
    fn plain(status: u16, body: &str) -> Response {
        Response { status, kind: "text/plain; charset=utf-8", location: None, body: body.as_bytes().to_vec() }
    }
}

/// The file that a path names, if every part of the path goes down.
fn within(root: &Path, inside: &str) -> Option<PathBuf> {
    let mut file = root.to_path_buf();
    for part in inside.split('/').filter(|part| !part.is_empty()) {
        if part == "." || part == ".." || part.contains(['\\', '\0', '%']) {
            return None;
        }
        file.push(part);
    }
    Some(file)
}

fn media_type(file: &Path) -> &'static str {
    match file.extension().and_then(|end| end.to_str()) {
        Some("html") => "text/html; charset=utf-8",
        Some("css") => "text/css; charset=utf-8",
        Some("js" | "mjs") => "text/javascript; charset=utf-8",
        Some("wasm") => "application/wasm",
        Some("json" | "map") => "application/json",
        Some("svg") => "image/svg+xml",
        Some("png") => "image/png",
        Some("ico") => "image/x-icon",
        Some("woff2") => "font/woff2",
        Some("toml" | "pitr" | "txt" | "md") => "text/plain; charset=utf-8",
        _ => "application/octet-stream",
    }
}

fn reason(status: u16) -> &'static str {
    match status {
        200 => "OK",
        301 => "Moved Permanently",
        304 => "Not Modified",
        404 => "Not Found",
        _ => "Method Not Allowed",
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn ask(server: &Server, request: &str) -> String {
        let mut stream = TcpStream::connect(server.address).unwrap();
        write!(stream, "{request} HTTP/1.1\r\nHost: localhost\r\n\r\n").unwrap();
        let mut answer = String::new();
        stream.read_to_string(&mut answer).unwrap();
        answer
    }

    #[test]
    fn a_folder_is_served_under_its_path_and_nothing_else_is() {
        let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("src");
        let server = Server::start(&root, "/some/docs/lab/", 0).unwrap();
        let found = ask(&server, "GET /some/docs/lab/server.rs?v=1");
        assert!(found.starts_with("HTTP/1.1 200 OK") && found.contains("//! A server of static files"), "{found}");
        assert!(ask(&server, "HEAD /some/docs/lab/server.rs").ends_with("\r\n\r\n"));
        assert!(ask(&server, "GET /some/docs/lab").contains("Location: /some/docs/lab/\r\n"));
        for outside in
            ["/server.rs", "/some/docs/lab/../Cargo.toml", "/some/docs/lab/%2e%2e/Cargo.toml", "/some/docs/lab/absent"]
        {
            assert!(ask(&server, &format!("GET {outside}")).starts_with("HTTP/1.1 404"), "{outside}");
        }
        assert!(ask(&server, "POST /some/docs/lab/server.rs").starts_with("HTTP/1.1 405"));
        let tag = found.split("ETag: ").nth(1).and_then(|rest| rest.lines().next()).unwrap();
        let again = ask(&server, &format!("GET /some/docs/lab/server.rs HTTP/1.1\r\nIf-None-Match: {tag}\r\nX:"));
        assert!(again.starts_with("HTTP/1.1 304") && again.ends_with("\r\n\r\n"), "{again}");
        assert_eq!(server.served().len(), 9);
        assert_eq!(server.served()[0].target, "/some/docs/lab/server.rs?v=1");
    }

    #[test]
    fn wasm_has_the_type_that_streaming_compilation_wants() {
        assert_eq!(media_type(Path::new("pitr-lab_bg.wasm")), "application/wasm");
    }
}
