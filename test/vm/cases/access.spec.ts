// SPDX-License-Identifier: Apache-2.0
/** Who may what on real rpcd, and what the package brings and leaves behind. */
import { fileURLToPath } from 'node:url';
import { readTree } from '../../../packaging/tree.ts';
import { logIn } from '../release.ts';
import { install, remove } from '../product.ts';
import { PASSWORD } from '../router.ts';
import { expect, OUR_PAGE, shoot, test } from '../test.ts';
import { Tab } from '../../e2e/harness/tab.ts';
import { viewerScript } from '../../same/world.ts';

const FILES = `find / -xdev \\( -path /proc -o -path /sys -o -path /tmp \\) -prune -o -print | grep -e nft-offload -e nft_offload | grep -v -e kmod -e ^/etc/modules.d/ -e ^/lib/modules/ | sort`;

const STAGED = fileURLToPath(new URL('../../../dist/root/', import.meta.url));
/** The mode of each of our files, but for the package manager's own about us. */
const MODES = `for file in $(${FILES} | grep -v -e /apk/ -e /opkg/); do [ -d $file ] || echo "$(ls -l $file | cut -c1-10) $file"; done`;

/** LuCI's menu as it was before, which our scripts have to take away. */
const STALE_CACHE = 'touch /tmp/luci-indexcache.stale.json';
const CACHES = 'ls /tmp/luci-indexcache.* 2>/dev/null; true';

test('a user who may only look sees everything and is told why he can change nothing', async ({
	router,
	page
}) => {
	await router.run(viewerScript(PASSWORD));
	await logIn(page, OUR_PAGE, 'viewer', PASSWORD);
	const tab = new Tab(page);
	await expect(tab.state.getByRole('heading')).toHaveText('Packets take the CPU path');
	await expect(page.getByText('You are logged in with read-only access')).toBeVisible();
	await expect(tab.mode('Software')).toBeDisabled();
	await shoot(page, '9-read-only');

	const session = await router.login('viewer');
	expect((await router.ubus(session, 'luci.nft-offload', 'get_status')).status).toBe(0);
	expect((await router.ubus(session, 'luci.nft-offload', 'start_change', { mode: 'off' })).status).toBe(
		-32002
	);
});

test('nobody without a session learns or changes anything', async ({ router }) => {
	for (const method of [
		'get_status',
		'get_flows',
		'get_change',
		'get_comparison',
		'start_comparison',
		'stop_comparison',
		'check_change',
		'start_change',
		'keep_change',
		'undo_change'
	])
		expect((await router.ubus('0'.repeat(32), 'luci.nft-offload', method)).status, method).toBe(-32002);
});

test('bad input is answered with a problem, and nothing is begun', async ({ router }) => {
	const session = await router.login();
	const call = (method: string, args: object) => router.ubus(session, 'luci.nft-offload', method, args);
	const { data: before } = await call('get_change', {});
	const bad: [string, object, string][] = [
		['start_change', { mode: 'turbo' }, 'invalid_argument'],
		['start_change', { mode: 'off', seconds: 1 }, 'invalid_argument'],
		['start_change', {}, 'invalid_argument'],
		['get_flows', { limit: -1 }, 'invalid_argument'],
		['get_flows', { limit: '5' }, 'invalid_argument'],
		['get_flows', { color: 'red' }, 'unknown_argument'],
		['get_flows', { search: '\u0001'.repeat(10_000) }, 'invalid_argument']
	];
	for (const [method, args, problem] of bad)
		expect(await call(method, args), JSON.stringify(args).slice(0, 60)).toMatchObject({
			status: 0,
			data: { problem }
		});
	expect((await call('get_change', {})).data).toEqual(before);
});

test('a text that is cut on its way to the plugin is answered with a problem', async ({
	router,
	baseURL
}) => {
	// Control characters grow sixfold inside rpcd, which cuts the plugin's standard input at 65,536 bytes.
	const args = `{"search":"${'\u0001'.repeat(60_000)}"}`;
	const session = await router.login();
	const body = `{"jsonrpc":"2.0","id":1,"method":"call","params":["${session}","luci.nft-offload","get_flows",${args}]}`;
	const response = await fetch(`${baseURL ?? ''}/ubus/`, { method: 'POST', body });
	expect(await response.json()).toMatchObject({ result: [0, { problem: 'bad_request' }] });
});

test.describe('an expired session', () => {
	// The browser tells every refused call, and LuCI's own polling its own.
	test.use({ allowedComplaints: /-32002|status of 403/ });

	test('asks for the password, and goes on where it was', async ({ openTab, router, page }) => {
		const tab = await openTab();
		await expect(tab.state.getByRole('heading')).toBeVisible();
		const cookie = (await page.context().cookies()).find(({ name }) => name === 'sysauth_http');
		await router.run(`ubus call session destroy '{"ubus_rpc_session":"${cookie?.value ?? ''}"}'`);
		await expect(page.getByText(/session (has )?expired/)).toHaveCount(1);
		await page.getByRole('button', { name: 'Log in…' }).click();
		await tab.dialog.getByLabel('Password').fill(PASSWORD);
		await tab.dialog.getByRole('button', { name: 'Log in' }).click();
		await expect(tab.dialog).toHaveCount(0);
		await tab.review('Software');
		await expect(tab.dialog).toContainText("option flow_offloading '1'");
	});
});

test('removed, the package leaves nothing behind; installed again, it is all there', async ({
	router,
	page
}) => {
	test.setTimeout(240_000);
	const files = await router.run(FILES);
	const staged = readTree(STAGED).map(
		({ path, mode }) => `${mode === 0o755 ? '-rwxr-xr-x' : '-rw-r--r--'} /${path}`
	);
	// A change that a restart has cut off is settled at the boot.
	staged.push('lrwxrwxrwx /etc/rc.d/S15nft-offload');
	expect((await router.run(MODES)).trim().split('\n').sort()).toEqual(staged.sort());
	try {
		await router.run(STALE_CACHE);
		await remove(router);
		expect((await router.try(FILES)).stdout.toString()).toBe('');
		await expect.poll(async () => (await router.run('ubus list')).includes('luci.nft-offload')).toBe(false);
		expect(await router.run(CACHES)).toBe('');
		await logIn(page, '/cgi-bin/luci/admin/network/firewall/zones', 'root', PASSWORD);
		await expect(page.getByRole('link', { name: 'Traffic Rules' }).first()).toBeVisible();
		await expect(page.getByRole('link', { name: 'Flow Offloading' })).toHaveCount(0);
	} finally {
		await router.run(STALE_CACHE);
		await install(router);
	}
	expect(await router.run(CACHES)).not.toContain('stale');
	expect(await router.run(FILES)).toBe(files);
	// A browser keeps LuCI's menu for as long as its session lives.
	await page.context().clearCookies();
	await logIn(page, OUR_PAGE, 'root', PASSWORD);
	await expect(page.getByRole('link', { name: 'Flow Offloading' }).first()).toBeAttached();
});
