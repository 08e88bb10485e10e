// SPDX-License-Identifier: Apache-2.0
/** What the page says, for each code of the contract. A code without a text does not compile. */
import type { Mode, Status, Verdict } from '../../../rpcd/api/index.ts';
import { _, fill } from '../ui/i18n.ts';
import type { Explanation } from '../ui/names.ts';

/** Whether the kernel could be asked: what is in effect is told as off where it could not. */
export function isKnown({ effective, firewall }: Status): boolean {
	return effective.error === null && firewall === 'fw4';
}

/** The headline: the path that the router's packets take now; null where it is not known. */
export function effectiveHeadline(mode: Mode | null): string {
	switch (mode) {
		case null:
			return _('Nobody knows which path packets take');
		case 'off':
			return _('Packets take the CPU path');
		case 'software':
			return _('Packets take the software fast path');
		case 'hardware':
			return _('Packets take the hardware fast path');
	}
}

const deviceList = (devices: string[]) => devices.join(', ');

export function explainVerdict(status: Status): Explanation {
	const verdict = status.verdict;
	switch (verdict.code) {
		case 'same':
			return explainSame(status);
		case 'config_unreadable':
			return {
				tone: 'danger',
				text: _('The firewall configuration cannot be read, so nobody knows what is asked for.'),
				advice: _('Mend /etc/config/firewall; nothing can be changed here before that.')
			};
		case 'no_firewall4':
			return {
				tone: 'info',
				text: _(
					'This router does not use firewall4. Flow offloading of its firewall cannot be shown or changed here.'
				),
				advice: _('firewall4 is the firewall of OpenWrt 22.03 and later.')
			};
		case 'nft_failed':
			return {
				tone: 'danger',
				text: _('The kernel could not be asked what is in effect.'),
				advice: status.effective.error ?? ''
			};
		case 'firewall_stopped':
			return {
				tone: 'danger',
				text: _('The firewall is not running, so nothing is offloaded and nothing is protected.'),
				advice: _('Start it under System > Startup, and read the system log if it does not start.')
			};
		case 'module_missing':
			return explainMissingModule(verdict);
		case 'no_devices':
			return {
				tone: 'warning',
				text: _(
					'Offloading is asked for, but no device of any firewall zone exists; firewall4 then offloads nothing and says nothing.'
				),
				advice: _('Assign the interfaces to firewall zones, or bring them up.')
			};
		case 'hardware_refused':
			return {
				tone: 'warning',
				text:
					verdict.devices.length > 0
						? fill(
								_('Hardware offloading is asked for, but refused by the driver of: %s. firewall4 fell back.'),
								deviceList(verdict.devices)
							)
						: _('Hardware offloading is asked for, but the drivers refuse it; firewall4 fell back.'),
				advice: _('Choose Software: it is what runs now, and then the configuration says so.')
			};
		case 'not_reloaded':
			return {
				tone: 'warning',
				text: _('The configuration was changed, and the firewall has not been reloaded since.'),
				advice: _('Restart the firewall under System > Startup.')
			};
	}
}

function explainSame(status: Status): Explanation {
	if (status.requested.readable && status.requested.hardware_alone) {
		return {
			tone: 'warning',
			text: _('Hardware offloading is set without offloading itself, so firewall4 ignores it.'),
			advice: _('Choose Hardware or Off to make it plain.')
		};
	}
	return status.effective.mode === 'off'
		? { tone: 'info', text: _('As configured: flow offloading is off.'), advice: '' }
		: { tone: 'good', text: _('As configured: what is asked for is what the kernel does.'), advice: '' };
}

function explainMissingModule(verdict: Extract<Verdict, { code: 'module_missing' }>): Explanation {
	return {
		tone: 'danger',
		text: _('Offloading is asked for, but the kernel module nft_flow_offload is not loaded.'),
		advice: verdict.loadable
			? _('The module is installed: load it with modprobe nft_flow_offload, or restart the router.')
			: _('Install the package kmod-nft-offload.')
	};
}
