// SPDX-License-Identifier: Apache-2.0
/** The fields whose values are each router's own, by name. All others are the same on every router. */
import { isFrom } from '../vm/series.ts';
import type { Own } from './differences.ts';

/** By the method, and the field in its reply. */
export const OWN: readonly Own[] = [
	own('session login', 'ubus_rpc_session', 'type', 'random'),
	own('session login', 'expires', 'type', 'seconds that are left: one may have passed'),
	own('session login', 'acls', 'among', 'a real router has more pages and so more rights'),
	own('session access', '*', 'among', 'a real router has more pages and so more rights'),
	own('luci-rpc getHostHints', '*', 'names', 'the devices in the LAN'),
	own('luci-rpc getDHCPLeases', '*.expires', 'type', 'a time'),
	own('* get_status', 'effective.devices', 'type', 'the devices of the router'),
	own('* get_status', 'effective.handle', 'type', 'the kernel goes on counting with each flowtable'),
	own('* get_status', 'verdict.devices', 'type', 'the devices of the router'),
	own('* get_status', 'verdict.connections', 'type', 'counters'),
	own('* get_status', 'coverage', 'type', 'the devices of the router'),
	own('* get_status', 'engines', 'type', 'the devices of the router'),
	own('* get_status', 'seen.software', 'type', 'counters'),
	own('* get_status', 'seen.hardware', 'type', 'counters'),
	own('* get_status', 'package.version', 'nullable', 'the kernel’s version; one of one’s own has no package'),
	own('* get_status', 'conntrack.count', 'type', 'connections come and go'),
	own('* get_status', 'conntrack.maximum', 'type', 'follows from the memory'),
	own('* get_status', 'board', 'type', 'model and release'),
	own('* get_status', 'uptime', 'type', 'a time'),
	own('* get_status', 'load', 'type', 'counters of the router’s devices'),
	own('* get_status', 'took_us', 'type', 'a time'),
	own('* get_status', 'change', 'type', 'numbers itself by the router’s clock'),
	own('* check_change', 'devices', 'type', 'the devices of the router'),
	own('* check_change', 'unknown_engines', 'type', 'the devices of the router'),
	own('* check_change', 'revision', 'type', 'the file’s inode and time'),
	own('* check_change', 'persistent', 'type', 'what the root lies on'),
	...['get', 'start', 'keep', 'undo'].flatMap((action) => [
		own(`* ${action}_change`, 'report.id', 'type', 'numbers itself by the router’s clock'),
		own(`* ${action}_change`, 'seconds_left', 'type', 'a time'),
		own(`* ${action}_change`, 'proof', 'type', 'counters')
	]),
	own('* start_change', 'state', 'type', 'the guard may have begun'),
	own('* keep_change', 'outcome.proved', 'type', 'follows from the traffic'),
	own('* get_flows', 'totals', 'type', 'counters'),
	own('* get_flows', 'matched', 'type', 'counters'),
	own('* get_flows', 'breakdown', 'type', 'counters'),
	own('* get_flows', 'flows.*.timeout', 'nullable', 'an offloaded connection has none'),
	own('* get_flows', 'flows.*.original', 'type', 'addresses and counters'),
	own('* get_flows', 'flows.*.reply', 'type', 'addresses and counters'),
	own('* get_flows', 'clients', 'type', 'addresses and counters'),
	own('* get_flows', 'client_count', 'type', 'the devices in the LAN'),
	own('* get_flows', 'at_ms', 'type', 'a time'),
	own('* get_flows', 'took_us', 'type', 'a time'),
	own(
		'* get_package',
		'packages.*.version',
		'nullable',
		'the kernel’s version; one of one’s own has no package'
	),
	own('* get_package', 'kernel.running', 'type', 'the kernel’s version'),
	own(
		'* get_package',
		'kernel.installed',
		'nullable',
		'the kernel’s version; one of one’s own has no package'
	),
	own('* get_package', 'kernel.fits', 'type', 'a kernel of one’s own has no package'),
	own('* get_package', 'free_kib', 'type', 'the room on the flash')
];

/** What releases do otherwise than the virtual router, which plays 25.12: each until the release whose number it has. */
const UNTIL: readonly (readonly [release: number, own: Own])[] = [
	[
		23.05,
		own('* get_status', 'effective.counter', 'type', 'firewall4 lets the flowtable count since its 04a06bd')
	],
	[
		25.12,
		optional(own('session login', 'acls.ubus.network.device', 'type', 'a right that luci-base has since'))
	],
	[25.12, optional(own('session access', 'ubus.network.device', 'type', 'a right that luci-base has since'))],
	[
		25.12,
		optional(
			own('luci-rpc getDHCPLeases', 'dhcp6_leases.*.interface', 'type', 'rpcd-mod-luci tells it since')
		)
	],
	[
		25.12,
		optional(own('luci-rpc getDHCPLeases', 'dhcp6_leases.*.iaid', 'type', 'rpcd-mod-luci tells it since'))
	],
	[25.12, own('* get_status', 'package.manager', 'type', 'opkg before apk')],
	[25.12, own('* get_package', 'manager', 'type', 'opkg before apk')]
];

/** Where the real one has not a kernel of its own, firewall4 cannot load there. */
const WITHOUT_KERNEL: readonly Own[] = [
	own('* check_change', 'starts_firewall', 'type', 'no firewall is loaded')
];

/** The rules for a router of a release such as "24.10.1", that is a machine of its own or not. */
export function ownOf(release: string, machine: boolean): readonly Own[] {
	const older = UNTIL.filter(([until]) => !isFrom(until, release)).map(([, rule]) => rule);
	return [...older, ...(machine ? [] : WITHOUT_KERNEL), ...OWN];
}

function optional(rule: Own): Own {
	return { ...rule, optional: true };
}

export function own(method: string, field: string, compare: Own['compare'], because: string): Own {
	return { path: `${method}.result.1${field === '*' ? '' : `.${field}`}`, compare, because };
}
