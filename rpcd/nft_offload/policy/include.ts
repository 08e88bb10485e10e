// SPDX-License-Identifier: Apache-2.0
/**
 * Carries the policy out: what firewall4's include of ours runs after each load, under firewall4's lock. In one transaction our
 * chain takes the place of firewall4's unconditional rule. Whatever is in the way, that rule stays in force.
 */
'use strict';
import { unlink } from 'fs';
import { run, run_unwatched } from 'nft_offload.base.command';
import { printable } from 'nft_offload.base.printable';
import { DIRECTORY, own_name, write_record, write_whole } from 'nft_offload.base.record';
import { kept_chain } from 'nft_offload.policy.chain';
import type { Chain } from 'nft_offload.policy.chain';
import { transaction_text } from 'nft_offload.policy.transaction';
import { NFT, read_flowtables } from 'nft_offload.state.flowtable';
import { read_forward } from 'nft_offload.state.policy.forward';
import { POLICY_RECORD, policy_stamp } from 'nft_offload.state.policy.stamp';
import { fault_words } from 'nft_offload.state.policy.rules';
import { place_zones } from 'nft_offload.state.policy.zones';
import { is_device_name, read_memory } from 'nft_offload.state.zones';

/** What renders the policy is read where it is needed: it takes as long as all the rest. */
declare function require(module: 'nft_offload.policy.rendered'): (stamp: string) => Chain;

function say(words: string): void {
	run('/usr/bin/logger', ['-t', 'nft-offload', '-p', 'daemon.warn', words]);
}

/** Has nft carry a transaction out; null when done, else its first line. */
function carry_out(text: string): string | null {
	const path = `${DIRECTORY}/${own_name('include')}`;
	if (!write_whole(path, text)) {
		return 'memory is full';
	}
	const outcome = run(NFT, ['-f', path]);
	unlink(path);
	const words = split(trim(printable(outcome.output)), '\n')[0] ?? '';
	return outcome.status === 0 ? null : substr(words === '' ? `status ${outcome.status}` : words, 0, 256);
}

/** What cannot be carried out is logged, and of a policy that is understood recorded, with the flowtable that it has met. */
function include_policy(): void {
	// Before it is read: one that takes its place meanwhile has another.
	const stamp = policy_stamp();
	const asked = kept_chain() ?? require('nft_offload.policy.rendered')(stamp);
	if (asked.lines == null) {
		say(`policy: not understood, and all is offloaded: ${fault_words(asked.fault)}`);
		return;
	}
	const effective = read_flowtables();
	if (length(asked.lines) === 0 || effective.mode === 'off') {
		return;
	}
	const leave = (reason: string): void => {
		say(
			reason === ''
				? 'policy: the chain forward offloads by other rules than firewall4 writes, and is left alone'
				: `policy: nft refuses it, and all is offloaded: ${reason}`
		);
		write_record(POLICY_RECORD, { handle: effective.handle, reason: reason });
	};
	const forward = read_forward();
	// Ours, where it is run again without a load in between.
	const place = forward == null ? null : (forward.own ?? (forward.ours == null ? null : forward.ours.handle));
	if (place == null) {
		leave('');
		return;
	}
	const devices = filter(effective.devices, (device) => !is_device_name(device));
	if (length(devices) > 0) {
		leave('a device of the flowtable has a name that cannot be repeated');
		return;
	}
	const rules = place_zones(asked.lines, read_memory);
	if (length(rules.unknown) > 0) {
		say(`policy: the firewall has no zone of devices alone: ${join(', ', rules.unknown)}`);
	}
	const attempt = (with_flowtable: boolean): string | null =>
		carry_out(transaction_text(rules, stamp, place, effective, with_flowtable));
	const failure = attempt(true);
	// A driver that binds one flowtable alone refuses the second, and takes the rules.
	if (failure != null && attempt(false) != null) {
		leave(failure);
	}
}

run_unwatched();
include_policy();
