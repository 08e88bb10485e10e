// SPDX-License-Identifier: Apache-2.0
/** What somebody decides about the change under way. The guard alone carries it out, so that no two ends can meet. */
import { rename, unlink } from 'fs';
import type { ChangeAuthor } from '../../api/index.ts';
import { is_there } from 'nft_offload.base.files';
import { DIRECTORY, read_record, write_record } from 'nft_offload.base.record';
import { is_integer, is_text } from 'nft_offload.base.value';

interface Decision {
	/** The change that is meant. */
	id: number;
	/** `stop`: the service is stopped. */
	action: 'keep' | 'undo' | 'stop';
	by: ChangeAuthor;
}

/** Each lies in a place of its own, so that none can take the place of another one that waits. */
function record_of(action: Decision['action']): string {
	return `${action}.json`;
}

/** Leaves it for the guard, whether that worked. */
function decide(decision: Decision): boolean {
	return write_record(record_of(decision.action), decision);
}

/** Takes what waits of that kind, once. */
function take(action: Decision['action'], id: number): Decision | null {
	const name = record_of(action);
	const taken = `${name}.taken`;
	// What comes in between stays there.
	if (rename(`${DIRECTORY}/${name}`, `${DIRECTORY}/${taken}`) !== true) {
		return null;
	}
	const record = read_record(taken);
	unlink(`${DIRECTORY}/${taken}`);
	const by = record == null ? null : record['by'];
	return record != null && is_integer(record['id']) && record['id'] === id
		? { id: id, action: action, by: is_text(by) ? by : null }
		: null;
}

/**
 * Takes what was decided about a change, once. Where somebody keeps it and somebody takes it back, it goes back. To keep it waits
 * until it may be.
 */
function take_decision(id: number, may_keep: () => boolean): Decision | null {
	return (
		take('stop', id) ??
		take('undo', id) ??
		(is_there(`${DIRECTORY}/${record_of('keep')}`) && may_keep() ? take('keep', id) : null)
	);
}

export { decide, take_decision };
