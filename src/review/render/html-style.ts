/** The look of the page. Colours have a contrast of 4.5 and more on both backgrounds; nothing is told by colour alone. */
export const style = `
:root { color-scheme: light dark; --ink: #1c2024; --soft: #5a6470; --paper: #ffffff; --line: #d5dae0; --shade: #f4f6f8;
  --fine: #1a7f37; --changes: #0a5cad; --broken: #b3261e; --failed: #8a5a00; }
@media (prefers-color-scheme: dark) {
  :root { --ink: #e6e9ec; --soft: #a3adb8; --paper: #14181c; --line: #39424c; --shade: #1d2329;
    --fine: #57c274; --changes: #74b4ff; --broken: #ff8a80; --failed: #f0b429; }
}
* { box-sizing: border-box; }
body { margin: 0 auto; max-width: 72rem; padding: 1.5rem 1rem 4rem; background: var(--paper); color: var(--ink);
  font: 1rem/1.5 system-ui, sans-serif; }
header { border-left: .5rem solid var(--tone); padding: .25rem 1rem; margin-bottom: 2rem; --tone: var(--changes); }
header.fine { --tone: var(--fine); }
header.broken { --tone: var(--broken); }
header.failed { --tone: var(--failed); }
header p { margin: .25rem 0; }
header .verdict { font-size: 1.25rem; color: var(--tone); }
h1 { font-size: 1.5rem; margin: 0; }
h2 { font-size: 1.2rem; margin: 2rem 0 .5rem; }
h2 small { font-weight: normal; color: var(--soft); font-size: .9rem; margin-left: .5rem; }
h3 { font-size: 1rem; margin: 1.25rem 0 .5rem; }
table { border-collapse: collapse; width: 100%; margin: .5rem 0; }
th, td { border-bottom: 1px solid var(--line); padding: .5rem .75rem; text-align: left; vertical-align: top;
  overflow-wrap: anywhere; font-weight: normal; }
thead th { font-weight: 600; background: var(--shade); }
bdi { font-family: ui-monospace, monospace; font-size: .92em; background: var(--shade); border-radius: .25rem; padding: .05rem .3rem;
  unicode-bidi: isolate; }
details { margin: .25rem 0; }
summary { cursor: pointer; color: var(--changes); }
summary h2 { display: inline; }
:focus-visible { outline: 3px solid var(--changes); outline-offset: 2px; }
pre { white-space: pre-wrap; overflow-wrap: anywhere; background: var(--shade); padding: 1rem; font-size: .8rem; }
img { max-width: 100%; height: auto; background: #ffffff; border: 1px solid var(--line); }
footer { margin-top: 3rem; border-top: 1px solid var(--line); color: var(--soft); font-size: .9rem; }
footer p { margin: .25rem 0; }
@media print { body { max-width: none; } }
`;
