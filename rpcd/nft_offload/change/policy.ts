// SPDX-License-Identifier: Apache-2.0
/**
 * /etc/config/nft-offload as a change sets it and puts it back. It is ours, and so is written as a whole. The texts that it had and
 * is to have lie on the flash for as long as the change may be taken back: a restart must know them.
 */
import { mkdir, rename, unlink } from 'fs';
import type { ChangeReport } from '../../api/index.ts';
import { run } from 'nft_offload.base.command';
import { list, read_file } from 'nft_offload.base.files';
import { DIRECTORY, own_name, ROOT_ALONE, write_whole } from 'nft_offload.base.record';
import { MARKER_DIRECTORY, sync_flash } from 'nft_offload.change.transaction';
import { NFT } from 'nft_offload.state.flowtable';
import { POLICY_CHAIN } from 'nft_offload.state.policy.forward';
import { POLICY_CONFIG, POLICY_LIMIT } from 'nft_offload.state.policy.stamp';
import { place_zones } from 'nft_offload.state.policy.zones';
import { read_memory } from 'nft_offload.state.zones';

const POLICY_PREFIX = 'policy-';

/** What the guard is to write: in memory, beside the order. */
function proposed_policy(id: number): string {
	return `${DIRECTORY}/${POLICY_PREFIX}${id}`;
}

function former_policy(id: number): string {
	return `${MARKER_DIRECTORY}/${POLICY_PREFIX}${id}.former`;
}

function wanted_policy(id: number): string {
	return `${MARKER_DIRECTORY}/${POLICY_PREFIX}${id}.wanted`;
}

/** The file as it is; empty where there is none. */
function policy_now(): string {
	return read_file(POLICY_CONFIG, POLICY_LIMIT) ?? '';
}

/** Lays the text down for the guard, whether that worked. */
function propose_policy(id: number, text: string): boolean {
	return write_whole(proposed_policy(id), text);
}

/** Takes it away again. */
function withdraw_policy(id: number): void {
	unlink(proposed_policy(id));
}

/** Where the file stands in a change: `same` where that leaves the policy alone, or puts it in force as it is. */
function policy_stands(change: ChangeReport): 'same' | 'before' | 'after' | 'other' {
	if (change.policy == null) {
		return 'same';
	}
	const now = policy_now();
	const before = read_file(former_policy(change.id), POLICY_LIMIT);
	const after = read_file(wanted_policy(change.id), POLICY_LIMIT);
	return after != null && after === before && now === after
		? 'same'
		: after == null || now === before
			? 'before'
			: now === after
				? 'after'
				: 'other';
}

/** Lays both texts down on the flash, once; whether they are there. */
function keep_policy(change: ChangeReport): boolean {
	const id = change.id;
	if (change.policy == null || read_file(wanted_policy(id), POLICY_LIMIT) != null) {
		return true;
	}
	mkdir(MARKER_DIRECTORY, ROOT_ALONE);
	const after = read_file(proposed_policy(id), POLICY_LIMIT);
	// The one that tells that both are there comes last.
	return (
		after != null && write_whole(former_policy(id), policy_now()) && write_whole(wanted_policy(id), after)
	);
}

/** Has the file say what lies at a path; null when done, else why not. */
function write_policy(path: string): string | null {
	const text = read_file(path, POLICY_LIMIT);
	const fresh = `${MARKER_DIRECTORY}/policy`;
	if (text == null) {
		return `${path} cannot be read`;
	}
	if (text === '') {
		unlink(POLICY_CONFIG);
	} else if (write_whole(fresh, text)) {
		// First the bytes, and then the name.
		sync_flash();
		rename(fresh, POLICY_CONFIG);
	}
	sync_flash();
	return policy_now() === text ? null : `${POLICY_CONFIG} cannot be written`;
}

/** Sets the policy of a change; null when done, else why not. */
function set_policy(change: ChangeReport): string | null {
	return policy_stands(change) === 'before' ? write_policy(wanted_policy(change.id)) : null;
}

/** Puts the policy back that was there before; null when done, else why not. */
function restore_policy(change: ChangeReport): string | null {
	return policy_stands(change) === 'after' ? write_policy(former_policy(change.id)) : null;
}

/** Takes away what changes have laid down, once none may be taken back any more. */
function forget_policies(): void {
	map([DIRECTORY, MARKER_DIRECTORY], (directory) =>
		map(
			filter(list(directory), (name) => index(name, POLICY_PREFIX) === 0),
			(name) => unlink(`${directory}/${name}`)
		)
	);
}

/** Takes our chain out of firewall4's table, where nothing jumps to it any more: its reload only empties it. */
function remove_chain(): void {
	run(NFT, [`delete chain inet fw4 ${POLICY_CHAIN}`]);
}

/** Why nft would not take the rules of our chain; null where it does. Without the statement that needs firewall4's flowtable. */
function refused_chain(lines: string[]): string | null {
	const placed = place_zones(lines, read_memory);
	if (length(placed.unknown) > 0) {
		return `the firewall has no zone of devices alone: ${join(', ', placed.unknown)}`;
	}
	const path = `${DIRECTORY}/${own_name('check')}`;
	const chain = 'inet nft_offload_check kept';
	const text = slice(placed.defines);
	push(text, 'add table inet nft_offload_check', `add chain ${chain}`);
	map(
		filter(placed.lines, (line) => index(line, 'flow add') !== 0),
		(line) => push(text, `add rule ${chain} ${line}`)
	);
	if (!write_whole(path, `${join('\n', text)}\n`)) {
		return 'memory is full';
	}
	const outcome = run(NFT, ['-c', '-f', path]);
	unlink(path);
	return outcome.status === 0 ? null : trim(substr(outcome.output, 0, 256));
}

export {
	forget_policies,
	keep_policy,
	policy_now,
	policy_stands,
	propose_policy,
	refused_chain,
	remove_chain,
	restore_policy,
	set_policy,
	withdraw_policy
};
