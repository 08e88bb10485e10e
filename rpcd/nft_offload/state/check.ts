// SPDX-License-Identifier: Apache-2.0
/**
 * Whether firewall4 and nft would take the file as it is: `fw4 check` renders it and asks nft, and changes nothing. It costs
 * more than all else that is looked at, and may bind a driver for a moment: it is asked only where nothing is loaded or a load
 * has failed, once for each file, and the answer is kept in memory.
 */
import { run } from 'nft_offload.base.command';
import { read_record, write_record } from 'nft_offload.base.record';
import { is_printable, is_text } from 'nft_offload.base.value';

const FW4 = '/sbin/fw4';
const CHECK_RECORD = 'check.json';

/** The first line of nft's complaint, or firewall4's: `/etc/nftables.d/bad.nft:1:35-35: Error: ...`. firewall4's warnings begin with `[!]`. */
function complaint_in(output: string): string {
	const lines = filter(split(output, '\n'), (line) => length(trim(line)) > 0 && index(line, '[!]') !== 0);
	const errors = filter(lines, (line) => index(line, 'rror:') !== -1);
	const line = trim(substr(errors[0] ?? lines[0] ?? '', 0, 256));
	return is_printable(line) ? line : '';
}

/**
 * Why the file is refused: null where it is taken, or where `fw4 check` gives no answer. `subject` tells the file, the load
 * and whatever else the answer depends on.
 */
function refused_ruleset(subject: string): string | null {
	const kept = read_record(CHECK_RECORD);
	if (kept != null && kept['subject'] === subject) {
		return is_text(kept['reason']) ? kept['reason'] : null;
	}
	const outcome = run(FW4, ['check']);
	const reason = outcome.status === 0 || outcome.timed_out ? null : complaint_in(outcome.output);
	write_record(CHECK_RECORD, { subject: subject, reason: reason });
	return reason;
}

/** Whether firewall4 is at work now: it holds its lock while it loads (sbin/fw4, start). */
function is_loading(): boolean {
	return run('/usr/bin/flock', ['-n', '/var/run/fw4.lock', '/bin/true']).status === 1;
}

export { complaint_in, FW4, is_loading, refused_ruleset };
