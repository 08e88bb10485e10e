// SPDX-License-Identifier: Apache-2.0
/**
 * Whether firewall4 and nft would take the file as it is: `fw4 check` renders it and asks nft, and changes nothing. It costs
 * more than all else that is looked at, and may bind a driver for a moment: it is asked only where nothing is loaded or a load
 * has failed, once for each file and now and then for one that was refused, and the answer is kept in memory.
 */
import { now_ms } from 'nft_offload.base.clock';
import { run } from 'nft_offload.base.command';
import { printable } from 'nft_offload.base.printable';
import { read_record, write_record } from 'nft_offload.base.record';
import { is_integer, is_text } from 'nft_offload.base.value';

const FW4 = '/sbin/fw4';
const CHECK_RECORD = 'check.json';
/** Milliseconds for which a refusal is not asked for again. What the file includes may be mended, and the file stays. */
const REFUSAL_LASTS = 30000;

/** The first line of nft's complaint, or firewall4's: `/etc/nftables.d/bad.nft:1:35-35: Error: ...`. firewall4's warnings begin with `[!]`. */
function complaint_in(output: string): string {
	const lines = filter(
		split(printable(output), '\n'),
		(line) => length(trim(line)) > 0 && index(line, '[!]') !== 0
	);
	const errors = filter(lines, (line) => index(line, 'rror:') !== -1);
	return trim(substr(errors[0] ?? lines[0] ?? '', 0, 256));
}

/** Whether what is kept is the answer to this question, and not a refusal that may have been mended since: an include, a set. */
function still_holds(kept: Record<string, unknown>, subject: string): boolean {
	const asked_ms = kept['asked_ms'];
	const age = is_integer(asked_ms) ? now_ms() - asked_ms : -1;
	return kept['subject'] === subject && (kept['reason'] == null || (age >= 0 && age <= REFUSAL_LASTS));
}

/**
 * Why the file is refused: null where it is taken, or where `fw4 check` gives no answer. `subject` tells the file, the load
 * and whatever else the answer depends on.
 */
function refused_ruleset(subject: string): string | null {
	const kept = read_record(CHECK_RECORD);
	if (kept != null && still_holds(kept, subject)) {
		return is_text(kept['reason']) ? kept['reason'] : null;
	}
	const outcome = run(FW4, ['check']);
	if (outcome.timed_out) {
		return null;
	}
	const reason = outcome.status === 0 ? null : complaint_in(outcome.output);
	write_record(CHECK_RECORD, { subject: subject, reason: reason, asked_ms: now_ms() });
	return reason;
}

/** Whether firewall4 is at work now: it holds its lock while it loads (sbin/fw4, start). */
function is_loading(): boolean {
	return run('/usr/bin/flock', ['-n', '/var/run/fw4.lock', '/bin/true']).status === 1;
}

export { complaint_in, FW4, is_loading, refused_ruleset };
