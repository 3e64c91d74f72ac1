//! Finishes Trunk's output: no inline script, so that the page runs under `script-src 'self' 'wasm-unsafe-eval'`.
//!
//! Style sheets that are marked `data-later` become one, which `src/web/rest.js` lets the browser load with the page's second
//! part.
//!
//! Trunk starts the app from an inline module script. It becomes a file whose name carries a hash, as the names of the files
//! that it loads do: a cached one never asks for files of another build.

use std::fs;
use std::path::Path;

use crate::failure::{Context, Failure, Outcome};

/// The file that loads and starts the app; the markers become file names and the version, which is that of the workspace.
const BOOTSTRAP: &str = include_str!("bootstrap.js");

/// Rewrites `dist/index.html` and writes the bootstrap beside it.
pub fn finish(dist: &Path) -> Outcome {
    let index = dist.join("index.html");
    let html =
        fs::read_to_string(&index).context(|| format!("could not read {}", index.display()))?;
    let page = without_inline_script(&with_later_styles(dist, &html)?)?;
    fs::write(dist.join(&page.bootstrap_name), &page.bootstrap)
        .and_then(|()| fs::write(&index, &page.html))
        .context(|| format!("could not write into {}", dist.display()))
}

/// Makes one file of the style sheets that are not needed at first, and a link of their links that loads nothing by itself.
fn with_later_styles(dist: &Path, html: &str) -> Outcome<String> {
    let (html, names) = without_later_links(html);
    let mut styles = String::new();
    for name in &names {
        let path = dist.join(name);
        styles += &fs::read_to_string(&path)
            .and_then(|style| fs::remove_file(&path).map(|()| style))
            .context(|| format!("could not move {}", path.display()))?;
    }
    let name = format!("later-{:016x}.css", fingerprint(styles.as_bytes()));
    fs::write(dist.join(&name), styles)
        .context(|| format!("could not write into {}", dist.display()))?;
    Ok(html.replacen(LATER, &format!("<link data-later href=\"./{name}\" />"), 1))
}

/// Stands where the link to the style sheets of later is to be.
const LATER: &str = "<!-- later -->";

/// The page without links to style sheets of later, with a mark for the one that takes their place, and their file names.
fn without_later_links(html: &str) -> (String, Vec<&str>) {
    let (mut page, mut names, mut rest) = (String::new(), Vec::new(), html);
    while let Some(begin) = rest.find("<link ") {
        let end = rest[begin..]
            .find('>')
            .map_or(rest.len(), |end| begin + end + 1);
        let link = &rest[begin..end];
        page.push_str(&rest[..begin]);
        match quoted_after(link, "href=") {
            Some(name) if link.contains("data-later") => {
                if names.is_empty() {
                    page.push_str(LATER);
                }
                names.push(name.trim_start_matches("./"));
            }
            _ => page.push_str(link),
        }
        rest = &rest[end..];
    }
    page.push_str(rest);
    (page, names)
}

/// A page whose scripts are all files.
#[derive(Debug)]
struct Page {
    html: String,
    bootstrap_name: String,
    bootstrap: String,
}

fn without_inline_script(html: &str) -> Outcome<Page> {
    let (begin, end) = inline_script(html)
        .ok_or_else(|| Failure::new("Trunk's page has no inline script that starts the app"))?;
    let (script, begin_tag, end_tag) = (&html[begin..end], "<script", "</script>");
    let module = quoted_after(script, "from").ok_or_else(|| unknown_script(script))?;
    let wasm = quoted_after(script, "module_or_path:").ok_or_else(|| unknown_script(script))?;
    let bootstrap = BOOTSTRAP
        .replace("APP_MODULE", module)
        .replace("APP_WASM", wasm)
        .replace("APP_VERSION", env!("CARGO_PKG_VERSION"));
    let bootstrap_name = format!("bootstrap-{:016x}.js", fingerprint(bootstrap.as_bytes()));
    let tag = format!("{begin_tag} type=\"module\" src=\"./{bootstrap_name}\">{end_tag}");
    let html = format!("{}{tag}{}", &html[..begin], &html[end..]);
    if inline_script(&html).is_some() {
        return Err(Failure::new(
            "index.html has an inline script, which its Content-Security-Policy forbids: make it a file",
        ));
    }
    for forbidden in ["<style", " style="] {
        if html.contains(forbidden) {
            return Err(Failure::new(format!(
                "index.html contains `{forbidden}`, which its Content-Security-Policy forbids: use style/main.css"
            )));
        }
    }
    Ok(Page {
        html,
        bootstrap_name,
        bootstrap,
    })
}

