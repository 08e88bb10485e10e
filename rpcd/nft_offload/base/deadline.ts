// SPDX-License-Identifier: Apache-2.0
/** How long a call may take. The page waits 20 seconds for an answer, and after 30 rpcd kills the plugin. */
import { now_ms } from 'nft_offload.base.clock';

/** Where nobody waits, as in the job that installs, there is none. */
let deadline: number | null = null;

/** Gives the call so many seconds for all that it asks of others. */
function answer_within(seconds: number): void {
	deadline = now_ms() + seconds * 1000;
}

/** How many of so many seconds there is time for; none when the call should be over. */
function time_for(seconds: number): number {
	return deadline == null ? seconds : max(0, min(seconds, int((deadline - now_ms() + 999) / 1000)));
}

export { answer_within, time_for };
