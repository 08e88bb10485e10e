// SPDX-License-Identifier: Apache-2.0
/** The ground that each run starts on, and what is seen of it afterwards. */
import { readFileSync, writeFileSync } from 'node:fs';
import type { Mode } from '../../rpcd/api/index.ts';
import type { Machine } from '../userland/machine.ts';
import { until } from '../vm/until.ts';

export const FILE = 'etc/config/firewall';

/** A rule of another admin's: firewall4 writes its name into the ruleset. */
const NEIGHBOUR = `
# What another admin looks after
config rule 'neighbour'
	option name 'as-it-was'   # said with care
	option src 'wan'
	option proto "tcp"
	option dest_port '4040'
	option target 'ACCEPT'
`;

/** What lies on the flash and in memory after a run, by one look. */
export interface Sight {
	/** The file as it is. */
	text: string;
	/** libuci's own reading of it, without what is staged anywhere; empty where it refuses. */
	read: string[];
	flowtables: string;
	ruleset: string;
	marker: boolean;
	/** Process ids of guards, and whether procd has an instance to run. */
	guards: string;
	service: boolean;
	/** What the command line has staged. */
	staged: string;
}

/** libuci looks for staged changes by the name of the file: a copy of another name has none. */
const LOOK = `
mkdir -p /tmp/look
cp /etc/config/firewall /tmp/look/copy
uci -q -c /tmp/look show copy || true; echo ---
nft -a list flowtables; echo ---
nft list chain inet fw4 input_wan 2>/dev/null || true; echo ---
ls /etc/nft-offload/change.json 2>/dev/null || true; echo ---
pgrep -f '[c]hange/guard.uc' || true; echo ---
ubus call service list '{"name":"nft-offload"}' | grep -c running || true; echo ---
cat /tmp/.uci/firewall 2>/dev/null || true; echo ---
`;

export async function look(machine: Machine): Promise<Sight> {
	const parts = (await machine.shell(LOOK)).split('---\n').map((part) => part.trim());
	const [read = '', flowtables = '', ruleset = '', marker, guards = '', service, staged = ''] = parts;
	return {
		text: readFileSync(machine.path(FILE), 'latin1'),
		read: read.split('\n'),
		flowtables,
		ruleset,
		marker: marker !== '',
		guards,
		service: service !== '0' && service !== '',
		staged
	};
}

const OPTION = /^copy\.@defaults\[0\]\.(flow_offloading(?:_hw)?)='(.*)'$/;

export function optionsIn(sight: Sight): Record<string, string> {
	const found = sight.read.map((line) => OPTION.exec(line)).filter((match) => match !== null);
	return Object.fromEntries(found.map(([, name = '', value = '']) => [name, value]));
}

/** All that the file says, but the two options. */
export function othersIn(sight: Sight): string[] {
	return sight.read.filter((line) => !OPTION.test(line));
}

export function modeIn(options: {
	readonly [Name in 'flow_offloading' | 'flow_offloading_hw']?: string | null;
}): Mode {
	if (options['flow_offloading'] !== '1') return 'off';
	return options['flow_offloading_hw'] === '1' ? 'hardware' : 'software';
}

/** The mode that firewall4 has set up; null where it is not loaded. */
export function loadedMode(sight: Sight): Mode | null {
	if (!sight.flowtables.includes('table inet fw4')) return null;
	if (!sight.flowtables.includes('flowtable ft')) return 'off';
	return sight.flowtables.includes('flags offload') ? 'hardware' : 'software';
}

/** Lines of the file, but those of the two options. */
export function otherLines(text: string): string[] {
	return text.split('\n').filter((line) => !line.includes('flow_offloading'));
}

/** The stock file with comments and a neighbour's rule, in a mode. */
export function groundText(stock: string, mode: Mode): string {
	const options = {
		off: '',
		software: "\toption flow_offloading '1'\n",
		hardware: "\toption flow_offloading '1'\n\toption flow_offloading_hw '1'\n"
	};
	return `# Kept by hand\n${stock.replace(/^config defaults\n/m, (line) => line + options[mode])}${NEIGHBOUR}`;
}

/**
 * Nothing is under way, staged or pending, the file is the ground's, and the firewall is loaded from it. An rpcd that the last
 * run's reload has made lose the plugin is told again, as an admin would: no guard lives any more that would notice.
 */
export async function prepare(machine: Machine, text: string): Promise<Sight> {
	await until('rpcd and uhttpd', 60, async () => {
		await machine.shell(`
			ubus -t 1 wait_for uci session
			ubus -t 10 wait_for luci.nft-offload || /etc/init.d/rpcd reload
			ubus -t 1 wait_for luci.nft-offload`);
		return (await machine.fetch('/ubus/list/session', {})).ok;
	});
	writeFileSync(machine.path(FILE), text, 'latin1');
	await machine.shell(`
		rm -rf /tmp/.uci/firewall /var/run/rpcd/uci-*/firewall /var/run/rpcd/snapshot-*
		fw4 -q reload || fw4 -q start`);
	return look(machine);
}
