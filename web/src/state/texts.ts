// SPDX-License-Identifier: Apache-2.0
/** What the page says of the state, for each code of the contract. A code without a text does not compile. */
import type { Shortfall, Status, Verdict } from '../../../rpcd/api/index.ts';
import { formatCount } from '../ui/format.ts';
import { _, fill } from '../ui/i18n.ts';
import type { Explanation } from '../ui/names.ts';
import { explainUncovered, uncoveredUplinks, whatCovers } from './coverage.ts';
import { isSeen, sightOf, type Sight } from './sight.ts';

/** What an admin can do about a verdict right where he reads it. */
export type WayOut = 'reload' | 'start' | 'software' | 'package';

const WAYS_OUT: Record<Verdict['code'], WayOut | null> = {
	same: null,
	config_unreadable: null,
	no_firewall4: null,
	nft_failed: null,
	option_refused: null,
	module_missing: 'package',
	ruleset_refused: 'reload',
	firewall_stopped: 'start',
	reload_failed: 'start',
	no_devices: null,
	not_reloaded: 'reload',
	hardware_refused: 'software',
	devices_differ: 'reload',
	offloaded_by_others: null,
	not_in_hardware: 'software',
	uplink_not_covered: null,
	partly_in_hardware: null,
	nothing_to_offload: null
};

export const wayOut = ({ code }: Verdict) => WAYS_OUT[code];

/** What was seen, the verdict on it, and each uplink that the flowtable does not cover. */
export function explainState(status: Status, sight: Sight = sightOf(status)): Explanation {
	const { verdict } = status;
	const { tone, text, advice } = explainVerdict(status, sight);
	const counts = verdict.code !== 'same' && isSeen(status) && status.effective.loaded;
	const seen = counts ? `${seenText(status)}.` : '';
	const uplinks = uncoveredUplinks(status).map(explainUncovered);
	return { tone, text: [seen, text, ...uplinks].filter((each) => each !== '').join(' '), advice };
}

const connectionsText = (count: number) =>
	count === 1 ? _('1 connection') : fill(_('%s connections'), formatCount(count));

export function seenText({ seen }: Status): string {
	const software = seen.software.connections;
	const hardware = seen.hardware.connections;
	const text =
		hardware === 0
			? fill(_('%s offloaded in software'), connectionsText(software))
			: software === 0
				? fill(_('%s offloaded in hardware'), connectionsText(hardware))
				: fill(
						_('%s offloaded in hardware, %s in software'),
						connectionsText(hardware),
						formatCount(software)
					);
	return seen.whole ? text : fill(_('%s (of the first 256 KiB of the table)'), text);
}

const list = (names: string[]) => names.join(', ');

