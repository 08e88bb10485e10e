// SPDX-License-Identifier: Apache-2.0
/** That the machine is real: what it does by itself is what a router does. */
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { until } from '../vm/until.ts';
import { findParts } from './available.ts';
import { Machine } from './machine.ts';

const parts = await findParts();
if (typeof parts === 'string') console.log(`skipped, OpenWrt's userland with procd: ${parts}`);

const CONFIG_CHANGE = `ubus call service event '{"type":"config.change","data":{"package":"firewall"}}'`;
const SOFTWARE = 'uci set firewall.@defaults[0].flow_offloading=1; uci commit firewall; fw4 -q reload';
const FLOWTABLE = `add flowtable inet probe ft { hook ingress priority 0; devices = { "DEVICE" }; FLAGS }`;

describe.skipIf(typeof parts === 'string')('a machine in namespaces', () => {
	let machine: Machine | undefined;
	const shell = (script: string): Promise<string> => {
		if (!machine) throw new Error('not started');
		return machine.shell(script);
	};
	const handle = async (): Promise<number> =>
		Number(/flowtable ft \{ # handle (\d+)/.exec(await shell('nft -a list flowtables'))?.[1] ?? 0);
	/** What nft says of a ruleset, and whether it takes it. */
	const asked = (ruleset: string, options = '-c'): Promise<string> =>
		shell(`nft ${options} '${ruleset}' 2>&1 && echo taken || true`);
	const flowtable = (device: string, flags = ''): string =>
		`add table inet probe; ${FLOWTABLE.replace('DEVICE', device).replace('FLAGS', flags)}`;

	beforeAll(async () => {
		if (typeof parts !== 'string') machine = await Machine.start(parts);
	}, 60_000);

	afterAll(async () => {
		await machine?.stop();
	});

	test('procd has the real firewall4 reload for config.change, after its second, and the flowtable is another', async () => {
		await shell(SOFTWARE);
		const before = await handle();
		expect(before).toBeGreaterThan(0);
		const asked = Date.now();
		await shell(CONFIG_CHANGE);
		await until('another flowtable', 10, async () => (await handle()) > before);
		expect(Date.now() - asked).toBeGreaterThan(900);
	});

	test('procd starts again what was killed', async () => {
		const before = await shell('pidof rpcd');
		await shell('kill -9 $(pidof rpcd)');
		await until('rpcd', 20, async () => (await shell('pidof rpcd && ubus list uci')) !== before);
	});

	test('a restart leaves the flash alone, and the firewall comes up by it', async () => {
		await shell(`${SOFTWARE}; echo kept >/etc/kept; echo lost >/tmp/lost`);
		await machine?.reset();
		expect(await shell('cat /etc/kept; ls /tmp/lost 2>/dev/null || true')).toBe('kept\n');
		expect(await handle()).toBeGreaterThan(0);
	});

	test('the flash can be read-only, and full', async () => {
		await machine?.remount('ro');
		await expect(shell('echo >/etc/config/other')).rejects.toThrow('Read-only file system');
		await shell('echo >/tmp/other');
		await machine?.remount('rw');
		await expect(shell('dd if=/dev/zero of=/etc/ballast bs=4k')).rejects.toThrow('No space left on device');
		await shell('rm /etc/ballast; echo >/etc/other');
	});

	describe('where nft is asked for a flowtable', () => {
		test('all is refused over a device that is not there', async () => {
			expect(await asked(flowtable('wan'))).toBe('taken\n');
			expect(await asked(flowtable('eth7'))).toContain('No such file or directory');
			expect(await asked(flowtable('eth7'), '')).toContain('No such file or directory');
			expect(await shell('nft list tables')).not.toContain('probe');
		});

		test('flags offload are taken as OpenWrt’s kernel takes them, unless the driver is busy', async () => {
			expect(await asked(flowtable('wan', 'flags offload;'))).toBe('taken\n');
			await shell('mkdir -p /tmp/kernel; echo wan >/tmp/kernel/busy');
			expect(await asked(flowtable('wan', 'flags offload;'))).toContain('Resource busy');
			expect(await asked(flowtable('wan'))).toBe('taken\n');
			await shell('rm /tmp/kernel/busy');
		});

		test('one that is not there can neither be deleted nor used', async () => {
			expect(await asked('delete flowtable inet fw4 other')).toContain('No such file or directory');
			const rule = 'table inet fw4 {\nchain forward {\nmeta l4proto tcp flow offload @other;\n}\n}';
			expect(await asked(rule)).toContain('No such file or directory');
		});

		test('a flowtable is as before where the rest is refused', async () => {
			const before = await shell('nft -a list flowtables');
			const refused = 'flush table inet fw4; delete flowtable inet fw4 ft; add rule inet fw4 nowhere accept';
			expect(await asked(refused.replaceAll('; ', '\n'), '')).toContain('Error');
			expect(await shell('nft -a list flowtables')).toBe(before);
		});

		test('it goes with its table', async () => {
			await shell('fw4 stop');
			expect(await shell('nft -a list flowtables')).toBe('');
			await shell('fw4 start');
			expect(await handle()).toBeGreaterThan(0);
		});
	});
});
