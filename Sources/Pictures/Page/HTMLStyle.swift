/// How a report looks: by day and by night, on a telephone and on paper.
enum HTMLStyle {
  static let text = """
    :root{--ground:#fff;--ink:#1c2027;--quiet:#5b6370;--line:#d9dde3;--panel:#f4f5f7;--warning:#fdeccb}
    @media (prefers-color-scheme:dark){:root{--ground:#14161b;--ink:#e6e8ee;--quiet:#a4abb9;
    --line:#30363f;--panel:#1c2027;--warning:#4a3313}}
    body{margin:0;background:var(--ground);color:var(--ink);font:16px/1.5 system-ui,sans-serif}
    main{max-width:1080px;margin:0 auto;padding:16px}
    h1{margin:8px 0 0;font-size:1.6em;overflow-wrap:anywhere}
    h2{margin:40px 0 12px;font-size:1.25em;border-bottom:1px solid var(--line);padding-bottom:4px}
    .subtitle,.caption,figcaption{color:var(--quiet)} figcaption,.caption{font-size:.92em;margin-top:6px}
    .warning{background:var(--warning);padding:8px 12px;border-radius:4px}
    figure{margin:16px 0} img{max-width:100%;height:auto;border-radius:4px} .pixels{image-rendering:pixelated}
    .plots{display:grid;grid-template-columns:repeat(auto-fit,minmax(min(100%,440px),1fr));gap:16px}
    .plots svg{width:100%;max-width:720px;height:auto;display:block}
    .scroll,pre{overflow-x:auto} table{border-collapse:collapse;min-width:100%}
    th,td{text-align:right;padding:4px 10px;border-bottom:1px solid var(--line);white-space:nowrap}
    th:first-child,td:first-child{text-align:left;padding-left:0} th{color:var(--quiet);font-weight:600}
    td{font-variant-numeric:tabular-nums}
    pre{background:var(--panel);padding:12px;border-radius:4px;font-size:.85em}
    details{margin:12px 0} summary{cursor:pointer;color:var(--quiet)}
    dt{font-weight:600;margin-top:8px} dd{margin:0 0 0 16px}
    @media print{details{display:none} section{break-inside:avoid}}
    """
}
