// SPDX-License-Identifier: Apache-2.0
/** What the command line says of the state: a sentence for each verdict, and how grave it is. */
import type { Mode, Shortfall, Status, Verdict } from '../../api/index.ts';
import { counted } from 'nft_offload.words.columns';

/** By which a program ends: all is as asked for, or not, or the firewall itself is in danger, or nobody knows. */
type Gravity = 0 | 1 | 2 | 3;

const GRAVITIES: Record<Verdict['code'], Gravity> = {
	same: 0,
	nothing_to_offload: 0,
	offloaded_by_others: 0,
	partly_in_hardware: 0,
	not_reloaded: 1,
	hardware_refused: 1,
	devices_differ: 1,
	not_in_hardware: 1,
	uplink_not_covered: 1,
	no_devices: 1,
	config_unreadable: 2,
	option_refused: 2,
	module_missing: 2,
	ruleset_refused: 2,
	firewall_stopped: 2,
	reload_failed: 2,
	nft_failed: 3,
	no_firewall4: 3
};

const MODE_NAMES: Record<Mode, string> = { off: 'Off', software: 'Software', hardware: 'Hardware' };

function mode_words(mode: Mode): string {
	return MODE_NAMES[mode];
}

function shortfall_words(shortfall: Shortfall): string {
	const these = counted(shortfall.connections, 'connection');
	switch (shortfall.code) {
		case 'unused':
			return `${these} with entries in the hardware that no packet takes`;
		case 'one_way':
			return `${these} with one direction in software`;
		case 'ipv6_in_software':
			return `${these} of IPv6 in software`;
		case 'in_software':
			return `${these} in software`;
		case 'uncounted':
			return `${these} whose counters stand still`;
	}
}

/** What was seen on the fast paths. */
function seen_words(status: Status): string {
	const software = status.seen.software.connections;
	const hardware = status.seen.hardware.connections;
	const part = status.seen.whole ? '' : ' in the first part of the table';
	return software + hardware === 0
		? `no connection is on the fast path${part}`
		: `${counted(hardware, 'connection')} in hardware, ${software} in software${part}`;
}

/** `flow_offloading_hw` alone: firewall4 ignores it. */
function is_hardware_alone(status: Status): boolean {
	const requested = status.requested;
	return status.verdict.code === 'same' && requested.readable && requested.hardware_alone;
}

function same_words(status: Status): string {
	if (is_hardware_alone(status)) {
		return 'Only flow_offloading_hw is set, and firewall4 ignores it: nft-offload change hardware.';
	}
	return status.effective.mode === 'off'
		? 'As configured: flow offloading is off, packets take the CPU path.'
		: `${mode_words(status.effective.mode)}, as configured: ${seen_words(status)}.`;
}

/** What a reload would do to the hooked devices. */
function drift_words(missing: string[], surplus: string[]): string {
	return `A reload would hook ${length(missing) > 0 ? join(', ', missing) : 'nothing more'} and drop ${length(surplus) > 0 ? join(', ', surplus) : 'nothing'}: fw4 reload.`;
}

/** What is so, and what to do. */
function verdict_words(status: Status): string {
	const verdict = status.verdict;
	switch (verdict.code) {
		case 'same':
			return same_words(status);
		case 'config_unreadable':
			return 'libuci refuses /etc/config/firewall: the next load would drop all traffic. Fix the file first.';
		case 'no_firewall4':
			return 'This router does not use firewall4: nothing can be told.';
		case 'nft_failed':
			return `nft could not be asked: ${status.effective.error ?? 'no answer'}`;
		case 'option_refused':
			return `firewall4 refuses the value "${verdict.value}" of the option ${verdict.option}, and loads nothing.`;
		case 'module_missing':
			return verdict.loadable
				? 'The kernel module nft_flow_offload is not loaded, and without it no ruleset is: modprobe nft_flow_offload.'
				: 'The kernel module nft_flow_offload is missing, and without it no ruleset loads: install kmod-nft-offload.';
		case 'ruleset_refused':
			return `nft refuses the ruleset: ${verdict.reason}`;
		case 'firewall_stopped':
			return 'The firewall is not running: nothing is filtered, and nothing is offloaded.';
		case 'reload_failed':
			return 'A reload of the firewall has failed, and no further reload does anything: fw4 start.';
		case 'no_devices':
			return 'No device of any zone exists, so firewall4 offloads nothing.';
		case 'not_reloaded':
			return 'The file was changed, and the firewall has not been reloaded since: fw4 reload.';
		case 'hardware_refused':
			return `Hardware is asked for, a driver refused, and firewall4 fell back to software. Without a flow engine: ${length(verdict.devices) > 0 ? join(', ', verdict.devices) : 'unknown'}.`;
		case 'devices_differ':
			return drift_words(verdict.missing, verdict.surplus);
		case 'offloaded_by_others':
			return `Offloading is off here, but others offload: ${join(', ', verdict.flowtables)} ${join(', ', verdict.accelerators)}`;
		case 'not_in_hardware':
			return `Set up for hardware, and nothing is in hardware (${verdict.cause === 'no_engine' ? 'no device has a flow engine' : verdict.cause === 'none_taken' ? 'the engine takes nothing' : 'whether there is a flow engine is unknown'}); ${counted(verdict.connections, 'connection')} in software.`;
		case 'uplink_not_covered':
			return `What enters by ${join(', ', verdict.devices)} stays on the CPU: the flowtable does not hook it.`;
		case 'partly_in_hardware':
			return `In hardware, but not wholly: ${join(', ', map(verdict.shortfalls, shortfall_words))}.`;
		case 'nothing_to_offload':
			return verdict.cause === 'no_forwarding'
				? 'Set up, but there is nothing to offload: no zone forwards to another.'
				: 'Set up, but there is nothing to offload: the router has no default route.';
	}
}

function gravity_of(status: Status): Gravity {
	return is_hardware_alone(status) ? 1 : GRAVITIES[status.verdict.code];
}

export { drift_words, gravity_of, mode_words, seen_words, verdict_words };
