//! The browser app, embedded: what `cargo xtask web` has made, in every form it is sent in.
//!
//! It serves nothing. Whoever serves it finds a file with [`find`], the page with [`index`]; where the app was not built,
//! [`index`] is a page that names the command.

/// One file of the browser app.
#[derive(Clone, Copy, Debug)]
pub struct Asset {
    /// Relative to the root, without a leading slash. Under `assets/` a name never gets other content.
    pub path: &'static str,
    /// As it is.
    pub plain: &'static [u8],
    /// Compressed with gzip; absent where that saves nothing.
    pub gzip: Option<&'static [u8]>,
    /// Compressed with Brotli; absent where that saves nothing.
    pub brotli: Option<&'static [u8]>,
}

static ASSETS: &[Asset] = include!(concat!(env!("OUT_DIR"), "/assets.rs"));

const INDEX: &str = "index.html";

const NOT_BUILT: Asset =
    Asset { path: INDEX, plain: include_bytes!("not_built.html"), gzip: None, brotli: None };

/// Returns the file with that path, which has no leading slash.
pub fn find(path: &str) -> Option<&'static Asset> {
    ASSETS.iter().find(|asset| asset.path == path)
}

/// Returns the page that every address of the app shows.
pub fn index() -> &'static Asset {
    find(INDEX).unwrap_or(&NOT_BUILT)
}

impl Asset {
    /// Returns the media type, by the name's ending.
    pub fn media_type(&self) -> &'static str {
        match self.path.rsplit('.').next().unwrap_or_default() {
            "css" => "text/css; charset=utf-8",
            "html" => "text/html; charset=utf-8",
            "js" => "text/javascript; charset=utf-8",
            "svg" => "image/svg+xml",
            "txt" => "text/plain; charset=utf-8",
            "wasm" => "application/wasm",
            "woff2" => "font/woff2",
            _ => "application/octet-stream",
        }
    }
}

#[cfg(test)]
mod tests {
    use super::{ASSETS, NOT_BUILT, index};

    #[test]
    fn there_is_always_a_page() {
        assert_eq!(index().media_type(), "text/html; charset=utf-8");
        let page = String::from_utf8(NOT_BUILT.plain.to_vec()).unwrap();
        assert!(page.contains("cargo xtask web"), "{page}");
    }

    #[test]
    fn every_file_the_page_names_is_embedded() {
        let page = String::from_utf8(index().plain.to_vec()).unwrap();
        let named =
            page.split('"').filter_map(|text| text.strip_prefix('/')).filter(|path| path.contains('.'));
        for path in named {
            assert!(ASSETS.iter().any(|asset| asset.path == path), "{path}");
        }
    }

    #[test]
    fn every_kind_of_file_has_a_media_type() {
        let unknown = ASSETS.iter().find(|asset| asset.media_type() == "application/octet-stream");
        assert_eq!(unknown.map(|asset| asset.path), None);
    }
}
