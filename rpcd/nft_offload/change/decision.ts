// SPDX-License-Identifier: Apache-2.0
/** What somebody decides about the change under way. The guard alone carries it out, so that no two ends can meet. */
import { unlink } from 'fs';
import type { ChangeAuthor } from '../../api/index.ts';
import { DIRECTORY, read_record, write_record } from 'nft_offload.base.record';
import { is_integer, is_text } from 'nft_offload.base.value';

const DECISION_RECORD = 'decision.json';

interface Decision {
	/** The change that is meant. */
	id: number;
	/** `stop`: the service is stopped. */
	action: 'keep' | 'undo' | 'stop';
	by: ChangeAuthor;
}

/** Leaves it for the guard, whether that worked. */
function decide(decision: Decision): boolean {
	return write_record(DECISION_RECORD, decision);
}

/** Takes what was decided about a change, once. */
function take_decision(id: number): Decision | null {
	const record = read_record(DECISION_RECORD);
	if (record == null) {
		return null;
	}
	unlink(`${DIRECTORY}/${DECISION_RECORD}`);
	const action = record['action'];
	const by = record['by'];
	return is_integer(record['id']) &&
		record['id'] === id &&
		(action === 'keep' || action === 'undo' || action === 'stop')
		? { id: id, action: action, by: is_text(by) ? by : null }
		: null;
}

export { decide, take_decision };
