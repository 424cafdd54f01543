import Signing

extension DocumentationPage {
  /// The whole style of the page, within it.
  static let style = """
    :root { color-scheme: light dark; --ink: #1b1f24; --paper: #fbfaf7; --card: #ffffff; --line: #dcd8cf; \
    --soft: #5b6470; --accent: #0b6e4f; --get: #1f5fa8; --post: #9a4b00; }
    @media (prefers-color-scheme: dark) { :root { --ink: #e6e4df; --paper: #14171a; --card: #1c2024; --line: #343a40; \
    --soft: #a2abb5; --accent: #5fd0a5; --get: #7db4f0; --post: #f0ab62; } }
    * { box-sizing: border-box; }
    html { scroll-behavior: smooth; }
    body { margin: 0 auto; max-width: 60rem; padding: 1rem 1rem 4rem; background: var(--paper); color: var(--ink); \
    font: 1rem/1.55 system-ui, sans-serif; }
    h1 { font-size: 2rem; margin: .5rem 0; } h2 { margin: 2.5rem 0 .25rem; } h4 { margin: 1rem 0 .25rem; }
    a { color: var(--accent); }
    nav { position: sticky; top: 0; z-index: 1; display: flex; gap: .25rem 1rem; overflow-x: auto; padding: .6rem 0; \
    background: var(--paper); border-bottom: 1px solid var(--line); }
    nav a { text-decoration: none; white-space: nowrap; }
    section { scroll-margin-top: 3rem; } details { scroll-margin-top: 3.5rem; }
    code, pre { font: .9em/1.45 ui-monospace, monospace; } code { overflow-wrap: anywhere; }
    pre { overflow-x: auto; padding: .75rem; border: 1px solid var(--line); border-radius: .4rem; \
    background: var(--card); }
    details { margin: .5rem 0; padding: .5rem .75rem; border: 1px solid var(--line); border-radius: .5rem; \
    background: var(--card); }
    summary { cursor: pointer; } summary:focus-visible, a:focus-visible { outline: 2px solid var(--accent); }
    .method { display: inline-block; min-width: 3.2em; font-weight: 700; } .get { color: var(--get); } \
    .post { color: var(--post); }
    .access { padding: 0 .4em; border: 1px solid var(--line); border-radius: 1em; font-size: .8em; }
    .what, .who, small, dd { color: var(--soft); } dd { margin: 0 0 .75rem 1rem; }
    .wide { overflow-x: auto; } table { width: 100%; border-collapse: collapse; font-size: .93em; }
    td, th { padding: .35rem .6rem .35rem 0; border-bottom: 1px solid var(--line); text-align: left; \
    vertical-align: top; }
    @media (max-width: 36rem) { thead { display: none; } tr { display: grid; grid-template-columns: auto 1fr; \
    gap: 0 .75rem; padding: .4rem 0; border-bottom: 1px solid var(--line); } td { padding: 0; border: 0; } \
    td:nth-child(n + 3) { grid-column: 1 / -1; } td:nth-child(2) { color: var(--soft); } \
    td[data-name]::before { content: attr(data-name) " "; color: var(--soft); } }
    @media print { nav { display: none; } details { break-inside: avoid; } }
    """

  /// What the page may load: nothing but its own style, known by its digest.
  static var contentSecurityPolicy: String {
    let digest = Base64URL.encode(SHA256.hash(Array(style.utf8)))
      .replacing("-", with: "+").replacing("_", with: "/")
    return
      "default-src 'none'; style-src 'sha256-\(digest)'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'"
  }
}
