// SPDX-License-Identifier: Apache-2.0
/** HTML that stands for LuCI's: the login form, and the page around a view. */
import { SCENARIOS, type ScenarioName } from '../scenarios.ts';

const TABS = [
	'General Settings',
	'Port Forwards',
	'Traffic Rules',
	'NAT Rules',
	'IP Sets',
	'Flow Offloading'
];

/** The address of our tab. */
export const PAGE_PATH = '/cgi-bin/luci/admin/network/firewall/offload';

export interface Shell {
	/** The scenario to show in a bar above the page; null for no bar. */
	bar: ScenarioName | null;
	username: string;
	/** Shown where somebody has to log in; null keeps it secret. */
	hint: string | null;
}

/** `environment`: LuCI's `L.env`, and the view to show. */
export function viewPage(shell: Shell, environment: object): string {
	const tabs = TABS.map(
		(name) => `<li${name === TABS.at(-1) ? ' class="active" aria-current="page"' : ''}>${name}</li>`
	);
	return document(
		shell,
		`<nav aria-label="Main"><span>Status</span><span>System</span><span>Network</span></nav>
		<button type="button" class="indicator" id="polling">Paused</button>`,
		`<ul class="tabs">${tabs.join('')}</ul>
		<div id="view"><p class="spinning">Loading view</p></div>`,
		`<script type="application/json" id="environment">${JSON.stringify(environment).replaceAll('<', '\\u003c')}</script>
		<script type="module" src="/__router/page/runtime.js"></script>`
	);
}

export function loginPage(shell: Shell, failed: boolean): string {
	const message = failed
		? '<p class="alert-message warning">Invalid username and/or password! Please try again.</p>'
		: '';
	const hint = shell.hint === null ? '' : `<p class="cbi-map-descr">${shell.hint}</p>`;
	return document(
		shell,
		'',
		`<form method="post" action="${PAGE_PATH}">
		<h2>Authorization Required</h2>
		${message}
		<div class="cbi-value"><label class="cbi-value-title" for="luci_username">Username</label>
		<div class="cbi-value-field"><input name="luci_username" id="luci_username" autocomplete="username" value="${escape(shell.username)}"></div></div>
		<div class="cbi-value"><label class="cbi-value-title" for="luci_password">Password</label>
		<div class="cbi-value-field"><input name="luci_password" id="luci_password" type="password" autofocus autocomplete="current-password">${hint}</div></div>
		<button class="btn cbi-button-positive important">Log in</button>
		</form>`,
		''
	);
}

function document(shell: Shell, header: string, main: string, scripts: string): string {
	return `<!DOCTYPE html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>OpenWrt - Flow Offloading - LuCI</title>
<link rel="stylesheet" href="/__router/page/style.css">
<link rel="icon" href="data:,">
<script>
{
	const dark = matchMedia('(prefers-color-scheme: dark)');
	const follow = () => { document.documentElement.dataset.darkmode = String(dark.matches); };
	dark.addEventListener('change', follow);
	follow();
}
</script>
</head>
<body>
${shell.bar === null ? '' : bar(shell.bar)}
<header><a class="brand" href="/cgi-bin/luci/">OpenWrt</a>${header}</header>
<div id="maincontent">
${main}
</div>
${scripts}
</body>
</html>
`;
}

function bar(current: ScenarioName): string {
	const options = Object.entries(SCENARIOS).map(
		([name, { title }]) =>
			`<option value="${name}"${name === current ? ' selected' : ''}>${escape(title)}</option>`
	);
	return `<form class="router-bar" method="post" action="/__router/switch">
<label for="scenario">Virtual router:</label>
<select name="scenario" id="scenario" onchange="this.form.submit()">${options.join('')}</select>
<noscript><button>Switch</button></noscript>
</form>`;
}

function escape(text: string): string {
	return text.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('"', '&quot;');
}