/// Byte range of the first script element without an address.
fn inline_script(html: &str) -> Option<(usize, usize)> {
    let mut from = 0;
    while let Some(found) = html[from..].find("<script") {
        let begin = from + found;
        let tag_end = begin + html[begin..].find('>')? + 1;
        let end = begin + html[begin..].find("</script>")? + "</script>".len();
        if !html[begin..tag_end].contains(" src=") {
            return Some((begin, end));
        }
        from = end;
    }
    None
}

/// The first quoted text behind `marker`.
fn quoted_after<'a>(script: &'a str, marker: &str) -> Option<&'a str> {
    let rest = &script[script.find(marker)? + marker.len()..];
    let open = rest.find(['\'', '"', '`'])?;
    let quote = rest[open..].chars().next()?;
    let text = &rest[open + 1..];
    Some(&text[..text.find(quote)?])
}

fn unknown_script(script: &str) -> Failure {
    Failure::new(format!(
        "Trunk's inline script is not the one that this build knows how to move into a file:\n{script}"
    ))
}

/// FNV-1a: tells builds apart, guards nothing.
pub fn fingerprint(bytes: &[u8]) -> u64 {
    bytes.iter().fold(0xcbf2_9ce4_8422_2325, |hash, byte| {
        (hash ^ u64::from(*byte)).wrapping_mul(0x0100_0000_01b3)
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    const TRUNK: &str = "<head><script src=\"./a.js\"></script>\n<script type=\"module\">\nimport init, * as bindings from \
        './app-1.js';\nconst wasm = await init({ module_or_path: './app-1_bg.wasm' });\n</script></head>";

    #[test]
    fn the_inline_script_becomes_a_file() {
        let page = without_inline_script(TRUNK).unwrap();
        assert!(
            page.bootstrap.contains("import('./app-1.js')"),
            "{}",
            page.bootstrap
        );
        assert!(
            page.bootstrap.contains("'./app-1_bg.wasm'"),
            "{}",
            page.bootstrap
        );
        assert!(
            page.html
                .contains(&format!("src=\"./{}\"", page.bootstrap_name))
        );
        assert!(page.html.contains("<script src=\"./a.js\"></script>"));
        assert!(inline_script(&page.html).is_none());
    }

    #[test]
    fn styles_of_later_are_one_link_that_loads_nothing() {
        let html = "<link rel=\"stylesheet\" href=\"./a-1.css\"/><link rel=\"stylesheet\" href=\"./b-1.css\" data-later/>\n\
                    <link data-later=\"\" rel=\"stylesheet\" href=\"./c-1.css\" integrity=\"x\"/>";
        let (page, names) = without_later_links(html);
        assert_eq!(names, ["b-1.css", "c-1.css"]);
        assert_eq!(
            page,
            "<link rel=\"stylesheet\" href=\"./a-1.css\"/><!-- later -->\n"
        );
        assert_eq!(without_later_links("<p>").0, "<p>");
    }

    #[test]
    fn minified_output_is_understood() {
        let minified = "<script type=module>import a,* as b from\"./x.js\";await a({module_or_path:\"./x_bg.wasm\"})</script>";
        let page = without_inline_script(minified).unwrap();
        assert!(page.bootstrap.contains("'./x.js'") && page.bootstrap.contains("'./x_bg.wasm'"));
    }

    #[test]
    fn what_the_policy_forbids_is_refused() {
        let second = format!("{TRUNK}<script>alert(1)</script>");
        assert!(without_inline_script(&second).is_err());
        let style = format!("{TRUNK}<p style=\"color: red\">");
        assert!(without_inline_script(&style).is_err());
        assert!(without_inline_script("<head></head>").is_err());
    }
}
