// SPDX-License-Identifier: Apache-2.0
/**
 * Loads of the firewall, by the log: firewall4's hotplug script writes why it reloads (/etc/hotplug.d/iface/20-firewall). The last
 * load, whatever caused it, firewall4's memory tells.
 */
import type { FindingOf, Reload } from '../../../api/index.ts';
import { uptime } from 'nft_offload.base.clock';
import { is_integer, matches, number_or } from 'nft_offload.base.value';
import { ask_program } from 'nft_offload.why.situation';
import type { Situation } from 'nft_offload.why.situation';

const LOGREAD = '/sbin/logread';
const REASON = 'Reloading firewall due to ';
/** Seconds that are looked back at, and those after a boot in which every interface comes up for the first time. */
const SPAN = 3600;
const BOOT = 300;
/** So many are more than chance: an uplink that comes back reloads for IPv4 and for IPv6. */
const MANY_RELOADS = 4;
/** How many are told. */
const NEWEST = 20;
/** Seconds between the line in the log and what firewall4 writes of the same load. */
const SAME_LOAD = 15;

/** A word as netifd names events, interfaces and devices; empty for any other: everybody may write into the log. */
function netifd_word(text: string | null): string {
	return text != null && length(text) <= 32 && matches(text, /[A-Za-z0-9_.@:~+-]+/) ? text : '';
}

/**
 * `Wed Nov 25 16:26:25 2026 [1795623985.123] user.notice firewall: Reloading firewall due to ifup of wan (eth1)`. Anybody may write the
 * same words: the tag in front of them is firewall4's.
 */
function reload_of(line: string): Reload | null {
	const told = match(
		line,
		/^[^[]*\[([0-9]+)\.[0-9]+\] user\.notice firewall: Reloading firewall due to ([^ ]+) of ([^ ]+) \(([^)]*)\)/
	);
	return told == null
		? null
		: {
				at: number_or(told[1] ?? null, 0),
				cause: {
					action: netifd_word(told[2] ?? null),
					interface: netifd_word(told[3] ?? null),
					device: netifd_word(told[4] ?? null)
				}
			};
}

/** What the log has of the span, the oldest first. The daemon gives the lines out, and logread those that match. */
function logged_reloads(situation: Situation, since: number): Reload[] {
	const told = ask_program(situation, 'logread', LOGREAD, ['-t', '-e', REASON]);
	const found: Reload[] = [];
	map(split(told, '\n'), (line) => {
		const reload = reload_of(line);
		if (reload != null && reload.at >= since) {
			push(found, reload);
		}
	});
	return found;
}

function find_reloads(situation: Situation): FindingOf<'reloads'>[] {
	const memory = situation.evidence.memory;
	const now = clock(false)[0];
	const since = max(now - SPAN, now - uptime() + BOOT);
	const written = memory.known ? memory.written : now;
	// Before the last load there is no later one.
	if (situation.planned || since >= now || !is_integer(now) || written < since) {
		return [];
	}
	const found = logged_reloads(situation, since);
	const same = filter(found, (each) => written - each.at >= 0 && written - each.at <= SAME_LOAD);
	if (memory.known && length(same) === 0) {
		push(found, { at: written, cause: null });
	}
	return length(found) < MANY_RELOADS
		? []
		: [
				{
					code: 'reloads',
					severity: 'notice',
					reloads: slice(
						sort(found, (a, b) => b.at - a.at),
						0,
						NEWEST
					),
					seconds: SPAN
				}
			];
}

export { find_reloads };
