// SPDX-License-Identifier: Apache-2.0
/** What the page says while packets go through the router. */
import { SERVER, startDownload, untilMarked } from '../traffic.ts';
import { untilListed } from '../look.ts';
import { SOFTWARE } from '../offloading.ts';
import { expect, shoot, test } from '../test.ts';
import { FACTOR, until } from '../until.ts';
import { Wire } from '../wire.ts';

/** A question for "a.test", which the server in the guest answers. */
const QUESTION = Buffer.from('123401000001000000000000016104746573740000010001', 'hex');
const MANY = 20_000;
/** Milliseconds: while a router rests from a list, as from one under load, the state is up to 65 s old. */
const STATE_AGE = 70_000 * FACTOR;

function* ports(first: number, count: number): Generator<number> {
	for (let port = first; port < first + count; port++) yield port;
}

test('TCP and UDP over IPv4 and IPv6 are offloaded and listed', async ({ openTab, router }) => {
	await router.run(SOFTWARE);
	const tab = await openTab();
	// A fast router has had a page full of larger connections before those of the second family.
	await tab.choosePath('Software');
	const rows = tab.connections
		.getByRole('row')
		.filter({ has: tab.page.getByText('Software', { exact: true }) });
	for (const family of ['ipv4', 'ipv6'] as const) {
		await startDownload(router, family);
		const wire = await Wire.open(router.machine.cable);
		const question = { to: SERVER[family], port: 5300, payload: QUESTION };
		// The flowtable takes a connection when a packet follows the first answer.
		for (let answers = 1; answers <= 4; answers++) {
			await wire.udp({ ...question, sourcePorts: [5353] });
			await until(`answer ${answers}`, 20, () => wire.answers >= answers);
		}
		wire.close();
		for (const protocol of ['tcp', 'udp'] as const) {
			await untilMarked(router, family, protocol);
			const row = rows.filter({ hasText: SERVER[family] }).filter({ hasText: protocol.toUpperCase() });
			await untilListed(tab, row.first());
		}
	}
	await tab.page.evaluate(() => {
		scrollTo(0, 0);
	});
	await shoot(tab.page, '10-families');
});

test('a firewall reload while connections run: they come back to the fast path', async ({
	openTab,
	router
}) => {
	await router.run(SOFTWARE);
	await startDownload(router);
	await untilMarked(router, 'ipv4', 'tcp');
	const tab = await openTab();
	// Where offloaded packets are not counted, larger connections fill the first page.
	await tab.choosePath('Software');
	const row = tab.connections
		.getByRole('row')
		.filter({ hasText: `${SERVER.ipv4}:${SERVER.port}` })
		.filter({ has: tab.page.getByText('Software', { exact: true }) });
	await expect(row.first()).toBeVisible();
	await router.run('fw4 -q stop');
	await expect(tab.state).toContainText('The firewall is not running', { timeout: STATE_AGE });
	await router.run('fw4 -q start');
	// The first download hangs: without the firewall its packets went out with the client's own address.
	await expect(tab.state.getByRole('heading')).toHaveText('Set up, nothing offloaded yet', {
		timeout: STATE_AGE
	});
	await startDownload(router);
	await untilMarked(router, 'ipv4', 'tcp');
	await untilListed(tab, row.first());
});

test('20,000 connections while the page is open: rpcd lives, and LuCI answers', async ({
	openTab,
	router
}) => {
	test.setTimeout(300_000);
	await router.run(
		`sysctl -qw net.netfilter.nf_conntrack_max=65536 net.netfilter.nf_conntrack_udp_timeout=120`
	);
	await router.run(SOFTWARE);
	const rpcd = await router.run('pidof rpcd');
	const tab = await openTab();
	await expect(tab.state.getByRole('heading')).toBeVisible();
	const wire = await Wire.open(router.machine.cable);
	const count = async () => Number(await router.run('cat /proc/sys/net/netfilter/nf_conntrack_count'));
	const datagrams = { to: SERVER.ipv4, port: 9, payload: Buffer.from('x') };
	// The emulated device drops what the guest is too slow for; the same ports again add only what is missing.
	await until(`${MANY} connections`, 90, async () => {
		await wire.udp({ ...datagrams, sourcePorts: ports(10_000, MANY) });
		return (await count()) >= MANY;
	});
	wire.close();
	await expect(tab.fact('Connections')).toHaveText(/^2\d\D?\d{3} of at most/, { timeout: STATE_AGE });
	await shoot(tab.page, '11-many');
	const session = await router.login();
	const started = Date.now();
	const { status, data } = await router.ubus(session, 'luci.nft-offload', 'get_flows', {});
	expect(status).toBe(0);
	expect(data).toMatchObject({ skipped: 0 });
	console.log(`get_flows with ${await count()} connections: ${Date.now() - started} ms`);
	expect((await router.ubus(session, 'uci', 'get', { config: 'system' })).status).toBe(0);
	expect(await router.run('pidof rpcd')).toBe(rpcd);
	await router.run('ip link set far0 down; ip link set far0 up');
});