function explainVerdict(status: Status, sight: Sight): Explanation {
	const { verdict, effective } = status;
	switch (verdict.code) {
		case 'same':
			return explainSame(status, sight);
		case 'config_unreadable':
			return danger(
				unreadableText(status),
				effective.loaded
					? _(
							'The rules that are loaded stay until the next reload or restart. Then firewall4 finds no zones and drops everything: nobody gets in, you included. Fix the file before, over SSH.'
						)
					: _(
							'When firewall4 is started next, it finds no zones and drops everything: nobody gets in, you included. Fix the file before, over SSH.'
						)
			);
		case 'no_firewall4':
			return {
				tone: 'info',
				text: _(
					'This router does not use firewall4. Flow offloading of its firewall cannot be shown or changed here.'
				),
				advice: _('firewall4 is the firewall of OpenWrt 22.03 and later.')
			};
		case 'nft_failed':
			return danger(
				effective.error
					? fill(_('The kernel could not be asked what is set up: %s'), effective.error)
					: _('The kernel could not be asked what is set up.'),
				_('If this stays, run “nft list flowtables” on the router, and read the system log.')
			);
		case 'option_refused':
			return danger(
				`${fill(
					_('firewall4 refuses the value “%s” of the option %s in /etc/config/firewall, and loads nothing.'),
					verdict.value,
					verdict.option
				)} ${afterFailure(status)}`,
				[
					whatIsTaken(verdict.option),
					/^flow_offloading(_hw)?$/.test(verdict.option)
						? _('Choosing a mode below writes a valid value.')
						: _('Fix it in /etc/config/firewall.')
				].join(' ')
			);
		case 'module_missing':
			return danger(
				`${_('Offloading is configured, but the kernel module nft_flow_offload is not loaded. Without it nft refuses the whole ruleset.')} ${afterFailure(status)}`,
				verdict.loadable
					? _('The module is installed: load it with modprobe nft_flow_offload, or restart the router.')
					: _('Install the package kmod-nft-offload.')
			);
		case 'ruleset_refused':
			return danger(
				`${fill(_('The ruleset is refused: “%s”.'), verdict.reason)} ${afterFailure(status)}`,
				[
					...(isFlagRefused(status.requested, verdict.reason)
						? [_('It can be the flag for hardware that is refused: choose Software.')]
						: []),
					_(
						'Fix or remove what the message names: a rule, an include, or a file in /etc/nftables.d. “fw4 check” on the router shows all of it.'
					)
				].join(' ')
			);
		case 'firewall_stopped':
			return danger(
				_('The firewall is not running, so nothing is offloaded and nothing is protected.'),
				_('Start it, and read the system log if it does not start.')
			);
		case 'reload_failed':
			return danger(
				_(
					'A reload of the firewall has failed. The rules loaded before are still in force, and no further reload does anything.'
				),
				_(
					'Start the firewall: that loads the configuration in one step, and nothing is unfiltered meanwhile.'
				)
			);
		case 'no_devices':
			return warning(
				_(
					'Offloading is configured, but no device of any firewall zone exists; firewall4 then offloads nothing and says nothing.'
				),
				_('Assign the interfaces to firewall zones, or bring them up.')
			);
		case 'not_reloaded':
			return warning(
				_('The configuration was changed, and the firewall has not been reloaded since.'),
				_('Reload the firewall to apply it.')
			);
		case 'hardware_refused':
			return warning(
				[
					_(
						'Hardware offloading is configured, but a driver refused it and firewall4 fell back to software.'
					),
					...(verdict.devices.length > 0
						? [fill(_('Without a flow engine: %s.'), list(verdict.devices))]
						: [])
				].join(' '),
				_('Choose Software: it is what runs now, and then the configuration says so.')
			);
		case 'devices_differ':
			return warning(
				[
					...(verdict.missing.length > 0
						? [fill(_('Not in the flowtable, though in a firewall zone: %s.'), list(verdict.missing))]
						: []),
					...(verdict.surplus.length > 0
						? [fill(_('In the flowtable, though in no firewall zone: %s.'), list(verdict.surplus))]
						: [])
				].join(' '),
				_(
					'Devices have come or gone since the firewall was loaded. Reload it to bring the flowtable up to date.'
				)
			);
		case 'offloaded_by_others':
			return {
				tone: 'info',
				text: _('Flow offloading of the firewall is off, as configured.'),
				advice: _(
					'This page neither controls them nor sees all that they forward. They come from another package, a script, or a file in /etc/nftables.d.'
				)
			};
		case 'not_in_hardware':
			return explainNotInHardware(verdict);
		case 'uplink_not_covered':
			return warning('', whatCovers(uncoveredUplinks(status), effective.mode));
		case 'partly_in_hardware':
			return {
				tone: 'info',
				text: verdict.shortfalls.map(shortfallText).join(' '),
				advice: _(
					'These are limits of the chip or its driver, which a newer release may lift. What it does not take goes the software fast path.'
				)
			};
		case 'nothing_to_offload':
			return verdict.cause === 'no_forwarding'
				? {
						tone: 'info',
						text: _('There is nothing to offload: no firewall zone forwards to another.'),
						advice: _('If this router is to route, add a forwarding under Network > Firewall.')
					}
				: {
						tone: 'info',
						text: _('There is nothing to offload: the router has no default route.'),
						advice: _('Check the uplink under Network > Interfaces.')
					};
	}
}

