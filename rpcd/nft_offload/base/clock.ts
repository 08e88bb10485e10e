// SPDX-License-Identifier: Apache-2.0
/** The router's clocks, which nobody sets. */
import { read_line } from 'nft_offload.base.files';
import { number_or } from 'nft_offload.base.value';

/** Seconds since the boot. */
function uptime(): number {
	return number_or(read_line('/proc/uptime'), 0);
}

/** Microseconds of the monotonic clock. */
function now_us(): number {
	const now = clock(true);
	return now[0] * 1000000 + int(now[1] / 1000);
}

/** Milliseconds of the same clock, which nobody sets: since the boot. */
function now_ms(): number {
	return int(now_us() / 1000);
}

export { now_ms, now_us, uptime };