const danger = (text: string, advice: string): Explanation => ({ tone: 'danger', text, advice });
const warning = (text: string, advice: string): Explanation => ({ tone: 'warning', text, advice });

/** What a load that fails leaves behind: the old rules, or none after a boot. */
function afterFailure({ effective }: Status): string {
	return effective.loaded
		? _('The rules loaded before are still in force; after a restart there will be no firewall.')
		: _('That is why no firewall is loaded.');
}

/** EOPNOTSUPP, in the words of either C library: a driver's to `flags offload`, which firewall4 before 22.03.0 did not try before (openwrt #9935). */
function isFlagRefused(requested: Status['requested'], reason: string): boolean {
	return requested.readable && requested.mode === 'hardware' && /not supported$/i.test(reason);
}

function unreadableText({ requested }: Status): string {
	if (requested.readable) return _('/etc/config/firewall cannot be read.');
	return requested.line > 0
		? fill(_('/etc/config/firewall cannot be read: %s, line %s.'), requested.reason, requested.line)
		: fill(_('/etc/config/firewall cannot be read: %s.'), requested.reason);
}

/** fw4.uc, parse_bool and parse_policy; numbers speak for themselves. */
function whatIsTaken(option: string): string {
	if (/^((in|out)put|forward)$/.test(option)) return fill(_('Allowed: %s.'), 'accept, reject, drop');
	return /_(rate|burst|ecn|code)$/.test(option)
		? ''
		: fill(_('Allowed: %s, in lower case.'), '1, on, true, yes, 0, off, false, no');
}

function explainSame(status: Status, sight: Sight): Explanation {
	const { requested, effective, seen } = status;
	if (requested.readable && requested.hardware_alone)
		return warning(
			_('Hardware offloading is set without offloading itself, so firewall4 ignores it.'),
			_('Choose Hardware or Off to resolve this.')
		);
	if (effective.mode === 'off')
		return { tone: 'info', text: _('As configured: flow offloading is off.'), advice: '' };
	if (sight === 'all_on_cpu' || sight === 'most_on_cpu')
		return {
			tone: 'info',
			text: _('As configured.'),
			advice: _('Open a connection below to see why it is on the CPU.')
		};
	if (sight === 'most_kept')
		return { tone: 'info', text: _('As configured.'), advice: _('See “Kept on the CPU by choice” below.') };
	if (sight !== 'nothing_yet') return { tone: 'good', text: _('As configured.'), advice: '' };
	return {
		tone: 'info',
		text: seen.whole
			? _('As configured, and no connection is on the fast path yet.')
			: _('As configured, and no connection is on the fast path yet (of the first 256 KiB of the table).'),
		advice: _('TCP and UDP connections through the router move to it once they are established.')
	};
}

function explainNotInHardware({ cause }: Extract<Verdict, { code: 'not_in_hardware' }>): Explanation {
	switch (cause) {
		case 'no_engine':
			return warning(
				_('No device of the flowtable has a flow engine, so that hardware can take nothing.'),
				_('Choose Software: it is what this router can do.')
			);
		case 'none_taken':
			return warning(
				_('A flow engine is there, and its driver takes none of them.'),
				_(
					'PPPoE, VLANs or Wi-Fi on their way can be the reason. If it stays so, choose Software: it is what carries them now.'
				)
			);
		case 'unknown':
			return warning(
				_('Whether its devices have a flow engine is unknown.'),
				_('If it stays so under traffic, choose Software: it is what carries them now.')
			);
	}
}

function shortfallText({ code, connections }: Shortfall): string {
	const these = connectionsText(connections);
	switch (code) {
		case 'unused':
			return fill(_('Not used: %s with entries in the hardware’s table that no packet takes.'), these);
		case 'one_way':
			return fill(_('One direction only: %s with the other direction in software.'), these);
		case 'ipv6_in_software':
			return fill(_('IPv4 only: %s of IPv6 in software.'), these);
		case 'in_software':
			return fill(_('Not all: %s in software; the hardware’s table may be full.'), these);
		case 'uncounted':
			return fill(_('Not counted: %s whose counters stand still.'), these);
	}
}
